"""The names of the register that words hold."""

from sqlalchemy import literal, select

from shared.db import Session
from shared.people import Person

NAME_LENGTH_MIN = 2


def names_within(session: Session, said: str) -> list[str]:
    """Those of the people whom whoever writes reaches, and of no others: the answer tells nobody who is a member."""
    found = select(Person.name).where(literal(said).contains(Person.name, autoescape=False)).distinct()
    return sorted(name for name in session.scalars(found) if len(name) >= NAME_LENGTH_MIN)
