"""What one size is measured in: its own PostgreSQL (fsync on), Valkey and mail server, migrated and empty."""

import os
import shutil
import sys
import tempfile
import time
from base64 import b64encode
from contextlib import suppress
from pathlib import Path

import psycopg

from bench.sink import Seen
from deploy.embedded.children import kept_port, spawn
from deploy.embedded.postgres import OWNER, Postgres
from deploy.embedded.valkey import Valkey
from deploy.migrate import upgrade_all

ROOT = Path(__file__).parent.parent
START_SECONDS = 60
NAIVE = "naive"


class Queues(Valkey):
    """The same server, and a user who may everything there: the alternative needs more than bells."""

    def _users(self):
        return f"{super()._users()}\nuser {NAIVE} on #{self._hash(NAIVE)} ~* &* +@all"


class Box:
    """The servers of one size. Leaves nothing behind."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="xiaozu-bench-"))
        self.folder.chmod(0o755)
        self.postgres = Postgres(self.folder / "postgres", durable=True, more={"shared_buffers": "128MB"})
        self.valkey = Queues(self.folder / "valkey")
        self.postgres.start()
        self.valkey.start()
        self.owner_url = self.postgres.url(OWNER)
        self._calm()
        upgrade_all(self.owner_url)
        self.mail_port = kept_port(self.folder / "sink.port")
        self._sink = self.sink()
        self.seen = _connected(lambda: Seen(self.mail_port))
        return self

    def __exit__(self, *_):
        self._sink.kill()
        self.valkey.kill()
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sink(self):
        """The mail server."""
        return self.program("bench.sink", str(self.mail_port))

    @property
    def pids(self):
        """The servers that work for everybody."""
        return [self.postgres.pid, self.valkey.pid, self._sink.pid]

    @property
    def environment(self):
        """The settings that lead a process here; letters are never held back by their rate."""
        return {
            "XIAOZU_DATA": str(self.folder / "data"),
            "XIAOZU_DATABASE_URL": self.postgres.url(),
            "XIAOZU_REDIS_URL": self.valkey.url(),
            "XIAOZU_SECRET_KEY": b64encode(b"only for tests, thirty-two bytes").decode(),
            "XIAOZU_MAIL_HOST": "127.0.0.1",
            "XIAOZU_MAIL_PORT": str(self.mail_port),
            "XIAOZU_MAIL_PER_MINUTE": "100000000",
        }

    @property
    def naive_environment(self):
        """What the alternative needs: the same servers, its own queue."""
        return {
            "BENCH_DATABASE_URL": self.owner_url,
            "BENCH_REDIS_URL": self.valkey.url(1, user=NAIVE),
            "BENCH_MAIL_PORT": str(self.mail_port),
        }

    def program(self, module, *arguments, env=None):
        """Start a Python program of the tree."""
        command = [sys.executable, "-m", module, *arguments]
        return spawn(command, env={**os.environ, **(env or {})}, log=self.folder / f"{module}.log", cwd=ROOT)

    def said(self, module):
        """How to look up the end of what a program has said, when something hangs."""
        file = self.folder / f"{module}.log"
        return lambda: file.read_text(errors="replace")[-3000:] if file.exists() else module

    def connect(self):
        """As the owner, each statement by itself."""
        return psycopg.connect(self.owner_url, autocommit=True)

    def rest(self):
        """Begin from the same state: nothing left to vacuum, to analyse or to write out."""
        with self.connect() as connection:
            connection.execute("vacuum analyze")
            connection.execute("checkpoint")

    def _calm(self):
        """No vacuum of one variant's leavings in the middle of another's time; `rest` does it between them."""
        with self.connect() as connection:
            connection.execute("alter system set autovacuum = off")
            connection.execute("alter system set log_min_duration_statement = -1")
            connection.execute("select pg_reload_conf()")


def _connected(connect):
    until = time.monotonic() + START_SECONDS
    while True:
        with suppress(OSError):
            return connect()
        if time.monotonic() > until:
            raise TimeoutError("the mail server does not start")
        time.sleep(0.05)
