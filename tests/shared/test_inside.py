"""However many come at once, nobody is sent away: they wait their turn, and hold nothing meanwhile."""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi import Request
from starlette.types import Message, Receive, Scope, Send

from shared.errors import Away
from shared.settings import settings
from shared.web import inside as module
from shared.web.frame import Frame
from shared.web.inside import inside, most

SCOPE = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "headers": []}


@pytest.fixture(autouse=True)
def two_connections(settled_environment: pytest.MonkeyPatch) -> Iterator[None]:
    settled_environment.setenv("XIAOZU_POOL_SIZE", "1")
    settings.cache_clear()
    yield
    settings.cache_clear()


class Work:
    """What is worked on, for a moment each."""

    def __init__(self) -> None:
        self.at_once = self.most_at_once = 0
        self.order: list[int] = []

    async def do(self, number: int) -> None:
        async with inside():
            self.order.append(number)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            await asyncio.sleep(0.001)
            self.at_once -= 1


def test_half_as_many_again_are_inside_as_there_are_connections_and_the_others_come_in_their_order():
    work = Work()

    async def everybody() -> None:
        await asyncio.gather(*map(work.do, range(50)))

    asyncio.run(everybody())

    assert most() == 3
    assert work.most_at_once == 3
    assert work.order == list(range(50))


def test_a_place_is_given_back_by_whoever_fails():
    async def everybody() -> int:
        done = 0
        for _ in range(3 * most()):
            with pytest.raises(ZeroDivisionError):
                async with inside():
                    raise ZeroDivisionError
            done += 1
        return done

    assert asyncio.run(everybody()) == 9


def test_whoever_has_waited_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "OUTSIDE_SECONDS", 0.01)

    async def one_too_many() -> None:
        held = [inside() for _ in range(most())]
        for each in held:
            await each.__aenter__()
        with pytest.raises(Away, match="过一会儿再试"):
            async with inside():
                raise AssertionError
        for each in held:
            await each.__aexit__(None, None, None)
        async with inside():
            pass

    asyncio.run(one_too_many())


def test_whoever_reads_his_answer_slowly_keeps_nobody_out():
    """The place is free with the first word of the answer: a page of live progress is open for minutes."""
    read = asyncio.Event()

    async def answers(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await read.wait()

    async def slow(message: Message) -> None:
        pass

    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    async def everybody() -> None:
        frame = Frame(answers)
        reading = [asyncio.create_task(asked(frame, nothing, slow)) for _ in range(3 * most())]
        await asyncio.sleep(0.05)
        async with asyncio.timeout(1), inside():
            read.set()
        await asyncio.gather(*reading)

    asyncio.run(everybody())


async def asked(frame: Frame, receive: Receive, send: Send) -> None:
    request = Request({**SCOPE, "state": {}}, receive)
    answer = frame.answer_to(request, send)
    await frame._worked_on(request, b"", answer)
