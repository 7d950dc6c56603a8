"""Who is meant by what somebody typed: a part of his name, the beginning of its pinyin, its letters; or a number."""

import re

from sqlalchemy import ColumnElement, func, or_, select, text

from services.activities.register.queries.members import index_of, opened
from services.activities.register.queries.units import in_reach
from services.activities.register.rules.pinyin import initials, plain
from shared.access import Actor
from shared.db import Session
from shared.people import Person, Unit
from shared.roles import Role
from shared.tables import compact, tidy
from shared.tables.folding import DOTS

LOOKS_AT_NUMBERS = (Role.ORGANISER, Role.SECRETARY)
ID_LENGTH = 18
OF_PHONES = "phone/"  # keeps the indexes of telephone numbers apart from those of ID numbers
NOT_DIGITS = re.compile(r"[^0-9]")

INDEX = text("""
    update office.person p set phone_index = x.index
    from unnest(cast(:ids as bigint[]), cast(:indexes as bytea[])) as x(id, index) where p.id = x.id""")


def is_called(words: str) -> ColumnElement[bool] | None:
    """The condition on Person of being called so; nothing where nothing was typed that could be a name."""
    words = compact(tidy(words)).translate(DOTS)
    if not words:
        return None
    named = Person.name.contains(words, autoescape=True)
    sounded = func.replace(Person.pinyin, " ", "").startswith(plain(words), autoescape=True)
    pattern = initials(words)
    return or_(named, sounded) if pattern is None else or_(named, sounded, Person.pinyin.regexp_match(pattern))


def field_of(number: str) -> str:
    """Which number that is: `id_number` or `phone`."""
    return "id_number" if len(number) == ID_LENGTH else "phone"


def numbered(session: Session, actor: Actor, number: str) -> list[Person]:
    """Whose number that is, of those whose numbers somebody may look at; found by its blind index."""
    query = select(Person).join(Unit, Unit.id == Person.unit_id).where(in_reach(actor, *LOOKS_AT_NUMBERS))
    index = index_of(session)
    if field_of(number) == "id_number":
        query = query.where(Person.id_number_index == index(number))
    else:
        _index_phones(session, actor)
        query = query.where(Person.phone_index == index(phone_text(number)))
    return list(session.scalars(query.order_by(Person.pinyin, Person.id)))


def phone_text(number: str) -> str:
    """What of a telephone number is indexed: its digits, without the country's."""
    return OF_PHONES + NOT_DIGITS.sub("", number.removeprefix("+86"))


def _index_phones(session: Session, actor: Actor) -> None:
    """Index what has no index yet: the database forgets it whenever a number changes, whoever changes it."""
    units = select(Unit.id).where(in_reach(actor, *LOOKS_AT_NUMBERS))
    bare = select(Person).where(
        Person.unit_id.in_(units), Person.phone_sealed.is_not(None), Person.phone_index.is_(None)
    )
    people = list(session.scalars(bare.order_by(Person.id).with_for_update(skip_locked=True)))
    if people:
        index = index_of(session)
        indexes = [index(phone_text(opened(person, "phone") or "")) for person in people]
        session.execute(INDEX, {"ids": [person.id for person in people], "indexes": indexes})
