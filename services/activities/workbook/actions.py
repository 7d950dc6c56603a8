"""What leaves the work book as a file."""

from services.activities.workbook import queries
from services.activities.workbook.rules.books import Book, Quarter
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.events import PaperTaken


def take_book(session: Session, actor: Actor, group_id: int, quarter: Quarter) -> Book:
    """The book of a group's quarter, to be made into a file; that it was taken is told."""
    made = queries.book(session, actor, group_id, quarter)
    fact = PaperTaken(
        unit_id=group_id,
        paper="book",
        form="pdf",
        sort="book",
        thing_id=group_id,
        year=quarter.year,
        quarter=quarter.number,
    )
    announce(session, fact, by=actor)
    return made
