"""What a book is compiled from: the records of a time with their lists, and the names of whoever had a part in them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select, text

from services.activities.ledger.models import Activity, Attendance
from services.activities.ledger.queries.reach import counts_in, roll_in_reach, seen_by
from services.activities.ledger.rules.stages import Attended, Stage
from shared.access import Actor
from shared.db import Session
from shared.people import Person, names_of


class Listed(NamedTuple):
    """A line of a record's list."""

    activity_id: int
    person_id: int
    name: str
    state: str
    counted: bool
    reason: str | None
    words: str | None
    group_id: int  # on whose roll


class Names(NamedTuple):
    """The names of people, and of accounts, that stand on records: whoever sees a record sees them."""

    people: dict[int, str]
    accounts: dict[int, str]


def records_between(session: Session, actor: Actor, unit_id: int, start: date, end: date) -> list[Activity]:
    """The records of a group in [start, end), and its whole branch's, that were not given up, by their days."""
    query = (
        seen_by(actor)
        .where(counts_in(unit_id), Activity.held_on >= start, Activity.held_on < end)
        .where(Activity.stage != Stage.DISCARDED)
    )
    return list(session.scalars(query.order_by(Activity.held_on, Activity.id)))


def lists_of(session: Session, actor: Actor, activity_ids: Iterable[int]) -> dict[int, list[Listed]]:
    """The whole lists of some records, each by pinyin."""
    seen = seen_by(actor).with_only_columns(Activity.id).where(Activity.id.in_(list(activity_ids)))
    query = (
        select(
            Attendance.activity_id,
            Attendance.person_id,
            func.coalesce(Person.name, ""),
            Attendance.state,
            Attendance.counted,
            Attendance.reason,
            Attendance.reason_text,
            Attendance.group_id,
        )
        .outerjoin(Person, Person.id == Attendance.person_id)
        .join(Activity, Activity.id == Attendance.activity_id)
        .where(Attendance.activity_id.in_(seen), roll_in_reach(actor))
        .order_by(Attendance.activity_id, Person.pinyin, Attendance.person_id)
    )
    found: dict[int, list[Listed]] = defaultdict(list)
    for row in session.execute(query):
        found[row[0]].append(Listed(*row))
    return found


class RollShown(NamedTuple):
    """The roll of a unit on a record, with its figures."""

    name: str
    expected: int
    present: int
    lines: list[Listed]


def by_roll(session: Session, record: Activity, lines: Iterable[Listed]) -> list[RollShown]:
    """The list of a record: of a whole branch's by the groups on whose rolls people stood, else as one."""
    found: dict[int, list[Listed]] = defaultdict(list)
    for line in lines:
        found[line.group_id if record.group_ids is not None else record.group_id].append(line)
    names = names_of(session, found) if record.group_ids is not None else {}
    rolls = [(names.get(key, ""), figures_of(here), here) for key, here in sorted(found.items())]
    return [RollShown(name, expected, present, here) for name, (expected, present), here in rolls]


def figures_of(lines: Iterable[Listed]) -> tuple[int, int]:
    """How many were expected, and how many of those were there."""
    counted = [line.state for line in lines if line.counted]
    return len(counted), counted.count(Attended.PRESENT)


NAMES = text("select person_id, account_id, name from activities.names_on_records(:ids)")


def names_on(session: Session, actor: Actor, activity_ids: Iterable[int]) -> Names:
    """Who chaired, recorded, wrote, corrected or confirmed these records, or is on their lists, wherever he belongs."""
    seen = list(
        session.scalars(seen_by(actor).with_only_columns(Activity.id).where(Activity.id.in_(list(activity_ids))))
    )
    rows = session.execute(NAMES, {"ids": seen}).all()
    return Names(
        {person_id: name for person_id, _, name in rows if person_id},
        {account_id: name for _, account_id, name in rows if account_id},
    )
