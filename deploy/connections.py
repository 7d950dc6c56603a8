"""The web's connections: whoever is slow to ask gives way, so that strangers who only hold the line shut nobody out.

A protocol for uvicorn (its setting `http`): h11's, with an end to waiting and a cap. Nobody is refused because of those
who say nothing: of the address that keeps us waiting with the most connections, the one that does so longest is closed.
"""

import asyncio
import logging
import resource
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from shared.settings import settings
from shared.web.address import home_of
from shared.web.frame import GUARDS

HEAD_SECONDS = 20.0  # from the connection, or the last answer, to the end of the next head
SPAN_SECONDS = 30.0
# Of a body, in each span; half of what the worst line of a phone (GPRS, one slot up) carries. A photo of 3 MB may then
# take an hour and a half, a pause of twenty seconds included; one that was made small on the phone takes minutes.
BYTES_PER_SECOND = 500
LAST_WORD_SECONDS = 0.5  # for whoever came just before the server ends
LINGER_SECONDS = 30.0  # for the rest of a body that was refused
READ_SECONDS = 120.0  # in which an answer that fills the buffers goes on by what such a line carries
BACKLOG = 128  # accepted at one stroke, before the first of them is known here
SPARE_FILES = 3 * BACKLOG  # of the process, for everything else: two such strokes, the database, what is read
FILES = 8192
OUT_OF_FILES, SILENT_SECONDS = "socket.accept() out of system resource", 60.0


