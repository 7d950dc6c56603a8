"""What the duties' clock does: reminders before something falls due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text

from services.activities.duties import queries
from services.activities.register import queries as register
from services.activities.register.actions import require
from shared import clock, work
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.duties import Duty
from shared.errors import Invalid
from shared.events import DutiesDue, DutiesReminded, next_day
from shared.people import UnitKind
from shared.roles import Role
from shared.switches import require_on
from shared.systems import System

REMIND = "activities.remind_duties"
OFFICE_OPENS = 8
REMINDS = frozenset({Role.ORGANISER, Role.COMMITTEE, Role.SYSTEM})

TAKE = text("""
    insert into activities.reminder (branch_id, on_day, by)
    select branch_id, :on_day, :by from unnest(cast(:branches as bigint[])) as branch_id
    on conflict do nothing returning branch_id""")


@dataclass(frozen=True, slots=True)
class Reminded:
    """Branches that were told, that had been told today already, and that owe nothing."""

    told: list[int]
    again: list[int]
    nothing: list[int]


# --- reminders: a row for each day on which a township is to be reminded; each posts the next ---


def start_reminders(session: Session, township_id: int) -> None:
    """Let a township be reminded from today on."""
    _post_next(session, township_id, after=clock.today(session) - timedelta(days=1))


def keep_reminders(session: Session) -> None:
    """Once a day: the next day of reminding by today's rules and working days, where they moved it forward.

    What they put off wakes on the old day, has nothing to say, and posts the new one.
    """
    for township_id in queries.reminded_townships(session):
        _post_next(session, township_id, after=clock.today(session) - timedelta(days=1))


def remind(session: Session, township_id: int, day: date) -> None:
    """Tell branches and leaders what the groups still owe of the duties for which this is a day of reminding.

    Late is better than never, but not after the deadline or the next day of reminding: a clock that jumped over months
    does not tell them all.
    """
    due: dict[date, list[Duty]] = {}
    for duty in _duties(session, township_id, range(day.year, day.year + 1)):
        if day in duty.reminders:
            due.setdefault(duty.due.day, []).append(duty)
    for due_on, duties in sorted(due.items()):
        owing = queries.owing_units(session, SYSTEM, township_id, duties)
        if owing.branches:
            days = {over for duty in duties for over in (*duty.reminders, due_on + timedelta(days=1))}
            fact = DutiesDue(
                unit_id=township_id,
                period=f"{due_on:%Y-%m}",
                due_on=due_on.isoformat(),
                branches=owing.branches,
                groups=owing.groups,
                told_before=next_day(day, days),
            )
            announce(session, fact, by=SYSTEM)
    _post_next(session, township_id, after=day)


def remind_branches(session: Session, actor: Actor, township_id: int, branch_ids: Iterable[int]) -> Reminded:
    """Ask branches to make up what they owe: one message a secretary, and no second one on the same day."""
    township = register.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP)
    require(actor, township, REMINDS)
    require_on(session, System.GROUP_LIFE, township.id)
    today, wanted = clock.today(session), set(branch_ids)
    if not wanted:
        raise Invalid("请选择要催办的支部。", field="branch_ids")
    owing = {each.branch_id: each for each in queries.owing(session, actor, township.id, today.year)}
    asked = sorted(wanted & owing.keys())
    taken = session.scalars(TAKE, {"branches": asked, "on_day": today, "by": actor.account_id})
    told = sorted(taken)
    if told:
        branches = [owing[branch_id].figures for branch_id in told]
        announce(session, DutiesReminded(unit_id=township.id, year=today.year, branches=branches), by=actor)
    return Reminded(told=told, again=[each for each in asked if each not in told], nothing=sorted(wanted - set(asked)))


def _post_next(session: Session, township_id: int, *, after: date) -> None:
    """Post the next day of reminding of what is not over yet, once; where that day was missed, it wakes at once."""
    today = clock.today(session)
    duties = _duties(session, township_id, range(today.year, today.year + 2))
    days = {day for duty in duties if today <= duty.due.day for day in duty.reminders if day > after}
    if days:
        day = min(days)
        payload = {"township_id": township_id, "on": day.isoformat()}
        run_at = clock.moment(day, OFFICE_OPENS)
        work.post(session, REMIND, key=f"township:{township_id}:{day}", payload=payload, run_at=run_at)


def _duties(session: Session, township_id: int, years: Iterable[int]) -> list[Duty]:
    return [duty for year in years for duty in queries.calendar(session, township_id, year)]
