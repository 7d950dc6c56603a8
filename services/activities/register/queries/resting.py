"""What rests on what an import wrote: it cannot be taken back while anything does, whoever wrote that since."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, text, true

from services.activities.register.models import Care, CareEntry, MemberAct
from services.activities.register.queries.members import opened
from services.activities.register.rules.membership import Stage
from services.activities.register.rules.offices import OFFICES, clash
from services.activities.register.rules.written import LATER, OF_UNIT, OTHER, THINGS, Resting, Written, gathered
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.people import Circumstance, Membership, Person, Post, Unit, lasts, names_of
from shared.people.terms import Term
from shared.roles import SINGLE, Role
from shared.standing_in import StandIn

RESTING_ON = text("select thing, of_person, about from activities.resting_on(:people, :units)")

# A record of the new group that counts somebody there rests on his having come.
LISTED = text("""
    select distinct l.person_id from office.membership m
    join activities.attendance l on l.person_id = m.person_id and l.group_id = m.unit_id
    join activities.activity a on a.id = l.activity_id and a.held_on >= m.starts_on
    where m.id = any(:memberships) and m.person_id <> all(:people) and a.stage <> 'discarded'""")


def resting_on(session: Session, actor: Actor, written: Written, *, township_id: int, since: datetime) -> list[Resting]:
    """What would be left without its ground, kind by kind, by the names of those whom it is about.

    `since`: when the import was in; `actor`: who would take it back.
    """
    found = [(THINGS.get(row.thing, OTHER), row.of_person, row.about) for row in named_elsewhere(session, written)]
    people = {about for _, of_person, about in found if of_person}
    later = [*_later(session, written), *_not_again(session, actor, written, township_id, since)]
    people |= {about for what, about in later if what not in OF_UNIT}
    units = {about for _, of_person, about in found if not of_person}
    units |= {about for what, about in later if what in OF_UNIT}
    named = session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    names = {row[0]: row[1] for row in named}
    places = names_of(session, units) if units else {}
    said = [(what, (names if of_person else places).get(about, "")) for what, of_person, about in found]
    said += [(what, (places if what in OF_UNIT else names).get(about, "")) for what, about in later]
    return gathered((what, about or "（不在您的范围内）") for what, about in said)


def named_elsewhere(session: Session, written: Written) -> Sequence[Row[str, bool, int]]:
    """What names a person or a unit that the import made, asked of all schemas at once."""
    if not (written.people or written.units):
        return []
    return session.execute(RESTING_ON, {"people": written.people, "units": written.units}).all()


def _later(session: Session, written: Written) -> Iterator[tuple[str, int]]:
    """What the register itself has since: spans that began on what was made, spans of it that ended, fields."""
    for what, table, mine in (
        ("membership", Membership, written.memberships),
        ("post", Post, written.posts),
        ("circumstance", Circumstance, written.circumstances),
    ):
        made = or_(table.person_id.in_(written.people), table.unit_id.in_(written.units))
        since = or_(and_(made, table.id.not_in(mine)), and_(table.id.in_(mine), table.ends_on.is_not(None)))
        yield from _each(LATER[what], session, select(table.person_id).where(since))
    yield from _each(LATER["membership"], session, _arranged(written))
    below = select(Unit.id).where(Unit.branch_id.in_(written.units), Unit.id.not_in(written.units))
    yield from _each(LATER["unit"], session, below)
    yield from _each(LATER["term"], session, _terms_since(written))
    listed = session.scalars(LISTED, {"memberships": written.memberships, "people": written.people})
    yield from ((LATER["listed"], person_id) for person_id in listed)
    met = select(CareEntry.care_id).where(CareEntry.care_id.in_(written.cares))
    touched = select(Care.branch_id).where(Care.id.in_(written.cares), or_(Care.ends_on.is_not(None), Care.id.in_(met)))
    yield from _each(LATER["cared"], session, touched)
    yield from _hindered(session, written)
    yield from ((LATER["fields"], person_id) for person_id in _otherwise(session, written))


def _each(what: str, session: Session, query: Select[int]) -> Iterator[tuple[str, int]]:
    yield from ((what, about) for about in session.scalars(query))


def _arranged(written: Written) -> Select[int]:
    """Acts on whoever was placed that wait for their day: what was done has ended his membership."""
    placed = select(Membership.person_id).where(Membership.id.in_(written.memberships))
    return select(MemberAct.person_id).where(MemberAct.stage == Stage.PLANNED, MemberAct.person_id.in_(placed))


def _terms_since(written: Written) -> Select[int]:
    """The branches whose new term has ended since, by another or because it was corrected away."""
    return select(Term.unit_id).where(Term.id.in_(written.terms), Term.ends_on.is_not(None))


def _hindered(session: Session, written: Written) -> Iterator[tuple[str, int]]:
    """Why what ended cannot go on: its unit is no more, or another holds the single post."""
    gone = select(Membership.person_id).join(Unit, Unit.id == Membership.unit_id)
    gone = gone.where(Membership.id.in_(written.ended_memberships), Unit.dissolved_on.is_not(None))
    yield from _each(LATER["dissolved"], session, gone)
    for post_id, until in written.ended_posts:
        post = session.get_one(Post, post_id)
        if session.scalar(select(Unit.dissolved_on).where(Unit.id == post.unit_id)) is not None:
            yield LATER["dissolved"], post.person_id
        elif session.scalar(select(Post.id).where(_in_its_place(post, until, written)).limit(1)) is not None:
            yield LATER["successor"], post.person_id


def _not_again(
    session: Session, actor: Actor, written: Written, township_id: int, since: datetime
) -> Iterator[tuple[str, int]]:
    """Who may not have again what ended: whoever left since; a post, whoever could not be given it today by this actor.

    A file gives nothing back that a person would be refused (三员分立).
    """
    posts = posts_by_id(session, [post_id for post_id, _ in written.ended_posts])
    away = select(Circumstance.person_id).where(Circumstance.id.in_(written.ended_circumstances))
    holders = {post.person_id for post in posts}
    people = holders | set(session.scalars(away))
    if not people:
        return
    yield from ((LATER["left"], each) for each in _gone(session, people, township_id, since))
    held = _held(session, holders, [*written.posts, *(post.id for post in posts)])
    for post in posts:
        beside = held.get(post.person_id, [])
        if post.person_id == actor.person_id:
            yield LATER["own"], post.person_id
        if actor.reach != "*" and (post.kind in OFFICES or any(kind in OFFICES for kind in beside)):
            yield LATER["office"], post.person_id
        if clash(Role(post.kind), beside) is not None:
            yield LATER["apart"], post.person_id


def _gone(session: Session, people: Collection[int], township_id: int, since: datetime) -> Iterator[int]:
    """Of some people: on whose membership an act was done since, or who belonged to the township and do no more.

    Asked by what is written in the township itself: whoever went to another is not in reach.
    """
    acts = select(MemberAct.person_id).where(MemberAct.stage == Stage.DONE, MemberAct.done_at >= since)
    acted = set(session.scalars(acts.where(MemberAct.person_id.in_(people))))
    mine = select(Membership.person_id, func.bool_or(Membership.ends_on.is_(None)))
    mine = mine.join(Unit, Unit.id == Membership.unit_id).where(Unit.township_id == township_id)
    rows = session.execute(mine.where(Membership.person_id.in_(people)).group_by(Membership.person_id))
    left = {person_id for person_id, here in rows if not here}
    yield from sorted(acted | left)


def _held(session: Session, people: Collection[int], but: Collection[int]) -> dict[int, list[Role]]:
    """What each of some people holds or stands in for, today or later, besides these posts."""
    today, found = clock.today(session), dict[int, list[Role]]()
    for table, others in ((Post, Post.id.not_in(but)), (StandIn, true())):
        query = select(table.person_id, table.kind).where(table.person_id.in_(people), others)
        for person_id, kind in session.execute(query.where(lasts(table.starts_on, table.ends_on, today))):
            found.setdefault(person_id, []).append(Role(kind))
    return found


def _in_its_place(post: Post, until: str | None, written: Written) -> ColumnElement[bool]:
    """Another span of the same post in the time that it is to have again, which the import did not write."""
    same = and_(Post.unit_id == post.unit_id, Post.kind == post.kind, Post.id != post.id, Post.id.not_in(written.posts))
    since = or_(Post.ends_on.is_(None), Post.ends_on > (post.ends_on or post.starts_on))
    before = Post.starts_on < date.fromisoformat(until) if until else Post.starts_on.is_not(None)
    holder = Post.person_id.is_not(None) if post.kind in set(SINGLE) else Post.person_id == post.person_id
    return and_(same, since, before, holder, or_(Post.ends_on.is_(None), Post.ends_on > Post.starts_on))


def _otherwise(session: Session, written: Written) -> Iterable[int]:
    """Whose fields no longer say what the import wrote."""
    for person in people_by_id(session, written.fields):
        if any(stands(person, name) != after for name, (_, after) in written.fields[person.id].items()):
            yield person.id


def people_by_id(session: Session, ids: Collection[int]) -> list[Person]:
    """These people, as they stand now."""
    return list(session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id))) if ids else []


def posts_by_id(session: Session, ids: Collection[int]) -> list[Post]:
    """These posts."""
    return list(session.scalars(select(Post).where(Post.id.in_(ids)).order_by(Post.id))) if ids else []


def stands(person: Person, name: str) -> str | None:
    """A field of somebody's as plain text, a day in ISO form; what is sealed is opened."""
    if name in {"id_number", "phone", "mail", "more"}:
        return opened(person, name)
    value = getattr(person, name)
    return value.isoformat() if isinstance(value, date) else value