class Connection(H11Protocol):
    """One connection. The other side has the word until its request is whole, and again after the answer."""

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401  as uvicorn makes it
        super().__init__(*args, **more)
        self.crowd = crowd_of(self.server_state)
        self.home: str | None = None
        self._awaited: object = None
        self._received = 0
        self._leaving = False
        self._ending: asyncio.TimerHandle | None = None
        self._reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has come: he has the word."""
        super().connection_made(transport)
        self.home = home_of(self.client[0] if self.client else "")
        self._turn()
        self.crowd.admit(self)

    def data_received(self, data: bytes) -> None:
        """He has said something."""
        self._received += len(data)
        super().data_received(data)
        self._turn()

    def on_response_complete(self) -> None:
        """He has his answer, but for what still stands in the buffers."""
        super().on_response_complete()
        self._turn()
        if self._leaving:
            super().shutdown()
        refused = self._awaited is h11.SEND_BODY and self.conn.our_state in (h11.DONE, h11.MUST_CLOSE)
        if refused:  # before it was whole: read on for a while, so that he hears of it
            self._end_in(LINGER_SECONDS, self.close)
        if self.transport.get_write_buffer_size():
            self._read_on()

    def shutdown(self) -> None:
        """The server ends: who has his answer may go, and who has just come is still answered what he came to ask."""
        self._leaving = self.cycle is None and self._awaited is h11.IDLE
        if self._leaving:
            self._end_in(LAST_WORD_SECONDS, super().shutdown)
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """What is no request is answered before anything of ours runs, and guarded all the same."""
        headers = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close", **GUARDS}
        refused = h11.Response(status_code=400, headers=list(headers.items()), reason=b"Bad Request")
        for part in (refused, h11.Data(data=msg.encode("ascii")), h11.EndOfMessage()):
            self.transport.write(self.conn.send(part) or b"")
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """He has gone."""
        super().connection_lost(exc)
        self._awaited = None
        self.crowd.forget(self)
        for timer in (self._ending, self._reading):
            if timer:
                timer.cancel()

    def pause_writing(self) -> None:
        """He does not take his answer as fast as it is made."""
        super().pause_writing()
        self._read_on()

    def resume_writing(self) -> None:
        """He has taken it."""
        super().resume_writing()
        if self._reading:
            self._reading.cancel()

    def close(self) -> None:
        """Let him go, whatever he was about to say."""
        self.transport.abort()

    def _turn(self) -> None:
        """Wait for him where the word is his, for as long as is fair."""
        awaited = self.conn.their_state
        if awaited is self._awaited or self.transport.is_closing():
            return
        self._awaited, self._received = awaited, 0
        if self._ending:
            self._ending.cancel()
        if awaited is h11.IDLE:
            self._end_in(HEAD_SECONDS, self.close)
        elif awaited is h11.SEND_BODY:
            self._end_in(SPAN_SECONDS, self._judge)
        self.crowd.note(self, waiting=awaited in (h11.IDLE, h11.SEND_BODY))

    def _end_in(self, seconds: float, end: Callable[[], None]) -> None:
        if self._ending:
            self._ending.cancel()
        self._ending = self.loop.call_later(seconds, end)

    def _judge(self) -> None:
        """A span of a body is over. Where we had stopped reading, it was for us to go on."""
        if self._received < BYTES_PER_SECOND * SPAN_SECONDS and not self.flow.read_paused:
            self.close()
            return
        self._received = 0
        self._end_in(SPAN_SECONDS, self._judge)

    def _read_on(self) -> None:
        """Look again later whether the buffers have emptied by what the slowest line carries."""
        if self._reading:
            self._reading.cancel()
        left = self.transport.get_write_buffer_size()
        self._reading = self.loop.call_later(READ_SECONDS, self._judge_reader, left)

    def _judge_reader(self, before: int) -> None:
        left = self.transport.get_write_buffer_size()
        if left > before - BYTES_PER_SECOND * READ_SECONDS:
            self.close()
        elif left:
            self._read_on()


class Crowd:
    """Everybody who is connected, by where he comes from; and on whom we wait, the longest first."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most, self._most_each = most, most_each
        self._all: set[Connection] = set()
        self._here: Counter[str | None] = Counter()
        self._waiting: dict[str | None, dict[Connection, None]] = {}

    def admit(self, one: Connection) -> None:
        """Let a newcomer in; where it is full, somebody on whom we wait gives way: himself where we wait on nobody."""
        self._all.add(one)
        self._here[one.home] += 1
        if one.home is not None and self._here[one.home] > self._most_each:
            self._close_one(one.home)
        elif len(self._all) > self._most:
            self._close_one(max(self._waiting, key=lambda home: len(self._waiting[home])))

    def note(self, one: Connection, *, waiting: bool) -> None:
        """From now on we wait on him, or no longer."""
        there = self._waiting.setdefault(one.home, {})
        there.pop(one, None)
        if waiting:
            there[one] = None
        if not there:
            del self._waiting[one.home]

    def forget(self, one: Connection) -> None:
        """He has gone, or is about to."""
        self.note(one, waiting=False)
        if one in self._all:
            self._all.remove(one)
            self._here -= Counter([one.home])

    def _close_one(self, home: str | None) -> None:
        longest = next(iter(self._waiting[home]))
        self.forget(longest)
        longest.close()


class Seldom(logging.Filter):
    """Of many lines of one beginning one in a while: a process out of files would say so for each who knocks."""

    def __init__(self, beginning: str) -> None:
        super().__init__()
        self._beginning, self._silent_until = beginning, 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this one is said."""
        if not record.getMessage().startswith(self._beginning):
            return True
        said, self._silent_until = time.monotonic() >= self._silent_until, time.monotonic() + SILENT_SECONDS
        return said


_crowds: WeakKeyDictionary[ServerState, Crowd] = WeakKeyDictionary()
_seldom = Seldom(OUT_OF_FILES)


def crowd_of(server: ServerState) -> Crowd:
    """Those who are connected to a server; the first one finds the limit of open files raised."""
    if server not in _crowds:
        logging.getLogger("asyncio").addFilter(_seldom)
        most = max(BACKLOG, min(settings().connections, files_raised() - SPARE_FILES))
        _crowds[server] = Crowd(most, settings().connections_each)
    return _crowds[server]


def files_raised() -> int:
    """Let this process open as many files as it is allowed to, up to what it may ever need; returns how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return FILES if soft == resource.RLIM_INFINITY else soft
