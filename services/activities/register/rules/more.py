"""What else the office's full roster has of a member: its columns, kept as they were written, under one seal. Pure.

Of them the address, the police station and the telephone at home are taken out as numbers are: with a reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from shared.tables import Line
from shared.tables.units import nothing

SAID = {
    "nation": "民族",
    "native": "籍贯",
    "occupation": "人员类别",
    "job": "工作岗位",
    "address": "家庭住址",
    "police": "户籍所在派出所",
    "landline": "固定电话",
}
"""The fields with the words that head their columns."""
PERSONAL = frozenset({"address", "police", "landline"})
LONGEST = 200
_PEOPLE = "族"


def more_in(line: Line) -> dict[str, str]:
    """What a row says of them; a blank cell says nothing."""
    said = {key: line.text(key) for key in SAID if key in line.layout.columns}
    found = {key: text[:LONGEST] for key, text in said.items() if not nothing(text)}
    if "nation" in found and not found["nation"].endswith(_PEOPLE):
        found["nation"] += _PEOPLE
    return found


def written(more: Mapping[str, str]) -> str:
    """As it is sealed: the same whatever the order in which it came."""
    return json.dumps(dict(more), ensure_ascii=False, sort_keys=True)


def read(text: str | None) -> dict[str, str]:
    """What was sealed."""
    found: dict[str, str] = json.loads(text) if text else {}
    return found
