"""Dates as offices write them: 1992年8月, 1992.08, 199211, 19921105, 九二年八月, real dates, bare serial numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from shared.tables.cells import Cell, compact, tidy, without_brackets

SERIAL_ZERO = date(1899, 12, 30)
"""Day 0 of a spreadsheet's calendar, right from 1 March 1900 on."""
FIRST_SERIAL, LAST_SERIAL = 2_101, 73_050
"""Bare numbers taken for serials: from 1905 to 2099; smaller ones are years."""
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
LAST_MONTH = 12
NO_DAY = f"请填年月日，年份在{EARLIEST_YEAR}到{LATEST_YEAR}之间，例如2026年2月1日、2026-02-01。"

_DIGITS = {**{c: str(i) for i, c in enumerate("〇一二三四五六七八九")}, "零": "0", "○": "0"}
_CHINESE = "〇零○一二三四五六七八九十"
_NUMERAL = re.compile(f"[{_CHINESE}]+")
_CLOCK = re.compile(r"(?<=\d)(?:[T ]|日)\s{0,9}\d{1,2}[:：]\d{2}(?:[:：]\d{2})?.*", re.DOTALL)
_DAY_ENDS = re.compile(r"(?<=\d)(?:[日号T\s]|(?=[上下中早晚凌傍夜星周全]))")
_PART = r"(?:上午|下午|中午|早上?|晚上?|凌晨|傍晚|夜间)"
_TIME = r"\d{1,2}(?:[:：]\d{2}(?:[:：]\d{2})?|[时点](?:\d{1,2}分?|半|整|1刻|3刻)?)"
_HOURS = re.compile(
    rf"(?:(?:星期|周)[\d日天],?)?(?:全天|[半1]天|{_PART}?(?:{_TIME})?(?:(?:至|到|[-—~～－]{{1,2}}){_PART}?{_TIME})?(?:[AaPp][Mm])?)"
)
"""What an hour beside a day may look like, in digits: 下午3点30分, 9时至11时."""
_LONGEST_DAY = 60
_TWO_DAYS = re.compile(
    r"(.{1,30}\d[日号]?)(?:至|到|[-—~～－]{1,2})(?:(?:\d{4}[年./-])?\d{1,2}[月./-])?\d{1,2}[日号]|"
    r"(\d{4}([./-])\d{1,2}\3\d{1,2})(?:至|到|[-—~～－]{1,2})\d{4}\3\d{1,2}\3\d{1,2}"
)
_TAIL = re.compile(r"(?:入党|转正|出生|预备|生|起|止|上午|下午|晚上?|早上?|星期.|周[一二三四五六日\d]){1,6}$")
_WHOLE = re.compile(r"(\d{4})(?:年(\d{1,2})月(?:(\d{1,2})日)?|([./-])(\d{1,2})(?:\4(\d{1,2}))?)")
"""As most are written: whatever else may stand in a date need not be looked for."""
_SEPARATED = re.compile(r"(\d{4}|\d{2})[年./\-、,，。·\\~—](\d{1,2})(?:[月./\-、,，。·\\~—](\d{0,2})[日号]?|月)?")
_MONTH_DAY = re.compile(r"(\d{1,2})[月./\-、](\d{1,2})[日号]?")
_MONTH = re.compile(r"(\d{1,2})月份?")
_YEAR = re.compile(r"(\d{4})年?|(\d{2})年")


class Precision(StrEnum):
    """How much of the date was written down."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


class Unreadable(ValueError):
    """This is not a date that can be read; the sentence says why."""


class NoSuchDay(Unreadable):
    """It is written like a date, but no calendar has it."""


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date, how precisely it was written (the first day of what was), and what is doubtful about it."""

    on: date
    precision: Precision = Precision.DAY
    doubt: str = ""

    def covers(self, day: date) -> bool:
        """Whether the day is what was written, as far as it was."""
        if self.on == day:
            return True
        same_year = self.on.year == day.year
        if self.precision is Precision.YEAR:
            return same_year
        same_month = same_year and self.on.month == day.month
        return same_month if self.precision is Precision.MONTH else self.on == day


def read_date(cell: Cell, *, latest: date, year: int | None = None) -> ReadDate:
    """The date in a cell. `latest` decides the century of two digits; `year` is that of dates written without one."""
    value = cell.value
    if isinstance(value, str):
        return _date_in(cell.text, latest, year)
    if isinstance(value, datetime):
        return _within(value.date())
    if isinstance(value, date):
        return _within(value)
    if isinstance(value, bool | time):
        raise Unreadable(f"“{cell.text}”不是日期")
    if isinstance(value, float | int):
        return _from_number(value, cell.text, latest, year)
    return _date_in(cell.text, latest, year)


def date_in(text: str, *, latest: date, year: int | None = None) -> ReadDate:
    """The date in a text."""
    return _date_in(text, latest, year)


@lru_cache(maxsize=16_384)
def _date_in(text: str, latest: date, year: int | None) -> ReadDate:
    """The same; the days of a table are few, and stand in it again and again."""
    if found := _WHOLE.fullmatch(text):
        return _from_parts(found[1], found[2] or found[5], found[3] or found[6], text, latest)
    return _written_otherwise(text, latest, year)


