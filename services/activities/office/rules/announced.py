"""The announcement of a year's days off: read as it was published or as lines typed by hand, and said again. Pure.

A line holds days, each stretch followed by 放假 or 上班: `10月1日（周五）至7日（周四）放假调休，共7天。9月26日上班。`
or `2027-10-01 至 2027-10-07 放假`. A year left out is the one that is entered, a month left out that of the day before.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from shared.errors import Invalid
from shared.workdays import ONE_DAY, holiday, in_library

WEEK = "一二三四五六日"
STRETCH_MAX = 31  # days: no holiday is longer
FLAWS_SHOWN = 10
ALWAYS_OFF = ((1, 1), (5, 1), (10, 1))  # in every year, by the national regulation on holidays
DIGITS = r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"
WORDS = r"(?:(?P<Y>\d{4})年)?(?:(?P<M>\d{1,2})月)?(?P<D>\d{1,2})[日号]"
DAY = rf"(?:{DIGITS}|{WORDS})"
TOKEN = re.compile(
    rf"{DAY}(?:\((?P<note>[^()]{{0,20}})\))?|(?P<to>[至到~—–-]+)|(?P<word>放假|上班)(?:\d+天)?|共计?\d+天|(?P<odd>\d+)"
)
NUMBERED = re.compile(r"^\(?\d{1,2}[.、)](?!\d)")
WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
PLAIN = str.maketrans("（）：，．～－０１２３４５６７８９", "():,.~-0123456789")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on end, both ends included, all off or all worked."""

    first: date
    last: date
    working: bool

    def days(self) -> Iterator[date]:
        """Each of its days."""
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    def said(self) -> str:
        """`10月1日—7日放假`, `2月14日（周六）上班`, `2026年12月31日—2027年1月2日放假`."""
        first, last = self.first, self.last
        words = f"{first.month}月{first.day}日"
        if first.year != last.year:
            words = f"{first.year}年{words}—{last.year}年{last.month}月{last.day}日"
        elif first == last:
            words += f"（周{WEEK[first.weekday()]}）"
        else:
            words += f"—{last.day}日" if first.month == last.month else f"—{last.month}月{last.day}日"
        return words + ("上班" if self.working else "放假")


class _FlawError(Exception):
    """What is wrong with a line, and what to do."""


def stretches_from(text: str, year: int, *, worked: Callable[[date], bool]) -> list[Stretch]:
    """What an announcement for a year says. Invalid names every line that is not understood."""
    found: dict[date, tuple[bool, int]] = {}
    read, flaws = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            for stretch in _line(line, year):
                _check(stretch, year, worked)
                _check_against(found, stretch)
                found |= dict.fromkeys(stretch.days(), (stretch.working, number))
                read.append(stretch)
        except _FlawError as flaw:
            flaws.append(f"第 {number} 行“{line.strip()[:20]}”：{flaw}")
    if flaws:
        more = f"（还有 {len(flaws) - FLAWS_SHOWN} 行）" if len(flaws) > FLAWS_SHOWN else ""
        raise Invalid(" ".join(flaws[:FLAWS_SHOWN]) + more + " 什么都没有保存，改好后请再提交。", field="announcement")
    return read


def _line(line: str, year: int) -> Iterator[Stretch]:
    """The stretches of a line, in their order."""
    text = NUMBERED.sub("", "".join(line.translate(PLAIN).split()))
    waiting: list[tuple[date, date]] = []
    before, joined, any_day = date(year, 1, 1), False, False
    for token in TOKEN.finditer(text):
        if token["odd"]:
            raise _FlawError(f"看不懂“{token['odd']}”，日期请写成 10月1日 或 {year}-10-01。")
        if token["to"]:
            joined = bool(waiting)
        elif token["word"]:
            if joined:
                raise _FlawError("“至”的后面没有日期，请补上。")
            yield from (Stretch(*span, working=token["word"] == "上班") for span in waiting)
            waiting = []
        elif token["d"] or token["D"]:
            if not any_day and not (token["m"] or token["M"]):
                raise _FlawError("第一个日期没有写月份，请补上。")
            before, any_day = _day(token, before), True
            first = waiting.pop()[0] if joined else before
            waiting.append((first, before))
            joined = False
    if waiting:
        raise _FlawError("日期后面请写“放假”或“上班”。")
    if not any_day:
        raise _FlawError("没有日期。不是放假安排的，请删去这一行。")


