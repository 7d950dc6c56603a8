"""What may be read of deliveries: one's own, and those of one's township; and what a worker needs to send them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, and_, any_, exists, func, literal, or_, select

from services.notify.channels.models import Attempt, Channel, Delivery
from services.notify.channels.rules import DEAD, LETTER, MAIL, NO_ADDRESS, State
from services.notify.channels.rules.ways import LINE
from services.notify.channels.schemas import Filter
from services.notify.messages import queries as messages
from services.notify.messages.models import Message
from services.notify.messages.schemas import Asked
from shared import clock, office_settings
from shared.access import SYSTEM, Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.hands import Hand, hands_on
from shared.office_settings import ABOUT, Key
from shared.people import Account, Person, Unit, names_by_account
from shared.roles import Role
from shared.settings import settings


class Sealed(NamedTuple):
    """A delivery that is being sent, with its wording and the sealed address."""

    id: int
    attempts: int
    resent: bool
    message_id: int
    happening_id: int
    kind: str
    title: str
    body: str
    link: str
    created_at: datetime
    give_up_at: datetime
    person_id: int | None
    mail_sealed: bytes | None
    phone_sealed: bytes | None
    fact: str
    unit_id: int
    others: tuple["Within", ...] = ()
    """What goes in the same letter."""


class Within(NamedTuple):
    """What another letter says as well."""

    message_id: int
    title: str
    body: str
    link: str


class Shown(NamedTuple):
    """A delivery for people: what, to whom, by which channel, and what came of it."""

    delivery: Delivery
    message: Message
    unit: str
    person: str | None
    account: bool = True  # whether he can sign in at all


def seen_by(actor: Actor) -> Select[Delivery]:
    """The deliveries of the messages that he sees."""
    seen = messages.seen_by(actor).with_only_columns(Message.id)
    return select(Delivery).where(Delivery.message_id.in_(seen))


def to_mend_by(actor: Actor) -> Select[Delivery]:
    """Those that he sees, and what went wrong in a township that he keeps: of what sort, and why, is his to know."""
    seen = messages.seen_by(actor).with_only_columns(Message.id)
    kept = select(Message.id).where(Message.township_id.in_(actor.units_as(Role.KEEPER)))
    wrong = and_(Delivery.state.in_(DEAD), Delivery.message_id.in_(kept))
    return select(Delivery).where(or_(Delivery.message_id.in_(seen), wrong))


def dead_letters(
    session: Session, actor: Actor, states: Sequence[State], *, after: int | None, limit: int
) -> list[Shown]:
    """What waits for a person because it failed or nobody knows; the newest first."""
    wrong = to_mend_by(actor).where(Delivery.state.in_(states))
    if after is not None:
        wrong = wrong.where(Delivery.id < after)
    return _named(session, wrong.order_by(Delivery.id.desc()).limit(limit))


def deliveries(session: Session, actor: Actor, asked: Filter, *, after: int | None, limit: int) -> list[Shown]:
    """What was sent to whom by which channel, and what came of it; the newest first."""
    seen = _asked_for(seen_by(actor), asked)
    if after is not None:
        seen = seen.where(Delivery.id < after)
    return _named(session, seen.order_by(Delivery.id.desc()).limit(limit))


def delivery(session: Session, actor: Actor, delivery_id: int) -> Shown:
    """One delivery, or OutOfReach."""
    found = named(session, actor, [delivery_id])
    if not found:
        raise OutOfReach
    return found[0]


def named(session: Session, actor: Actor, ids: Sequence[int]) -> list[Shown]:
    """Those of these deliveries that he sees, as people know them."""
    return _named(session, seen_by(actor).where(_among(ids)).order_by(Delivery.id))


SIGNS_IN = exists().where(Account.person_id == Person.id, Account.ended_at.is_(None))


def _named(session: Session, seen: Select[Delivery]) -> list[Shown]:
    """With what they bring, and the names of whoever gets them."""
    named = (
        seen.add_columns(Message, Unit.whole_name, Person.name, SIGNS_IN)
        .join(Message, Message.id == Delivery.message_id)
        .join(Unit, Unit.id == Message.unit_id)
        .outerjoin(Person, Person.id == Delivery.person_id)
    )
    return [Shown(*row) for row in session.execute(named)]


def _asked_for(seen: Select[Delivery], asked: Filter) -> Select[Delivery]:
    """The part that is asked for."""
    if asked.states:
        seen = seen.where(Delivery.state.in_(asked.states))
    if asked.channel is not None:
        seen = seen.where(Delivery.channel == asked.channel)
    if asked.message_id is not None:
        seen = seen.where(Delivery.message_id == asked.message_id)
    about = messages.asked_for(select(Message.id), Asked(topic=asked.topic, fact=asked.fact, unit_id=asked.unit_id))
    if asked.since is not None:
        about = about.where(Message.created_at >= clock.moment(asked.since))
    if asked.until is not None:
        about = about.where(Message.created_at < clock.moment(asked.until + timedelta(days=1)))
    return seen.where(Delivery.message_id.in_(about))


def deliveries_to_change(session: Session, actor: Actor, delivery_ids: Iterable[int]) -> list[tuple[Delivery, Message]]:
    """Deliveries with their messages, locked in their order; OutOfReach where one is missing."""
    wanted = set(delivery_ids)
    asked = to_mend_by(actor).add_columns(Message).join(Message, Message.id == Delivery.message_id)
    found = session.execute(
        asked.where(Delivery.id.in_(wanted)).order_by(Delivery.id).with_for_update(of=Delivery)
    ).all()
    if len(found) != len(wanted):
        raise OutOfReach
    return [(delivery, message) for delivery, message in found]


def stranded(session: Session, person_id: int, *, since: datetime) -> list[tuple[Delivery, Message]]:
    """Somebody's letters since a moment that failed or had no address, with their messages, locked in their order."""
    nowhere = and_(Delivery.state == State.SUPPRESSED, Delivery.reason == NO_ADDRESS)
    asked = select(Delivery, Message).join(Message, Message.id == Delivery.message_id)
    asked = asked.where(Delivery.person_id == person_id, Delivery.channel == MAIL, Message.created_at >= since)
    found = session.execute(
        asked.where(or_(Delivery.state == State.FAILED, nowhere)).order_by(Delivery.id).with_for_update(of=Delivery)
    )
    return [(delivery, message) for delivery, message in found]


