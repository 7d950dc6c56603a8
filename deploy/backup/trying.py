"""A backup that was never brought back is none: a server is started on it, and looked into."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import NullPool, create_engine, text

from deploy.backup import cluster
from deploy.backup.refusals import BackupRefusal, DoesNotRecover
from deploy.backup.unpack import unpack
from deploy.backup.versions import install_for
from deploy.box.life import led_by
from deploy.box.state import secret_key
from deploy.embedded.children import DoesNotStart
from deploy.embedded.logs import keeper
from deploy.embedded.postgres import APP, Postgres
from deploy.embedded.postgres_programs import INSTALL
from deploy.embedded.secrets import Secrets
from shared import audit
from shared.db import Session, enter

LINES = 12  # of its log, when a server does not start
REPLAY_SECONDS = 1800  # the log of busy days is replayed first
HAPPENINGS = text("select coalesce(max(id), 0) from office.happening")
TABLES = """
    select format('%I.%I', schemaname, tablename) from pg_tables
    where schemaname in ('office', 'activities', 'assessment', 'notify') order by 1"""


def try_out(file: Path, passphrase: str, room: Path) -> None:
    """Bring a backup back in a folder for scratch and go through it. Raises BackupRefusal where it does not hold."""
    facts = unpack(file, passphrase, room)
    with started(room, durable=False, install=install_for(facts["postgres"])) as server:
        read_all(server)
        with keeping(server) as session:
            look_into(session, facts)


@contextmanager
def started(
    folder: Path, *, durable: bool = True, more: Mapping[str, str] | None = None, install: str = INSTALL
) -> Iterator[Postgres]:
    """A server on an unpacked backup, for a while."""
    secrets = Secrets(folder / "secrets.json")
    server = Postgres(folder / "postgres", secrets=secrets, durable=durable, more=more, install=install)
    try:
        server.start(patience=REPLAY_SECONDS)
        yield server
    except DoesNotStart as error:
        server.kill()
        keeper().settle(server.log)
        said = server.log.read_text(errors="replace").splitlines()[-LINES:]
        raise DoesNotRecover(said) from error
    finally:
        server.stop()


@contextmanager
def keeping(server: Postgres) -> Iterator[Session]:
    """A transaction in the keeper's role, which reads every schema, by the folder's own secret and kept heads."""
    data = server.folder.parent
    own = {"XIAOZU_DATA": str(data), "XIAOZU_SECRET_KEY": os.environ.get("XIAOZU_SECRET_KEY") or secret_key(data)}
    with led_by(own), Session(create_engine(server.url(APP), poolclass=NullPool)) as session, session.begin():
        enter(session, "keeper", None)
        yield session


def read_all(server: Postgres) -> None:
    """Read every row of every table. Raises BackupRefusal where one cannot be read."""
    try:
        with cluster.owner_of(server) as owner:
            for (table,) in owner.execute(TABLES).fetchall():
                owner.execute(f"select count(*) from {table}")
    except psycopg.Error as error:
        raise BackupRefusal(f"备份中的数据库读不全：{error.sqlstate}。请查看日志，查明原因以后重新备份。") from error


def look_into(session: Session, facts: dict[str, Any], *, later: bool = False) -> audit.Verified:
    """Compare how far the history goes (`later`: the log goes on after it), verify its seal."""
    before, after = facts["happenings"]
    found = session.scalar(HAPPENINGS)
    if found < before or (found > after and not later):
        raise BackupRefusal(f"备份不完整：记录到第 {found} 件事，应当在第 {before} 件到第 {after} 件之间。")
    verified = audit.verified(session)
    if verified.broken:
        raise BackupRefusal(f"备份中的审计封印对不上（第 {verified.broken[0]} 件事起），请先查明原因。")
    return verified
