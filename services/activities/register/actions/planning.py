"""Regroupings arranged for a day to come: planned like one of today, carried out on the day, withdrawn before it.

Until its day the register does not know of it: whatever counts members or finds a leader needs no thought of it.
"""

from services.activities.register import queries
from services.activities.register.actions.regrouping import groups_named, plan_ahead, regroup, township_of
from services.activities.register.actions.units import KEEPS_REGISTER, require
from services.activities.register.models import PlannedRegrouping
from services.activities.register.rules.planned import revived, stored
from services.activities.register.rules.regrouping import Asked, Move
from services.activities.register.rules.regrouping_said import Outlook
from shared import clock, work
from shared.access import SYSTEM, Actor
from shared.audit import act_for, announce
from shared.db import Session
from shared.errors import Conflict, Refusal
from shared.events import RegroupingPlanned
from shared.people import UnitKind
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
    row = PlannedRegrouping(
        township_id=branch.township_id,
        branch_id=branch.id,
        group_ids=list(groups_named(asked)),
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
    return found, row.id


def withdraw(session: Session, actor: Actor, planned_id: int) -> PlannedRegrouping:
    """It is not to be done; or, where it could not be done, somebody has taken note of it."""
    row = queries.plan_to_change(session, actor, planned_id)
    require(actor, queries.unit_in_reach(session, actor, row.branch_id, UnitKind.BRANCH), KEEPS_REGISTER)
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
            regroup(session, SYSTEM, revived(row.sort, row.asked))
    except Refusal as refused:
        act_for(session, None)
        row.failed_why = refused.detail or "名册已经变动，原来的安排办不成。"
        begin_waiting(session, LEFT_UNDONE, Role.ORGANISER, [Thing(f"planned:{row.id}", row.branch_id)])
        _tell(session, SYSTEM, row, "failed")
    else:
        row.done_at = clock.now(session)
        _tell(session, SYSTEM, row, "done")


def _key(row: PlannedRegrouping) -> str:
    return f"regrouping:{row.id}"


def _tell(session: Session, actor: Actor, row: PlannedRegrouping, change: str) -> None:
    fact = RegroupingPlanned(
        unit_id=row.branch_id, planned_id=row.id, sort=row.sort, on=row.starts_on.isoformat(), change=change
    )
    announce(session, fact, by=actor, reason=row.failed_why)
