"""An import of a roster, or of committees, taken back: what it made is no more, what it changed is as it was before.

It is refused while anything rests on it. The history keeps that it was, and that it was taken back.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, text, update
from sqlalchemy.exc import IntegrityError

from services.activities.register import queries
from services.activities.register.actions.imports import update_people
from services.activities.register.actions.looking_over import look_over_later
from services.activities.register.actions.people import follow_people
from services.activities.register.actions.posts import changed_post
from services.activities.register.actions.terms import take_terms_back
from services.activities.register.actions.units import KEEPS_REGISTER, require
from services.activities.register.models import Care
from services.activities.register.rules.written import Resting, Written
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict
from shared.events import PostChanged
from shared.people import Circumstance, Membership, Person, Post, Unit, UnitKind

BACK = "撤销导入"
JUST_NOW = "刚刚又有了新的登记，所以没有撤销。请刷新后再看。"

GIVE_POSTS_BACK = text("""
    update office.post p set ends_on = x.until
    from unnest(cast(:ids as bigint[]), cast(:days as date[])) as x(id, until) where p.id = x.id""")
# To seal leaves alone what is not given: what nothing stood in before is emptied here.
EMPTY = {
    "id_number": text("update office.person set id_number_sealed = null, id_number_index = null where id = any(:ids)"),
    "phone": text("update office.person set phone_sealed = null where id = any(:ids)"),
    "more": text("update office.person set more_sealed = null where id = any(:ids)"),
}


def refuse_resting(resting: list[Resting]) -> None:
    """Nothing is taken back from under what stands on it; all of that is named."""
    if resting:
        said = "；".join(each.said for each in resting)
        raise Conflict(f"这次导入的内容上已有后来的登记，不能撤销：{said}。请先处理这些，或在名册里逐项更正。")


def take_roster_back(session: Session, actor: Actor, township_id: int, written: Written, *, since: datetime) -> None:
    """Undo a roster, one at a time in a township: nothing else is written in its register meanwhile."""
    township = queries.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP, locked=True)
    require(actor, township, KEEPS_REGISTER)
    refuse_resting(queries.resting_on(session, actor, written, township_id=township.id, since=since))
    told = _facts(session, actor, township.id, written)
    try:
        with session.begin_nested():
            _remove(session, Care, written.cares)
            _remove_spans(session, written)
            _reopen(session, written)
            take_terms_back(session, actor, written.terms, BACK)
            _give_fields_back(session, written)
            _remove(session, Person, written.people)
            _remove(session, Unit, written.units, Unit.kind == UnitKind.GROUP)
            _remove(session, Unit, written.units)
            if queries.named_elsewhere(session, written):
                raise Conflict(JUST_NOW)  # handed in beside this, where no key of the database holds it
    except IntegrityError as other:
        raise Conflict(JUST_NOW) from other
    session.expire_all()
    look_over_later(session, township.id)
    for fact in told:
        announce(session, fact, by=actor, reason=BACK)


def _facts(session: Session, actor: Actor, township_id: int, written: Written) -> list[PostChanged]:
    """Whoever stays is told that he leaves a post, or holds one again; each person once.

    Of a unit that goes, the history is written where he is found again.
    """
    facts, told = list[PostChanged](), set[int]()
    ended = [post_id for post_id, _ in written.ended_posts]
    for post in queries.posts_by_id(session, [*written.posts, *ended]):
        if post.person_id in written.people:
            continue
        change = "taken" if post.id in ended else "left"
        fact = changed_post(actor, post, change, post.starts_on, told=post.person_id not in told)
        gone = post.unit_id in written.units
        facts.append(replace(fact, unit_id=written.homes.get(post.person_id, township_id)) if gone else fact)
        told.add(post.person_id)
    return facts


def _remove(session: Session, model: type[Any], ids: list[int], *which: ColumnElement[bool]) -> None:
    if ids:
        session.execute(
            delete(model).where(model.id.in_(ids), *which), execution_options={"synchronize_session": False}
        )


def _remove_spans(session: Session, written: Written) -> None:
    for model, ids in (
        (Post, written.posts),
        (Circumstance, written.circumstances),
        (Membership, written.memberships),
    ):
        _remove(session, model, ids)


def _reopen(session: Session, written: Written) -> None:
    """Everybody is found where he was, and looked after there; what ended goes on."""
    today = clock.today(session)
    follow_people(session, [(person_id, unit_id, today) for person_id, unit_id in written.homes.items()])
    for model, ids in ((Membership, written.ended_memberships), (Circumstance, written.ended_circumstances)):
        if ids:
            again = update(model).where(model.id.in_(ids)).values(ends_on=None)
            session.execute(again, execution_options={"synchronize_session": False})
    if written.ended_posts:
        ids, days = map(list, zip(*written.ended_posts, strict=True))
        session.execute(GIVE_POSTS_BACK, {"ids": ids, "days": [day and date.fromisoformat(str(day)) for day in days]})


def _give_fields_back(session: Session, written: Written) -> None:
    """The fields as they stood."""
    before = {person_id: {name: was for name, (was, _) in mine.items()} for person_id, mine in written.fields.items()}
    typed = {person_id: {name: _typed(name, was) for name, was in mine.items()} for person_id, mine in before.items()}
    update_people(session, typed)
    for name, empty in EMPTY.items():
        ids = [person_id for person_id, mine in before.items() if name in mine and mine[name] is None]
        if ids:
            session.execute(empty, {"ids": ids})


def _typed(name: str, was: str | None) -> Any:  # noqa: ANN401
    return date.fromisoformat(was) if was and name.endswith("_on") else was
