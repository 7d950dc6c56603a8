"""What may be read of messages: one's own, and what was sent in one's township."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Date, Select, exists, false, func, or_, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from services.notify.messages.models import Gathered, Message, Wording
from services.notify.messages.rules import BOOK, OWN_DAYS, Entry, facts_of
from services.notify.messages.schemas import Asked
from shared.access import SYSTEM, Actor
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfReach
from shared.people import Account, Person, Unit, UnitKind, whole_name_on
from shared.roles import Role


class Place(NamedTuple):
    """A unit with the storeys above it; a branch is its own branch, a township its own township."""

    id: int
    name: str
    branch_id: int
    township_id: int


def seen_by(actor: Actor) -> Select[Message]:
    """One's own messages; an organiser and the committee also see what was sent in their township."""
    if Role.SYSTEM in actor.roles_over():
        return select(Message)
    his = Message.person_id == actor.person_id if actor.person_id is not None else false()
    offices = actor.units_as(Role.ORGANISER, Role.COMMITTEE)
    return select(Message).where(or_(his, Message.township_id.in_(offices) if offices else false()))


def people_meant(session: Session, fields: Mapping[str, Any], field: str) -> list[int]:
    """Whom a field of a fact names: a person, several, or the one to whom an account belongs."""
    if field == "people":
        return list(fields[field])
    if field == "person_id":
        return [fields[field]]
    found = select(Person.id).join(Account, Account.person_id == Person.id).where(Account.id == fields[field])
    return list(session.scalars(found))


HELD = text("""
    select distinct unit_id from office.seat where unit_id = any (:units) and kind = :post
      and starts_on <= office.today() and (ends_on is null or ends_on > office.today())""")


def held_among(session: Session, unit_ids: Iterable[int], post: Role) -> set[int]:
    """In which of these units somebody sits in a post today."""
    return set(session.scalars(HELD, {"units": list(unit_ids), "post": post}))


def own(actor: Actor) -> Select[Message]:
    """One's own messages as they stand in the inbox: of several on one matter the last."""
    return seen_by(actor).where(Message.person_id == actor.person_id, Message.replaced_by.is_(None))


def inbox(session: Session, actor: Actor, asked: Asked, *, after: int | None, limit: int) -> list[Message]:
    """One's own messages, the newest first."""
    return _page(session, asked_for(own(actor), asked), after=after, limit=limit)


def unread_count(session: Session, actor: Actor) -> int:
    """How many of one's own messages are unread."""
    unread = own(actor).where(Message.read_at.is_(None))
    return session.scalar(select(func.count()).select_from(unread.subquery())) or 0


def unread_until(session: Session, actor: Actor, until: datetime) -> list[Message]:
    """One's own messages that were there and unread at a moment, locked; no line that grew after it is among them."""
    grew = exists().where(Gathered.message_id == Message.id, Gathered.at > until)
    unread = own(actor).where(Message.read_at.is_(None))
    there = unread.where(Message.created_at <= until, ~grew).order_by(Message.id).with_for_update()
    return list(session.scalars(there))


def messages(session: Session, actor: Actor, asked: Asked, *, after: int | None, limit: int) -> list[Message]:
    """What was sent, the newest first."""
    return _page(session, asked_for(seen_by(actor), asked), after=after, limit=limit)


WRITTEN = func.timezone("Asia/Shanghai", Message.created_at).cast(Date)
"""The day of a message: its unit is called as it was then."""


def units_named(session: Session, rows: Iterable[Message]) -> dict[int, str]:
    """What the unit of each message was called on the day of the message, by message."""
    query = select(Message.id, whole_name_on(WRITTEN)).join(Unit, Unit.id == Message.unit_id)
    return {row[0]: row[1] for row in session.execute(query.where(Message.id.in_([each.id for each in rows])))}


class Sent(NamedTuple):
    """A message for the office: in which unit, to whom."""

    message: Message
    unit: str
    person: str | None


