"""A regrouping as it waits for its day: ids, names of groups and the day, as plain data. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from services.activities.register.rules.regrouping import Asked, Dissolve, Merge, Move, Part, Sort, Split

SHAPES: Mapping[Sort, type[Asked]] = {
    Sort.SPLIT: Split,
    Sort.MERGE: Merge,
    Sort.MOVE: Move,
    Sort.DISSOLVE: Dissolve,
}


def stored(asked: Asked) -> dict[str, Any]:
    """As it is kept; `sort` is kept beside it."""
    return asdict(asked) | {"on": asked.on.isoformat()}


def revived(sort: str, data: Mapping[str, Any]) -> Asked:
    """What was asked for, from what was kept."""
    fields = {**data, "on": date.fromisoformat(data["on"])}
    if "parts" in fields:
        fields["parts"] = [Part(**part) for part in fields["parts"]]
    return SHAPES[Sort(sort)](**fields)
