"""Whether those agree who are to be put forward: as the branch sees it, and as each sees it of himself."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, select, update

from services.assessment.choosings.models import Choosing, Consent
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Person


def consents(session: Session, row: Choosing) -> Sequence[Row[Consent, str]]:
    """Those who were asked in a choosing that one sees by a post, with their names."""
    found = select(Consent, Person.name.label("name")).join(Person, Person.id == Consent.person_id)
    return session.execute(found.where(Consent.choosing_id == row.id).order_by(Consent.id)).all()


def consent_of(session: Session, choosing_id: int, person_id: int) -> Consent | None:
    """What somebody was asked in a choosing, locked, if he was."""
    found = select(Consent).where(Consent.choosing_id == choosing_id, Consent.person_id == person_id)
    return session.scalar(found.with_for_update().execution_options(populate_existing=True))


def own_consents(session: Session, actor: Actor) -> Sequence[Consent]:
    """What somebody was asked himself and is not over, or has answered; the last first."""
    if actor.person_id is None:
        return []
    found = select(Consent).where(Consent.person_id == actor.person_id, Consent.ended_on.is_(None))
    return session.scalars(found.order_by(Consent.id.desc()).limit(20)).all()


def own_consent(session: Session, actor: Actor, choosing_id: int) -> Consent:
    """What somebody was asked himself in a choosing, locked, or OutOfReach."""
    found = None if actor.person_id is None else consent_of(session, choosing_id, actor.person_id)
    if found is None:
        raise OutOfReach
    return found


def end_consents(session: Session, choosing_id: int, day: date) -> None:
    """Nobody is asked any more: somebody was put forward, or the choosing is over."""
    session.execute(
        update(Consent).where(Consent.choosing_id == choosing_id, Consent.ended_on.is_(None)).values(ended_on=day)
    )
