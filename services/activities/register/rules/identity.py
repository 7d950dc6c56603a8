"""The resident identity number (GB 11643): what it says, and whether it can be right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import mul

from shared.tables import Cell, compact
from shared.tables.cells import EXACT_DIGITS

NEW_LENGTH, OLD_LENGTH = 18, 15
WEIGHTS = tuple(pow(2, 17 - i, 11) for i in range(17))
_ZEROS = ord("0") * sum(WEIGHTS)
CHECK = "10X98765432"
PROVINCES = frozenset(
    map(
        str,
        [
            *range(11, 16),
            *range(21, 24),
            *range(31, 38),
            *range(41, 47),
            *range(50, 55),
            *range(61, 66),
            71,
            81,
            82,
            83,
        ],
    )
)
OLDEST = 120
_WHOLE = re.compile(r"[0-9]{17}[0-9X]")
LOST = "身份证号在表格里存成了数字，末几位已经丢失，请按文本重新填写"


class Sex(StrEnum):
    """As the number says it."""

    MALE = "male"
    FEMALE = "female"


class WrongNumber(ValueError):
    """The number cannot be right; the sentence says why, without repeating it."""


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A number of 18 places, and what to warn of."""

    number: str
    born_on: date
    sex: Sex
    known_province: bool = True
    was_old: bool = False


def check_character(first: str) -> str:
    """The 18th character for 17 digits."""
    return CHECK[(sum(map(mul, first.encode(), WEIGHTS)) - _ZEROS) % 11]


def read_id_number(cell: Cell, *, today: date) -> IdNumber | None:
    """The number in a cell, None where there is none. A number with lost digits, or a wrong one, is refused."""
    if isinstance(cell.value, str) and _WHOLE.fullmatch(cell.text):
        return _checked(cell.text, today, old=False)
    text = compact(cell.text).lstrip("'‘’`").upper().replace("×", "X")
    if isinstance(cell.value, float | int) and abs(cell.value) >= 10**EXACT_DIGITS:
        raise WrongNumber(LOST)
    if re.fullmatch(r"\d\.\d+E\+?\d+", text):
        raise WrongNumber(LOST)
    text = re.sub(r"[-—.·]", "", text)
    return id_number_in(text, today=today) if text else None


def id_number_in(text: str, *, today: date) -> IdNumber:
    """The number in a text of 15 or 18 characters."""
    old = len(text) == OLD_LENGTH and text.isdecimal()
    if "*" in text:
        raise WrongNumber("身份证号里有星号，请填写完整的号码")
    if not old and len(text) != NEW_LENGTH:
        raise WrongNumber(f"身份证号应为 18 位，现在是 {len(text)} 位")
    if not old and not _WHOLE.fullmatch(text):
        raise WrongNumber("身份证号里有不该出现的字符（前 17 位应为数字，末位为数字或 X）")
    if old:
        first = f"{text[:6]}19{text[6:]}"
        text = first + check_character(first)
    return _checked(text, today, old=old)


def _checked(number: str, today: date, *, old: bool) -> IdNumber:
    try:
        born_on = date.fromisoformat(number[6:14])
    except ValueError:
        raise WrongNumber("身份证号第 7 至 14 位不是一个存在的日期，请核对") from None
    if born_on > today or born_on.year < today.year - OLDEST:
        raise WrongNumber(f"身份证号里的出生年份是 {born_on.year} 年，不合常理，请核对")
    if check_character(number[:17]) != number[17]:
        hint = "；末几位都是 0，可能曾存成数字而丢失" if number.endswith("000") else ""
        raise WrongNumber(f"身份证号的校验位不对，可能有一位写错了，请核对{hint}")
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return IdNumber(number, born_on, sex, number[:2] in PROVINCES, old)
