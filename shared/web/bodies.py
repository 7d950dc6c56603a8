"""What is sent is read here, before anything else runs, and cannot fill the memory, whoever sends it.

A stranger may send little: whoever sends more says first who he is. What is more comes in on the disk, and stands in
memory only once it is whole: of all together so much, the next waits its turn.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from shared.access import Ended
from shared.errors import Away, TooMany
from shared.settings import settings
from shared.web.door import is_page, signed_in

BODY_BYTES_MAX = 2**20
UPLOAD_BYTES_MAX = 16 * 2**20
READ_BYTES_MAX = 64 * 2**20  # of a form that is too large, so that what was typed beside its files comes back
END_BYTES = 2**20  # kept of it at either end: its files stand between

STRANGER_BYTES_MAX = 64 * 2**10
# Where many half-sent bodies stand in memory together, a stranger's may be no longer than signing in is.
CROWDED_BYTES, CROWDED_BYTES_MAX = 16 * 2**20, 4 * 2**10
AT_ONCE_EACH = 4  # large ones of one account: a phone sends its photos in one
DISK_BYTES_MAX = 2**30  # of all that are coming in
ROOM_BYTES, ROOM_SECONDS, LOOK_SECONDS = 32 * 2**20, 20.0, 0.05

FULL = "磁盘已满，现在不能上传，这次没有提交。请告诉系统管理员。"
WAIT = "正在处理的文件太多，这次没有提交。请过一会儿再提交。"
ONE_BY_ONE = "您有几个文件正在上传，请等它们传完再提交。"


@dataclass
class Bodies:
    """What all bodies of this process take up together, in bytes; and how many large ones each account sends."""

    coming: int = 0  # small ones, in memory
    on_disk: int = 0
    whole: int = 0  # large ones, in memory
    senders: Counter[int] = field(default_factory=Counter)


bodies = Bodies()


class Body:
    """One body as it comes in: in memory as long as it is a stranger's."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._sender = 0
        self._on_disk = 0
        self.size = 0

    async def announce(self, size: int) -> None:
        """So much will come. Raises what a stranger is told who sends more than he may."""
        if size > little() and self._file is None:
            await self._know()

    async def take(self, part: bytes) -> None:
        """A part has come."""
        await self.announce(self.size + len(part))
        self.size += len(part)
        if self._file is None:
            self._memory += part
            bodies.coming += len(part)
        else:
            await self._put_by(self._file, part)

    async def content(self, bytes_max: int) -> bytes:
        """All of it; of one that is longer the two ends. It takes up nothing afterwards but what is returned."""
        spans = [(0, self.size)] if self.size <= bytes_max else [(0, END_BYTES), (self.size - END_BYTES, END_BYTES)]
        found = [await run_in_threadpool(self._read, *span) if self._file else self._read(*span) for span in spans]
        self.close()
        return b"".join(found)

    def close(self) -> None:
        """Give back what it takes up."""
        bodies.coming -= len(self._memory)
        bodies.on_disk -= self._on_disk
        self._memory, self._on_disk = bytearray(), 0
        if self._file:
            bodies.senders -= Counter([self._sender])
            self._file.close()
            self._file = None

    async def _know(self) -> None:
        """Look who sends so much, in a thread: the database may be slow. From here on it comes in on the disk."""
        self._sender = await run_in_threadpool(sender_of, self._request)
        if bodies.senders[self._sender] >= AT_ONCE_EACH:
            raise TooMany(ONE_BY_ONE)
        folder = settings().data / "files"  # in the same place as what is kept of it, and ours to write in
        self._file = TemporaryFile(dir=folder if folder.is_dir() else None)  # noqa: SIM115  `close` does
        bodies.senders[self._sender] += 1
        await self._put_by(self._file, bytes(self._memory))
        bodies.coming -= len(self._memory)
        self._memory = bytearray()

    async def _put_by(self, file: IO[bytes], part: bytes) -> None:
        if bodies.on_disk + len(part) > DISK_BYTES_MAX:
            raise Away(WAIT)
        self._on_disk += len(part)
        bodies.on_disk += len(part)
        try:
            await run_in_threadpool(file.write, part)
        except OSError as error:
            raise Away(FULL) from error

    def _read(self, start: int, size: int) -> bytes:
        if self._file is None:
            return bytes(self._memory[start : start + size])
        self._file.seek(start)
        return self._file.read(size)


def little() -> int:
    """How much whoever is not signed in may send just now."""
    return STRANGER_BYTES_MAX if bodies.coming < CROWDED_BYTES else CROWDED_BYTES_MAX


def sender_of(request: Request) -> int:
    """The account of whoever sends. A form whose sitting is over is read: it is kept for its account, and told so."""
    try:
        return signed_in(request).account_id or 0
    except Ended as ended:
        if not is_page(request):
            raise
        return ended.account_id


@asynccontextmanager
async def received(request: Request, bytes_max: int, read_max: int) -> AsyncIterator[tuple[bytes, bool]]:
    """The body, and whether it is whole: of one longer than it may be the two ends, of one far longer nothing."""
    with closing(Body(request)) as body:
        if not await _read(request, body, read_max):
            yield b"", False
            return
        async with _room(body.size if body.size <= bytes_max else 2 * END_BYTES):
            yield await body.content(bytes_max), body.size <= bytes_max


async def _read(request: Request, body: Body, read_max: int) -> bool:
    announced = request.headers.get("content-length", "")
    size = int(announced) if announced.isdecimal() else 0
    if size <= read_max:
        await body.announce(size)
        async for part in request.stream():
            if body.size + len(part) > read_max:
                return False
            await body.take(part)
    return size <= read_max


@asynccontextmanager
async def _room(size: int) -> AsyncIterator[None]:
    """Room in memory for a large body, for as long as it is worked on; the next one waits, for a while."""
    size = size if size > STRANGER_BYTES_MAX else 0
    ends = time.monotonic() + ROOM_SECONDS
    while size and bodies.whole and bodies.whole + size > ROOM_BYTES:
        if time.monotonic() > ends:
            raise Away(WAIT)
        await asyncio.sleep(LOOK_SECONDS)
    bodies.whole += size
    try:
        yield
    finally:
        bodies.whole -= size
