"""Who may not be put forward for a time: the township's own list, and whom its office may mark."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import aliased

from services.assessment.cases.queries import OFFICE
from services.assessment.choosings.models import NotStanding
from shared.access import Actor
from shared.db import Session
from shared.people import Account, Membership, Person, Unit, UnitKind, holds_on
from shared.roles import Role

By = aliased(Person)


def barred(session: Session, actor: Actor, day: date) -> Sequence[Row[NotStanding, str, str, str]]:
    """Who of the townships of one's office may not be put forward on a day: the mark, the name, the unit, by whom.

    Also whoever was marked elsewhere and has come here since: the mark holds here too.
    """
    units = actor.units_as(*OFFICE)
    found = (
        select(NotStanding, Person.name.label("name"), Unit.whole_name.label("unit"), By.name.label("by"))
        .join(Person, Person.id == NotStanding.person_id)
        .join(Unit, Unit.id == Person.unit_id)
        .outerjoin(Account, Account.id == NotStanding.set_by)
        .outerjoin(By, By.id == Account.person_id)
        .where(or_(Unit.id.in_(units), Unit.township_id.in_(units)))
        .where(holds_on(NotStanding.starts_on, NotStanding.ends_on, day))
    )
    return session.execute(found.order_by(NotStanding.starts_on.desc(), NotStanding.id.desc())).all()


def places_to_mark(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The groups, and branches that are not divided, of the townships whose organiser somebody is."""
    units = actor.units_as(Role.ORGANISER)
    here = select(Unit.id, Unit.whole_name).where(Unit.township_id.in_(units), Unit.dissolved_on.is_(None))
    here = here.where(or_(Unit.kind == UnitKind.GROUP, Unit.kind == UnitKind.BRANCH))
    return [(unit_id, name) for unit_id, name in session.execute(here.order_by(Unit.sort_key, Unit.id))]


def members_to_mark(session: Session, actor: Actor, unit_id: int, day: date) -> list[tuple[int, str]]:
    """Who belongs to one of these on a day, by name."""
    units = actor.units_as(Role.ORGANISER)
    found = (
        select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Unit.id == unit_id, Unit.township_id.in_(units), Membership.kind == "full")
        .where(holds_on(Membership.starts_on, Membership.ends_on, day))
    )
    return [(person_id, name) for person_id, name in session.execute(found.order_by(Person.pinyin, Person.id))]
