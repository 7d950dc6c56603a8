"""Pages for people: the same transaction and the same actions as the doors for programs, answered in HTML.

A page answers a plain GET and a plain form POST, which leads on to another page. What is refused shows the page that
held the form once more, with what was typed and what to do.
"""

import functools
import inspect
import threading
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, nullcontext
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote, unquote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from shared import access, clock, db, privacy
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.guide import Screen
from shared.web.bar import Bar
from shared.web.devices import is_looked_at
from shared.web.door import NOT_KEPT, Anybody, Signed, Unit, keep_answer, kept_answer, opened, service_of, whoever
from shared.web.files import Once
from shared.web.forms import BACK, KEY, Form, Sent, form_of, form_token, ours
from shared.web.hosts import is_safe
from shared.web.shapes import FIELD_PROBLEMS, Problem
from shared.web.templates import environment_of, long_date
from shared.web.unsent import NotSent, keep

Html = HTMLResponse
SHOWN = "/shown"  # where what came of a POST stands, under its form's token
SAID = "said"  # the cookie that carries one sentence to the next page
SAID_SECONDS, SAID_LENGTH_MAX = 60, 330  # a browser drops a cookie of more than 4,096 bytes whole: 12 a character
KEPT = "x-kept"  # sent by the script with a form that waited for the line: it wants to know, not to be led on
STAYS = "X-Stays"  # tells the worker in the browser (static/worker.js) whose page it may keep a copy of
WATCHERS_MAX = 12  # each holds a thread of the web process while it looks
WATCHES_EACH = 2  # of one person: his pages, however many he opens, leave room for others
WATCH_SECONDS = 60


class Kept(Html):
    """A page that a POST led to, without any effect: it stands at an address of its own for as long as it is kept.

    Whoever comes back to it, by the way back of the browser or by reloading it, is not asked to send his form again;
    what it says of people stands in no address.
    """

    def __init__(self, page: Html) -> None:
        super().__init__(bytes(page.body), status_code=page.status_code)
        self.raw_headers = page.raw_headers


class PostShown(NamedTuple):
    """A post of whoever looks: the value that chooses it, and its words."""

    value: str
    words: str


