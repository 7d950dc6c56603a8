"""What PostgreSQL gives for a backup: a base backup of the running server, and the log since the one before.

A replication slot keeps the log from the last good backup on in the server's own folder: no second copy is written, and
`max_slot_wal_keep_size` bounds it. With it an older backup goes forward to any moment.
"""

import os
import re
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from deploy.backup.refusals import BackupRefusal, Elsewhere
from deploy.box.state import Box, secrets_of
from deploy.embedded.postgres import OWNER, Postgres
from deploy.embedded.postgres_programs import binaries

PIECE = 1 << 16  # bytes that a streamed tar has in hand; it copies them for each block that it gives out
SLOT = "xiaozu_backup"
SEGMENT = re.compile(r"[0-9A-F]{24}|[0-9A-F]{8}\.history")
HELD = "select restart_lsn, wal_status from pg_replication_slots where slot_name = %s"


def server_of(box: Box) -> Postgres:
    """The running server of a box. Raises Elsewhere where it has none of its own."""
    if "postgres" not in box.ports:
        raise Elsewhere
    return Postgres(box.data / "postgres", port=box.ports["postgres"], secrets=secrets_of(box.data))


@contextmanager
def owner_of(server: Postgres) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A connection of the owner, outside transactions."""
    try:
        connection = psycopg.connect(server.url(OWNER), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise BackupRefusal("数据库没有回答，没有办成。请先确认系统在正常运行，再办一次。") from error
    with connection:
        yield connection


def hold_log(owner: psycopg.Connection[tuple[Any, ...]]) -> str | None:
    """See to it that the log is kept from now on; returns the name of the first segment that was kept before."""
    found = owner.execute(HELD, [SLOT]).fetchone()
    if found and found[1] == "lost":  # more was written than may be kept
        owner.execute("select pg_drop_replication_slot(%s)", [SLOT])
        found = None
    if found is None:
        owner.execute("select pg_create_physical_replication_slot(%s, true)", [SLOT])
        return None
    row = owner.execute("select pg_walfile_name(%s)", [found[0]]).fetchone()
    return str(row[0]) if row else None


def let_go_before(owner: psycopg.Connection[tuple[Any, ...]], start: str) -> None:
    """The log before a good backup began stands in that backup; the server need not keep it."""
    owner.execute(
        "select pg_replication_slot_advance(%s, greatest(%s::pg_lsn, restart_lsn))"
        " from pg_replication_slots where slot_name = %s",
        [SLOT, start, SLOT],
    )


def base_into(body: tarfile.TarFile, server: Postgres, under: str) -> int:
    """Copy the running cluster into a tar, with the log that it needs; returns the bytes unpacked."""
    command = [str(binaries() / "pg_basebackup"), "-h", "127.0.0.1", "-p", str(server.port), "-U", OWNER, "-w"]
    command += ["-D", "-", "-F", "tar", "-X", "fetch", "-c", "fast", "--label", "xiaozu"]
    env = {**os.environ, "PGPASSWORD": server.password(OWNER)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as running:
        assert running.stdout  # noqa: S101  asked for
        assert running.stderr  # noqa: S101  asked for
        try:
            size = _again(running.stdout, body, under)
        except tarfile.ReadError:
            size = 0
        complaint = running.stderr.read().decode(errors="replace").strip()
    if running.returncode:
        raise BackupRefusal(f"数据库没有备份成功：{complaint}")
    return size


def _again(stream: Any, body: tarfile.TarFile, under: str) -> int:  # noqa: ANN401  a pipe
    size = 0
    with tarfile.open(fileobj=stream, mode="r|", bufsize=PIECE) as base:
        for member in base:
            content = base.extractfile(member) if member.isreg() else None
            member.name = f"{under}/{member.name.removeprefix('./')}"
            member.uid = member.gid = 0
            member.uname = member.gname = ""
            body.addfile(member, content)
            size += member.size
    return size


def segments(log: Path, first: str = "", last: str = "~") -> list[Path]:
    """The files of a log from one segment to another, and what tells of its turns."""
    found = sorted(each for each in log.iterdir() if SEGMENT.fullmatch(each.name))
    return [each for each in found if each.suffix == ".history" or first <= each.name <= last]