def _written_otherwise(text: str, latest: date, year: int | None) -> ReadDate:
    plain = _plain(text)
    if len(plain) <= _LONGEST_DAY and (several := _TWO_DAYS.fullmatch(plain)):
        first = date_in(several[1] or several[2], latest=latest, year=year)
        return replace(first, doubt=f"“{shown(text)}”写了两天，按第一天 {first.on} 记入，请核对")
    if plain.isdecimal():
        return _from_digits(plain, text, latest)
    if year is not None and (found := _MONTH_DAY.fullmatch(plain)) and int(found[1]) <= LAST_MONTH:
        return _made(year, int(found[1]), int(found[2]), text)
    if year is not None and (found := _MONTH.fullmatch(plain)):
        return _made(year, int(found[1]), None, text)
    if found := _SEPARATED.fullmatch(plain):
        return _from_parts(found[1], found[2], found[3], text, latest)
    if found := _YEAR.fullmatch(plain):
        return _from_parts(found[1] or found[2], "0", None, text, latest)
    raise Unreadable(f"“{shown(text)}”不是能读懂的日期，请写成 1992-08-05 或 1992.08 这样")


def day_in(text: str) -> date:
    """The day that a person typed into a form: written in full, its year in four digits; a bare serial is none."""
    plain = tidy(text)
    if plain.isdecimal() and len(plain) != len("19920805"):
        raise Unreadable(NO_DAY)
    try:
        read = date_in(plain, latest=date.max)  # so that a year of two digits is not of our time
    except NoSuchDay:
        raise NoSuchDay("没有这一天，请核对。") from None
    except Unreadable:
        raise Unreadable(NO_DAY) from None
    if read.precision is not Precision.DAY:
        raise Unreadable(NO_DAY)
    return read.on


def shown(text: str, limit: int = 20) -> str:
    """A text short enough to stand in a sentence."""
    text = compact(text)
    return text if len(text) <= limit else f"{text[:limit]}…"


def _plain(text: str) -> str:
    """Chinese numerals as digits, without brackets, clock times, blanks and closing words."""
    text = _NUMERAL.sub(lambda found: _as_digits(found[0]), without_brackets(text).replace("元月", "1月"))
    text = _CLOCK.sub("日" if "日" in text else "", _without_hours(text))
    text = compact(re.sub(r"(?<=\d) +(?=\d)", ".", text.strip()))
    return _TAIL.sub("", text).rstrip(".-/、")


def _without_hours(text: str) -> str:
    """The day alone, where nothing but a weekday and hours stands behind it."""
    if len(text) > _LONGEST_DAY:
        return text
    for found in _DAY_ENDS.finditer(text):
        if (tail := compact(text[found.end() :])) and _HOURS.fullmatch(tail):
            return text[: found.end()].rstrip("T")
    return text


def _as_digits(numeral: str) -> str:
    """一九九二 → 1992, 十一 → 11, 二十三 → 23, 三十 → 30."""
    if "十" not in numeral:
        return "".join(_DIGITS[c] for c in numeral)
    tens, _, ones = numeral.partition("十")
    return f"{_DIGITS.get(tens, '1')}{_DIGITS.get(ones, '0')}"


def _from_number(value: float, text: str, latest: date, year: int | None) -> ReadDate:
    """A bare number: a serial, or a date typed with a point or without anything between."""
    if float(value).is_integer():
        return _from_digits(str(int(value)), text, latest)
    whole, _, rest = f"{value:.10g}".partition(".")
    if whole.isdecimal() and rest and EARLIEST_YEAR <= int(whole) <= LATEST_YEAR and len(rest) <= len("12"):
        if rest == "1":
            doubt = f"“{text}”在表格里存成了数字，可能是 1 月，也可能是 10 月，暂按 10 月读入，请核对"
            return _made(int(whole), 10, None, text, doubt)
        return _made(int(whole), int(rest), None, text)
    if FIRST_SERIAL <= value <= LAST_SERIAL:
        return _within(SERIAL_ZERO + timedelta(days=int(value)))
    hint = "（存成了小数，分不清是几月几日）" if year is not None else ""
    raise Unreadable(f"“{shown(text)}”不是能读懂的日期{hint}，请写成 1992-08-05 这样")


def _from_digits(digits: str, text: str, latest: date) -> ReadDate:
    number = int(digits) if len(digits) <= len("19920805") else 0
    match len(digits):
        case 8:
            return _from_parts(digits[:4], digits[4:6], digits[6:], text, latest)
        case 6 if EARLIEST_YEAR <= number // 100 <= LATEST_YEAR:
            return _made(number // 100, number % 100, None, text)
        case 6:
            return _from_parts(digits[:2], digits[2:4], digits[4:], text, latest)
        case 4 if EARLIEST_YEAR <= number <= LATEST_YEAR:
            return _made(number, None, None, text)
        case 4 | 5 if FIRST_SERIAL <= number <= LAST_SERIAL:
            return _within(SERIAL_ZERO + timedelta(days=number))
    raise Unreadable(f"“{shown(text)}”不是能读懂的日期，请写成 1992-08-05 或 1992.08 这样")


def _from_parts(years: str, months: str, days: str | None, text: str, latest: date) -> ReadDate:
    year = int(years)
    if len(years) == len("92"):
        year += latest.year // 100 * 100
        year -= 100 if year > latest.year else 0
    month = int(months) or None
    return _made(year, month, (int(days or 0) or None) if month else None, text)


def _made(year: int, month: int | None, day: int | None, text: str, doubt: str = "") -> ReadDate:
    precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    try:
        on = date(year, month or 1, day or 1)
    except ValueError:
        raise NoSuchDay(f"“{shown(text)}”这一天不存在") from None
    return _within(on, precision, doubt)


def _within(on: date, precision: Precision = Precision.DAY, doubt: str = "") -> ReadDate:
    if not EARLIEST_YEAR <= on.year <= LATEST_YEAR:
        raise Unreadable(f"{on.year} 年不在可信的范围内，请核对")
    return ReadDate(on, precision, doubt)
