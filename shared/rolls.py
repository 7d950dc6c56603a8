"""The roll: all persons on one screen, a tap each: who stands on it, how each stood, what a form says of them. Pure.

Presence: everybody was there beforehand, and the exceptions are tapped (`presence`). What is asserted of a person, that
he paid or reported: nobody beforehand, and who is meant is said (`asserted`); of money the counted total has to agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from shared.errors import Invalid

ROLL, ALL = "roll-", "-all"
DIGITS_MAX = 19  # of an id
PRESENT, APART, CAME = "present", "apart", "came"


class Attended(StrEnum):
    """How somebody stood to an activity."""

    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"  # not there, and nothing may be asked of him: out of the denominator


class Absence(NamedTuple):
    """Why somebody was not there: a code, and the words as they were written."""

    reason: str | None = None
    words: str | None = None


class Attendance(NamedTuple):
    """One line of the list; `counted`: in the denominator."""

    person_id: int
    state: str
    counted: bool
    reason: str | None = None
    reason_text: str | None = None


@dataclass(frozen=True, slots=True)
class AttendanceList:
    """The whole list. Somebody of whom nothing may be asked is in neither figure, even if he came."""

    lines: tuple[Attendance, ...]

    @property
    def expected(self) -> int:
        """The denominator."""
        return sum(line.counted for line in self.lines)

    @property
    def present(self) -> int:
        """Of those expected, the ones who were there."""
        return sum(line.counted and line.state == Attended.PRESENT for line in self.lines)


def attendance_of(
    members: Collection[int],
    exempt: Collection[int],
    absent: Mapping[int, Absence],
    *,
    guests: Collection[int] = (),
) -> AttendanceList:
    """The list for an activity: members of that day, those exempt, those absent, and guests from elsewhere."""
    lines = []
    for person_id in sorted(members):
        counted = person_id not in exempt
        absence = absent.get(person_id)
        if absence is None:
            lines.append(Attendance(person_id, Attended.PRESENT, counted))
        else:
            state = Attended.ABSENT if counted else Attended.EXCUSED
            lines.append(Attendance(person_id, state, counted, absence.reason, absence.words))
    here = set(members)
    lines += [Attendance(guest, Attended.PRESENT, counted=False) for guest in sorted(set(guests) - here)]
    return AttendanceList(tuple(lines))


class Stay(NamedTuple):
    """Somebody's time in a unit: [starts_on, ends_on)."""

    unit_id: int
    person_id: int
    name: str
    starts_on: date
    ends_on: date | None


class Hindered(NamedTuple):
    """A time in which something keeps somebody away."""

    person_id: int
    kind: str
    starts_on: date
    ends_on: date | None


def on_day(starts_on: date, ends_on: date | None, day: date) -> bool:
    """Whether the span covers the day."""
    return starts_on <= day and (ends_on is None or day < ends_on)


@dataclass(slots=True)
class Roll:
    """Who was in which group when, and who was kept away: to be asked for many days at once."""

    stays: dict[int, list[Stay]] = field(default_factory=lambda: defaultdict(list))
    hindered: dict[int, list[Hindered]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, stays: Iterable[Stay], hindered: Iterable[Hindered]) -> Roll:
        """The roll of some units."""
        made = cls()
        for stay in stays:
            made.stays[stay.unit_id].append(stay)
        for each in hindered:
            made.hindered[each.person_id].append(each)
        return made

    def members(self, unit_id: int, day: date) -> dict[int, str]:
        """The members of a unit on a day: id → name."""
        return {
            stay.person_id: stay.name
            for stay in self.stays.get(unit_id, ())
            if on_day(stay.starts_on, stay.ends_on, day)
        }

    def exempt(self, people: Iterable[int], day: date, kinds: Collection[str]) -> frozenset[int]:
        """Those of whom nothing may be asked on a day."""
        return frozenset(
            person_id
            for person_id in people
            if any(
                each.kind in kinds and on_day(each.starts_on, each.ends_on, day)
                for each in self.hindered.get(person_id, ())
            )
        )


# --- what a form says ---


class Typed(Protocol):
    """A form that came in."""

    @property
    def entries(self) -> list[tuple[str, str]]:
        """Its fields, in the order of the page."""
        ...

    def text(self, name: str, default: str = "") -> str:
        """The text of a field."""
        ...

    def numbers(self, name: str) -> list[int]:
        """Every value of a field that is a number."""
        ...


@dataclass(frozen=True, slots=True)
class Presence:
    """Who was not there, each with the code of the reason; and who came although nothing was asked of him."""

    away: Mapping[int, str]
    came: tuple[int, ...]


def presence(typed: Typed) -> Presence:
    """A roll of presence (templates/roll.html: `roll`): whoever is not named in it was there."""
    told = {name.removeprefix(ROLL): stood for name, stood in typed.entries if name.startswith(ROLL)}
    known = {int(person): stood for person, stood in told.items() if person.isdecimal() and len(person) <= DIGITS_MAX}
    return Presence(
        {person: stood for person, stood in known.items() if stood not in {PRESENT, APART, CAME}},
        tuple(person for person, stood in known.items() if stood == CAME),
    )


def asserted(typed: Typed, name: str, asked: Collection[int], *, said: str) -> frozenset[int]:
    """Of whom something was said (templates/roll.html: `assertions`): those ticked, or by its one box everybody asked.

    Raises Invalid at `name` where it is of nobody, or of somebody who is not asked any more: nothing is nobody.
    """
    ticked = frozenset(typed.numbers(name)) or (frozenset(asked) if typed.text(name + ALL) else frozenset())
    if not ticked:
        raise Invalid(f"请勾选{said}的党员；都{said}的，勾选“以下全部”。", field=name)
    if ticked - set(asked):
        raise Invalid("名单刚有变动，请刷新后重新勾选。", field=name)
    return ticked


def agree(total: int, parts: Iterable[int], *, unit: str, field: str = "total") -> int:
    """The total that was counted, where it is the sum of its parts. Raises Invalid at `field` with both."""
    summed = sum(parts)
    if total != summed:
        raise Invalid(f"清点的合计是 {total} {unit}，名单合计是 {summed} {unit}，请核对后再提交。", field=field)
    return total
