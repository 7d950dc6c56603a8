"""What the register looks at before somebody who was chosen takes up his post; asked by the system."""

from datetime import date

from sqlalchemy import select

from shared.db import Session
from shared.people import Membership, Post, Unit, holds_on, lasts
from shared.roles import Role


def member_on(session: Session, person_id: int, day: date) -> tuple[Membership, Unit] | None:
    """Where somebody belongs on a day, locked: nobody moves him meanwhile."""
    found = (
        select(Membership, Unit)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.person_id == person_id, holds_on(Membership.starts_on, Membership.ends_on, day))
        .with_for_update(of=Membership)
    )
    row = session.execute(found).first()
    return row and (row[0], row[1])


def leads_elsewhere(session: Session, person_id: int, unit_id: int, day: date) -> bool:
    """Whether somebody is leader or deputy of another group on a day, or is to be."""
    held = select(Post.id).where(Post.person_id == person_id, Post.unit_id != unit_id)
    held = held.where(Post.kind.in_([Role.LEADER, Role.DEPUTY]), lasts(Post.starts_on, Post.ends_on, day))
    return session.scalar(held.limit(1)) is not None
