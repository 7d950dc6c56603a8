"""A real PostgreSQL 18 in one folder: made, started, stopped, killed.

Layout: `cluster/` (PGDATA), `port`, `secrets.json` (unless the caller keeps the secrets elsewhere).
PostgreSQL refuses to run as root; a root parent therefore lends it an unprivileged user. Where that user cannot walk to
the folder (a checkout under /root), it gets the folder as an open descriptor instead of a path.
"""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy.embedded import postgres_programs as programs
from deploy.embedded.children import Child, DoesNotStart, Login, end, kept_port, leftovers, spawn
from deploy.embedded.secrets import Secrets

APP, OWNER, DATABASE = "xiaozu_app", "postgres", "xiaozu"
START_SECONDS = 60  # after a crash the log is replayed first
STOP_SECONDS = 20
TOLD, TOLD_BYTES = "xiaozu.conf", 200

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "40",
    "shared_buffers": "32MB",  # what a township works with; the rest stands in the system's own cache
    "max_wal_size": "512MB",
    "max_slot_wal_keep_size": "4GB",  # the log since the last backup (deploy/backup), unless more than that is written
    "io_method": "sync",  # two cores: the I/O workers of version 18 are three processes more for nothing
    "max_logical_replication_workers": "0",  # and so is the launcher of what nobody uses here
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "500ms",
    # Personal data stays out of the log: no parameters, no DETAIL with the values of a row.
    "log_parameter_max_length": "0",
    "log_error_verbosity": "terse",
}
# For tests: nothing is lost when a process dies, everything when the machine does.
CARELESS = {"fsync": "off", "full_page_writes": "off", "max_connections": "80", "log_min_duration_statement": "-1"}


