"""The votes that somebody sees, and what he may do next."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, false, or_, select

from services.assessment.ballots.models import Ballot, Option, Teller
from services.assessment.ballots.rules import GOING_ON, MOVES, BallotStep
from services.assessment.cases.queries import is_vacant, steps_of
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Unit, holder_of
from shared.roles import Role

ABOVE = (Role.ORGANISER, Role.COMMITTEE)
BRANCH = (Role.SECRETARY, Role.COMMITTEE_MEMBER)


def seen_by(actor: Actor) -> Select[Ballot]:
    """The votes of one's group, branch or township, and those that one counts."""
    found = select(Ballot)
    if actor.reach == "*":
        return found
    counts = select(Teller.ballot_id).where(Teller.person_id == actor.person_id, Teller.ended_at.is_(None))
    return found.where(
        or_(
            Ballot.township_id.in_(actor.units_as(*ABOVE)),
            Ballot.branch_id.in_(actor.units_as(*BRANCH)),
            Ballot.unit_id.in_(actor.units_as(Role.LEADER)),
            Ballot.id.in_(counts) if actor.person_id is not None else false(),
        )
    )


def ballot_to_change(session: Session, actor: Actor, ballot_id: int) -> Ballot:
    """One vote, locked, or OutOfReach."""
    asked = seen_by(actor).where(Ballot.id == ballot_id).with_for_update(of=Ballot)
    found = session.scalar(asked.execution_options(populate_existing=True))
    if found is None:
        raise OutOfReach
    return found


def _named(found: Select[Ballot]) -> Select[*tuple[Any, ...]]:
    return found.join(Unit, Unit.id == Ballot.unit_id).with_only_columns(Ballot, Unit.whole_name.label("unit"))


def ballot(session: Session, actor: Actor, ballot_id: int) -> Row[Any]:
    """One vote with its unit's name, or OutOfReach."""
    found = session.execute(_named(seen_by(actor).where(Ballot.id == ballot_id))).one_or_none()
    if found is None:
        raise OutOfReach
    return found


def ballots(session: Session, actor: Actor, *, after: int | None, limit: int) -> Sequence[Row[Any]]:
    """Those that one sees, the newest first; `after` is the last one already seen."""
    asked = seen_by(actor)
    asked = asked if after is None else asked.where(Ballot.id < after)
    return session.execute(_named(asked).order_by(Ballot.id.desc()).limit(limit)).all()


def to_count(session: Session, actor: Actor) -> Sequence[Row[Any]]:
    """Those that one counts oneself and that are not counted yet."""
    mine = select(Teller.ballot_id).where(Teller.person_id == actor.person_id, Teller.ended_at.is_(None))
    asked = seen_by(actor).where(Ballot.id.in_(mine), Ballot.stage.in_(("open", "differs")))
    return session.execute(_named(asked).order_by(Ballot.id)).all()


def chain_of(session: Session, purpose: str, subject_id: int) -> Sequence[Ballot]:
    """All votes about a thing of another topic, which has asked its own right already, the first one first."""
    asked = select(Ballot).where(Ballot.purpose == purpose, Ballot.subject_id == subject_id)
    return session.scalars(asked.order_by(Ballot.id)).all()


def latest_of(session: Session, purpose: str, subject_id: int) -> Ballot | None:
    """The last of them, locked."""
    asked = select(Ballot).where(Ballot.purpose == purpose, Ballot.subject_id == subject_id)
    return session.scalar(asked.order_by(Ballot.id.desc()).limit(1).with_for_update())


def of_former_units(session: Session) -> Sequence[Ballot]:
    """What goes on in a unit that is no more, locked; asked by the system alone."""
    gone = select(Unit.id).where(Unit.dissolved_on <= clock.today(session))
    asked = select(Ballot).where(Ballot.stage.in_(GOING_ON), Ballot.unit_id.in_(gone))
    return session.scalars(asked.order_by(Ballot.id).with_for_update()).all()


def history(session: Session, actor: Actor, ballot_id: int) -> Sequence[Row[Any]]:
    """The steps of a vote with who took them, in order."""
    row = ballot(session, actor, ballot_id)[0]
    return steps_of(session, f"ballot:{row.id}", units=(row.unit_id, row.branch_id, row.township_id))


# --- who may take it on ---


def candidates(session: Session, ballot_id: int) -> frozenset[int]:
    """Who stands on its paper."""
    return frozenset(session.scalars(select(Option.person_id).where(Option.ballot_id == ballot_id)))


def chair_stands(session: Session, row: Ballot) -> int | None:
    """The branch's secretary where he is a candidate himself: it waits for the next then, and never for him."""
    holder = holder_of(session, row.branch_id, Role.SECRETARY, clock.today(session))
    return holder if holder in candidates(session, row.id) else None


def chairs(session: Session, actor: Actor, row: Ballot) -> bool:
    """Whether somebody may lead a vote: no candidate; an organiser only where the branch has nobody who may."""
    if actor.person_id is not None and actor.person_id in candidates(session, row.id):
        return False
    if actor.reach == "*" or actor.roles_over(row.unit_id, row.branch_id) & {Role.LEADER, Role.SECRETARY}:
        return True
    return is_vacant(session, row.branch_id) or chair_stands(session, row) is not None


def open_steps(session: Session, actor: Actor, row: Ballot) -> list[BallotStep]:
    """The steps that somebody may take from where it stands."""
    steps = MOVES.open_to(row.stage, roles=actor.roles_over(row.unit_id, row.branch_id, row.township_id))
    if row.stage == "counted":
        return []  # refused by whoever called it for a thing of his, not from here
    return steps if steps and chairs(session, actor, row) else []
