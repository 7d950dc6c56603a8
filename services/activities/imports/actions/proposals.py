"""Acts of the register that a roster proposes: done where somebody ticked them, never by the file itself."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.activities.imports import queries
from services.activities.register import actions as register
from services.activities.register.rules.care import Looked, Sort
from services.activities.register.rules.membership import Asked
from shared.access import Actor
from shared.db import Session
from shared.errors import Invalid


def let_leave(session: Session, actor: Actor, handed_id: int, asked: Mapping[int, Asked]) -> None:
    """Whoever was ticked of those who left, by their ids: each an act of the register, all or none.

    Invalid names the field as `on.17`: the day of person 17.
    """
    _refuse_none(session, actor, handed_id, asked, Invalid("请先勾选要办理的人。", field="people"))
    for person_id in sorted(asked):
        with _named(person_id):
            register.turn(session, actor, person_id, asked[person_id]).handed_id = handed_id


def note_lost(session: Session, actor: Actor, handed_id: int, asked: Mapping[int, Looked]) -> None:
    """Whoever was ticked of those out of contact, by their ids: each on that list of his branch, all or none.

    Invalid names the field as `on.17`: the day of person 17.
    """
    _refuse_none(session, actor, handed_id, asked, Invalid("请先勾选要登记的人。", field="lost"))
    for person_id in sorted(asked):
        with _named(person_id):
            register.look_after(session, actor, person_id, asked[person_id]).handed_id = handed_id


@dataclass(frozen=True, slots=True)
class Suggested:
    """Somebody to be put on a list, as the file suggests it. contact: a name; last_on: when he was met last."""

    looked: Looked
    contact: str = ""
    last_on: date | None = None


def look_after(session: Session, actor: Actor, handed_id: int, asked: Mapping[tuple[Sort, int], Suggested]) -> None:
    """Whoever was ticked of those out or in need, by list and id: each on that list of his branch, all or none.

    Invalid names the field as `on.in_need.17`: the day of person 17 on that list.
    """
    _refuse_none(session, actor, handed_id, asked, Invalid("请先勾选要登记的人。", field="mobile_out"))
    for sort, person_id in sorted(asked):
        one = asked[sort, person_id]
        with _named(f"{sort}.{person_id}", contact_id="contact"):
            contact_id = queries.helper(session, actor, person_id, one.contact) if one.contact else None
            made = register.look_after(session, actor, person_id, replace(one.looked, contact_id=contact_id))
            made.handed_id = handed_id
            if one.last_on:
                _meet(session, actor, made.id, one.last_on)


def _meet(session: Session, actor: Actor, care_id: int, on: date) -> None:
    try:
        register.meet(session, actor, care_id, on=on)
    except Invalid as wrong:
        raise Invalid(wrong.detail, field="last_on") from wrong


def _refuse_none(session: Session, actor: Actor, handed_id: int, asked: Mapping[Any, object], none: Invalid) -> None:
    """The right comes first, then whether anybody was ticked at all."""
    register.may_bring_in(session, actor, queries.handed(session, actor, handed_id).township_id)
    if not asked:
        raise none


@contextmanager
def _named(whom: int | str, **fields: str) -> Iterator[None]:
    """What is refused of one names his field: the page has the same fields for each. fields: as it calls them."""
    try:
        yield
    except Invalid as wrong:
        raise Invalid(wrong.detail, field=f"{fields.get(str(wrong.field), wrong.field)}.{whom}") from wrong