def attempts(session: Session, actor: Actor, delivery_id: int) -> list[Attempt]:
    """Every try of a delivery."""
    seen = seen_by(actor).where(Delivery.id == delivery_id).with_only_columns(Delivery.id)
    if session.scalar(seen) is None:
        raise OutOfReach
    return list(session.scalars(select(Attempt).where(Attempt.delivery_id.in_(seen)).order_by(Attempt.n)))


def hands(session: Session, actor: Actor, delivery_id: int) -> list[Hand]:
    """Who settled a delivery by hand, and why; the latest first."""
    seen = seen_by(actor).where(Delivery.id == delivery_id).with_only_columns(Delivery.id)
    if session.scalar(seen) is None:
        raise OutOfReach
    return [each for found in hands_on(session, [f"{LETTER}:{delivery_id}"]).values() for each in found]


# --- for the workers ---


def letters_in_hand(session: Session, ids: Sequence[int]) -> list[Sealed]:
    """Those of these deliveries that are being sent, in order."""
    asked = (
        seen_by(SYSTEM)
        .where(_among(ids), Delivery.state == State.SENDING)
        .join(Message, Message.id == Delivery.message_id)
        .outerjoin(Person, Person.id == Delivery.person_id)
        .order_by(Delivery.id)
        .with_only_columns(
            Delivery.id,
            Delivery.attempts,
            Delivery.resent,
            Message.id,
            Message.happening_id,
            Message.kind,
            Message.title,
            Message.body,
            Message.link,
            Message.created_at,
            Delivery.give_up_at,
            Person.id,
            Person.mail_sealed,
            Person.phone_sealed,
            Message.fact,
            Message.unit_id,
        )
    )
    found = [Sealed._make((*row, ())) for row in session.execute(asked)]
    others = _within(session, [letter.id for letter in found])
    return [letter._replace(others=tuple(others[letter.id])) for letter in found]


def _within(session: Session, ids: Sequence[int]) -> dict[int, list[Within]]:
    """What goes in each of these letters besides its own, in order."""
    asked = (
        seen_by(SYSTEM)
        .where(Delivery.within == any_(literal(list(ids), ARRAY(BigInteger))))
        .join(Message, Message.id == Delivery.message_id)
        .order_by(Delivery.id)
        .with_only_columns(Delivery.within, Message.id, Message.title, Message.body, Message.link)
    )
    found: dict[int, list[Within]] = defaultdict(list)
    for within, message_id, title, body, link in session.execute(asked):
        found[within or 0].append(Within(message_id, title, body, link))
    return found


def _among(ids: Sequence[int]) -> ColumnElement[bool]:
    """One array, however many they are."""
    return Delivery.id == any_(literal(list(ids), ARRAY(BigInteger)))


