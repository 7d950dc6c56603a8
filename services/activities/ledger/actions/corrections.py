"""Correcting a record: its earlier form is kept whole, and what was confirmed stops counting until confirmed again."""

from typing import Any

from sqlalchemy import delete, insert, text

from services.activities.evidence import actions as evidence
from services.activities.ledger import queries
from services.activities.ledger.actions.records import (
    Draft,
    arrays_of,
    check,
    columns_of,
    counts_in,
    figures_of,
    list_of,
)
from services.activities.ledger.actions.steps import let_wait, take
from services.activities.ledger.models import Activity, Attendance, Revision
from services.activities.ledger.rules.stages import Stage, Step
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.events import ActivityCorrected

LIST = text("""
    insert into activities.attendance (activity_id, person_id, group_id, state, counted, reason, reason_text)
    select :activity_id, x.person_id, x.group_id, x.state, x.counted, x.reason, x.words
    from unnest(cast(:people as bigint[]), cast(:rolls as bigint[]), cast(:states as text[]),
      cast(:counted as boolean[]), cast(:reasons as text[]), cast(:words as text[]))
      as x(person_id, group_id, state, counted, reason, words)""")


def correct(
    session: Session, actor: Actor, activity_id: int, draft: Draft, *, why: str, revision: int | None = None
) -> Activity:
    """Write a record anew. `revision`: the form that was looked at; somebody else's later one is not overwritten."""
    (activity,) = queries.to_change(session, actor, [activity_id])
    if revision is not None and revision != activity.revision:
        raise Conflict("这条记录刚被别人更正过，请刷新后再看。")
    was_confirmed = activity.stage == Stage.CONFIRMED
    moved = take(actor, activity, Step.CORRECT)
    if was_confirmed and not why.strip():
        raise Invalid("更正已确认的记录请写明原因。", field="why")
    if was_confirmed:
        evidence.take_back(session, queries.THINGS, [activity.id])
        activity.confirmed_at = activity.confirmed_by = None
        activity.submitted_at = clock.now(session)
    _keep(session, actor, activity, moved.before, why)
    _rewrite(session, actor, activity, draft)
    fact = ActivityCorrected(unit_id=activity.group_id, activity_id=activity.id, revision=activity.revision)
    announce(session, fact, by=actor, moved=moved, reason=why.strip() or None)
    let_wait(session, actor, [activity], [moved])
    return activity


def _keep(session: Session, actor: Actor, activity: Activity, stage: str, why: str) -> None:
    """Put the present form away."""
    session.execute(
        insert(Revision).values(
            activity_id=activity.id,
            number=activity.revision,
            group_id=activity.group_id,
            body=form_of(session, actor, activity) | {"stage": stage},
            replaced_at=clock.now(session),
            replaced_by=actor.account_id,
            why=why.strip(),
        )
    )


def form_of(session: Session, actor: Actor, activity: Activity) -> dict[str, Any]:
    """A record as it stands, whole."""
    return queries.form_with(activity, queries.lists_of(session, actor, [activity.id]).get(activity.id, []))


def _rewrite(session: Session, actor: Actor, activity: Activity, draft: Draft) -> None:
    """The new form, with its list made from the roll of its day."""
    roll = queries.roll_of_day(session, actor, activity.group_id, draft.held_on, draft.kind, besides=activity.id)
    listed = queries.attendance(session, actor, activity.id)
    standing = {activity.chair_id, activity.recorder_id, *(line[0] for line in listed)}
    check(session, actor, roll, draft, known={person_id for person_id in standing if person_id is not None})
    attendance = list_of(roll, draft)
    for name, value in {**columns_of(draft), **figures_of(attendance)}.items():
        setattr(activity, name, value)
    activity.group_ids = counts_in(roll, attendance)
    activity.revision += 1
    session.flush()
    session.execute(delete(Attendance).where(Attendance.activity_id == activity.id))
    session.execute(LIST, {"activity_id": activity.id, **arrays_of(roll, attendance.lines)})
