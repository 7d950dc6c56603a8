"""A month of a branch's groups and a group's year, with the records that speak for them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from services.activities.duties.queries.standing import seen_by, year_of_units
from services.activities.ledger import queries as ledger
from services.activities.ledger.models import Activity
from services.activities.ledger.rules.stages import KINDS_SAID
from shared.access import Actor
from shared.db import Session
from shared.duties import Standing, State
from shared.errors import OutOfReach, there
from shared.lists import Turn
from shared.people import Unit

RECORDS_MAX = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """A kind in a month of a group: how it stands, and the records that speak for it."""

    kind: str
    state: State
    due_on: date | None
    records: tuple[Activity, ...]


@dataclass(frozen=True, slots=True)
class MonthOfGroup:
    """What a group has to show for a month."""

    group_id: int
    name: str
    lines: tuple[Line, ...]


def home(actor: Actor) -> int:
    """The unit whose duties concern somebody first; OutOfReach where he answers for none."""
    units = actor.units_as(*ledger.SEES)
    if not units:
        raise OutOfReach("您没有负责的党组织。")
    return units[0]


def unit_of(session: Session, actor: Actor, unit_id: int) -> Unit:
    """A unit whose duties somebody may see."""
    return there(session.scalars(seen_by(actor).where(Unit.id == unit_id)).one_or_none(), "这个单位")


def records(session: Session, actor: Actor, unit_id: int, year: int) -> list[Activity]:
    """The records of a unit's year, the latest first; those given up are not there."""
    return list(ledger.activities(session, actor, unit_id=unit_id, year=year, turn=Turn(limit=RECORDS_MAX)).rows)


def month_of_groups(session: Session, actor: Actor, unit_id: int, year: int, month: int) -> list[MonthOfGroup]:
    """A branch's groups in a month: what fell due in it and what was held for it, with the records."""
    held: dict[tuple[int, str], list[Activity]] = defaultdict(list)
    for record in records(session, actor, unit_id, year):
        for group_id in record.units:
            held[group_id, record.kind].append(record)
    found = []
    for year_of in year_of_units(session, actor, unit_id, year):
        group = year_of.group
        owed = [each for each in year_of.standings if each.duty.last_month == month and each.state != State.NOT_OWED]
        lines = [_line(each, held[group.group_id, each.duty.kind]) for each in owed]
        met = {each.duty.kind for each in owed}
        for kind in KINDS_SAID.keys() - met:
            here = tuple(each for each in held[group.group_id, kind] if each.held_on.month == month)
            lines += [Line(kind, State.NOT_OWED, None, here)] if here else []
        found.append(MonthOfGroup(group.group_id, group.name, tuple(lines)))
    return found


def _line(standing: Standing, held: list[Activity]) -> Line:
    """A duty with the records of its period."""
    months = standing.duty.months
    records = tuple(each for each in held if each.held_on.month in months)
    return Line(standing.duty.kind, standing.state, standing.duty.due.day, records)
