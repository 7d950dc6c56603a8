"""One transaction is one unit of work: opened here with a service's role and an actor's reach, committed only here."""

import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, Protocol

import psycopg
from sqlalchemy import DateTime, Engine, MetaData, QueuePool, create_engine, event, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Session

from shared import pulse, traces
from shared.settings import settings

__all__ = [
    "Base",
    "Session",
    "after_commit",
    "before_commit",
    "beyond",
    "carry",
    "engine",
    "forget_connections",
    "give_signs",
    "let_go",
    "overseeing",
    "unit",
    "writable",
]

# A request answers within three seconds, if only to say that it cannot.
PING_SECONDS, CONNECT_SECONDS, FREE_SECONDS = 1.0, 2, 3
"""How long is waited for a connection that may stand still, for a new one to stand, and for one to come free."""
IDLE_SECONDS = 30.0
NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}

# One round trip opens the transaction: role and reach (the second wall), who acts, the office's time, and whether the
# database may be written to: a box whose disk is nearly full says `default_transaction_read_only`, as clouds do.
ENTER = text(
    "select set_config('role', :role, true), set_config('app.reach', :reach, true),"
    " set_config('app.actor', :actor, true), office.now(), current_setting('transaction_read_only') = 'off'"
)
ANYWAY = text("set transaction read write")


class Base(DeclarativeBase):
    """Tables of all services; each names its own PostgreSQL schema."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


class Acting(Protocol):
    """Whoever a transaction is opened for."""

    @property
    def reach(self) -> str:
        """The ids of the units that he reaches from, comma-separated; `*` is everything."""
        ...

    @property
    def account_id(self) -> int | None:
        """His account, if he is a person."""
        ...


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The connection pool of this process."""
    chosen = settings()
    limits = f"-c statement_timeout={chosen.statement_seconds}s -c lock_timeout=5s"
    limits += " -c idle_in_transaction_session_timeout=60s -c timezone=UTC -c jit=off"
    made = create_engine(
        chosen.database_url,
        pool_size=2 * chosen.pool_size,  # what a crowd has opened stays until it has gone: see `let_go`
        max_overflow=0,
        pool_timeout=FREE_SECONDS,
        pool_recycle=1800,
        pool_use_lifo=True,  # lets idle connections grow old and be closed
        hide_parameters=True,  # personal data never reaches an error text
        connect_args={"connect_timeout": CONNECT_SECONDS, "options": limits, "application_name": "xiaozu"},
    )
    event.listen(made, "checkout", _check)
    return made


def _check(connection: psycopg.Connection[Any], *_: object) -> None:
    """Before a connection is used: PostgreSQL may have been restarted in between, or stand still."""
    if not answers(connection):
        raise InvalidatePoolError


