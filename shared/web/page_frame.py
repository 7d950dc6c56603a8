"""The frame around pages: whoever is not signed in is led to the door, and a refused form comes back as it was typed.

Asynchronous like the frame that it widens; nothing of ours runs in it but the choice of what to answer.
"""

from http import HTTPStatus
from urllib.parse import SplitResult, quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from shared.access import Awaits, Ended
from shared.errors import NotSignedIn, OutOfReach, Refusal
from shared.web.answers import problem_of, unreached
from shared.web.door import SAFE, Incomplete, Replayed
from shared.web.forms import BACK, Form, MadeForAnother, form_of, ours, parts_of
from shared.web.frame import Answer, Frame
from shared.web.pages import KEPT, POLICY, given_again
from shared.web.shapes import Problem
from shared.web.templates import environment_of

SIGN_IN = "/sign-in"
# Where whoever has not finished signing in is led.
STEPS = {
    Awaits.PASSWORD: "/password",
    Awaits.RENEWAL: "/password",
    Awaits.CODE: "/code",
    Awaits.ENROLMENT: "/account/code",
}
ASKED = "Asked"  # the title of what is wrong with the query of an address alone


class PageFrame(Frame):
    """ASGI middleware around the pages of one application."""

    def answer_to(self, request: Request, send: Send) -> Answer:
        """What the answer goes through on its way out."""
        return PageAnswer(send, kept=KEPT in request.headers)

    async def fall(self, request: Request, error: Exception, answer: Answer) -> None:
        """Lead on, show the form again, or say on a page of its own what went wrong."""
        if isinstance(error, Replayed):
            await self._send(request, given_again(error.status, error.body), answer)
        elif isinstance(error, Incomplete):
            await self._send(request, _to_the_step(request, error.awaits), answer)
        elif _wants_another_sitting(request, error):
            await self._send(request, _to_the_door(request, error), answer)
        else:
            await self.refuse(request, _told(request, error), answer, draws=not unreached(error))

    async def _within(self, request: Request, answer: Answer) -> None:
        """A filter that was left empty asks for nothing, though a browser sends it all the same."""
        request.scope["query_string"] = _filled(request.scope["query_string"])
        await super()._within(request, answer)

    async def refuse(self, request: Request, told: Problem, answer: Answer, *, draws: bool = True) -> None:
        """The page that held the form, as it was typed; or a page of its own where there is none to draw."""
        form = _form(request)
        back = _page_of(request, form)
        if form and form.entries and back and draws:
            try:
                await self._again(request, form, back, told, answer)
            except (Refusal, OperationalError, PoolTimeout):
                pass
            else:
                return
        await self._send(request, said(request, told, back), answer)

    async def _again(self, request: Request, form: Form, back: SplitResult, told: Problem, answer: Answer) -> None:
        """The page by which the form was sent, with what was typed and what is wrong with it."""
        headers = [pair for pair in request.scope["headers"] if pair[0] not in (b"content-type", b"content-length")]
        scope = {
            **request.scope,
            "method": "GET",
            "path": back.path,
            "raw_path": quote(back.path).encode(),
            "query_string": _filled(back.query.encode()),
            "headers": headers,
            "state": {**request.scope.get("state", {}), "typed": form, "trouble": told},
        }
        answer.instead = told.status
        try:
            await self.worked_on(request, scope, b"", answer)
        except (Refusal, OperationalError, PoolTimeout):
            answer.instead = 0
            raise

    async def _send(self, request: Request, response: Response, answer: Answer) -> None:
        await response(request.scope, request.receive, answer.send)


class PageAnswer(Answer):
    """What goes back from a page; to a form that waited for the line, an answer that a script can read."""

    def __init__(self, send: Send, *, kept: bool) -> None:
        super().__init__(send)
        self.kept = kept

    async def send(self, message: Message) -> None:
        """Send a part of it."""
        if self.kept and message["type"] == "http.response.start" and message["status"] in (302, 303):
            headers = MutableHeaders(scope=message)
            to = headers.get("location", "")
            message["status"] = 401 if to.startswith((SIGN_IN, *STEPS.values())) else 204
            headers["x-to"] = to
            del headers["location"]
        await super().send(message)


def _filled(query: bytes) -> bytes:
    """A query without the fields that were left empty."""
    return b"&".join(pair for pair in query.split(b"&") if pair.partition(b"=")[2])


def _told(request: Request, error: Exception) -> Problem:
    """What is said of whatever was raised. No page stands where an address holds what the database cannot."""
    told = problem_of(request, error)
    if request.method in SAFE and told.status == HTTPStatus.UNPROCESSABLE_ENTITY and not isinstance(error, Refusal):
        return problem_of(request, OutOfReach())
    return told


def _signs_in(request: Request) -> bool:
    return f"{request.url.path}/".startswith(f"{SIGN_IN}/")


def _wants_another_sitting(request: Request, error: Exception) -> bool:
    """Whether nobody is signed in; or not he whose form waited on the device, where it then goes on waiting."""
    if isinstance(error, MadeForAnother):
        return KEPT in request.headers
    return isinstance(error, NotSignedIn) and not _signs_in(request)


def _to_the_door(request: Request, error: Exception) -> Response:
    """Sign in first, and then back to what was wanted; to what was being sent, where it was kept."""
    wanted = _wanted(request)
    if request.method != "GET":
        form = _form(request)
        wanted = getattr(request.state, "unsent", "") or (form.text(BACK) if form else "")
    why = error.why if isinstance(error, Ended) else ""
    asked = [f"{name}={quote(value)}" for name, value in (("next", wanted), ("why", why)) if value]
    return RedirectResponse("?".join([SIGN_IN, "&".join(asked)] if asked else [SIGN_IN]), status_code=303)


def _to_the_step(request: Request, awaits: Awaits) -> Response:
    """On with signing in; after the code, which is asked of somebody on his way, to what was wanted."""
    on = f"?next={quote(_wanted(request))}" if awaits is Awaits.CODE and request.method == "GET" else ""
    return RedirectResponse(STEPS[awaits] + on, status_code=303)


def _wanted(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _form(request: Request) -> Form | None:
    try:
        return form_of(request)
    except (Refusal, AttributeError):  # nothing was read yet, or what was sent is no form
        return None


def _page_of(request: Request, form: Form | None) -> SplitResult | None:
    """The page of ours that held the form."""
    back = parts_of(ours(form.text(BACK))) if form and form.entries else _came_from(request)
    return back if back and back.path.startswith(f"{request.scope.get('root_path', '')}/") else None


def _came_from(request: Request) -> SplitResult | None:
    """The page that the browser names, where what it sent could not be read."""
    page = parts_of(request.headers.get("referer", "")) if request.method not in SAFE else None
    return page._replace(scheme="", netloc="") if page and page.netloc == request.headers.get("host") else None


def said(request: Request, told: Problem, back: SplitResult | None = None) -> Response:
    """A page that says what went wrong and what to do. It needs no database."""
    found = environment_of(request).get_template("trouble.html")
    headers = {"Content-Security-Policy": POLICY} | ({"Retry-After": "10"} if told.status == 503 else {})  # noqa: PLR2004
    shown = found.render(trouble=told, back=back.geturl() if back else request.url.path, sent=bool(back))
    return HTMLResponse(shown, status_code=told.status, headers=headers)
