"""A request's transaction and whoever asks, and the routes of a topic: a POST has its effect once for each key."""

import functools
import hashlib
import inspect
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, Any, TypeVar, get_args
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Header, Request
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import insert

from shared import access, db, privacy
from shared.access import Actor, Awaits
from shared.audit import act_for
from shared.db import Session
from shared.errors import Conflict, Full, NotYours, Refusal
from shared.people import Reply
from shared.web.forms import checked_token, form_of
from shared.web.hosts import is_safe

KEY_HEADER, KEY_LENGTH_MAX = "Idempotency-Key", 100
SPENT = "已办理，请重新生成：号码和密码只显示一次，不保留。"
LOST_THE_POST = "这次提交已经办成，但您当时的职务有变动，结果不能再给您看。请重新打开页面核对。"
FORM_USED = "这份表单已经提交过，那一次已经办成；这一次改过的内容没有保存。确实还要提交的，请核对下面的内容再提交一次。"
SAFE = ("GET", "HEAD", "OPTIONS")
# The second only where a phone reaches the box by plain http in the office's own network: no browser would keep the
# first there. A browser keeps it for addresses of its own machine, encrypted or not.
SECURE_COOKIE, PLAIN_COOKIE = "__Host-sid", "sid"


class Unkeyed(Refusal):
    """A POST without a proper key: if it were repeated, nobody would know."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class Incomplete(NotYours):
    """Signing in is not complete: nothing may be done before a password is chosen, or a code given."""

    def __init__(self, awaits: Awaits) -> None:
        super().__init__(awaits.chinese)
        self.awaits = awaits


# --- who is signed in, and the transaction ---


def service_of(request: Request) -> str:
    """The service whose application answers."""
    return str(request.app.state.service)


def is_page(request: Request) -> bool:
    """Whether the application that answers is one of pages, for people."""
    return bool(getattr(request.app.state, "pages", False))


def token_of(request: Request) -> str:
    """The sitting's token: a bearer token, or the cookie of the pages, which changes things only from our own pages."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token
    cookie = request.cookies.get(cookie_of(request), "")
    if cookie and request.method not in SAFE and not comes_from_our_page(request):
        raise NotYours("这个请求不是从本系统的页面发出的，已拒绝。")
    return cookie


def cookie_of(request: Request) -> str:
    """The name of the cookie that counts: where nobody can listen, the one that no other site or machine can set."""
    return SECURE_COOKIE if is_safe(request) else PLAIN_COOKIE


def comes_from_our_page(request: Request) -> bool:
    """What the browser says about the page that asks; one that says nothing is not believed."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host")


def whoever(request: Request) -> Actor:
    """The person behind the token, even if he may only choose a password yet."""
    with db.unit(service_of(request)) as session:
        return access.actor_of(session, token_of(request))


def signed_in(request: Request) -> Actor:
    """The person behind the token, who has finished signing in."""
    actor = whoever(request)
    if actor.awaits:
        raise Incomplete(actor.awaits)
    return actor


Anybody = Annotated[Actor, Depends(whoever)]


@contextmanager
def opened(request: Request, key: str | None = None) -> Iterator[Session]:
    """The request's transaction: who asks, then with his reach what he asks for; committed before the answer leaves.

    A POST holds its idempotency key from the first moment; a form of a page brings it as its token.
    """
    service = service_of(request)
    with db.unit(service) as session:
        actor = access.actor_of(session, token_of(request))
        if actor.awaits:
            raise Incomplete(actor.awaits)
        if request.method not in SAFE and not db.writable(session):
            raise Full
        db.enter(session, service, actor)
        session.info["actor"] = actor
        act_for(session, actor.account_id)
        if request.method == "POST":
            page = is_page(request)
            key = checked_token(form_of(request), actor.account_id) if page else key
            hold_key(session, actor, key, fingerprint(request), page=page)
        yield session


def transaction(
    request: Request,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Iterator[Session]:
    """The transaction of a door for programs."""
    with opened(request, idempotency_key) as session:
        yield session


Unit = Annotated[Session, Depends(transaction, scope="function")]


def acting(session: Unit) -> Actor:
    """The person for whom the request's transaction was opened."""
    actor: Actor = session.info["actor"]
    return actor


Signed = Annotated[Actor, Depends(acting, scope="function")]


# --- a POST has its effect once for each key ---

Answer = TypeVar("Answer")


class ShownOnce:
    """Marks what a door answers: there is a number or a password in it, so it is given once and never kept."""


Once = Annotated[Answer, ShownOnce()]
NOT_KEPT = object()
"""In place of such an answer."""


class Replayed(Exception):
    """This POST was answered before: the same answer again."""

    def __init__(self, status: int, body: Any) -> None:  # noqa: ANN401
        super().__init__("replayed")
        self.status = status
        self.body = body


def fingerprint(request: Request) -> bytes:
    """What was asked, so that a key is not used for two different things. A form's random boundary does not count."""
    body: bytes = request.state.body
    _, _, boundary = request.headers.get("content-type", "").partition("boundary=")
    if boundary:
        body = body.replace(boundary.strip('"').encode("latin-1"), b"")
    address = f"{request.method} {request.url.path}?{request.url.query}\n"
    return hashlib.sha256(address.encode() + body).digest()


