"""Records corrected after a change of a member that was entered late: he is left out, and nothing else is touched."""

from collections.abc import Iterable

from services.activities.ledger import queries
from services.activities.ledger.actions.corrections import correct
from services.activities.ledger.actions.records import Draft
from services.activities.ledger.actions.steps import left_said
from services.activities.ledger.models import Activity
from services.activities.ledger.rules.attendance import Absence
from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.stages import Attended
from services.activities.register import queries as register
from shared.access import Actor
from shared.db import Session
from shared.errors import Conflict

WHY = "名册补录了党员变动，按当天的名册更正名单。"
LACKING = "还缺别人的到会情况，请打开那条记录更正"


def leavable(
    session: Session, actor: Actor, person_id: int, activity_ids: Iterable[int]
) -> tuple[list[int], list[tuple[Activity, str]]]:
    """Of records that list somebody: those that he can be left out of, and each of the others with the reason why not.

    Where he can be left out of none, Conflict says so of each.
    """
    register.person_in_reach(session, actor, person_id)
    found = queries.to_change(session, actor, activity_ids)
    left = [(each, LACKING) for each in found if _lacking(session, actor, each)]
    if left and len(left) == len(found):
        raise Conflict("没有办成。" + left_said(session, left))
    kept = {each.id for each, _ in left}
    return [each.id for each in found if each.id not in kept], left


def leave_out(session: Session, actor: Actor, person_id: int, activity_ids: Iterable[int]) -> list[Activity]:
    """Correct the records that list somebody who was not in the group on their day; each keeps its earlier form.

    What was confirmed is confirmed anew. Where he is missing a person has to say whether he came.
    """
    register.person_in_reach(session, actor, person_id)
    wrong = {each.activity_id for each in queries.disagreeing(session, actor, person_id) if not each.missing}
    wanted = sorted(set(activity_ids))
    if not wrong.issuperset(wanted):
        raise Conflict("选中的记录里有的已经更正，或者要补写到会情况，请刷新页面，逐条打开更正。")
    return [
        correct(session, actor, each.id, _without(session, actor, each, person_id), why=WHY)
        for each in queries.to_change(session, actor, wanted)
    ]


def _without(session: Session, actor: Actor, activity: Activity, person_id: int) -> Draft:
    """The record as it stands, without him."""
    if _lacking(session, actor, activity):
        raise Conflict(f"{activity.held_on}的记录{LACKING}。")
    roll = queries.roll_of_day(session, actor, activity.group_id, activity.held_on, activity.kind)
    lines = [line for line in queries.attendance(session, actor, activity.id) if line[0] != person_id]
    return Draft(
        kind=Kind(activity.kind),
        held_on=activity.held_on,
        place=activity.place,
        topic=activity.topic,
        speaker=activity.speaker,
        guests=activity.guests,
        content=activity.content,
        minutes=activity.minutes,
        chair_id=activity.chair_id,
        recorder_id=activity.recorder_id,
        absent={
            who: Absence(reason, words)
            for who, _, state, _, reason, words in lines
            if state != Attended.PRESENT and who in roll.members
        },
        came=[who for who, _, state, _, _, _ in lines if state == Attended.PRESENT],
        again=True,
    )


def _lacking(session: Session, actor: Actor, activity: Activity) -> bool:
    """Whether others belonged to the group on its day of whom it does not say whether they came."""
    roll = queries.roll_of_day(session, actor, activity.group_id, activity.held_on, activity.kind)
    return bool(roll.members - {line[0] for line in queries.attendance(session, actor, activity.id)})
