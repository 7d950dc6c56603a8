"""A backup of another major version of PostgreSQL: its own programs serve it once more, and a new cluster is loaded."""

import os
import shutil
import subprocess
from pathlib import Path

from deploy.backup.refusals import BackupRefusal
from deploy.backup.take import CLUSTER
from deploy.embedded.postgres import DATABASE, OWNER, Postgres
from deploy.embedded.postgres_programs import binaries, install_of, major_of
from deploy.embedded.secrets import Secrets

NEWER = "newer"


def install_for(major: int) -> str:
    """The programs that a cluster of that version runs with. Raises BackupRefusal where there are none any more."""
    found = install_of(major)
    if found is None:
        raise BackupRefusal(
            f"备份里的数据库是 PostgreSQL {major}，这里的小组带的是 {major_of()}，没有 {major} 的程序。"
            f"请用当时那一版的小组恢复，再升级到带有 {major} 和 {major_of()} 两种程序的版本。"
        )
    return found


def carry_over(old: Postgres, folder: Path) -> None:
    """Load what a server of an earlier version holds into a new cluster beside it."""
    new = Postgres(folder / NEWER, secrets=Secrets(folder / "secrets.json"))
    dumped = folder / "dump"
    new.start()
    try:
        _run(old, "pg_dumpall", "--globals-only", "-f", str(dumped))
        _run(new, "psql", "-q", "-d", "postgres", "-f", str(dumped))  # the two logins are there already: it goes on
        _run(old, "pg_dump", "-F", "custom", "-f", str(dumped), DATABASE)
        _run(new, "pg_restore", "--exit-on-error", "-d", DATABASE, str(dumped))
    finally:
        dumped.unlink(missing_ok=True)
        new.stop()


def take_over(folder: Path) -> None:
    """Put the new cluster in the place of the old one, which nobody runs any more."""
    shutil.rmtree(folder / CLUSTER)
    (folder / NEWER / "cluster").rename(folder / CLUSTER)
    shutil.rmtree(folder / NEWER)


def _run(server: Postgres, program: str, *words: str) -> None:
    command = [str(binaries() / program), "-h", "127.0.0.1", "-p", str(server.port), "-U", OWNER, "-w", *words]
    env = {**os.environ, "PGPASSWORD": server.password(OWNER)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["没有说明"])[-1]
        raise BackupRefusal(f"数据没有转到新版本的数据库：{last}")
