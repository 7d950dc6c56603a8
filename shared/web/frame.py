"""The frame around every request: its number, its size, the headers of its answer, and a line in the log.

The one asynchronous place: it reads the whole body, bounded, before anything else runs.
"""

import time
import uuid

import structlog
from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import traces
from shared.web import access_log
from shared.web.answers import as_json, problem, problem_of
from shared.web.bodies import BODY_BYTES_MAX, READ_BYTES_MAX, UPLOAD_BYTES_MAX, received
from shared.web.door import SAFE
from shared.web.hosts import NOT_OURS, is_ours
from shared.web.inside import inside
from shared.web.shapes import Problem

log = structlog.get_logger()

HTTP_LEADS_ON = 300
# Of every answer, whoever gives it. What brings no policy of its own, as pages and the documentation do, shows nothing.
GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",  # browsers heed it over TLS alone
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
HEADERS = {"Cache-Control": "no-store", **GUARDS}


class Guarded:
    """The outermost ASGI middleware: files, what stands beside the services, and a last refusal are guarded as well."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in GUARDS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, guarded)


class Frame:
    """ASGI middleware, inside Starlette's own error page and outside everything of ours."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        with traces.span(request.method):
            await self._answer(request, send)

    async def _answer(self, request: Request, send: Send) -> None:
        """Answer it, and note that it was answered."""
        started = time.perf_counter()
        answer = self.answer_to(request, send)
        request.state.id = answer.number = uuid.uuid4().hex[:16]
        try:
            if is_ours(request):
                await self._within(request, answer)
            else:
                await self.refuse(request, problem(request, 421, "Misdirected", NOT_OURS), answer)
        except ClientDisconnect:
            return
        except Exception as error:
            if answer.status:
                raise
            await self.fall(request, error, answer)
        milliseconds = round((time.perf_counter() - started) * 1000)
        access_log.note(request, answer.number, answer.status, milliseconds)
        route = access_log.route_of(request)
        traces.tell(f"{request.method} {route}", request=answer.number, route=route, status=answer.status)
        log.info(
            "request",
            id=answer.number,
            method=request.method,
            path=request.url.path,  # never the query, never a header
            status=answer.status,
            ms=milliseconds,
        )

    def answer_to(self, request: Request, send: Send) -> "Answer":  # noqa: ARG002  a wider frame looks at it
        """What the answer goes through on its way out."""
        return Answer(send)

    async def fall(self, request: Request, error: Exception, answer: "Answer") -> None:
        """Answer what nothing within has answered: a mistake of our own, or a body that is not taken."""
        await self.refuse(request, problem_of(request, error), answer)

    async def refuse(self, request: Request, told: Problem, answer: "Answer") -> None:
        """Answer with what went wrong."""
        await as_json(told)(request.scope, request.receive, answer.send)

    async def _within(self, request: Request, answer: "Answer") -> None:
        """Read what was sent, up to a size, and hand it on."""
        form = request.headers.get("content-type", "").startswith("multipart/form-data")
        largest = UPLOAD_BYTES_MAX if form else BODY_BYTES_MAX
        async with received(request, largest, READ_BYTES_MAX if form else largest) as (body, whole):
            request.state.body = body
            if whole:
                await self.worked_on(request, request.scope, body, answer)
                return
            said = f"提交的内容太大，最多 {largest // 2**20} MB，这次没有提交。请选小一些的文件再提交。"
            await self.refuse(request, problem(request, 413, "TooLarge", said), answer)

    async def worked_on(self, request: Request, scope: Scope, body: bytes, answer: "Answer") -> None:
        """In its turn; whoever takes long to read the answer keeps nobody out, nor does a reader who has hung up.

        What was sent to be done is done all the same: he may have lost the line, and will ask again what came of it.
        """
        async with inside() as leave:
            if request.method in SAFE and await request.is_disconnected():
                raise ClientDisconnect

            async def send(message: Message) -> None:
                leave()
                await answer.send(message)

            await self.app(scope, held(request, body), send)


def held(request: Request, body: bytes) -> Receive:
    """The body that has been read, for whoever reads it within."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await request.receive()

    return again


class Answer:
    """What goes back, with the headers that every answer has."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.number = ""
        self.status = 0
        self.instead = 0  # the status of a page that is shown again because of what went wrong

    async def send(self, message: Message) -> None:
        """Send a part of it; the first carries the headers."""
        if message["type"] == "http.response.start":
            shown = message["status"] < HTTP_LEADS_ON
            self.status = message["status"] = (self.instead if shown else 0) or message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self.number
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)
