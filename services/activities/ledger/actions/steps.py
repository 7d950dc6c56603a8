"""Taking a record further: handed in, confirmed, returned, discarded."""

from collections.abc import Iterable

from services.activities.ledger import queries
from services.activities.ledger.actions.counters import count
from services.activities.ledger.models import Activity
from services.activities.ledger.rules.stages import MOVES, Stage, Step
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotYours
from shared.events import ActivityConfirmed, ActivityDiscarded, ActivityReturned, ActivitySubmitted, Fact
from shared.moves import Moved
from shared.people import holder_of
from shared.roles import Role


def submit(session: Session, actor: Actor, activity_id: int) -> Activity:
    """Hand a record to the secretary."""
    (activity,) = queries.to_change(session, actor, [activity_id])
    moved = take(actor, activity, Step.SUBMIT)
    activity.submitted_at = clock.now(session)
    _tell(session, actor, ActivitySubmitted(unit_id=activity.group_id, activity_id=activity.id), moved)
    return activity


def confirm(session: Session, actor: Actor, activity_ids: Iterable[int]) -> list[Activity]:
    """Confirm records, several at once: from now on they count. All of them, or none."""
    found = queries.to_change(session, actor, activity_ids)
    refuse_beside_secretary(session, actor, found)
    moves = [take(actor, activity, Step.CONFIRM) for activity in found]
    for activity in found:
        activity.confirmed_at, activity.confirmed_by = clock.now(session), actor.account_id
        activity.returned_why = None
    session.flush()
    count(session, [activity.id for activity in found])
    for activity, moved in zip(found, moves, strict=True):
        _tell(session, actor, ActivityConfirmed(unit_id=activity.group_id, activity_id=activity.id), moved)
    return found


def return_activity(session: Session, actor: Actor, activity_id: int, *, reason: str) -> Activity:
    """Give a record back with a reason."""
    (activity,) = queries.to_change(session, actor, [activity_id])
    if not reason.strip():
        raise Invalid("请写明退回的原因。", field="reason")
    refuse_beside_secretary(session, actor, [activity])
    moved = take(actor, activity, Step.RETURN)
    activity.returned_why = reason.strip()
    _tell(session, actor, ActivityReturned(unit_id=activity.group_id, activity_id=activity.id), moved)
    return activity


def discard(session: Session, actor: Actor, activity_id: int) -> Activity:
    """Give up a record that was never confirmed."""
    (activity,) = queries.to_change(session, actor, [activity_id])
    moved = take(actor, activity, Step.DISCARD)
    _tell(session, actor, ActivityDiscarded(unit_id=activity.group_id, activity_id=activity.id), moved)
    return activity


def take(actor: Actor, activity: Activity, step: Step) -> Moved:
    """Take a step by the table of moves, with the roles that the actor holds over the record's group."""
    roles = actor.roles_over(activity.group_id, activity.branch_id, activity.township_id)
    moved = MOVES.move(activity.stage, step, roles=roles)
    activity.stage = Stage(moved.after)
    return moved


def refuse_beside_secretary(session: Session, actor: Actor, found: list[Activity]) -> None:
    """The secretary confirms, but never as the leader of the group what he wrote as its leader.

    Somebody else must have looked at a record before it counts. The township's organiser does so where the branch
    has no secretary, or where the secretary leads the group himself and wrote it. What a secretary wrote in place of
    a leader he may confirm: he answers for it in any case, and the history shows him twice.
    """
    today = clock.today(session)
    own = queries.written_by_a_secretary_who_leads(session, actor, [activity.id for activity in found], today)
    for activity in found:
        if activity.id in own and Role.SECRETARY in actor.roles_over(activity.branch_id):
            raise NotYours("这条记录是支部书记兼任党小组长时自己写的，请由乡镇组织委员确认或退回。")
    others = {(activity.branch_id, activity.township_id) for activity in found if activity.id not in own}
    for branch_id, township_id in sorted(others):
        if Role.SECRETARY in actor.roles_over(branch_id):
            continue
        stands_in = Role.ORGANISER in actor.roles_over(branch_id, township_id)
        if stands_in and holder_of(session, branch_id, Role.SECRETARY, today) is not None:
            raise NotYours("这个支部有书记，活动记录由支部书记确认或退回。")


def _tell(session: Session, actor: Actor, fact: Fact, moved: Moved) -> None:
    session.flush()
    announce(session, fact, by=actor, moved=moved)