def townships_of(session: Session, ids: Sequence[int]) -> list[int]:
    """The townships whose messages these deliveries carry."""
    asked = select(Message.township_id).distinct().join(Delivery, Delivery.message_id == Message.id)
    return list(session.scalars(asked.where(_among(ids))))


def mail_of(session: Session, person_id: int | None) -> bytes | None:
    """Somebody's own address, sealed; None where he has none."""
    return session.scalar(select(Person.mail_sealed).where(Person.id == person_id))


def phone_of(session: Session, person_id: int | None) -> bytes | None:
    """Somebody's own number, sealed; None where he has none."""
    return session.scalar(select(Person.phone_sealed).where(Person.id == person_id))


def by_line(session: Session, ids: Sequence[int]) -> dict[str, list[int]]:
    """These deliveries by the way out that each takes, in order; those into the inbox take none."""
    asked = select(Delivery.id, Delivery.channel, Delivery.way_id).where(_among(ids)).order_by(Delivery.id)
    found: dict[str, list[int]] = defaultdict(list)
    for delivery_id, name, way_id in session.execute(asked):
        if name == MAIL or way_id is not None:
            found[MAIL if way_id is None else LINE.format(way_id)].append(delivery_id)
    return dict(found)


def ready_by(session: Session, line: str) -> list[int]:
    """What waits to go by a way out."""
    way_id = line.partition(":")[2]
    his = Delivery.way_id == int(way_id) if way_id else and_(Delivery.channel == MAIL, Delivery.way_id.is_(None))
    asked = seen_by(SYSTEM).where(his, Delivery.state == State.READY).with_only_columns(Delivery.id)
    return list(session.scalars(asked.order_by(Delivery.id)))


def channel_to_change(session: Session, line: str = MAIL) -> Channel:
    """A way out, locked: what all workers share of it."""
    return session.scalars(select(Channel).where(Channel.name == line).with_for_update()).one()


def channel(session: Session) -> Channel:
    """The way out by mail."""
    return session.scalars(select(Channel).where(Channel.name == MAIL)).one()


def channel_status(session: Session, actor: Actor) -> dict[str, object]:
    """How letters leave the building at present, in words for people; what is in the way is the office's to know."""
    row = channel(session)
    chosen, per_minute = settings(), office_settings.number(session, Key.MAIL_PER_MINUTE)
    server = bool(chosen.mail_host)
    says = (
        f"信件由邮件服务器 {chosen.mail_host}:{chosen.mail_port} 发送，每分钟最多 {per_minute} 封。"
        if server
        else "没有设置邮件服务器：信件没有发出，以 .eml 文件存放在数据文件夹的 mail 目录中。"
    )
    if row.open_until is not None and row.open_until > clock.now(session):
        until = row.open_until.astimezone(clock.OFFICE_ZONE)
        says += f"现在发不出去，{until:%H:%M}再试。"
    return {
        "name": row.name,
        "by": "server" if server else "folder",
        "says": says,
        "open_until": row.open_until,
        "failures": row.failures,
        "trouble": row.trouble if actor.units_as(Role.ORGANISER, Role.KEEPER, Role.COMMITTEE) else None,
    }


def standing(session: Session, actor: Actor, *, channel: str | None = None) -> dict[str, int]:
    """How many deliveries there are in each state."""
    seen = seen_by(actor)
    if channel is not None:
        seen = seen.where(Delivery.channel == channel)
    counted = seen.with_only_columns(Delivery.state, func.count()).group_by(Delivery.state)
    return dict(session.execute(counted).all())


# --- when letters may go ---


class Hours(NamedTuple):
    """What the office has decided: quiet from and to (hours of the day), letters a minute."""

    quiet_from: int
    quiet_to: int
    per_minute: int


class Decided(NamedTuple):
    """A decision in words, and who made it."""

    title: str
    value: str
    effective_from: date
    at: datetime
    by: str | None
    reason: str


KEYS = (Key.QUIET_FROM, Key.QUIET_TO, Key.MAIL_PER_MINUTE)


def hours(session: Session, township_id: int) -> Hours:
    """What holds today."""
    return Hours(*(office_settings.number(session, key, township_id) for key in KEYS))


def decisions(session: Session, township_id: int) -> list[Decided]:
    """What was decided about letters, the newest first."""
    rows = [row for row in office_settings.history(session, township_id) if row.key in KEYS]
    names = names_by_account(session, {row.set_by for row in rows})
    return [
        Decided(
            ABOUT[Key(row.key)].title,
            ABOUT[Key(row.key)].said(row.value),
            row.effective_from,
            row.set_at,
            names.get(row.set_by or 0),
            row.reason,
        )
        for row in rows
    ]
