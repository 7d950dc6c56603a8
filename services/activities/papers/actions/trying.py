"""What an office's own papers are tried with, and what they then say."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.activities.ledger import queries as ledger
from services.activities.papers import queries, rules
from services.activities.papers.actions.bound import fill_record
from services.activities.papers.actions.lists import Asking, fill, time_of_list
from services.activities.papers.rules import Listing
from services.activities.papers.schemas import AskedForm
from services.activities.workbook import queries as workbook
from services.activities.workbook.rules.books import Quarter, filled_of_book
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.papers.catalogue import BOOK, RECORD
from shared.papers.kinds import Filled
from shared.papers.press import Press, number_of

MOST_THINGS = 50


def _things_of_units(session: Session, actor: Actor) -> list[tuple[str, str]]:
    return [(str(each.id), each.whole_name) for each in queries.units_of(session, actor)[:MOST_THINGS]]


def _things_of_records(session: Session, actor: Actor) -> list[tuple[str, str]]:
    found = queries.last_records(session, actor)
    return list(zip((str(each.id) for each in found), ledger.said_of(session, found), strict=True))


def _fill_list(listing: Listing) -> Callable[[Session, Actor, str], Filled]:
    def filled(session: Session, actor: Actor, thing: str) -> Filled:
        unit_id = number_of(thing)
        unit = queries.unit_of(session, actor, unit_id, of_records=listing in rules.OF_RECORDS)
        asked = AskedForm()
        return fill(listing, Asking(session, actor, unit, time_of_list(session, listing, asked), asked))

    return filled


def _fill_record(session: Session, actor: Actor, thing: str) -> Filled:
    return fill_record(session, actor, ledger.activity_in_reach(session, actor, number_of(thing)))


def _fill_book(session: Session, actor: Actor, thing: str) -> Filled:
    unit_id, now = number_of(thing), Quarter.of(clock.today(session))
    return filled_of_book(workbook.book(session, actor, unit_id, now))


def _things_of_books(session: Session, actor: Actor) -> list[tuple[str, str]]:
    groups = [each for _, members in workbook.books_of(session, actor) for each in members]
    return [(str(each.id), each.whole_name) for each in groups[:MOST_THINGS]]


PRESSES: Mapping[str, Press] = {
    **{listing.value: Press(_things_of_units, _fill_list(listing)) for listing in Listing},
    RECORD.key: Press(_things_of_records, _fill_record),
    BOOK.key: Press(_things_of_books, _fill_book),
}
