"""Pure rules of the work book: quarters, how a duty is said, and the sums at the end of a book. No I/O of any kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import NamedTuple

from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.stages import KINDS_SAID, Attended
from services.activities.ledger.rules.words import hours_said
from shared.duties import Standing, State
from shared.papers.kinds import Filled

STANDING_SAID: dict[State, str] = {
    State.DONE: "已完成",
    State.MISSING: "未完成",
    State.DUE: "进行中",
    State.NOT_OWED: "不适用",
    State.FUTURE: "未到时间",
}
MONTHS = 3


class Quarter(NamedTuple):
    """A quarter of a year, from 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The one in which a day lies."""
        return cls(day.year, (day.month - 1) // MONTHS + 1)

    @property
    def starts_on(self) -> date:
        """Its first day."""
        return date(self.year, self.number * MONTHS - 2, 1)

    @property
    def ends_on(self) -> date:
        """The first day after it."""
        return self.after.starts_on

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.ends_on - timedelta(days=1)

    @property
    def before(self) -> Quarter:
        """The one before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def after(self) -> Quarter:
        """The one after."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)  # noqa: PLR2004

    @property
    def said(self) -> str:
        """2025年第3季度."""
        return f"{self.year}年第{self.number}季度"


def falls_in(standing: Standing, quarter: Quarter) -> bool:
    """Whether a duty's period ends in the quarter: a year's and a half-year's stand in the book of their last one."""
    duty = standing.duty
    return duty.year == quarter.year and (duty.last_month - 1) // MONTHS + 1 == quarter.number


def period_said(standing: Standing) -> str:
    """A duty's period as people say it within its year: 7月, 第3季度, 下半年, 全年."""
    duty = standing.duty
    if duty.first_month == duty.last_month:
        return f"{duty.first_month}月"
    months = len(duty.months)
    if months == MONTHS:
        return f"第{duty.last_month // MONTHS}季度"
    return {6: "上半年" if duty.first_month == 1 else "下半年", 12: "全年"}.get(
        months, f"{duty.first_month}—{duty.last_month}月"
    )


# --- the book ---


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty as the book states it; `why` says why it did not apply."""

    kind: str
    period: str
    count: int
    done: int
    said: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An activity as the book states it. `absent` were expected; `apart` were not: each a name and why."""

    kind: str
    day: str
    place: str
    chair: str
    recorder: str
    topic: str
    content: str
    hours: str
    expected: int
    present: int
    absent: list[tuple[str, str]]
    apart: list[tuple[str, str]]
    guests: list[str]
    confirmed: str


@dataclass(slots=True)
class Part:
    """What somebody took part in; `apart`: held while nothing might be asked of him."""

    name: str
    expected: int = 0
    present: int = 0
    apart: int = 0


@dataclass(slots=True)
class Total:
    """The sums of a kind, or of all."""

    kind: str
    held: int = 0
    expected: int = 0
    present: int = 0
    minutes: int = 0
    hours: str = "0"


@dataclass(frozen=True, slots=True)
class Book:
    """A group's quarterly book, as it is printed; `waiting` records are not confirmed and so not in it."""

    township: str
    branch: str
    group: str
    quarter: str
    leaders: list[str]
    members: int
    made_on: str
    waiting: int
    owed: list[Owed]
    entries: list[Entry]
    parts: list[Part]
    totals: list[Total]


def owed_of(standing: Standing) -> Owed:
    """A duty for the book."""
    duty = standing.duty
    why = "党小组在这期间成立或者撤销，不作要求" if standing.state is State.NOT_OWED else ""
    kind = KINDS_SAID.get(Kind(duty.kind), duty.kind)
    return Owed(kind, period_said(standing), duty.count, standing.done, STANDING_SAID[standing.state], why)


def parts_of(lines: Iterable[tuple[int, str, str, bool]]) -> list[Part]:
    """Each one's part out of (person, name, state, counted), in the order in which people are first met."""
    found: dict[int, Part] = {}
    for person_id, name, state, counted in lines:
        part = found.setdefault(person_id, Part(name))
        if counted:
            part.expected += 1
            part.present += state == Attended.PRESENT
        else:
            part.apart += 1
    return list(found.values())


def totals_of(figures: Iterable[tuple[str, int, int, int]]) -> list[Total]:
    """The sums by kind out of (kind, expected, present, minutes), in the order of the kinds; then the sum of all."""
    found = {kind: Total(said) for kind, said in KINDS_SAID.items()}
    whole = Total("合计")
    for kind, expected, present, minutes in figures:
        for total in (found[Kind(kind)], whole):
            total.held += 1
            total.expected += expected
            total.present += present
            total.minutes += minutes
            total.hours = hours_said(total.minutes)
    return [*(total for total in found.values() if total.held), whole]


def filled_of_book(book: Book) -> Filled:
    """The same for a paper of the office's own (shared/papers)."""
    said = asdict(book)
    entries = [
        each
        | {"number": number, "guests": "、".join(each["guests"])}
        | {key: _people(each[key]) for key in ("absent", "apart")}
        for number, each in enumerate(said["entries"], start=1)
    ]
    return Filled(
        said | {"leaders": "、".join(book.leaders), "held": len(book.entries)},
        {"owed": said["owed"], "entries": entries, "parts": said["parts"]},
    )


def _people(named: Iterable[tuple[str, str]]) -> str:
    return "、".join(f"{name}（{why}）" for name, why in named)