def answers(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server behind a connection says anything within PING_SECONDS. libpq alone would wait for ever."""
    server, until, waiting = connection.pgconn, time.monotonic() + PING_SECONDS, select.poll()
    try:
        server.send_query(b"select 1")
        waiting.register(server.socket, select.POLLIN)
        while True:
            while server.is_busy():
                if not waiting.poll(max(0.0, until - time.monotonic()) * 1000):
                    return False
                server.consume_input()
            if server.get_result() is None:
                return True
    except (psycopg.OperationalError, OSError):
        return False


def forget_connections() -> None:
    """After a fork: leave the parent's sockets alone, and open one's own."""
    engine().dispose(close=False)


@contextmanager
def let_go(*, every: float = IDLE_SECONDS) -> Iterator[None]:
    """While the block runs, connections that nobody has wanted for so long are given back.

    Each is a process of PostgreSQL's that has grown to some 10 MiB; a night's worth of them is a tenth of one box.
    """
    wanted, ending = threading.Event(), threading.Event()
    event.listen(made := engine(), "checkout", lambda *_: wanted.set())

    def look() -> None:
        while not ending.wait(every):
            if not (wanted.is_set() or (isinstance(made.pool, QueuePool) and made.pool.checkedout())):
                made.dispose()
            wanted.clear()

    looking = threading.Thread(target=look, name="let-go", daemon=True)
    looking.start()
    try:
        yield
    finally:
        ending.set()
        looking.join()


def give_signs() -> None:
    """Of a program that is watched: a statement that is waited for ends by itself, and is a sign of life then."""
    longest = settings().statement_seconds
    event.listen(engine(), "before_cursor_execute", lambda *_: pulse.give(longest))
    event.listen(engine(), "after_cursor_execute", lambda *_: pulse.give())


@contextmanager
def unit(service: str, actor: Acting | None = None, *, anyway: bool = False) -> Iterator[Session]:
    """One transaction of `service` on behalf of `actor` (None: the system itself, which reaches everything).

    Commits when the block ends, rolls back when it raises. What was left with `before_commit` runs once the block has
    ended well and all of it is in the database, what was left with `after_commit` after the commit.
    `anyway` writes the few rows without which nobody could sign in and read, even where nothing else is written.
    """
    with Session(engine(), expire_on_commit=False) as session:
        with session.begin():
            if anyway:
                session.execute(ANYWAY)
            enter(session, service, actor)
            yield session
            session.flush()
            for run in session.info.pop("before_commit", {}).values():
                run()
        for run in session.info.pop("after_commit", {}).values():
            run()


def enter(session: Session, service: str, actor: Acting | None) -> None:
    """Take on the role of a service and the reach of an actor, until the transaction ends."""
    values = {
        "role": f"xiaozu_{service}",
        "reach": "*" if actor is None else actor.reach,
        "actor": "" if actor is None or actor.account_id is None else str(actor.account_id),
    }
    session.info["now"], session.info["writable"] = session.execute(ENTER, values).one()[3:]
    session.info["service"] = service
    carry(session)


CARRY = text("select set_config('app.trace', :trace, true)")


def carry(session: Session) -> None:
    """Where traces are on, each row of work that this transaction leaves says what it came of: by its default."""
    if trace := traces.carried():
        session.execute(CARRY, {"trace": trace})


def writable(session: Session) -> bool:
    """Whether this transaction may write; what only helps along (a sign of life, a look for work) is left where not."""
    return bool(session.info["writable"])


HELD = text("select current_setting('role'), current_setting('app.reach'), current_setting('app.actor')")


@contextmanager
def overseeing(session: Session) -> Iterator[None]:
    """For a moment in the keeper's role, which reads every schema: only for figures that give away no row.

    Where the block raises, the transaction has ended anyway and nothing is given back.
    """
    session.flush()
    role, reach, actor = session.execute(HELD).one()
    service = session.info["service"]
    enter(session, "keeper", None)
    yield
    session.execute(ENTER, {"role": role, "reach": reach, "actor": actor})
    session.info["service"] = service


@contextmanager
def beyond(session: Session) -> Iterator[None]:
    """For a moment with the system's reach, in the service's own role: what a right in reach decides elsewhere.

    Where the block raises, the transaction has ended anyway and nothing is given back.
    """
    session.flush()
    role, reach, actor = session.execute(HELD).one()
    session.execute(ENTER, {"role": role, "reach": "*", "actor": actor})
    yield
    session.flush()
    session.execute(ENTER, {"role": role, "reach": reach, "actor": actor})


@contextmanager
def tried(session: Session) -> Iterator[None]:
    """What is written in here is not, and nothing that was left to be done with it is done: a preview by doing it."""
    left = {key: value.copy() if isinstance(value, dict | set) else value for key, value in session.info.items()}
    trial = session.begin_nested()
    try:
        yield
    finally:
        trial.rollback()
        session.info.clear()
        session.info.update(left)


HASH = text("select set_config('enable_nestloop', :loops, true)")


@contextmanager
def hashed(session: Session) -> Iterator[None]:
    """What is asked in here is hashed, not looped over, whatever the planner believes of rows that have just come."""
    session.execute(HASH, {"loops": "off"})
    yield
    session.execute(HASH, {"loops": "on"})


def before_commit(session: Session, key: str, run: Callable[[], Any]) -> None:
    """Run something once when nothing but the commit is left, outside the database: where it raises, none of it was."""
    session.info.setdefault("before_commit", {})[key] = run


def after_commit(session: Session, key: str, run: Callable[[], Any]) -> None:
    """Run something once after this transaction has committed; the same key runs once."""
    session.info.setdefault("after_commit", {})[key] = run
