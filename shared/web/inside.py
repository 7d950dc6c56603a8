"""How many requests are worked on at once: half as many again as there are connections; the others wait outside.

On the last evening of a year everybody writes at once. If all of them were let in, each would hold a thread and wait
three seconds for a connection, in no order, and many would be sent away. Outside one waits longer, in the order in
which one came, and holds nothing.
"""

import asyncio
from asyncio import AbstractEventLoop, Semaphore
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from shared import aside
from shared.errors import Away
from shared.settings import settings

OUTSIDE_SECONDS = 60.0
WAIT = "现在用的人太多，这次没有办成。请过一会儿再试。"


class Crowded(Away):
    """So many stand outside that one's turn did not come."""


_doors: WeakKeyDictionary[AbstractEventLoop, Semaphore] = WeakKeyDictionary()


def most() -> int:
    """So many at once: there are twice `pool_size` connections."""
    return 3 * settings().pool_size


@asynccontextmanager
async def inside() -> AsyncIterator[Callable[[], None]]:
    """A place inside, at one's turn; given back at the end, or before it by the function that is yielded.

    Raises Crowded where it takes too long.
    """
    loop = asyncio.get_running_loop()
    door = _doors.setdefault(loop, Semaphore(most()))
    try:
        await asyncio.wait_for(door.acquire(), OUTSIDE_SECONDS)
    except TimeoutError:
        raise Crowded(WAIT) from None
    held = True

    def leave() -> None:
        nonlocal held
        if held:
            held = False
            door.release()

    aside.by(lambda: loop.call_soon_threadsafe(leave))
    try:
        yield leave
    finally:
        leave()
