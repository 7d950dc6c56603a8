"""A term of a branch's committee: how long it is, when it stands on the desk, who sits in the committee. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from services.activities.register.rules.regrouping import day_said
from shared.errors import Invalid
from shared.roles import Role
from shared.rulebase import Rules

OVER = "届满未改选"
DEPUTY = "deputy_secretary"
Seat = tuple[int, Role]
"""Who sits, and as what."""


class Length(StrEnum):
    """By which rule it is as long as it is; never guessed from a branch's name."""

    VILLAGE = "village"
    OTHER = "other"


LENGTHS: Mapping[Length, tuple[str, str]] = {
    Length.VILLAGE: ("村、社区党支部", "branch.term_village_years"),
    Length.OTHER: ("其他党支部", "branch.term_years"),
}
"""Of each: its word, and the rule of how many years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A term: its first day, and its last one where it is not the rule's."""

    starts_on: date
    length: Length
    last_day: date | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committee:
    """Who sits in a branch's committee: its secretary, who answers for what, and whoever else is a member."""

    secretary_id: int | None = None
    answering: Mapping[str, int] = field(default_factory=dict)
    members: Sequence[int] = ()

    def seats(self) -> dict[Seat, tuple[str, ...]]:
        """Each seat with what comes with it: one who answers for several things has one seat."""
        if self.secretary_id is not None and self.secretary_id == self.answering.get(DEPUTY):
            raise Invalid("书记和副书记不能是同一个人，请另选一人。", field=DEPUTY)
        found: dict[Seat, tuple[str, ...]] = {}
        if self.secretary_id is not None:
            found[self.secretary_id, Role.SECRETARY] = ()
        for person_id in dict.fromkeys([*self.answering.values(), *self.members]):
            duties = tuple(sorted(duty for duty, by in self.answering.items() if by == person_id))
            if duties or person_id != self.secretary_id:
                found[person_id, Role.COMMITTEE_MEMBER] = duties
        if not found:
            raise Invalid("请选择新一届的书记和委员。", field="secretary_id")
        return found


def ahead(rules: Rules) -> timedelta:
    """How long before its last day it stands on the desk: a week before the first reminder, by the longest month."""
    return timedelta(days=31 * max(rules.numbers("term.lead_months"), default=0) + 7)


def last_day(asked: Asked, years: int) -> date:
    """The last day of a term: as it is asked for, else so many years from its first."""
    if asked.last_day is None:
        return years_later(asked.starts_on, years) - timedelta(days=1)
    if asked.last_day <= asked.starts_on:
        raise Invalid("届满的日子应在开始以后。", field="last_day")
    if asked.last_day >= years_later(asked.starts_on, years + 1):
        raise Invalid(f"每届任期{years}年，请核对届满的日子。", field="last_day")
    return asked.last_day


def years_later(day: date, years: int) -> date:
    """The same day so many years later; of the 29th of February the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def term_said(starts_on: date, due_on: date, today: date) -> str:
    """A term in words."""
    over = f"，{OVER}" if due_on < today else ""
    return f"{day_said(starts_on)}到{day_said(due_on)}{over}"
