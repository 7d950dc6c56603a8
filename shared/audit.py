"""A fact is written once: history, audit and what is told are one row. And the chain that seals the rows."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar, cast

import structlog
from sqlalchemy import BigInteger, Identity, Index, LargeBinary, Text, bindparam, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared import clock, heads, privacy, work
from shared.db import Acting, Base, Session, after_commit, overseeing
from shared.errors import NotUnderstood
from shared.events import CATALOGUE, Fact, revive
from shared.heads import Head
from shared.moves import Moved

log = structlog.get_logger()

GENESIS = b"\x00" * 32
Heard = TypeVar("Heard", bound=Fact)


class Happening(Base):
    """One thing that happened: who, when, where, what, and the step of a workflow if it was one. Never changed."""

    __tablename__ = "happening"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))
    written_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    xid: Mapped[int] = mapped_column(BigInteger, server_default=text("pg_current_xact_id()::text::bigint"))
    service: Mapped[str] = mapped_column(Text)
    fact: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    subject: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    actor_id: Mapped[int | None] = mapped_column(BigInteger, comment="account; null: the system or the console")
    step: Mapped[str | None] = mapped_column(Text)
    stage_before: Mapped[str | None] = mapped_column(Text)
    stage_after: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (
        Index("happening_subject_id_idx", "subject", "id"),
        Index("happening_unit_id_at_idx", "unit_id", "at"),
        Index("happening_actor_id_id_idx", "actor_id", "id", postgresql_where=text("actor_id is not null")),
        {"schema": "office"},
    )


class Seal(Base):
    """A link of the chain: made of the one before and of its row, so that no row can go or change.

    The key is drawn from the installation's secret, which never enters the database: whoever owns that can take rows
    and links away, but make no other link. Links from before the chain was keyed end at one that bears a mark.
    """

    __tablename__ = "seal"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    happening_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    keyed: Mapped[bool]
    mark: Mapped[str | None] = mapped_column(Text, comment="on the last link without a key: where the keyed ones begin")

    __table_args__ = ({"schema": "office"},)


# Whoever has left a post writes about his former unit what he may not read: nothing is returned from the row itself.
HAPPEN = text("""
    with numbered as materialized (select nextval('office.happening_id_seq') as id),
    written as (
      insert into office.happening (id, service, fact, version, subject, unit_id, actor_id,
                                    step, stage_before, stage_after, reason, body)
      select id, :service, :fact, :version, :subject, :unit_id, :actor_id,
             :step, :stage_before, :stage_after, :reason, :body from numbered)
    select id from numbered""").bindparams(bindparam("body", type_=JSONB))


def announce(session: Session, fact: Fact, *, by: Acting, moved: Moved | None = None, reason: str | None = None) -> int:
    """Write what happened, and, in the same transaction, one job for each service that hears it.

    Returns the happening's id. The job's key names it, so that a fact is heard once whatever happens to the bells.
    """
    name = type(fact).__name__
    body = fact.body()
    row = {
        "service": session.info["service"],
        "fact": name,
        "version": fact.version,
        "subject": fact.subject,
        "unit_id": fact.unit_id,
        "actor_id": by.account_id if by.account_id is not None else _whoever_caused(session),
        "step": moved and moved.step,
        "stage_before": moved and moved.before,
        "stage_after": moved and moved.after,
        "reason": reason,
        "body": body,
    }
    happening_id: int = session.execute(HAPPEN, row).scalar_one()
    for service in fact.heard_by:
        payload = {"fact": name, "version": fact.version, "body": body, "happening": happening_id}
        work.post(session, f"{service}.hear", key=f"happening:{happening_id}", payload=payload)
    session.info["taken"] = session.info.get("taken", False) or fact.taken
    return happening_id


HAPPEN_EACH = text("""
    with numbered as materialized (
      select nextval('office.happening_id_seq') as id, x.* from rows from (
        jsonb_to_recordset(cast(:rows as jsonb)) as (subject text, unit_id bigint, body jsonb)) with ordinality
        as x (subject, unit_id, body, n)),
    moment as materialized (select office.now() as at),
    written as (
      insert into office.happening (id, at, service, fact, version, subject, unit_id, actor_id,
                                    step, stage_before, stage_after, reason, body)
      select id, at, :service, :fact, :version, subject, unit_id, :actor_id, cast(:step as text),
             cast(:before as text), cast(:after as text), cast(:reason as text), body from numbered, moment order by n)
    select id from numbered order by n""")


def announce_all(
    session: Session, facts: Sequence[Fact], *, by: Acting, moved: Moved | None = None, reason: str | None = None
) -> None:
    """Write many facts of one kind, of things that have all taken the same step, in a statement for each table."""
    if not facts:
        return
    (kind,) = {type(fact) for fact in facts}
    bodies = [fact.body() for fact in facts]
    row = {
        "service": session.info["service"],
        "fact": kind.__name__,
        "version": kind.version,
        "actor_id": by.account_id if by.account_id is not None else _whoever_caused(session),
        "step": moved and moved.step,
        "before": moved and moved.before,
        "after": moved and moved.after,
        "reason": reason,
    }
    rows = [{"subject": f.subject, "unit_id": f.unit_id, "body": body} for f, body in zip(facts, bodies, strict=True)]
    ids = session.scalars(HAPPEN_EACH, row | {"rows": json.dumps(rows)}).all()
    for service in kind.heard_by:
        told = {"fact": kind.__name__, "version": kind.version}
        jobs = [(f"happening:{n}", told | {"body": body, "happening": n}) for n, body in zip(ids, bodies, strict=True)]
        work.post_many(session, f"{service}.hear", jobs)
    session.info["taken"] = session.info.get("taken", False) or any(fact.taken for fact in facts)


def act_for(session: Session, account_id: int | None) -> None:
    """What the system writes from here on in this transaction follows from what somebody decided, and says so."""
    session.info["acts_for"] = account_id


def whoever_told(session: Session, fact: type[Fact], subject: str) -> int | None:
    """The account behind the latest such fact about a thing."""
    told = select(Happening.actor_id).where(Happening.subject == subject, Happening.fact == fact.__name__)
    return session.scalar(told.order_by(Happening.id.desc()).limit(1))


def came_after(session: Session, fact: type[Fact], subject: str) -> bool:
    """Whether such a fact about a thing came after the one that is being heard: work may be done out of its order."""
    if "happening" not in session.info:
        return False
    later = select(Happening.id).where(
        Happening.subject == subject, Happening.fact == fact.__name__, Happening.id > session.info["happening"]
    )
    return session.scalar(later.limit(1)) is not None


def last_told(session: Session, fact: type[Heard], subject: str) -> Heard | None:
    """The latest such fact about a thing, as it was told; none: there was none."""
    told = select(Happening.body).where(Happening.subject == subject, Happening.fact == fact.__name__)
    body = session.scalar(told.order_by(Happening.id.desc()).limit(1))
    return None if body is None else cast("Heard", revive(fact.__name__, body))


def _whoever_caused(session: Session) -> int | None:
    """The account of whoever decided what the system only carries out: behind the fact that is being heard, too."""
    if "acts_for" in session.info or "happening" not in session.info:
        return cast("int | None", session.info.get("acts_for"))
    return session.scalar(select(Happening.actor_id).where(Happening.id == session.info["happening"]))


# --- hearing ---

EARS: dict[tuple[str, str], Callable[[Session, Any], None]] = {}


def hears(
    service: str, fact: type[Heard]
) -> Callable[[Callable[[Session, Heard], None]], Callable[[Session, Heard], None]]:
    """Register what a service does about a fact; the catalogue must say that it hears it."""

    def register(react: Callable[[Session, Heard], None]) -> Callable[[Session, Heard], None]:
        if service not in fact.heard_by:
            message = f"the catalogue does not let {service} hear {fact.__name__}"
            raise LookupError(message)
        EARS[service, fact.__name__] = react
        return react

    return register


def hear(service: str) -> None:
    """Register the task `<service>.hear`, which takes each fact to whoever listens for it."""

    def react(session: Session, payload: dict[str, Any]) -> None:
        name, version = payload["fact"], payload["version"]
        if name not in CATALOGUE or version > CATALOGUE[name].version:
            # Written by newer code during a rolling restart: a newer worker will understand it.
            raise NotUnderstood(f"{name} version {version}")
        fact = revive(name, payload["body"])
        if fact.is_over(clock.today(session)):
            work.pass_over(session)
            return
        session.info["happening"] = payload["happening"]
        EARS[service, name](session, fact)

    work.task(f"{service}.hear", batch=16)(react)


# --- the chain ---

# What is hashed, by name: a column that comes later does not break the seals of the rows that have none.
SEALED = """jsonb_build_array(h.id, h.at at time zone 'UTC', h.written_at at time zone 'UTC', h.xid, h.service, h.fact,
    h.version, h.subject, h.unit_id, h.actor_id, h.step, h.stage_before, h.stage_after, h.reason, h.body)::text"""

# A row whose transaction ends late has a smaller id than rows already sealed: never `id > last`.
UNSEALED = text(f"""
    select h.id, {SEALED} as row from office.happening h
    where h.id > :after and not exists (select 1 from office.seal s where s.happening_id = h.id)
    order by h.id limit :limit""")
LATE_ROWS = 50_000  # so far back every round looks; further back only a first look, and one each hour
LOOK_SECONDS = 3600.0


CHAIN = text(f"""
    select s.seq, s.happening_id, s.hash, s.keyed, case when h.id is not null then {SEALED} end as row
    from office.seal s left join office.happening h on h.id = s.happening_id order by s.seq""")


def seal(session: Session, *, limit: int = 5000) -> int:
    """Chain the rows that are not yet in the chain; returns how many. One sealer at a time."""
    if not session.scalar(text("select pg_try_advisory_xact_lock(7203)")):
        return 0
    last = session.execute(select(Seal.seq, Seal.hash, Seal.happening_id).order_by(Seal.seq.desc()).limit(1)).first()
    seq, link, newest = (0, GENESIS, 0) if last is None else (last.seq, last.hash, last.happening_id)
    rows = []
    for happening_id, row in session.execute(UNSEALED, {"limit": limit, "after": _look_after(newest)}):
        seq, link = seq + 1, privacy.link(link, row)
        rows.append({"seq": seq, "happening_id": happening_id, "hash": link, "keyed": True})
    if rows:
        session.execute(insert(Seal), rows)
        _follow(session, Head(clock.today(session), seq, link.hex()))
    return len(rows)


def _follow(session: Session, head: Head) -> None:
    """Once it is committed, note outside how far the chain has come; where it no longer has what was noted, keep that.

    Else whoever cuts links off would only have to wait until the sealer makes others in their place, with its key.
    """
    before = heads.newest()
    if before and session.scalar(select(Seal.hash).where(Seal.seq == before.link)) != bytes.fromhex(before.hash):
        log.error("chain_was_cut", link=before.link)
        heads.keep(before)
    after_commit(session, "head", lambda: heads.follow(head))


_next_whole_look = 0.0


def _look_after(newest: int) -> int:
    """From which id on to look for rows without a seal; a look at them all is for once an hour and process."""
    global _next_whole_look  # noqa: PLW0603  of this process
    if time.monotonic() < _next_whole_look:
        return newest - LATE_ROWS
    _next_whole_look = time.monotonic() + LOOK_SECONDS
    return 0


def broken_links(session: Session) -> list[int]:
    """The ids of happenings whose seal does not fit: altered, gone, or moved. Empty: the chain verifies."""
    old, link, before, broken = _old_until(session), GENESIS, 0, []
    for seq, happening_id, kept, keyed, row in session.execute(CHAIN.execution_options(yield_per=2000)):
        fits = privacy.follows(link, row or "", kept) if keyed else kept == _old_link(link, row or "")
        if row is None or not fits or seq != before + 1 or not (keyed or seq <= old):
            broken.append(happening_id)
        link, before = kept, seq  # goes on from what was kept, so that each altered row is named by itself
    return broken


def _old_link(before: bytes, row: str) -> bytes:
    """The link by the old rule, without a key."""
    return hashlib.sha256(before + row.encode()).digest()


def old_mark(seq: int, link: bytes) -> str:
    """The mark on the last link of the old rule, which anybody could follow; an upgrade puts it there once."""
    return privacy.mark(f"{seq}:{link.hex()}", purpose="chain")


def _old_until(session: Session) -> int:
    """Up to which link the old rule holds: one that bears its own mark. 0: the chain was keyed from its start."""
    marked = session.scalars(select(Seal).where(Seal.mark.is_not(None)))
    own = (each.seq for each in marked if hmac.compare_digest(old_mark(each.seq, each.hash), each.mark or ""))
    return max(own, default=0)


def chain_head(session: Session) -> tuple[int, str]:
    """The last link, to be kept somewhere else: only a head kept outside shows that the tail was cut off."""
    last = session.execute(select(Seal.seq, Seal.hash).order_by(Seal.seq.desc()).limit(1)).one_or_none()
    return (0, GENESIS.hex()) if last is None else (last.seq, last.hash.hex())


def newest_head(session: Session) -> Head:
    """The last link as it is today, whoever asks, as it is kept and printed."""
    with overseeing(session):
        return Head(clock.today(session), *chain_head(session))


@dataclass(frozen=True, slots=True)
class Verified:
    """How far the history is sealed, whether every seal fits, and which heads kept outside are no longer its links."""

    links: int
    head: str
    until: datetime | None
    waiting: int
    broken: tuple[int, ...]
    lost: tuple[Head, ...]


UNTIL = text("""
    select max(h.at), (select count(*) from office.happening u
      where not exists (select 1 from office.seal s where s.happening_id = u.id))
    from office.happening h join office.seal s on s.happening_id = h.id""")


def verified(session: Session) -> Verified:
    """Go through the whole chain, whoever asks: what comes out names no row but a broken one."""
    with overseeing(session):
        broken = tuple(broken_links(session))
        links, head = chain_head(session)
        until, waiting = session.execute(UNTIL).one()
        lost = tuple(lost_heads(session))
    return Verified(links, head, until, waiting, broken, lost)


# --- heads that were kept outside ---


def lost_heads(session: Session) -> list[Head]:
    """The heads in the data folder that are links of the chain no more: cut off, or made anew from somewhere on."""
    kept = heads.kept()
    asked = select(Seal.seq, Seal.hash).where(Seal.seq.in_({each.link for each in kept}))
    standing = {(seq, link.hex()) for seq, link in session.execute(asked)}
    return [each for each in kept if each.link and (each.link, each.hash) not in standing]


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What became of a head that somebody kept: which link it is or was said to be, of when, and whether it stands.

    `link` is 0 where nothing tells which one it was.
    """

    head: str
    link: int
    at: datetime | None
    kept_on: date | None
    stands: bool


def looked_up(session: Session, head: str, link: int | None = None) -> LookedUp:
    """Look for a head by its digits; `link`: the number written beside it. It stands where all fits up to it."""
    noted = next((each for each in heads.kept() if each.hash == head), None)
    with overseeing(session):
        found = session.execute(FOUND, {"hash": bytes.fromhex(head)}).one_or_none()
        broken = set(broken_links(session)) if found else set()
        sound = found is not None and not session.scalar(BEFORE, {"seq": found.seq, "broken": list(broken)})
    if found is None or link not in {None, found.seq}:
        return LookedUp(head, link or (noted.link if noted else 0), None, noted and noted.day, stands=False)
    return LookedUp(head, found.seq, found.at, noted and noted.day, stands=sound)


FOUND = text("""
    select s.seq, h.at from office.seal s left join office.happening h on h.id = s.happening_id where s.hash = :hash""")
BEFORE = text("select count(*) from office.seal where seq <= :seq and happening_id = any (:broken)")