class View(Bar):
    """One page being made: who looks, what was typed before, and what went wrong."""

    def __init__(self, request: Request, session: Session | None = None, actor: Actor | None = None) -> None:
        self.request = request
        self.session = session
        self.actor = actor
        self.trouble: Problem | None = getattr(request.state, "trouble", None)
        self.typed: Form | None = getattr(request.state, "typed", None)
        self.labels: dict[str, str] = {}
        self.stays = ""
        self.guide: Screen | None = None
        self._form = ""

    # --- answers ---

    def show(self, template: str, **context: Any) -> Html:  # noqa: ANN401  whatever a template shows
        """A page; with `?part=` only the block of that name, for the script that puts it in place."""
        found = environment_of(self.request).get_template(template)
        self.guide = self.request.app.state.guide.of_page(template)
        part = self.request.query_params.get("part", "")
        frame = "part.html" if part in found.blocks else "frame.html"
        answer = Html(found.render(view=self, frame=frame, part=part, **context))
        answer.headers["Content-Security-Policy"] = POLICY
        if self.stays and self.trouble is None and frame == "frame.html":
            answer.headers[STAYS] = self.stays
        if SAID in self.request.cookies and frame == "frame.html" and is_looked_at(self.request):
            answer.delete_cookie(SAID, secure=is_safe(self.request), httponly=True, samesite="lax")
        return answer

    def keep_copy(self) -> None:
        """This page is kept on the device, for whoever looks, and opens without signal until he signs out."""
        self.stays = self.whose

    def to(self, address: str, *, said: str = "") -> RedirectResponse:
        """On to another page, which says a sentence at its top. The sentence names nobody: it travels in a cookie."""
        answer = RedirectResponse(address, status_code=303)
        if said:
            secure = is_safe(self.request)
            short = said if len(said) <= SAID_LENGTH_MAX else f"{said[: SAID_LENGTH_MAX - 1]}…"
            answer.set_cookie(SAID, quote(short), max_age=SAID_SECONDS, secure=secure, httponly=True, samesite="lax")
        return answer

    def back(self, form: Form, *, said: str = "") -> RedirectResponse:
        """Back to the page that held the form, as far as it is one of ours."""
        return self.to(ours(form.text(BACK)) or "/", said=said)

    # --- what the frame shows ---

    @property
    def whose(self) -> str:
        """The mark of whatever this account leaves on a device: no other account has it, and it says nothing of him."""
        account_id = self.actor.account_id if self.actor else None
        return privacy.mark(str(account_id), purpose="device")[:32] if account_id else ""

    @property
    def path(self) -> str:
        """The address of this page, with its query; of what came of a form, that of the page which held the form."""
        if self.request.method == "POST":
            return ours(form_of(self.request).text(BACK))
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    def address(self, **changes: Any) -> str:  # noqa: ANN401  whatever can stand in a query
        """This page with some of its filters changed; None takes one away."""
        return self.request.url.path + self.query(**changes)

    def query(self, **changes: Any) -> str:  # noqa: ANN401  as above
        """The same, the query alone, with its question mark."""
        url = self.request.url.remove_query_params("part").include_query_params(
            **{name: value for name, value in changes.items() if value is not None}
        )
        url = url.remove_query_params([name for name, value in changes.items() if value is None])
        return f"?{url.query}" if url.query else ""

    @property
    def said(self) -> str:
        """The sentence that the page before left."""
        return unquote(self.request.cookies.get(SAID, "")) if is_looked_at(self.request) else ""

    @property
    def posts(self) -> list[PostShown]:
        """The posts of whoever looks, the one that he acts in first."""
        if self.session is None or self.actor is None:
            return []
        pairs = zip(self.actor.posts, self.actor.unit_names, strict=True)
        stands_in = self.actor.stands_in
        return [
            PostShown(f"{post[0]}.{post[1]}", f"{name} · {'代' if post in stands_in else ''}{post[0].chinese}")
            for post, name in pairs
        ]

    @functools.cached_property
    def moved_to(self) -> str:
        """The office's date where it was moved, as a demo does; nothing otherwise."""
        if self.session is None or not clock.moved(self.session):
            return ""
        return long_date(clock.today(self.session))

    # --- forms: the macros ask ---

    def begin(self, name: str) -> str:
        """A form begins; its fields follow. Returns its token."""
        self._form = name
        if self.trouble is not None and self.trouble.title == NotSent.__name__ and self._typed is not None:
            return self._typed.text(KEY)  # nothing came of it, and only one thing ever will
        return form_token(self.actor.account_id if self.actor else None)

    def value(self, name: str, default: Any = "") -> Any:  # noqa: ANN401  a field's value as the page has it
        """What a field shows: what was typed, if this form comes back, else what the page has."""
        typed = self._typed
        return default if typed is None else typed.text(name)

    def ticked(self, name: str, value: Any, default: bool = False) -> bool:  # noqa: ANN401, FBT001, FBT002
        """Whether a box or a choice is marked."""
        typed = self._typed
        return default if typed is None else str(value) in typed.all(name)

    def flaw(self, name: str) -> str:
        """What is wrong with a field of the form that comes back."""
        if self.trouble is None or self._typed is None:
            return ""
        return self.trouble.fields.get(name, "")

    def label(self, name: str, label: str) -> str:
        """A field's id; its label is kept for the summary of what went wrong."""
        if self._typed is not None:
            self.labels[name] = label
        return f"{self._form}-{name}"

    @property
    def stale(self) -> bool:
        """Whether a field is missing that nobody could have filled in: a hidden one, of a page that has changed."""
        fields = self.trouble.fields if self.trouble else {}
        missing = {name for name, sentence in fields.items() if sentence == FIELD_PROBLEMS["missing"]}
        return not missing <= self.labels.keys()

    @property
    def trouble_form(self) -> str:
        """The name of the form that comes back."""
        return self.typed.text("form") if self.typed else ""

    @property
    def _typed(self) -> Form | None:
        mine = self.typed is not None and self.typed.text("form") == self._form
        return self.typed if mine else None


POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def view(request: Request, session: Unit, actor: Signed) -> View:
    """The page of somebody who is signed in."""
    return View(request, session, actor)


def open_view(request: Request) -> View:
    """A page for anybody: it shows nothing of anybody."""
    return View(request)


Viewed = Annotated[View, Depends(view, scope="function")]
ForAll = Annotated[View, Depends(open_view, scope="function")]


# What a page is given by us, and how each is made. Only with one of `SIGNED` has a request a transaction of its own.
GIVEN: dict[Any, Callable[[Request, Any], Any]] = {
    Request: lambda request, _: request,
    ForAll: lambda request, _: open_view(request),
    Anybody: lambda request, _: whoever(request),
    Sent: lambda request, _: form_of(request),
    Unit: lambda _, session: session,
    Signed: lambda _, session: session.info["actor"],
    Viewed: lambda request, session: view(request, session, session.info["actor"]),
}
SIGNED = (Unit, Signed, Viewed)


class Pages(APIRouter):
    """The pages of a topic. What a POST leads to is kept under its form's token, before the commit."""

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401
        """Add a page."""
        options |= {"response_model": None, "response_class": HTMLResponse}
        super().add_api_route(path, _at_once(endpoint), **options)


