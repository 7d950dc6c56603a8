"""The logs of a box's programs: each writes into a pipe, and what comes out is kept, bounded, in a file of its name.

A line that is said again and again, but for its numbers, stands there once and is counted; a file that has grown is put
aside. A full disk costs lines of the log, and holds up nobody who writes them.
"""

import atexit
import fcntl
import os
import re
import selectors
import sys
import threading
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

FILE_BYTES = 5_000_000  # of each file; the one before it is kept beside it
LINE_BYTES = 10_000
PIPE_BYTES = 2**20  # what waits while the box is busy
AGAIN_SECONDS = 10.0  # in which the same line is only counted
KNOWN = 256  # different lines that are remembered
LAST_SECONDS = 2.0  # for what is still under way at the end
NUMBERS = re.compile(rb"0x[0-9a-f]+|\d+")


class Log:
    """One file, and what was lately written there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rest = b""
        self._again: dict[bytes, tuple[float, int, bytes]] = {}

    def take(self, said: bytes) -> None:
        """Some of what a program says, ending anywhere."""
        *lines, rest = (self._rest + said).split(b"\n")
        if len(rest) > LINE_BYTES:
            lines, rest = [*lines, rest], b""
        self._rest = rest
        self._write(self._news(lines))

    def look(self) -> None:
        """Write how often what was said again."""
        now = time.monotonic()
        over = [key for key, (until, _, _) in self._again.items() if until < now]
        self._write([line for key in over for line in self._counted(key)])

    def close(self) -> None:
        """No more will come."""
        rest, self._rest = self._rest, b""
        self._write([*([rest] if rest else []), *(line for key in list(self._again) for line in self._counted(key))])

    def _news(self, lines: list[bytes]) -> list[bytes]:
        """Of these lines the ones that were not said just now; the others are counted."""
        new: list[bytes] = []
        for line in lines:
            key = NUMBERS.sub(b"#", line[:LINE_BYTES])
            if known := self._again.get(key):
                self._again[key] = (known[0], known[1] + 1, line)
                continue
            if len(self._again) >= KNOWN:
                new += self._counted(next(iter(self._again)))
            self._again[key] = (time.monotonic() + AGAIN_SECONDS, 0, line)
            new.append(line[:LINE_BYTES])
        return new

    def _counted(self, key: bytes) -> list[bytes]:
        _, times, last = self._again.pop(key)
        return [last[:LINE_BYTES] + f" … ×{times:,}".encode()] if times else []

    def _write(self, lines: list[bytes]) -> None:
        if not lines:
            return
        with suppress(OSError):  # a full disk, a folder that went away: the programs go on
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with _opened(self.path) as file:
                file.writelines(line + b"\n" for line in lines)
                size = file.tell()
            if size > FILE_BYTES:
                self.path.replace(self.path.with_suffix(".1.log"))


def _opened(path: Path) -> BinaryIO:
    """A file to write on at its end, for its owner alone; a link that somebody laid there is not followed."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600), "ab")


class Keeper:
    """One thread that reads all pipes of this process."""

    def __init__(self) -> None:
        self._pipes = selectors.DefaultSelector()
        self._bell, self._door = os.pipe()
        os.set_blocking(self._bell, False)
        self._pipes.register(self._bell, selectors.EVENT_READ)
        self._logs: dict[int, Log] = {}
        self._thread = threading.Thread(target=self._keep, name="logs", daemon=True)
        self._thread.start()
        atexit.register(self.settle)

    def pipe(self, path: Path) -> int:
        """A descriptor for a program to write on; whoever gets it closes it once the program has it."""
        reading, writing = os.pipe()
        if sys.platform == "linux":
            with suppress(OSError):  # more than the system lends
                fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        os.set_blocking(reading, False)
        self._logs[reading] = Log(path)
        self._pipes.register(reading, selectors.EVENT_READ)
        os.write(self._door, b"!")
        return writing

    def settle(self, path: Path | None = None) -> None:
        """Wait for the last word of programs that have ended, or of the one that wrote there; but not for long."""
        ends = time.monotonic() + LAST_SECONDS
        while self._is_awaited(path) and time.monotonic() < ends:
            time.sleep(0.01)

    def _is_awaited(self, path: Path | None) -> bool:
        return any(path in {None, log.path} for log in list(self._logs.values()))

    def _keep(self) -> None:
        while True:
            with suppress(Exception):  # a thread that ended would leave every program waiting at a full pipe
                for key, _ in self._pipes.select(1.0 if self._logs else None):
                    self._read(key.fd)
                for log in list(self._logs.values()):
                    log.look()

    def _read(self, pipe: int) -> None:
        try:
            said = os.read(pipe, PIPE_BYTES)
        except BlockingIOError:
            return
        if pipe == self._bell:
            return
        if said:
            self._logs[pipe].take(said)
            return
        self._pipes.unregister(pipe)
        os.close(pipe)
        self._logs.pop(pipe).close()


@lru_cache(maxsize=1)
def keeper() -> Keeper:
    """The thread of this process, from when it first has something to keep."""
    return Keeper()