def sent(session: Session, actor: Actor, asked: Asked, *, after: int | None, limit: int) -> list[Sent]:
    """What was sent, the newest first, with names."""
    seen = asked_for(seen_by(actor), asked)
    if after is not None:
        seen = seen.where(Message.id < after)
    named = (
        seen.add_columns(whole_name_on(WRITTEN), Person.name)
        .join(Unit, Unit.id == Message.unit_id)
        .outerjoin(Person, Person.id == Message.person_id)
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return [Sent(*row) for row in session.execute(named)]


def branches(session: Session, township_id: int) -> list[tuple[int, str]]:
    """The branches of a township, as a choice."""
    living = (Unit.township_id == township_id, Unit.kind == UnitKind.BRANCH, Unit.dissolved_on.is_(None))
    found = session.execute(select(Unit.id, Unit.name).where(*living).order_by(Unit.sort_key, Unit.id))
    return [(unit_id, name) for unit_id, name in found]


def asked_for(seen: Select[Message], asked: Asked) -> Select[Message]:
    """The part that is asked for. A unit stands for everything below it."""
    if asked.unread is not None:
        seen = seen.where(Message.read_at.is_(None) if asked.unread else Message.read_at.is_not(None))
    if asked.waiting:
        over = (Message.acknowledged_at, Message.passed_to, Message.taken_back_at)
        seen = seen.where(Message.wants_acknowledgement, *(column.is_(None) for column in over))
    if asked.kind is not None:
        seen = seen.where(Message.kind == asked.kind)
    if asked.topic is not None:
        seen = seen.where(Message.fact.in_(facts_of(asked.topic)))
    if asked.fact is not None:
        seen = seen.where(Message.fact == asked.fact)
    if asked.unit_id is not None:
        below = select(Unit.id).where(or_(Unit.id == asked.unit_id, Unit.branch_id == asked.unit_id))
        seen = seen.where(Message.unit_id.in_(below))
    return seen


def message(session: Session, actor: Actor, message_id: int) -> Message:
    """One message, or OutOfReach."""
    found = session.scalar(seen_by(actor).where(Message.id == message_id))
    if found is None:
        raise OutOfReach
    return found


def messages_to_change(session: Session, actor: Actor, message_ids: Iterable[int]) -> list[Message]:
    """Messages, locked in their order; OutOfReach where one is missing."""
    wanted = set(message_ids)
    found = session.scalars(seen_by(actor).where(Message.id.in_(wanted)).order_by(Message.id).with_for_update()).all()
    if len(found) != len(wanted):
        raise OutOfReach
    return list(found)


def gathered(session: Session, actor: Actor, message_id: int) -> list[Gathered]:
    """The facts of a line of the day, in order; none where a message tells of one fact alone."""
    seen = seen_by(actor).where(Message.id == message_id).with_only_columns(Message.id)
    asked = select(Gathered).where(Gathered.message_id.in_(seen)).order_by(Gathered.happening_id)
    return list(session.scalars(asked))


def former(session: Session, actor: Actor, message_id: int) -> list[Message]:
    """The messages on one matter whose place a message took, the newest first."""
    asked = seen_by(actor).where(Message.replaced_by == message_id).order_by(Message.id.desc())
    return list(session.scalars(asked))


# --- what waits ---


def townships_waiting(session: Session) -> list[int]:
    """The townships in which something waits that has a day."""
    asked = "select distinct township_id from office.todo where closed_at is null and due_on is not null"
    return sorted(session.scalars(text(asked)))


def due_days(session: Session, township_id: int, kinds: Sequence[str]) -> list[tuple[str, date]]:
    """The days by which something of these kinds waits in a township, each once a kind."""
    asked = text("""
        select distinct kind, due_on from office.todo
        where township_id = :township and closed_at is null and due_on is not null and kind = any (:kinds)""")
    rows = session.execute(asked, {"township": township_id, "kinds": list(kinds)})
    return [(kind, due_on) for kind, due_on in rows]


# --- who has to acknowledge ---


def townships_of_letters(session: Session, deliveries: Collection[int]) -> list[int]:
    """The townships whose messages these deliveries carry."""
    asked = "select distinct m.township_id from notify.delivery d join notify.message m on m.id = d.message_id"
    return sorted(session.scalars(text(f"{asked} where d.id = any (:ids)"), {"ids": list(deliveries)}))


class Notice(NamedTuple):
    """A notice that some unit has still to acknowledge: when it was told, and by which day it is to be."""

    happening_id: int
    telling: str
    told_on: date
    due_on: date | None
    provisional: bool


NOTICES = text("""
    select n.happening_id, n.telling, told.on_day as told_on, n.due_on, n.provisional
    from (
      select split_part(t.subject, ':', 2)::bigint as happening_id, split_part(t.subject, ':', 3) as telling,
        max(t.due_on) as due_on, bool_or(t.provisional) as provisional
      from office.todo t where t.kind = 'notify.acknowledge' and t.closed_at is null group by 1, 2) n
    cross join lateral (
      select (min(m.created_at) at time zone 'Asia/Shanghai')::date as on_day, min(m.fact) as fact
      from notify.message m where m.happening_id = n.happening_id and m.telling = n.telling) told
    where told.on_day is not null and told.fact <> all (cast(:own_days as text[]))
    order by n.happening_id, n.telling""")


def notices_waiting(session: Session) -> list[Notice]:
    """The notices of all townships that some unit has still to acknowledge by a day that is counted in working days."""
    return [Notice(*row) for row in session.execute(NOTICES, {"own_days": sorted(OWN_DAYS)})]


def place_of(session: Session, unit_id: int) -> Place:
    """A unit by its whole name, with its branch and its township."""
    branch_id, township_id = func.coalesce(Unit.branch_id, Unit.id), func.coalesce(Unit.township_id, Unit.id)
    asked = select(Unit.id, Unit.whole_name, branch_id, township_id).where(Unit.id == unit_id)
    return Place(*session.execute(asked).one())


def _page(session: Session, asked: Select[Message], *, after: int | None, limit: int) -> list[Message]:
    """Rows before the cursor, the newest first."""
    if after is not None:
        asked = asked.where(Message.id < after)
    return list(session.scalars(asked.order_by(Message.id.desc()).limit(limit)))


# --- the office's own words ---


class Version(NamedTuple):
    """A version of a wording, and who made it."""

    wording: Wording
    by: str | None


def entry_of(key: tuple[str, str]) -> Entry:
    """An entry of the book, or OutOfReach."""
    if key not in BOOK:
        raise OutOfReach
    return BOOK[key]


def township_of_office(actor: Actor, township_id: int | None = None, *, looking: bool = False) -> int:
    """The township in whose office somebody serves; the committee may look. NotYours or OutOfReach."""
    held = actor.units_as(Role.ORGANISER, *([Role.COMMITTEE] if looking else []))
    if not held:
        raise NotYours("这里由乡镇组织委员办理，您没有这个职务。")
    if township_id is None and len(set(held)) > 1:
        raise Invalid("您在多个乡镇任职，请写明是哪一个。", field="township_id")
    if township_id is not None and township_id not in held:
        raise OutOfReach
    return township_id or held[0]


def wordings_seen_by(actor: Actor) -> Select[Wording]:
    """The wordings of his office's township."""
    if Role.SYSTEM in actor.roles_over():
        return select(Wording)
    offices = actor.units_as(Role.ORGANISER, Role.COMMITTEE)
    return select(Wording).where(Wording.township_id.in_(offices) if offices else false())


def wordings(session: Session, actor: Actor, township_id: int) -> dict[tuple[str, str], Wording]:
    """The newest version of each entry that the township ever changed."""
    asked = (
        wordings_seen_by(actor)
        .where(Wording.township_id == township_id)
        .ext(distinct_on(Wording.fact, Wording.telling))
        .order_by(Wording.fact, Wording.telling, Wording.version.desc())
    )
    return {(row.fact, row.telling): row for row in session.scalars(asked)}


def wording(session: Session, actor: Actor, township_id: int, key: tuple[str, str]) -> Wording | None:
    """The newest version of one entry, if the township ever changed it."""
    return next((version.wording for version in wording_history(session, actor, township_id, key)), None)


def wording_history(session: Session, actor: Actor, township_id: int, key: tuple[str, str]) -> list[Version]:
    """Every version of one entry, the newest first."""
    asked = (
        wordings_seen_by(actor)
        .where(Wording.township_id == township_id, Wording.fact == key[0], Wording.telling == key[1])
        .outerjoin(Account, Account.id == Wording.account_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .add_columns(Person.name)
        .order_by(Wording.version.desc())
    )
    return [Version(*row) for row in session.execute(asked)]


def wordings_in_force(session: Session, township_id: int, fact: str) -> dict[tuple[str, str], tuple[str, str]]:
    """A township's own title and body for the tellings of a fact, by the entry's key."""
    asked = (
        wordings_seen_by(SYSTEM)
        .where(Wording.township_id == township_id, Wording.fact == fact)
        .ext(distinct_on(Wording.telling))
        .order_by(Wording.telling, Wording.version.desc())
    )
    rows = session.scalars(asked)
    return {(row.fact, row.telling): (row.title, row.body) for row in rows if row.title and row.body}