def hold_key(session: Session, actor: Actor, key: str | None, asked: bytes, *, page: bool = False) -> None:
    """Take the idempotency key, or give the answer that it already has. A second click waits here for the first."""
    if not key or len(key) > KEY_LENGTH_MAX:
        said = (
            f"请在 {KEY_HEADER} 请求头里写 1 到 {KEY_LENGTH_MAX} 个字符：每次提交请使用一个新的键，重试时使用同一个键。"
        )
        raise Unkeyed(said, field=KEY_HEADER)
    mine = {"principal": actor.account_id, "key": key}
    held = session.execute(
        insert(Reply).values(**mine, request_hash=asked).on_conflict_do_nothing().returning(Reply.key)
    ).scalar_one_or_none()
    if held is not None:
        session.info["idempotency"] = mine
        return
    reply = session.get_one(Reply, (actor.account_id, key))
    if reply.request_hash != asked:
        if page:  # by the way back of the browser; the form that comes back has a token of its own
            raise Conflict(FORM_USED)
        raise Conflict("这个 Idempotency-Key 已经用于另一次提交，请换一个新的键。", field=KEY_HEADER)
    raise _again(reply, actor)


def _again(reply: Reply, actor: Actor) -> Replayed:
    """The same answer once more, for whoever still holds every post by which he may have had it.

    Raises NotYours where he does not, Conflict where the answer was for showing once.
    """
    if reply.body is None:
        raise Conflict(SPENT)
    then = reply.body.get("posts")
    if isinstance(then, list) and not set(then) <= set(_posts(actor)):
        raise NotYours(LOST_THE_POST)
    return Replayed(reply.status or 200, _opened(reply))


def _posts(actor: Actor) -> list[str]:
    return [f"{role}.{unit_id}" for role, unit_id in actor.posts]


def keep_answer(session: Session, status: int, answer: Any) -> None:  # noqa: ANN401
    """Store the answer beside the effect, in the same transaction; sealed, for it may speak of people.

    Of NOT_KEPT remains only that there was one.
    """
    mine = session.info.pop("idempotency", None)
    if mine is None:
        return
    reply = session.get_one(Reply, (mine["principal"], mine["key"]))
    reply.status = status
    if answer is not NOT_KEPT:
        sealed = _sealed(answer, mine["principal"], mine["key"])
        reply.body = sealed | {"posts": _posts(session.info["actor"])}
    session.flush()


def put_by(session: Session, account_id: int, key: str, asked: bytes, thing: Any) -> None:  # noqa: ANN401
    """Keep something of one's own among the answers, under a key of its own: `kept_answer` finds it."""
    mine = {"principal": account_id, "key": key, "request_hash": asked, "body": _sealed(thing, account_id, key)}
    put = insert(Reply).values(**mine)
    session.execute(put.on_conflict_do_update(index_elements=["principal", "key"], set_={"body": put.excluded.body}))


def kept_answer(session: Session, actor: Actor, key: str) -> Replayed | None:
    """What one's own POST with this key was answered, as long as that is kept and one still may see it."""
    reply = session.get(Reply, (actor.account_id, key))
    return _again(reply, actor) if reply and reply.body else None


def _opened(reply: Reply) -> Any:  # noqa: ANN401
    sealed = b64decode(str((reply.body or {})["sealed"]))
    return json.loads(privacy.unseal(sealed, place=_place(reply.principal, reply.key)))


def _sealed(thing: Any, principal: int, key: str) -> dict[str, object]:  # noqa: ANN401
    sealed = privacy.seal(json.dumps(thing, ensure_ascii=False), place=_place(principal, key))
    return {"sealed": b64encode(sealed).decode()}


def _place(principal: int, key: str) -> str:
    return f"reply|body|{principal}|{key}"


class Door(APIRouter):
    """Routes of a topic. A POST's answer is kept under its idempotency key before the commit."""

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401
        """Add a route; a POST answers 201 unless it says otherwise."""
        if "POST" in (options.get("methods") or ()):
            options["status_code"] = options.get("status_code") or 201
            endpoint = _keeping(endpoint, options["status_code"])
        super().add_api_route(path, endpoint, **options)


def _keeping(endpoint: Callable[..., Any], status: int) -> Callable[..., Any]:
    """The endpoint, with its answer stored; its signature stays, which is what FastAPI reads."""
    declared = inspect.get_annotations(endpoint, eval_str=True)
    session_name = next((name for name, kind in declared.items() if kind == Unit), None)
    if session_name is None or "return" not in declared:
        message = f"{endpoint.__name__}: a POST takes a Unit, which keeps its answer, and says what it answers"
        raise TypeError(message)
    answers: TypeAdapter[Any] = TypeAdapter(declared["return"])
    kept = not is_shown_once(declared["return"])

    @functools.wraps(endpoint)
    def keeping(**arguments: Any) -> Any:  # noqa: ANN401
        answer = answers.validate_python(endpoint(**arguments), from_attributes=True)
        told = answers.dump_python(answer, mode="json", by_alias=True) if kept else NOT_KEPT
        keep_answer(arguments[session_name], status, told)
        return answer

    return keeping


def is_shown_once(answer: Any) -> bool:  # noqa: ANN401  whatever a door declares
    """Whether a door says that its answer is never kept."""
    return any(isinstance(each, ShownOnce) for each in get_args(answer)[1:])
