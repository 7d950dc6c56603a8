"""The roll of a unit over a period: what it began with, who came and went for which reason, what it ended with. Pure.

Of a day: how many there are by kind, sex, age and schooling, in the bands of the office's own form (A1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from services.activities.register.rules.membership import TURNS, Turn

REGISTERED, OTHER = "补登在册党员", "其他减少"
CAME_BY, WENT_BY = "从别的党支部、党小组调入", "调到别的党支部、党小组"
AGES: tuple[tuple[str, int, int], ...] = (
    ("25岁及以下", 0, 25),
    ("26–54岁", 26, 54),
    ("55–59岁", 55, 59),
    ("60–69岁", 60, 69),
    ("70–80岁", 70, 80),
    ("80岁以上", 81, 200),
)
SCHOOLING: Mapping[str, str] = (
    dict.fromkeys(("文盲", "小学", "初中"), "初中及以下")
    | dict.fromkeys(("高中", "中专", "职高"), "高中、中专、职高")
    | dict.fromkeys(("大专", "本科", "研究生"), "大专及以上")
)
NOT_SAID = "没有填"


@dataclass(frozen=True, slots=True)
class Span:
    """Some time of somebody's in one unit; `here`: it is the unit that is looked at, or lies below it."""

    person_id: int
    here: bool
    kind: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Balance:
    """`before` + all that came − all that went = `after`; `full`: how many became full members meanwhile."""

    before: int
    came: Mapping[str, int]
    went: Mapping[str, int]
    after: int
    full: int


def balance(spans: Iterable[Span], turns: Mapping[tuple[int, date], Turn], *, start: date, end: date) -> Balance:
    """The period from the day `start` to the day `end`, both counted; what was there the day before is `before`."""
    of: dict[int, list[Span]] = {}
    for span in spans:
        if span.ends_on is None or span.ends_on > span.starts_on:
            of.setdefault(span.person_id, []).append(span)
    came, went, full, before, after = Counter[str](), Counter[str](), 0, 0, 0
    for person_id, all_his in of.items():
        mine = sorted((each for each in all_his if each.here), key=lambda each: each.starts_on)
        elsewhere = [each for each in all_his if not each.here]
        for since, until in joined(mine):
            before += since < start and (until is None or until >= start)
            after += since <= end and (until is None or until > end)
            if start <= since <= end:
                came[_came(turns.get((person_id, since)), elsewhere, since)] += 1
            if until is not None and start <= until <= end:
                went[_went(turns.get((person_id, until)), elsewhere, until)] += 1
        full += sum(
            (one.kind, two.kind) == ("probationary", "full") and start <= two.starts_on <= end
            for one, two in pairwise(mine)
        )
    return Balance(before, came, went, after, full)


def joined(spans: Sequence[Span]) -> list[tuple[date, date | None]]:
    """Spans of one person, in their order, put together where one begins as another ends."""
    found: list[tuple[date, date | None]] = []
    for span in spans:
        if found and found[-1][1] == span.starts_on:
            found[-1] = (found[-1][0], span.ends_on)
        else:
            found.append((span.starts_on, span.ends_on))
    return found


def _came(turn: Turn | None, elsewhere: Iterable[Span], on: date) -> str:
    if turn is Turn.MOVED or any(each.ends_on == on for each in elsewhere):
        return CAME_BY
    return TURNS[turn] if turn else REGISTERED


def _went(turn: Turn | None, elsewhere: Iterable[Span], on: date) -> str:
    if turn is Turn.MOVED or any(each.starts_on == on for each in elsewhere):
        return WENT_BY
    return TURNS[turn] if turn else OTHER


@dataclass(frozen=True, slots=True)
class Somebody:
    """What the counts of a day want of a member."""

    kind: str
    sex: str | None
    born_on: date | None
    education: str | None


def counts(members: Iterable[Somebody], on: date) -> dict[str, int]:
    """The head of the office's roster: by kind, sex, age and schooling; every band stands there, also with none."""
    bands = [
        "党员总数",
        "正式党员",
        "预备党员",
        "男",
        "女",
        *(name for name, _, _ in AGES),
        *dict.fromkeys(SCHOOLING.values()),
    ]
    found = dict.fromkeys(bands, 0)
    unsaid = Counter[str]()
    for each in members:
        found["党员总数"] += 1
        found["正式党员" if each.kind == "full" else "预备党员"] += 1
        for what, band in (
            ("性别", {"male": "男", "female": "女"}.get(each.sex or "")),
            ("出生日期", age_band(each.born_on, on)),
            ("学历", SCHOOLING.get(each.education or "")),
        ):
            if band is None:
                unsaid[f"{what}{NOT_SAID}或者不在各档里"] += 1
            else:
                found[band] += 1
    return found | dict(unsaid)


def age_band(born_on: date | None, on: date) -> str | None:
    """In which band somebody is on a day, by full years."""
    if born_on is None or born_on > on:
        return None
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    return next((name for name, low, high in AGES if low <= age <= high), None)
