"""Reading for the work book: the quarterly book, compiled from what was recorded."""

from __future__ import annotations

from services.activities.duties import queries as duties
from services.activities.ledger import queries as ledger
from services.activities.ledger.models import Activity
from services.activities.ledger.queries import Listed, Names
from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.stages import KINDS_SAID, Attended, Stage
from services.activities.ledger.rules.words import absence_said, day_said, hours_said
from services.activities.register import queries as register
from services.activities.workbook.queries.desk import group_in_reach
from services.activities.workbook.rules.books import (
    Book,
    Entry,
    Owed,
    Quarter,
    falls_in,
    owed_of,
    parts_of,
    totals_of,
)
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.people import Unit, UnitKind, short_names_of
from shared.roles import Role


def book(session: Session, actor: Actor, group_id: int, quarter: Quarter) -> Book:
    """The quarterly book of a group, or of a branch that is not divided. What is not confirmed yet is not in it."""
    unit = group_in_reach(session, actor, group_id)
    found = ledger.records_between(session, actor, unit.id, quarter.starts_on, quarter.ends_on)
    records = [record for record in found if record.stage == Stage.CONFIRMED]
    ids = [record.id for record in records]
    names, lists = ledger.names_on(session, actor, ids), ledger.lists_of(session, actor, ids)
    lists = {
        record.id: lists.get(record.id, [])
        if record.group_ids is None
        else [line for line in lists.get(record.id, []) if line.group_id == unit.id]
        for record in records
    }
    lines = [line for record in records for line in lists[record.id]]
    figures = {
        record.id: (record.expected, record.present)
        if record.group_ids is None
        else ledger.figures_of(lists[record.id])
        for record in records
    }
    today = clock.today(session)
    day = min(today, quarter.last_day)
    township, branch = register.names_above(session, unit, quarter.last_day)
    group = short_names_of(session, [unit.id], quarter.last_day)[unit.id] if unit.kind == UnitKind.GROUP else ""
    return Book(
        township=township,
        branch=branch,
        group=group,
        quarter=quarter.said,
        leaders=leaders_on(session, actor, unit, quarter),
        members=len(register.members_on(session, actor, unit.id, day)),
        made_on=day_said(today),
        waiting=len(found) - len(records),
        owed=owed_in(session, actor, unit.id, quarter),
        entries=[entry(record, lists[record.id], names, *figures[record.id]) for record in records],
        parts=parts_of((line.person_id, name_of(line, names), line.state, line.counted) for line in lines),
        totals=totals_of((record.kind, *figures[record.id], record.minutes) for record in records),
    )


def leaders_on(session: Session, actor: Actor, unit: Unit, quarter: Quarter) -> list[str]:
    """Who led the group at the quarter's end (or today, while it runs)."""
    day = min(clock.today(session), quarter.last_day)
    holders = register.holders(session, actor, unit.id, on=day)
    return [holder.name for holder in holders if holder.kind in (Role.LEADER, Role.SECRETARY)]


def owed_in(session: Session, actor: Actor, unit_id: int, quarter: Quarter) -> list[Owed]:
    """What the group owed in periods that end in the quarter."""
    years = duties.year_of_units(session, actor, unit_id, quarter.year)
    mine = [year for year in years if year.group.group_id == unit_id]
    return [owed_of(each) for year in mine for each in year.standings if falls_in(each, quarter)]


def entry(record: Activity, lines: list[Listed], names: Names, expected: int, present: int) -> Entry:
    """A record as the book states it."""
    away = [line for line in lines if line.state != Attended.PRESENT]
    said = [(name_of(line, names), absence_said(line.reason, line.words), line.counted) for line in away]
    by = names.accounts.get(record.confirmed_by or 0, "")
    on = day_said(clock.civil_day(record.confirmed_at)) if record.confirmed_at else ""
    return Entry(
        kind=KINDS_SAID[Kind(record.kind)],
        day=day_said(record.held_on),
        place=record.place,
        chair=names.people.get(record.chair_id or 0, ""),
        recorder=names.people.get(record.recorder_id or 0, ""),
        topic=record.topic,
        content=record.content,
        hours=hours_said(record.minutes) if record.minutes else "",
        expected=expected,
        present=present,
        absent=[(name, why) for name, why, counted in said if counted],
        apart=[(name, why) for name, why, counted in said if not counted],
        guests=[
            *(name_of(line, names) for line in lines if line.state == Attended.PRESENT and not line.counted),
            *([record.guests] if record.guests else []),
        ],
        confirmed=" ".join(word for word in (by, on) if word),
    )


def name_of(line: Listed, names: Names) -> str:
    """Somebody's name, also where he has moved out of the reader's reach since."""
    return line.name or names.people.get(line.person_id, "")
