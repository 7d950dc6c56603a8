"""Regroupings and renames arranged for a day to come: planned like one of today, done on it, withdrawn before it.

Until its day the register does not know of it: whatever counts members or finds a leader needs no thought of it.
"""

from collections.abc import Sequence
from datetime import date

from services.activities.register import queries
from services.activities.register.actions.naming import check_name, give_name, unit_to_name
from services.activities.register.actions.regrouping import AHEAD, groups_named, plan_ahead, regroup, township_of
from services.activities.register.actions.units import KEEPS_REGISTER, require
from services.activities.register.models import PlannedRegrouping
from services.activities.register.rules.planned import Arranged, Rename, revived, stored
from services.activities.register.rules.regrouping import Asked, Move
from services.activities.register.rules.regrouping_said import Outlook
from shared import clock, work
from shared.access import SYSTEM, Actor
from shared.audit import act_for, announce
from shared.db import Session
from shared.errors import Conflict, Invalid, Refusal
from shared.events import RegroupingPlanned
from shared.people import Unit, UnitKind
from shared.roles import Role
from shared.todos import Thing
from shared.waiting import begin_waiting, close

TASK = LEFT_UNDONE = "activities.regroup"


def arrange(session: Session, actor: Actor, asked: Asked) -> tuple[Outlook, int | None]:
    """Regroup at once, or on the day that is asked for; one arrangement at a time for a group.

    The plan's number is None where it was done at once.
    """
    township_of(session, actor, asked, locked=True)
    waiting = queries.plan_needing(session, actor, groups=groups_named(asked))
    if waiting is not None:
        raise Conflict(f"{waiting.waits}，请先撤回那个计划，再另行调整。", field="on")
    if asked.on <= clock.today(session):
        return regroup(session, actor, asked), None
    found = plan_ahead(session, actor, asked)
    branch = queries.unit_to_change(session, found.plan.groups[0].branch_id)
    row = _kept(session, actor, branch, groups_named(asked), asked)
    return found, row.id


def rename_unit(session: Session, actor: Actor, unit_id: int, name: str, *, on: date | None = None) -> Unit:
    """A unit is called otherwise from a day on, today where none is named; of a day to come it waits."""
    unit, today, name = unit_to_name(session, actor, unit_id), clock.today(session), name.strip()
    on = on or today
    waiting = queries.name_arranged(session, actor, unit.id)
    if waiting is not None:
        raise Conflict(f"{waiting.waits}，请先撤回，再另行更名。", field="on")
    if name == unit.name:
        return unit
    if on <= today:
        give_name(session, actor, unit, name, on)
        return unit
    check_name(session, unit, name, on)
    if on > today + AHEAD:
        raise Invalid("最多提前一年安排，请核对日期。", field="on")
    groups = [unit.id] if unit.kind == UnitKind.GROUP else []
    branch = queries.unit_to_change(session, unit.branch_id or unit.id)
    _kept(session, actor, branch, groups, Rename(unit_id=unit.id, name=name, on=on))
    return unit


def _kept(session: Session, actor: Actor, branch: Unit, groups: Sequence[int], asked: Arranged) -> PlannedRegrouping:
    """Let it wait for its day; the name of a township stands where that of a branch would."""
    row = PlannedRegrouping(
        township_id=branch.township_id or branch.id,
        branch_id=branch.id,
        group_ids=list(groups),
        into_branch_id=asked.branch_id if isinstance(asked, Move) else None,
        sort=asked.sort,
        starts_on=asked.on,
        asked=stored(asked),
        planned_by=actor.account_id,
        planned_at=clock.now(session),
    )
    session.add(row)
    session.flush()
    work.post(session, TASK, key=_key(row), payload={"planned_id": row.id}, run_at=clock.moment(asked.on))
    _tell(session, actor, row, "planned")
    return row


def withdraw(session: Session, actor: Actor, planned_id: int) -> PlannedRegrouping:
    """It is not to be done; or, where it could not be done, somebody has taken note of it."""
    row = queries.plan_to_change(session, actor, planned_id)
    require(actor, queries.unit_in_reach(session, actor, row.branch_id), KEEPS_REGISTER)
    if row.done_at is not None:
        raise Conflict("这个调整已经生效，不能撤回；需要改回的，请另行办理调整。")
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now(session)
        work.cancel(session, TASK, key=_key(row))
        close(session, LEFT_UNDONE, [f"planned:{row.id}"])
        _tell(session, actor, row, "withdrawn")
    return row


def carry_out(session: Session, planned_id: int) -> None:
    """Its day has come. What no longer fits is left to a person: nothing is written but why."""
    row = queries.plan_to_change(session, SYSTEM, planned_id)
    if row.done_at or row.withdrawn_at or row.failed_why:
        return
    act_for(session, row.planned_by)
    try:
        with session.begin_nested():
            _do(session, revived(row.sort, row.asked))
    except Refusal as refused:
        act_for(session, None)
        row.failed_why = refused.detail or "名册已经变动，原来的安排办不成。"
        begin_waiting(session, LEFT_UNDONE, Role.ORGANISER, [Thing(f"planned:{row.id}", row.branch_id)])
        _tell(session, SYSTEM, row, "failed")
    else:
        row.done_at = clock.now(session)
        _tell(session, SYSTEM, row, "done")


def _do(session: Session, asked: Arranged) -> None:
    if isinstance(asked, Rename):
        give_name(session, SYSTEM, unit_to_name(session, SYSTEM, asked.unit_id), asked.name, asked.on)
    else:
        regroup(session, SYSTEM, asked)


def _key(row: PlannedRegrouping) -> str:
    return f"regrouping:{row.id}"


def _tell(session: Session, actor: Actor, row: PlannedRegrouping, change: str) -> None:
    fact = RegroupingPlanned(
        unit_id=row.branch_id, planned_id=row.id, sort=row.sort, on=row.starts_on.isoformat(), change=change
    )
    announce(session, fact, by=actor, reason=row.failed_why)