class Postgres:
    """One PostgreSQL server on a loopback port, with the database `xiaozu` and the login of the services."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        durable: bool = True,
        secrets: Secrets | None = None,
        log: Path | None = None,
        more: Mapping[str, str] | None = None,
        install: str = programs.INSTALL,
    ) -> None:
        self.folder = folder.absolute()
        self.cluster = self.folder / "cluster"
        self.log = log or self.folder / "postgres.log"
        self._chosen = {**SETTINGS, **({} if durable else CARELESS), **(more or {})}
        if install != programs.INSTALL:
            self._chosen.pop("io_method", None)  # unknown to earlier versions
        self._install = install
        self._durable = durable
        self._secrets = secrets or Secrets(self.folder / "secrets.json")
        self._told = ""
        self._fixed_port = port
        self._port = port
        self._child: Child | None = None

    # -- what it is

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        if self._port is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._port = kept_port(self.folder / "port")
        return self._port

    @property
    def alive(self) -> bool:
        """Whether the server process runs."""
        return self._child is not None and self._child.exit_code is None

    @property
    def pid(self) -> int | None:
        """The server process."""
        return self._child.pid if self._child else None

    def password(self, user: str) -> str:
        """Of one of the two logins of the box."""
        return self._secrets.get(user)

    def url(self, user: str = APP, password: str | None = None, database: str = DATABASE) -> str:
        """The address for a login; passwords of the two logins of the box are known."""
        return f"postgresql://{user}:{password or self.password(user)}@127.0.0.1:{self.port}/{database}"

    # -- what it does

    def start(self, *, patience: float = START_SECONDS) -> None:
        """Come up, on an empty folder as on a used one, and have the database and the login of the services."""
        self.launch()
        self.wait(patience)

    def launch(self) -> None:
        """Begin to start, without waiting: `wait` does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.cluster.exists():
            self._make()
        self.end_predecessor()
        self._tell()
        with self._footing() as (login, base, fds):
            chosen = {**self._chosen, "port": str(self.port)}
            options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
            command = [str(programs.binaries(login, self._install) / "postgres"), "-D", f"{base}/cluster", *options]
            self._child = spawn(command, log=self.log, login=login, cwd="/", pass_fds=fds, last_signal=signal.SIGINT)

    def wait(self, patience: float = START_SECONDS) -> None:
        """Wait until it answers, for so many seconds at most."""
        deadline = time.monotonic() + patience
        while not self._is_ready():
            if not self.alive or time.monotonic() > deadline:
                msg = f"PostgreSQL did not start; see {self.log}"
                raise DoesNotStart(msg)
            time.sleep(0.01)

    def stop(self, number: int = signal.SIGINT) -> None:
        """Stop. SIGINT ends sessions and writes everything out, SIGQUIT leaves at once; the next start recovers."""
        if self._child is None:
            return
        self._child.send(number)
        self._child.send(signal.SIGCONT)  # a frozen one could not hear it
        deadline = time.monotonic() + STOP_SECONDS
        while self.alive and time.monotonic() < deadline:
            time.sleep(0.01)
        self.kill()

    def kill(self) -> None:
        """End with kill -9 the server and each of its sessions (which have process groups of their own)."""
        if self._child is None:
            return
        sessions = leftovers("postgres", self.cluster) if self.alive else []
        self._child.kill()
        end(sessions, number=signal.SIGKILL, patience=5)

    def only_read(self, wanted: bool) -> None:  # noqa: FBT001  a switch
        """From now on sessions write only where they say so themselves; or everything is as usual again."""
        self._told = "default_transaction_read_only = on\n" if wanted else ""
        if self.cluster.exists():
            self._tell()
        if self._child:
            self._child.send(signal.SIGHUP)

    def restart_immediate(self) -> None:
        """What an operator in a hurry does: connections are cut, the log is replayed."""
        self.stop(signal.SIGQUIT)
        self.start()

    def own(self, name: str) -> Path:
        """A file of ours in the cluster: it is the server's, so that a base backup can take it along."""
        path = self.cluster / name
        path.touch(mode=0o600)
        programs.give(path, programs.unprivileged(self.cluster))
        return path

    # -- how

    def _tell(self) -> None:
        """Settings that are read again while the server runs, in a file of their own: written over it needs no room."""
        general = self.cluster / "postgresql.conf"
        if TOLD not in general.read_text():
            with general.open("a") as out:
                out.write(f"\ninclude_if_exists '{TOLD}'\n")
        with self.own(TOLD).open("r+") as out:
            out.write(self._told.ljust(TOLD_BYTES))

    def _make(self) -> None:
        """Make the cluster beside its place and move it there whole: a half-made one is never met."""
        beside = self.folder / "cluster.new"
        _remove(beside)
        _write_private(self.folder / "password", self._secrets.get(OWNER))
        beside.mkdir(mode=0o700)
        with self._footing() as (login, base, fds):
            for path in (beside, self.folder / "password"):
                programs.give(path, login)
            made, install = f"{base}/cluster.new", self._install
            programs.initdb(made, f"{base}/password", login, fds, sync=self._durable, install=install)
            programs.run_single(made, login, fds, self._first_statements(), install=install)
        (self.folder / "password").unlink()
        beside.rename(self.cluster)

    def _first_statements(self) -> list[str]:
        """The login of the services (no right but through the role that a transaction takes on), and the database."""
        password = self._secrets.get(APP)
        return [
            f"create role {APP} login noinherit nosuperuser password '{password}'",
            f"create database {DATABASE} template template0",
        ]

    def end_predecessor(self) -> None:
        """Cleanly end a server that outlived its parent; forget the pid file of one that did not."""
        if not (self.cluster / "postmaster.pid").exists():
            return
        running = leftovers("postgres", self.cluster)
        pids = {process.pid for process in running}
        masters = [process for process in running if process.info["ppid"] not in pids]
        end(masters, number=signal.SIGINT, patience=STOP_SECONDS)
        end(leftovers("postgres", self.cluster), number=signal.SIGQUIT, patience=5)
        # Another process may meanwhile have the number in it, and PostgreSQL would then refuse to start.
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _is_ready(self) -> bool:
        with suppress(OSError):
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
            return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"  # noqa: PLR2004
        return False

    @contextmanager
    def _footing(self) -> Iterator[tuple[Login | None, str, list[int]]]:
        """The user to run as, the folder as that user can name it, and the descriptors that the child must inherit."""
        login = programs.unprivileged(self.cluster)
        if login is None:
            yield None, str(self.folder), []
            return
        programs.give(self.folder, login)
        if programs.can_enter(self.folder, login):
            yield login, str(self.folder), []
            return
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield login, f"/proc/self/fd/{descriptor}", [descriptor]
        finally:
            os.close(descriptor)


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _write_private(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text + "\n")
