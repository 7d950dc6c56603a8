"""However many come at once, nobody is sent away: they wait their turn, and hold nothing meanwhile."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from typing import Any, TypeVar

import pytest
from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from shared.access import Knock, resting, turnstile
from shared.access.turns import talking
from shared.errors import Away, Invalid, Refusal
from shared.settings import settings
from shared.web import inside as module
from shared.web import page_app
from shared.web.frame import Frame
from shared.web.inside import WAIT, Crowded, inside, most
from shared.web.page_frame import PageFrame

T = TypeVar("T")
SCOPE = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "headers": []}


@pytest.fixture(autouse=True)
def two_connections(settled_environment: pytest.MonkeyPatch) -> Iterator[None]:
    settled_environment.setenv("XIAOZU_POOL_SIZE", "1")
    settings.cache_clear()
    yield
    settings.cache_clear()


def alone(what: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own: that of the tests may have a browser's loop running."""
    with ThreadPoolExecutor(1) as one:
        return one.submit(asyncio.run, what).result()


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

    alone(everybody())

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

    assert alone(everybody()) == 9


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

    alone(one_too_many())


def test_whoever_reads_his_answer_slowly_keeps_nobody_out():
    """The place is free with the first word of the answer: a page of live progress is open for minutes."""
    read = asyncio.Event()

    async def answers(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await read.wait()

    async def everybody() -> None:
        frame = Frame(answers)
        reading = [asyncio.create_task(asked(frame, silent, unheard)) for _ in range(3 * most())]
        await asyncio.sleep(0.05)
        async with asyncio.timeout(1), inside():
            read.set()
        await asyncio.gather(*reading)

    alone(everybody())


@pytest.mark.parametrize(
    "stand_still",
    [
        pytest.param(lambda: resting("address:198.51.100.7"), id="after a wrong password"),
        pytest.param(lambda: talking("address:198.51.100.7", "provider:1"), id="while a provider thinks"),
        pytest.param(lambda: turnstile(Knock(address="address:198.51.100.7")), id="before a password is looked at"),
        pytest.param(lambda: turnstile(Knock(hopeful=False)), id="of those who cannot get in"),
    ],
)
def test_whoever_stands_still_at_the_door_keeps_nobody_out(stand_still: Callable[[], AbstractContextManager[object]]):
    done = threading.Event()

    def stand() -> None:
        with stand_still():
            done.wait(5)

    async def knocks() -> None:
        async with inside():
            await run_in_threadpool(stand)

    async def everybody() -> None:
        knocking = [asyncio.create_task(knocks()) for _ in range(most())]
        await asyncio.sleep(0.1)  # they stand
        try:
            async with asyncio.timeout(2), inside():
                pass
        finally:
            done.set()
            await asyncio.gather(*knocking)

    alone(everybody())


@pytest.mark.parametrize(("method", "worked_on"), [("GET", 0), ("HEAD", 0), ("POST", 1)])
def test_who_has_hung_up_outside_is_shown_nothing_but_what_he_sent_is_done(method: str, worked_on: int):
    done: list[Scope] = []

    async def works(scope: Scope, _receive: Receive, _send: Send) -> None:
        done.append(scope)

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async def one() -> None:
        with suppress(ClientDisconnect):
            await asked(Frame(works), gone, unheard, method=method)

    alone(one())

    assert len(done) == worked_on


@pytest.mark.parametrize(("error", "drawn"), [(Invalid("请更正。"), 1), (Crowded(WAIT), 0)])
def test_a_refused_form_is_drawn_again_in_its_turn_and_not_for_whom_no_turn_came(error: Refusal, drawn: int):
    form = {"type": "http.request", "body": b"title=1&back=%2F", "more_body": False}
    drawing: list[int] = []

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["method"] == "POST":
            raise error
        drawing.append(module._doors[asyncio.get_running_loop()]._value)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def sends() -> Message:
        return form

    async def one() -> None:
        made = page_app("activities", [])
        headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"host", b"localhost")]
        scope = {**SCOPE, "method": "POST", "headers": headers, "app": made, "root_path": ""}
        await PageFrame(app)(scope, sends, unheard)

    alone(one())

    assert drawing == [most() - 1] * drawn


async def unheard(_: Message) -> None:
    """An answer that nobody looks at."""


async def silent() -> Message:
    """Somebody who has said everything and listens."""
    await asyncio.Event().wait()
    raise AssertionError


async def asked(frame: Frame, receive: Receive, send: Send, *, method: str = "GET") -> None:
    request = Request({**SCOPE, "method": method, "state": {}}, receive)
    await frame.worked_on(request, request.scope, b"", frame.answer_to(request, send))
