"""A fact is written once: history, audit and what is told are one row. And the chain that seals the rows."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Identity, Index, LargeBinary, Text, bindparam, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared import clock, work
from shared.db import Acting, Base, Session, overseeing
from shared.errors import NotUnderstood
from shared.events import CATALOGUE, Fact, revive
from shared.moves import Moved

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
    """A link of the chain: each holds the hash of the one before and of its row, so that no row can go or change."""

    __tablename__ = "seal"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    happening_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)

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
        "actor_id": by.account_id,
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
    return happening_id


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
    select s.seq, s.happening_id, s.hash, case when h.id is not null then {SEALED} end as row
    from office.seal s left join office.happening h on h.id = s.happening_id order by s.seq""")


def seal(session: Session, *, limit: int = 5000) -> int:
    """Chain the rows that are not yet in the chain; returns how many. One sealer at a time."""
    if not session.scalar(text("select pg_try_advisory_xact_lock(7203)")):
        return 0
    last = session.execute(select(Seal.seq, Seal.hash, Seal.happening_id).order_by(Seal.seq.desc()).limit(1)).first()
    seq, link, newest = (0, GENESIS, 0) if last is None else (last.seq, last.hash, last.happening_id)
    rows = []
    for happening_id, row in session.execute(UNSEALED, {"limit": limit, "after": _look_after(newest)}):
        seq, link = seq + 1, hashlib.sha256(link + row.encode()).digest()
        rows.append({"seq": seq, "happening_id": happening_id, "hash": link})
    if rows:
        session.execute(insert(Seal), rows)
    return len(rows)


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
    link, before, broken = GENESIS, 0, []
    for seq, happening_id, kept, row in session.execute(CHAIN.execution_options(yield_per=2000)):
        link = hashlib.sha256(link + (row or "").encode()).digest()
        if row is None or link != kept or seq != before + 1:
            broken.append(happening_id)
        link, before = kept, seq  # goes on from what was kept, so that each altered row is named by itself
    return broken


def chain_head(session: Session) -> tuple[int, str]:
    """The last link, to be kept somewhere else: only a head kept outside shows that the tail was cut off."""
    last = session.execute(select(Seal.seq, Seal.hash).order_by(Seal.seq.desc()).limit(1)).one_or_none()
    return (0, GENESIS.hex()) if last is None else (last.seq, last.hash.hex())


@dataclass(frozen=True, slots=True)
class Verified:
    """How far the history is sealed, and whether every seal fits."""

    links: int
    head: str
    until: datetime | None
    waiting: int
    broken: tuple[int, ...]


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
    return Verified(links, head, until, waiting, broken)
