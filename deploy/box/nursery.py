"""The box's side of the nursery: start it, order births, and watch children that are not the box's own."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from deploy.box.code import OURS, Code
from deploy.box.signs import Signs
from deploy.box.state import inherited
from deploy.embedded.children import Child, DoesNotStart, Login, Process, spawn
from deploy.embedded.logs import keeper

LOADING_SECONDS = 60  # an old machine under load imports slowly
SIZE_MAX = 64
FAREWELL, FAREWELL_SECONDS = b"[]", 3
# What a big piece of work has used goes back to the system afterwards, and is not kept for the next one.
THRIFT = {"MALLOC_TRIM_THRESHOLD_": "131072", "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_ARENA_MAX": "2"}


class Nursery:
    """The process that web, worker and sweep are forked from; started again when it is needed and has gone."""

    def __init__(
        self,
        names: Sequence[str],
        *,
        env: Mapping[str, str],
        log: Path,
        listener: socket.socket | None,
        login: Login | None = None,
        code: Code = OURS,
    ) -> None:
        self._names = names
        self._env = {**inherited(), **env, **THRIFT, "PYTHONUNBUFFERED": "1", "PYTHONPATH": _path(code)}
        self._log = log
        self._login = login
        self.code = code
        self._listener = listener
        self._child: Child | None = None
        self._control: socket.socket | None = None
        self._ordered = False
        self.signs = Signs(names)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._child is not None and self._child.exit_code is None

    @property
    def pid(self) -> int | None:
        """Its process."""
        return self._child.pid if self._child else None

    def start(self) -> None:
        """Begin to load; the first order waits until it has."""
        self.stop()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(LOADING_SECONDS)
        with theirs:
            fds = [theirs.fileno(), self.signs.fd, *([self._listener.fileno()] if self._listener else [])]
            handed = [*map(str, fds), "-"][:3]
            whole = [self.code.python, "-m", "deploy.nursery", *handed, *self._names]
            try:
                self._child = spawn(
                    whole, env=self._env, log=self._log, cwd=self.code.root, pass_fds=fds, login=self._login
                )
            except BaseException:
                ours.close()
                raise
        self._control, self._ordered = ours, False

    def bear(self, name: str, log: Path) -> Child:
        """A new process of that program."""
        if not self.alive:
            self._begin()
        assert self._control  # noqa: S101  it has just been started
        self._ordered = True
        self.signs.forget(name)
        output = keeper().pipe(log)
        try:
            socket.send_fds(self._control, [json.dumps([name]).encode()], [output])
            pid = self._control.recv(SIZE_MAX)
        except OSError:
            pid = b""
        finally:
            os.close(output)
        if not pid:
            self.stop()
            msg = f"{name} did not start; see {self._log}"
            raise DoesNotStart(msg)
        return Child(Fosterling(int(pid)))

    def _begin(self) -> None:
        """Start it; raises DoesNotStart where its folder or its Python is not there, or not for whom it runs as."""
        try:
            self.start()
        except (OSError, subprocess.SubprocessError) as error:
            msg = f"{self.code.python} cannot be run in {self.code.root}: {error}"
            raise DoesNotStart(msg) from error

    def kill(self) -> None:
        """End it at once, and by that its programs."""
        if self._child:
            self._child.kill()

    def stop(self) -> None:
        """End it. Its programs were asked before; one that was just being born, and nobody knows yet, ends with it."""
        if self._control and self._child:
            if self._ordered:
                with suppress(OSError):
                    self._control.send(FAREWELL)
                self._child.stop(signal.SIGCONT, patience=FAREWELL_SECONDS)
            self._control.close()
        if self._child:
            self._child.kill()


def _path(code: Code) -> str:
    """Where its Python looks first: into its own folder, and not into that of the box's code."""
    others = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return os.pathsep.join([str(code.root), *(each for each in others if each and each != str(OURS.root))])


class Fosterling(Process):
    """A process of which the nursery takes care: all that can be seen of it is whether it is there."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """None while it is there; how it ended nobody tells."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, 0)
            return None
        return 0

    def send_signal(self, sig: int) -> None:
        """Send it a signal; one who has gone does not mind."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, sig)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has gone; raises subprocess.TimeoutExpired."""
        until = time.monotonic() + (timeout or float("inf"))
        while self.poll() is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(0.01)
        return 0
