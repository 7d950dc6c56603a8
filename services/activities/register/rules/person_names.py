"""Names of people as offices write them: without blanks, titles and notes; and whether something can be one. Pure."""

from __future__ import annotations

import re

from services.activities.register.rules.columns import ROSTER
from shared.tables import compact
from shared.tables.folding import NAME_DOTS

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
_NAME = re.compile(f"[{HAN}]{{2,20}}|[{HAN}]{{1,20}}(?:·[{HAN}]{{1,20}}){{1,5}}")
_NO_NAME = re.compile(
    r"党员|支部|小组|组织|委员|书记|组长|转[入出]|以[下上]|去世|合计|名单|人员|情况|说明|备注|本科|大专|高中|初中|小学|正式|预备|男$|女$|[汉满回苗壮]族|无|同上"
)
_HEADINGS = frozenset(ROSTER.names)
"""A table that stands on its side has these where names are looked for."""
_TITLE_BEHIND = re.compile(r"(?<=..)同志$")
_SHORT_NAME = 3
"""Words that stand in no name are looked for only in what is longer."""
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
_VARIANTS = dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
"""Ways of drawing a character, which no search types."""
_NOTE_IN_NAME = re.compile(r"[（(【\[]([^）)】\]]*)[）)】\]]?|[*★☆]+")


def person_name(text: str) -> tuple[str, str]:
    """A name without blanks, and what stood in brackets behind it."""
    if _NAME.fullmatch(text):
        return _TITLE_BEHIND.sub("", text), ""
    notes = "、".join(found for found in _NOTE_IN_NAME.findall(text) if found)
    name = compact(_NOTE_IN_NAME.sub("", text)).translate(NAME_DOTS).translate(_VARIANTS)
    return _TITLE_BEHIND.sub("", name), notes


def is_name(name: str) -> bool:
    """Whether it can be a person's name: Chinese characters, two to twenty, or parts with a dot between."""
    if name in _HEADINGS or not _NAME.fullmatch(name):
        return False
    return len(name) <= _SHORT_NAME or not _NO_NAME.search(name)
