"""Reading what is owed: a group's year, a branch's gaps, a township at a glance; and the tallies of a year-end run."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, func, select, text

from services.activities.duties import rules
from services.activities.duties.rules import Square
from services.activities.evidence.models import Tally
from services.activities.ledger import queries as ledger
from services.activities.register import queries as register
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.duties import Duty, Span, Standing, State, owes, standings
from shared.evidence import KINDS
from shared.people import Unit, UnitKind, name_on
from shared.switches import calendar

BRANCH = Unit.__table__.alias("branch")
BY_CADENCE = [kind for kind, known in KINDS.items() if known.cadence]


class GroupYear(NamedTuple):
    """A group and what it did in a year, by kind and month."""

    group_id: int
    name: str
    branch_id: int
    branch_name: str
    life: Span
    counts: Mapping[str, list[int]]


@dataclass(frozen=True, slots=True)
class YearOfGroup:
    """A group's year at a glance: twelve squares a kind, and every duty as it stands."""

    group: GroupYear
    squares: Mapping[str, tuple[Square, ...]]
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a group still owes: missing, or due in a period that runs."""

    group: GroupYear
    standings: tuple[Standing, ...]


def reminded_townships(session: Session) -> list[int]:
    """The townships that wait for a day of reminding."""
    asked = "select distinct (payload->>'township_id')::bigint from activities.job"
    return sorted(session.scalars(text(f"{asked} where task = 'activities.remind_duties' and state = 'ready'")))


# --- what groups did ---


def seen_by(actor: Actor) -> Select[Unit]:
    """The units whose duties somebody may see: those whose records he may see."""
    return select(Unit).where(register.in_reach(actor, *ledger.SEES))


def group_years(session: Session, actor: Actor, unit_id: int, year: int) -> list[GroupYear]:
    """The groups of a unit that were there in a year, with their counters, in the order that people expect.

    They are called as on its last day.
    """
    start, last, end = date(year, 1, 1), date(year, 12, 31), date(year + 1, 1, 1)
    counted = (
        select(func.jsonb_object_agg(Tally.kind, Tally.done))
        .where(Tally.group_id == Unit.id, Tally.year == year, Tally.kind.in_(BY_CADENCE))
        .scalar_subquery()
    )
    query = (
        seen_by(actor)
        .join(BRANCH, BRANCH.c.id == Unit.branch_id)
        .with_only_columns(
            Unit.id,
            name_on(Unit.id, Unit.name, last),
            Unit.branch_id,
            name_on(BRANCH.c.id, BRANCH.c.name, last),
            Unit.founded_on,
            Unit.dissolved_on,
            counted,
        )
        .where(register.within(unit_id), Unit.kind == UnitKind.GROUP, Unit.founded_on < end)
        .where(func.coalesce(Unit.dissolved_on, end) > start)
        .order_by(BRANCH.c.sort_key, BRANCH.c.id, Unit.sort_key, Unit.id)
    )
    return [
        GroupYear(group_id, name, branch_id or 0, branch_name, Span(founded_on, dissolved_on), counts or {})
        for group_id, name, branch_id, branch_name, founded_on, dissolved_on, counts in session.execute(query)
    ]


def township_of(session: Session, actor: Actor, unit_id: int) -> int:
    """The township under whose rules a unit lives; OutOfReach where it is not to be seen."""
    unit = register.unit_in_reach(session, actor, unit_id)
    return unit.township_id or unit.id


def year_of_units(session: Session, actor: Actor, unit_id: int, year: int) -> list[YearOfGroup]:
    """A unit's groups, each with its year at a glance: one group, a branch's, or a township's heat map."""
    duties = calendar(session, township_of(session, actor, unit_id), year)
    today = clock.today(session)
    return [
        YearOfGroup(
            group,
            rules.overview(duties, group.life, group.counts, today),
            standings(duties, group.life, group.counts, today),
        )
        for group in group_years(session, actor, unit_id, year)
    ]


def gaps(session: Session, actor: Actor, unit_id: int, year: int) -> list[Gaps]:
    """The groups of a unit that owe something, and what."""
    duties = calendar(session, township_of(session, actor, unit_id), year)
    today = clock.today(session)
    found = []
    for group in group_years(session, actor, unit_id, year):
        owed = tuple(
            each
            for each in standings(duties, group.life, group.counts, today)
            if each.state in {State.MISSING, State.DUE}
        )
        if owed:
            found.append(Gaps(group, owed))
    return found


class Owing(NamedTuple):
    """What is due and not done yet: [branch, groups that owe, things owed], and [group, 1, things owed]."""

    branches: list[list[int]]
    groups: list[list[int]]


def owing_units(session: Session, actor: Actor, township_id: int, duties: list[Duty]) -> Owing:
    """The branches and groups of a township that have not yet done what is due."""
    owing: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    groups: list[list[int]] = []
    if not duties:
        return Owing([], [])
    for group in group_years(session, actor, township_id, duties[0].year):
        lacking = sum(max(0, duty.count - duty.done_in(group.counts)) for duty in duties if owes(group.life, duty))
        if lacking:
            owing[group.branch_id][0] += 1
            owing[group.branch_id][1] += lacking
            groups.append([group.group_id, 1, lacking])
    return Owing([[branch_id, *figures] for branch_id, figures in sorted(owing.items())], sorted(groups))


# --- the lives of groups, for the tallies of a run ---

LIFE = """
    select u.id as g, u.township_id, greatest(u.founded_on, :start) as founded,
      least(coalesce(u.dissolved_on, :end), :end) as dissolved
    from office.unit u where u.id = any (cast(:groups as bigint[]))"""

LIVES = text(f"select distinct township_id, founded, dissolved from ({LIFE}) as life")


def lives(session: Session, year: int, groups: str) -> list[tuple[int, date, date]]:
    """The few ways in which some groups (an array as text) lived through a year: (township, there from, until)."""
    values = {"groups": groups, "start": date(year, 1, 1), "end": date(year + 1, 1, 1)}
    return [(township_id, founded, dissolved) for township_id, founded, dissolved in session.execute(LIVES, values)]