def _day(token: re.Match[str], before: date) -> date:
    """The day that is written; what it leaves out is as in the day before it."""
    year, month = int(token["y"] or token["Y"] or before.year), int(token["m"] or token["M"] or before.month)
    try:
        day = date(year, month, int(token["d"] or token["D"]))
    except ValueError:
        raise _FlawError(f"没有“{token[0]}”这一天，请核对。") from None
    noted = WEEKDAY.search(token["note"] or "")
    if noted and WEEK.index(noted[1].replace("天", "日")) != day.weekday():
        raise _FlawError(
            f"{year}年{month}月{day.day}日是周{WEEK[day.weekday()]}，和写的“{noted[0]}”对不上，请核对是不是这一年的安排。"
        )
    return day


def _check(stretch: Stretch, year: int, worked: Callable[[date], bool]) -> None:
    """It lies in the year (a holiday may begin in the December before), and says something."""
    if stretch.last < stretch.first:
        raise _FlawError("结束日期比开始日期早，请核对。")
    if not date(year - 1, 12, 1) <= stretch.first <= stretch.last <= date(year, 12, 31):
        raise _FlawError(f"不是{year}年的日期，请核对年份。")
    if (stretch.last - stretch.first).days >= STRETCH_MAX:
        raise _FlawError(f"一次超过 {STRETCH_MAX} 天，请核对日期。")
    usual = next((day for day in stretch.days() if stretch.working and worked(day)), None)
    if usual:
        raise _FlawError(f"{usual.month}月{usual.day}日（周{WEEK[usual.weekday()]}）本来就上班，请核对日期。")


def _check_against(found: Mapping[date, tuple[bool, int]], stretch: Stretch) -> None:
    """No day is off and worked at once."""
    for day in stretch.days():
        working, number = found.get(day, (stretch.working, 0))
        if working != stretch.working:
            word = "上班" if working else "放假"
            raise _FlawError(f"{day.month}月{day.day}日在第 {number} 行写的是{word}，请只留一个。")


# --- a year as it stands ---


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of a year that is not like any other week, and who says so."""

    stretch: Stretch
    name: str  # the holiday; of the office's own: by what it was decided
    own: bool


def lines_of(year: int, own: Mapping[date, tuple[bool, str]], *, announced: bool) -> list[Line]:
    """The days off and the days made up for in a year; `own`: day → (worked, why); `announced`: by the office alone."""
    published = in_library(year) and not announced

    def told(day: date) -> tuple[bool, bool, str] | None:
        if day in own:
            return (True, *own[day])
        found = holiday(day) if published else None
        return found and (False, *found)

    whole = Stretch(date(year, 1, 1), date(year, 12, 31), working=False)
    lines = []
    for said, group in groupby(whole.days(), told):
        if said:
            days = list(group)
            lines.append(Line(Stretch(days[0], days[-1], said[1]), said[2], own=said[0]))
    return lines


def together(days: Mapping[date, bool]) -> list[Stretch]:
    """Days with what is said of them, as stretches in their order."""
    made: list[Stretch] = []
    for day, working in sorted(days.items()):
        if made and made[-1].last + ONE_DAY == day and made[-1].working == working:
            made[-1] = Stretch(made[-1].first, day, working)
        else:
            made.append(Stretch(day, day, working))
    return made


def said_of(stretches: Iterable[Stretch]) -> str:
    """All of them in a sentence."""
    return "；".join(each.said() for each in stretches)
