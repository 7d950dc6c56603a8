"""Taking a record further: handed in, confirmed, returned, discarded."""

from collections.abc import Iterable, Sequence

from services.activities.evidence import actions as evidence
from services.activities.ledger import queries
from services.activities.ledger.models import Activity
from services.activities.ledger.rules.stages import MOVES, STAGES_SAID, WAITS, Stage, Step
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.events import (
    ActivityConfirmed,
    ActivityDiscarded,
    ActivityReturned,
    ActivitySubmitted,
    ActivityWithdrawn,
    Fact,
)
from shared.moves import Moved
from shared.roles import Role
from shared.todos import Thing
from shared.waiting import follow

LEFT_NAMED = 4  # of what was left over, so many are named


def submit(session: Session, actor: Actor, activity_id: int) -> Activity:
    """Hand a record to the secretary."""
    (activity,) = queries.to_change(session, actor, [activity_id])
    moved = take(actor, activity, Step.SUBMIT)
    activity.submitted_at = clock.now(session)
    _tell(session, actor, ActivitySubmitted(unit_id=activity.group_id, activity_id=activity.id), moved)
    let_wait(session, actor, [activity], [moved])
    return activity


def confirm(session: Session, actor: Actor, activity_ids: Iterable[int]) -> list[Activity]:
    """Confirm records, several at once: from now on they count. All of them, or none."""
    found = queries.to_change(session, actor, activity_ids)
    moves = [take(actor, activity, Step.CONFIRM) for activity in found]
    refuse_barred(session, actor, found)
    for activity in found:
        activity.confirmed_at, activity.confirmed_by = clock.now(session), actor.account_id
        activity.returned_why = None
    session.flush()
    evidence.count(session, queries.THINGS, [activity.id for activity in found])
    for activity, moved in zip(found, moves, strict=True):
        _tell(session, actor, ActivityConfirmed(unit_id=activity.group_id, activity_id=activity.id), moved)
    let_wait(session, actor, found, moves)
    return found


def sort_out(
    session: Session, actor: Actor, activity_ids: Iterable[int], step: Step
) -> tuple[list[int], list[tuple[Activity, str]]]:
    """Of records that are to take a step together: those that may, and each of the others with the reason why not.

    Where none may, OutOfOrder says so of each. NotYours where it is no step of his at all.
    """
    found = queries.to_change(session, actor, activity_ids)
    barred, left = queries.barred(session, actor, found), []
    for each in found:
        try:
            MOVES.move(each.stage, step, roles=actor.roles_over(each.group_id, each.branch_id, each.township_id))
        except OutOfOrder:
            left.append((each, f"现在是“{STAGES_SAID[Stage(each.stage)]}”"))
        else:
            left.extend([(each, barred[each.id])] if each.id in barred else [])
    if len(left) == len(found):
        raise OutOfOrder("没有办成。" + left_said(session, left))
    kept = {each.id for each, _ in left}
    return [each.id for each in found if each.id not in kept], left


def left_said(session: Session, left: Sequence[tuple[Activity, str]]) -> str:
    """Whatever was left over, each with the reason; nothing where nothing was."""
    if not left:
        return ""
    named = zip(queries.said_of(session, [each for each, _ in left[:LEFT_NAMED]]), left, strict=False)
    said = "；".join(f"{name}，{why.rstrip('。')}" for name, (_, why) in named)
    return f"没有办的{len(left)}条：{said}{'；等' if len(left) > LEFT_NAMED else ''}。"


def return_activity(session: Session, actor: Actor, activity_id: int, *, reason: str) -> Activity:
    """Give a record back with a reason."""
    (activity,) = return_activities(session, actor, [activity_id], reason=reason)
    return activity


def return_activities(session: Session, actor: Actor, activity_ids: Iterable[int], *, reason: str) -> list[Activity]:
    """Give records back with one reason, several at once. All of them, or none."""
    found = queries.to_change(session, actor, activity_ids)
    if not reason.strip():
        raise Invalid("请写明退回的原因。", field="reason")
    moves = [take(actor, activity, Step.RETURN) for activity in found]
    refuse_barred(session, actor, found)
    for activity, moved in zip(found, moves, strict=True):
        activity.returned_why = reason.strip()
        fact = ActivityReturned(unit_id=activity.group_id, activity_id=activity.id)
        _tell(session, actor, fact, moved, reason=activity.returned_why)
    let_wait(session, actor, found, moves)
    return found


def withdraw(session: Session, actor: Actor, activity_id: int) -> Activity:
    """Take a record back that waits to be confirmed: only whoever wrote it, and then it is a draft again."""
    (activity,) = queries.to_change(session, actor, [activity_id])
    if activity.written_by != actor.account_id:
        raise NotYours("这条记录不是您写的，不能撤回；有误可以更正，或者请支部书记退回。")
    moved = take(actor, activity, Step.WITHDRAW)
    activity.submitted_at = None
    _tell(session, actor, ActivityWithdrawn(unit_id=activity.group_id, activity_id=activity.id), moved)
    let_wait(session, actor, [activity], [moved])
    return activity


def discard(session: Session, actor: Actor, activity_id: int) -> Activity:
    """Give up a record that was never confirmed."""
    (activity,) = queries.to_change(session, actor, [activity_id])
    moved = take(actor, activity, Step.DISCARD)
    _tell(session, actor, ActivityDiscarded(unit_id=activity.group_id, activity_id=activity.id), moved)
    let_wait(session, actor, [activity], [moved])
    return activity


def end_open(session: Session, actor: Actor, found: Sequence[Activity], *, reason: str) -> None:
    """Give up what is open because the township has switched the system off; the reason stands in the history."""
    for activity in found:
        moved = MOVES.move(activity.stage, Step.DISCARD, roles={Role.SYSTEM})
        activity.stage = Stage(moved.after)
        fact = ActivityDiscarded(unit_id=activity.group_id, activity_id=activity.id)
        _tell(session, actor, fact, moved, reason=reason)
        let_wait(session, actor, [activity], [moved])


def take(actor: Actor, activity: Activity, step: Step) -> Moved:
    """Take a step by the table of moves, with the roles that the actor holds over the record's group."""
    roles = actor.roles_over(activity.group_id, activity.branch_id, activity.township_id)
    moved = MOVES.move(activity.stage, step, roles=roles)
    activity.stage = Stage(moved.after)
    return moved


def refuse_barred(session: Session, actor: Actor, found: list[Activity]) -> None:
    """Nobody confirms or returns alone what he wrote himself, nor past the branch's secretary."""
    for why in queries.barred(session, actor, found).values():
        raise NotYours(why)


def let_wait(session: Session, actor: Actor, found: Sequence[Activity], moves: Iterable[Moved]) -> None:
    """Records that have taken the same step wait for whoever takes the next, or for nobody any more."""
    moved = next(iter(moves))
    to_confirm = [each.id for each in found if moved.after == Stage.SUBMITTED]
    bars = queries.led_by_writer(session, actor, to_confirm) if to_confirm else {}
    things = [Thing(f"activity:{each.id}", each.group_id, bars.get(each.id)) for each in found]
    follow(session, WAITS, moved, things)


def _tell(session: Session, actor: Actor, fact: Fact, moved: Moved, *, reason: str | None = None) -> None:
    session.flush()
    announce(session, fact, by=actor, moved=moved, reason=reason)
