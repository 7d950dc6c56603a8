"""What the organiser has looked at is handed to the committee, and it agrees: one by one, or many in one act."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import text

from services.assessment.choosings import queries
from services.assessment.choosings.actions.moving import NODS, Township, desk_of, tell_all
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.rules import ChoosingStage, ChoosingStep
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfOrder, OutOfReach, Refusal

TAKE = text("""
    update assessment.choosing set stage = :stage, agreed_on = :agreed_on, agreed_by = :agreed_by
    where id = any (cast(:ids as bigint[]))""")

NO_NOD: dict[str, object] = {"agreed_on": None, "agreed_by": None}


class Nodded(NamedTuple):
    """Where those stand that went on, and why the others did not."""

    stage: ChoosingStage
    refused: Mapping[int, Refusal]


def pass_on(session: Session, actor: Actor, choosing_id: int) -> Choosing:
    """The organiser has looked at it, and asks the committee."""
    return _one(session, choosing_id, pass_on_all(session, actor, [choosing_id]))


def agree(session: Session, actor: Actor, choosing_id: int) -> Choosing:
    """The committee agrees: the organiser may file it."""
    return _one(session, choosing_id, agree_to_all(session, actor, [choosing_id]))


def pass_on_all(session: Session, actor: Actor, choosing_ids: Collection[int]) -> Nodded:
    """The same of many, in a few statements; each goes through or is refused by itself."""
    return _take(session, actor, choosing_ids, ChoosingStep.PASS_ON, ChoosingStage.APPROVAL)


def agree_to_all(session: Session, actor: Actor, choosing_ids: Collection[int]) -> Nodded:
    """The same of many, in a few statements; each goes through or is refused by itself."""
    return _take(session, actor, choosing_ids, ChoosingStep.AGREE, ChoosingStage.AGREED)


def _one(session: Session, choosing_id: int, came: Nodded) -> Choosing:
    for refusal in came.refused.values():
        raise refusal
    return session.get_one(Choosing, choosing_id, populate_existing=True)


def _take(
    session: Session, actor: Actor, choosing_ids: Collection[int], step: ChoosingStep, stage: ChoosingStage
) -> Nodded:
    """All are locked before the first is touched: whoever takes a step of one of them meanwhile waits."""
    rows = queries.choosings_to_change(session, actor, choosing_ids)
    refused: dict[int, Refusal] = {each: OutOfReach() for each in set(choosing_ids) - {row.id for row in rows}}
    desk, townships, going, moved = desk_of(session, actor, [row.id for row in rows]), Township(session), [], None
    for row in rows:
        try:
            taken = desk.may(row, step)
            if not townships.wants_nod(row) and step not in NODS:
                raise OutOfOrder("按设置，这个职务不须先报党委，审查后直接备案。")
            moved = taken
            going.append(row)
        except Refusal as why:
            refused[row.id] = why
    if moved is not None:
        agrees = step in NODS
        nod = {"agreed_on": clock.today(session), "agreed_by": actor.account_id} if agrees else NO_NOD
        session.execute(TAKE, nod | {"stage": moved.after, "ids": [row.id for row in going]})
        tell_all(session, actor, going, moved, barred=desk.stood if agrees else {})
    return Nodded(stage, refused)
