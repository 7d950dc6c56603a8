"""Titles, sheets and rows by themselves that say of those below that they are members no more."""

from __future__ import annotations

import re

from shared.tables.cells import compact

_FORMER = re.compile(
    r"转出|去世|死亡|亡故|病故|病逝|已故|离世|除名|开除|退党|停止党籍|出党|历史党员|不在册|减少(?:党员|人员)"
)
_NOT = re.compile(r"转入|说明|办法|流程|填|注[:：]|如有|不含|不包括|除外|未转出")
_PRESENT = re.compile(r"(?:以下|下列|在册|现有|正式|预备).{0,8}(?:党员|人员|名单)")
_LONGEST = 40


def former_in(text: str) -> str:
    """The words by which those listed below are members no more, if these are such words: 以下为转出党员."""
    plain = compact(text)
    said = len(plain) <= _LONGEST and _FORMER.search(plain) and not _NOT.search(plain)
    return plain if said else ""


def is_present(text: str) -> bool:
    """Whether a row by itself says that those below are members again: 以下为在册党员."""
    return bool(_PRESENT.search(compact(text)))
