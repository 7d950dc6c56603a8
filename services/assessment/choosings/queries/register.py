"""The lists of a 换届: what a branch has still to put forward, and what waits for review."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, or_

from services.assessment.choosings.models import Choosing
from services.assessment.choosings.queries.choosings import Branch, Group, named, seen_by
from services.assessment.choosings.rules import ChoosingStage, Way
from shared.access import Actor
from shared.db import Session
from shared.roles import Role


def drafts_of(session: Session, actor: Actor, branch_id: int) -> Sequence[Row[Any]]:
    """What a branch nominates and has not put forward yet, group by group."""
    asked = seen_by(actor).where(
        Choosing.branch_id == branch_id, Choosing.stage == ChoosingStage.DRAFT, Choosing.way == Way.NOMINATE
    )
    return session.execute(named(asked, actor).order_by(Group.sort_key, Group.id, Choosing.post.desc())).all()


def to_review(session: Session, actor: Actor) -> Sequence[Row[Any]]:
    """What waits for the township's organiser, and of a member of its committee what waits for that; by branch."""
    asked = seen_by(actor).where(
        or_(
            Choosing.stage.in_([ChoosingStage.REVIEW, ChoosingStage.AGREED]),
            and_(Choosing.stage == ChoosingStage.APPROVAL, Choosing.township_id.in_(actor.units_as(Role.COMMITTEE))),
        )
    )
    ordered = named(asked, actor).order_by(Branch.sort_key, Branch.id, Group.sort_key, Group.id, Choosing.id)
    return session.execute(ordered).all()
