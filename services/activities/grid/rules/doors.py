"""Households of a cell, as words and a number: numbers of doors, and nothing by which somebody could be named. Pure."""

import re
from collections.abc import Iterable
from typing import Final

from shared.errors import Invalid

DOORS_LENGTH_MAX: Final = 60
DOORS: Final = re.compile(r"[0-9A-Za-z号户栋幢楼单元层室门牌组弄巷路街排区院东西南北至到、，,;；.\-()（） ]*")
"""Nothing but numbers and the words for places at a door."""
RANGE: Final = re.compile(r"([0-9]{1,5})号?(?:[-至到]([0-9]{1,5}))?")
MANY: Final = re.compile(r"([0-9]{1,4})户")
WIDE: Final = str.maketrans("０１２３４５６７８９–—－～~．　", "0123456789-----. ")
NUMBER_LENGTH_MAX: Final = 6
LONG: Final = re.compile(rf"[0-9]{{{NUMBER_LENGTH_MAX},}}")
COUNTED_MOST: Final = 9999


def doors_said(typed: str, field: str = "doors") -> str:
    """Which households, as they may be kept. Raises Invalid where there is more in it than doors."""
    said = typed.strip().translate(WIDE)
    if len(said) > DOORS_LENGTH_MAX:
        raise Invalid(f"门牌请写短一些，不超过 {DOORS_LENGTH_MAX} 字，例如：1-18号。", field=field)
    if not DOORS.fullmatch(said) or LONG.search(said):
        raise Invalid("这里只写门牌号和户数，不写户主、住户的姓名和电话，例如：1-18号，18户。", field=field)
    return said


def counted(said: str) -> int | None:
    """The number of households that the words themselves give (18户)."""
    found = MANY.search(said)
    return int(found[1]) if found else None


def ranges(said: str) -> list[tuple[int, int]]:
    """The doors, from and to, both ends included; a number of households is none."""
    found = []
    for each in RANGE.finditer(MANY.sub("", said)):
        first, last = int(each[1]), int(each[2] or each[1])
        found.append((min(first, last), max(first, last)))
    return found


def overlapping(said: str, others: Iterable[str]) -> bool:
    """Whether doors of these words stand in other words too, where both are of the same street or row."""
    mine, where = ranges(said), _where(said)
    return any(
        where == _where(other) and any(a <= d and c <= b for a, b in mine for c, d in ranges(other)) for other in others
    )


def _where(said: str) -> str:
    """What stands before the first number: the street, or the row."""
    found = RANGE.search(said)
    return said[: found.start()].strip(" ，,、") if found else said
