"""Child processes: they never outlive their parent, answer to it alone, and are ended within a bounded time."""

import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from deploy.embedded.logs import keeper

if TYPE_CHECKING:
    import psutil

PR_SET_PDEATHSIG = 1
KILL_SECONDS = 10
# Below the range that the system lends to outgoing connections, so that a kept port is still free at the next start.
PORTS = range(20_000, 30_000)

# The kernel ties "tell me when my parent dies" to the thread that forked: this one lives as long as the process.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


class DoesNotStart(Exception):
    """A server or program of the box did not come up; the text says which and where its log is."""


@dataclass(frozen=True)
class Login:
    """The user that a child runs as."""

    uid: int
    gid: int


class Process(Protocol):
    """What a child is to its keeper: a part of subprocess.Popen."""

    pid: int

    def poll(self) -> int | None:
        """None while it runs."""
        ...

    def send_signal(self, sig: int, /) -> None:
        """Send it a signal."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; raises subprocess.TimeoutExpired."""
        ...


class Child:
    """A running child process, in a session of its own, so that a Ctrl-C in the terminal reaches only the parent."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.pid = process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; minus the signal's number when a signal ended it."""
        return self._process.poll()

    def send(self, number: int) -> None:
        """Send a signal; one who has gone does not mind."""
        if self.exit_code is None:
            self._process.send_signal(number)

    def stop(self, number: int = signal.SIGTERM, *, patience: float = 10) -> None:
        """Ask it to end, wait `patience` seconds, then end it with everything that it started."""
        self.send(number)
        self.send(signal.SIGCONT)  # a frozen one could not hear it
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self.kill()

    def kill(self) -> None:
        """End it and its process group at once; what hangs in the kernel is not waited for longer than it is worth."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(KILL_SECONDS)


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    login: Login | None = None,
    cwd: Path | str | None = None,
    pass_fds: Sequence[int] = (),
    last_signal: int = signal.SIGTERM,
) -> Child:
    """Start a child that writes to `log` and is sent `last_signal` when this process dies, however it dies."""
    return _spawner.submit(_spawn, command, log, env, login, cwd, pass_fds, last_signal).result()


def _spawn(  # noqa: PLR0917  the thread's side of `spawn`
    command: Sequence[str],
    log: Path,
    env: Mapping[str, str] | None,
    login: Login | None,
    cwd: Path | str | None,
    pass_fds: Sequence[int],
    last_signal: int,
) -> Child:
    output = keeper().pipe(log)
    try:
        process = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=pass_fds,
            preexec_fn=_follow_parent(last_signal),  # noqa: PLW1509  only a system call
            **as_login(login),
        )
    finally:
        os.close(output)
    return Child(process)


def as_login(login: Login | None) -> dict[str, Any]:
    """The arguments of subprocess that make a child run as `login`."""
    return {} if login is None else {"user": login.uid, "group": login.gid, "extra_groups": []}


def _follow_parent(last_signal: int) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def before_exec() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(last_signal))
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return before_exec


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def kept_port(file: Path) -> int:
    """The port written in `file` if it is free, else a free one, written there."""
    with suppress(OSError, ValueError):
        kept = int(file.read_text())
        if is_free(kept):
            return kept
    port = next(port for port in random.sample(PORTS, len(PORTS)) if is_free(port))
    file.write_text(f"{port}\n")
    return port


def leftovers(name: str, folder: Path) -> list["psutil.Process"]:
    """Processes called `name` that work in `folder`: what an earlier, killed parent may have left behind.

    Each says its parent in `info["ppid"]`, as it was when it was found: by now it may have ended.
    """
    import psutil

    found, folder = [], folder.resolve()
    for process in psutil.process_iter(["name", "ppid"]):
        with suppress(psutil.Error):
            if process.info["name"] == name and Path(process.cwd()) == folder:
                found.append(process)
    return found


def end(processes: Iterable["psutil.Process"], *, number: int, patience: float) -> None:
    """Ask processes that are not our children to end, then end them."""
    import psutil

    processes = list(processes)
    for process in processes:
        with suppress(psutil.Error):
            process.send_signal(number)
            process.send_signal(signal.SIGCONT)  # a frozen one could not hear it
    deadline = time.monotonic() + patience
    while processes := [process for process in processes if _runs(process)]:
        if time.monotonic() > deadline:
            deadline = time.monotonic() + patience
            for process in processes:
                with suppress(psutil.Error):
                    process.kill()
        time.sleep(0.01)


def _runs(process: "psutil.Process") -> bool:
    import psutil

    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