def _at_once(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint, given what is ours in the thread that makes the page; FastAPI reads only what the address names.

    As dependencies they would be made one by one, each with a turn to another thread and back.
    """
    kinds = inspect.get_annotations(endpoint, eval_str=True)
    given = {name: GIVEN[kind] for name, kind in kinds.items() if kind in GIVEN}
    signed = any(kind in SIGNED for kind in kinds.values())

    @functools.wraps(endpoint)
    def at_once(request: Request, **asked: Any) -> Response:  # noqa: ANN401
        with _entered(request) if signed else nullcontext() as session:
            answer: Response = endpoint(**asked, **{name: make(request, session) for name, make in given.items()})
            if not session or request.method != "POST":  # a form for anybody has no key to keep
                return answer
            kept = _kept(request, answer)
            keep_answer(session, answer.status_code, kept or NOT_KEPT)
            return given_again(answer.status_code, kept) if kept.get("at") else answer

    at_once.__signature__ = _asked_of(endpoint, given)  # type: ignore[attr-defined]
    return at_once


@contextmanager
def _entered(request: Request) -> Iterator[Session]:
    """The request's transaction; what is sent when the sitting is over is kept until its sender has signed in again."""
    try:
        with opened(request) as session:
            yield session
    except access.Ended as ended:
        if request.method == "POST" and KEPT not in request.headers:
            keep(request, ended)
        raise


def _asked_of(endpoint: Callable[..., Any], given: Container[str]) -> inspect.Signature:
    """What is left for FastAPI to read."""
    asked = [each for each in inspect.signature(endpoint, eval_str=True).parameters.values() if each.name not in given]
    request = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
    return inspect.Signature([request, *(each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in asked)])


def _kept(request: Request, answer: Response) -> dict[str, Any]:
    """What is needed to give the same answer again, and the address of a page that has one of its own.

    Nothing of a page that stands at none: it shows a number or a password, once.
    """
    if isinstance(answer, Html | Once) and not isinstance(answer, Kept):
        return {}
    at = f"{request.scope['root_path']}{SHOWN}/{form_of(request).text(KEY)}"
    return {
        "at": at if isinstance(answer, Kept) else "",
        "body": bytes(answer.body).decode(),
        "headers": [(name.decode(), value.decode("latin-1")) for name, value in answer.raw_headers],
    }


def given_again(status: int, body: dict[str, Any]) -> Response:
    """The answer to a form that was sent twice: the same as the first time."""
    return RedirectResponse(body["at"], status_code=303) if body.get("at") else _as_it_was(status, body)


def shown(key: str, session: Unit, actor: Signed) -> Response:
    """What a form of one's own led to, as it was then."""
    kept = kept_answer(session, actor, key)
    if kept is None or not isinstance(kept.body, dict) or not kept.body.get("at"):
        raise OutOfReach("这一页已经过期，请回到原来的页面，重新填写。")
    return _as_it_was(kept.status, kept.body)


def _as_it_was(status: int, body: dict[str, Any]) -> Response:
    answer = Response(body["body"], status_code=status)
    answer.raw_headers = [(name.encode(), value.encode("latin-1")) for name, value in body["headers"]]
    return answer


# --- progress, as it happens ---

_counting = threading.Lock()
# Who looks, and until when at most; one whose browser went away counts no longer.
_watchers: dict[object, tuple[int | None, float]] = {}


def live(view: View, draw: Callable[[Session], tuple[str, bool]], *, seconds: float = 1.0) -> Response:
    """Server-sent events: what `draw` makes of the present state, until it says that nothing more will come.

    Each look is a short transaction of its own. Where too many watch already, or this person watches enough, the page
    asks again by itself now and then, or by its own 刷新.
    """
    watcher, now = object(), time.monotonic()
    who = view.actor.account_id if view.actor else None
    with _counting:
        for gone in [each for each, (_, until) in _watchers.items() if until < now]:
            del _watchers[gone]
        own = sum(1 for each, _ in _watchers.values() if who is not None and each == who)
        if len(_watchers) >= WATCHERS_MAX or own >= WATCHES_EACH:
            return Response(status_code=204)
        _watchers[watcher] = (who, now + WATCH_SECONDS)
    return StreamingResponse(_events(view, draw, seconds, watcher), media_type="text/event-stream")


def _events(view: View, draw: Callable[[Session], tuple[str, bool]], seconds: float, watcher: object) -> Iterator[str]:
    service, until, last = service_of(view.request), time.monotonic() + WATCH_SECONDS, ""
    try:
        while time.monotonic() < until:
            with db.unit(service, view.actor) as session:
                shown, ended = draw(session)
            if shown != last:
                yield "".join(f"data: {line}\n" for line in shown.splitlines()) + "\n"
                last = shown
            if ended:
                yield "event: end\ndata: \n\n"
                return
            time.sleep(seconds)
    finally:
        _watchers.pop(watcher, None)


def fragment(request: Request, template: str, block: str, **context: Any) -> str:  # noqa: ANN401
    """One block of a template as text, for `live`."""
    found = environment_of(request).get_template(template)
    return found.render(view=View(request), frame="part.html", part=block, **context).strip()
