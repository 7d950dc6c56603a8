"""The programs of a box: what they are called with, how they start, and how they are asked to end."""

import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from deploy.box.code import OURS
from deploy.box.nursery import Nursery
from deploy.box.state import inherited
from deploy.embedded.children import Child, DoesNotStart, Login, spawn

ROOT = OURS.root
WEB, WORKER, SWEEP, NURSERY = "web", "worker", "sweep", "nursery"
# Seconds; what is cut off stands in rows, and is done at the next start.
PATIENCE = {WEB: 8.0, WORKER: 15.0, SWEEP: 8.0}

Commands = Mapping[str, Sequence[str]]

COMMANDS: Commands = {
    WEB: [sys.executable, "-m", "deploy.web", "{fd}"],
    WORKER: [sys.executable, "-m", "deploy.worker"],
    SWEEP: [sys.executable, "-m", "deploy.sweep"],
}


class Program:
    """One program of the box."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        log: Path,
        listener: socket.socket | None,
        nursery: Nursery | None = None,
        login: Login | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self._nursery = nursery
        self._login = login
        self._command = command
        self._env = {**inherited(), **env, "PYTHONUNBUFFERED": "1"}
        self._listener = listener
        self._child: Child | None = None

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._child is not None and self._child.exit_code is None

    @property
    def _patience(self) -> float:
        return PATIENCE.get(self.name, 8.0)

    @property
    def pid(self) -> int | None:
        """Its process."""
        return self._child.pid if self._child else None

    def start(self) -> None:
        """Start it; what an earlier one of it left behind in its process group is ended first."""
        self.kill()
        if self._nursery:
            self._child = self._nursery.bear(self.name, self.log)
            return
        fds = [self._listener.fileno()] if self._listener else []
        command = [part.format(fd=fds[0]) if fds else part for part in self._command]
        self._child = spawn(command, env=self._env, log=self.log, cwd=ROOT, pass_fds=fds, login=self._login)

    def move(self, nursery: Nursery) -> None:
        """Let one of other code begin beside this one, which ends once the other has said its first word.

        Raises DoesNotStart, and this one goes on, where nothing is heard.
        """
        born = nursery.bear(self.name, self.log)
        if not nursery.signs.heard(self.name, while_alive=born):
            born.kill()
            raise DoesNotStart(f"{self.name} 没有动静，原因见 {self.log}")
        before, self._child, self._nursery = self._child, born, nursery
        if before:
            before.stop(patience=self._patience)

    def belong(self, nursery: Nursery) -> None:
        """Be born there from now on; whoever runs of another one's goes with that."""
        self._nursery = nursery

    def ask(self, number: int) -> None:
        """Send it a signal."""
        if self._child:
            self._child.send(number)

    def stop(self) -> None:
        """Ask it to end, wait, then end it."""
        if self._child:
            self._child.stop(patience=self._patience)

    def kill(self) -> None:
        """End it with everything that it started."""
        if self._child:
            self._child.kill()


def listen(host: str, port: int) -> socket.socket:
    """The socket that the web accepts on. The box holds it: while the web is started again, callers wait, unrefused."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted ones inherit it
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    listener.listen(512)
    return listener


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something speaks HTTP there, whatever it says."""
    with suppress(OSError), socket.create_connection((host, port), timeout=2) as connection:
        connection.sendall(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")
        return connection.recv(4) == b"HTTP"
    return False


def is_open(port: int, host: str = "127.0.0.1", *, path: str) -> bool:
    """Whether a page is shown there to whoever asks, instead of leading elsewhere."""
    with suppress(OSError), socket.create_connection((host, port), timeout=5) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        return connection.recv(12).endswith(b" 200")
    return False
