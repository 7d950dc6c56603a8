"""Asking a server whether it still answers, and looking whether a program stands still: silence is what is measured."""

import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

SLICE_SECONDS = 1.0
HTTP = b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n"
SSL_REQUEST = b"\0\0\0\x08\x04\xd2\x16\x2f"  # PostgreSQL answers one letter before it asks who is there
PING = b"PING\r\n"  # Valkey answers, if only that it wants to know who asks


class Silence(Exception):
    """Nothing came in the time given."""


def ask(host: str, port: int, said: bytes, *, seconds: int) -> bytes:
    """The first bytes of the answer; empty where the other side refuses or hangs up. Silence where nothing comes."""
    with suppress(ConnectionError), socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as connection:
        connection.settimeout(0)
        connection.connect_ex((host, port))
        left = _wait(connection, select.POLLOUT, seconds)
        connection.send(said)
        _wait(connection, select.POLLIN, left)
        return connection.recv(64)
    return b""


def _wait(connection: socket.socket, event: int, seconds: int) -> int:
    """Wait in slices, so that a machine that slept in between has lost one of them only; returns what is left."""
    waiting = select.poll()
    waiting.register(connection, event)
    for waited in range(seconds):
        if waiting.poll(SLICE_SECONDS * 1000):
            return seconds - waited
    raise Silence


def see_awake(pid: int, *, seconds: int, children: bool) -> None:
    """Return as soon as neither a process nor, if asked, one of its children is stopped; Silence where one stays so.

    Who is stopped (SIGSTOP, a debugger that was forgotten) cannot end by itself, and keeps what it holds.
    """
    for _ in range(seconds):
        if not any(_is_stopped(each) for each in (pid, *(_children(pid) if children else ()))):
            return
        time.sleep(SLICE_SECONDS)
    raise Silence


def hear(sign: Callable[[], float], *, seconds: int) -> None:
    """Return as soon as a program gives a sign of life, or while it has promised one for later; else Silence.

    Who runs but gets on with nothing (a lock that nobody gives back, a pool that hangs) gives none.
    """
    before = sign()
    for _ in range(seconds):
        time.sleep(SLICE_SECONDS)
        if sign() not in {before, 0.0} or sign() > time.monotonic():
            return
    raise Silence


def _is_stopped(pid: int) -> bool:
    """Elsewhere than on Linux, and of one who has gone, nothing is known."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in {"T", "t"}
    return False


def _children(pid: int) -> Iterator[int]:
    with suppress(OSError):
        yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
