"""The lists of a 换届: what a branch has still to put forward or to have elected, and what waits for review."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, or_

from services.assessment.ballots.models import Ballot
from services.assessment.ballots.rules import GOING_ON
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.queries.choosings import Branch, Group, named, seen_by
from services.assessment.choosings.rules import BY_VOTE, ChoosingStage, Way
from shared.access import Actor
from shared.db import Session
from shared.roles import Role

BEFORE_REVIEW = (ChoosingStage.DRAFT, ChoosingStage.CALLED, ChoosingStage.COUNTED)


def drafts_of(session: Session, actor: Actor, branch_id: int) -> Sequence[Row[Any]]:
    """What a branch nominates and has not put forward yet, group by group."""
    asked = seen_by(actor).where(
        Choosing.branch_id == branch_id, Choosing.stage == ChoosingStage.DRAFT, Choosing.way == Way.NOMINATE
    )
    return session.execute(named(asked, actor).order_by(Group.sort_key, Group.id, Choosing.post.desc())).all()


def elections_of(session: Session, actor: Actor, branch_id: int) -> Sequence[Row[Any]]:
    """What the groups of a branch elect and is not handed in yet, group by group; `vote`: the one that goes on."""
    asked = seen_by(actor).where(
        Choosing.branch_id == branch_id, Choosing.stage.in_(BEFORE_REVIEW), Choosing.way == Way.ELECT
    )
    of_it = and_(Ballot.purpose == BY_VOTE, Ballot.subject_id == Choosing.id, Ballot.stage.in_(GOING_ON))
    found = named(asked, actor).outerjoin(Ballot, of_it).add_columns(Ballot)
    return session.execute(found.order_by(Group.sort_key, Group.id, Choosing.post.desc())).all()


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
