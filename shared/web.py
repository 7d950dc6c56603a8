"""The frame of every door: who is signed in, one transaction a request, idempotent POSTs, refusals as RFC 9457."""

import functools
import hashlib
import inspect
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Generic, TypeVar

import structlog
from fastapi import APIRouter, Body, Depends, FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from shared import access, db
from shared.access import Actor
from shared.db import Session
from shared.errors import Conflict, Invalid, NotSignedIn, NotYours, Refusal
from shared.people import Reply

__all__ = ["Door", "Page", "Paging", "Problem", "Shape", "Signed", "Unit", "service_app"]

log = structlog.get_logger()
Row = TypeVar("Row")
KEY_LENGTH_MAX = 100
PAGE_ROWS = 50


class Shape(BaseModel):
    """What goes in and out: nothing that was not declared."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Problem(BaseModel):
    """RFC 9457: what went wrong, and a sentence in Chinese that says what to do. What was sent is never echoed."""

    type: str
    title: str
    status: int
    detail: str
    fields: dict[str, str] = {}
    request: str = ""


class Page(Shape, Generic[Row]):
    """A page of rows, and the cursor of the next, if there is one."""

    rows: list[Row]
    next: int | None = None


class Paging(Shape):
    """Which page: at most 200 rows after a cursor."""

    after: int | None = None
    limit: int = PAGE_ROWS


def paging(
    after: Annotated[int | None, Query(ge=0)] = None, limit: Annotated[int, Query(ge=1, le=200)] = PAGE_ROWS
) -> Paging:
    """Keyset paging from the query string."""
    return Paging(after=after, limit=limit)


Paged = Annotated[Paging, Depends(paging)]


# --- who is signed in, and the transaction ---


def service_of(request: Request) -> str:
    """The service whose application answers."""
    return str(request.app.state.service)


def token_of(request: Request) -> str:
    """The sitting's token: a bearer token, or the cookie of the pages."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else request.cookies.get("__Host-sid", "")


def whoever(request: Request) -> Actor:
    """The person behind the token, even if he may only choose a password yet."""
    with db.unit(service_of(request)) as session:
        return access.actor_of(session, token_of(request))


Anybody = Annotated[Actor, Depends(whoever)]


class Replayed(Exception):
    """This POST was answered before: the same answer again."""

    def __init__(self, status: int, body: Any) -> None:  # noqa: ANN401
        super().__init__("replayed")
        self.status = status
        self.body = body


async def fingerprint(request: Request) -> bytes:
    """What was asked, so that a key is not used for two different things."""
    body = await request.body() if request.method == "POST" else b""
    return hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + body).digest()


def transaction(
    request: Request,
    asked: Annotated[bytes, Depends(fingerprint)],
    idempotency_key: Annotated[str | None, Header(max_length=KEY_LENGTH_MAX)] = None,
) -> Iterator[Session]:
    """The request's transaction: who asks, then with his reach what he asks for; committed before the answer leaves.

    A POST holds its idempotency key from the first moment.
    """
    service = service_of(request)
    with db.unit(service) as session:
        actor = access.actor_of(session, token_of(request))
        if actor.restricted:
            raise NotYours("首次登录请先修改初始密码。")
        db.enter(session, service, actor)
        session.info["actor"] = actor
        if request.method == "POST":
            hold_key(session, actor, idempotency_key, asked)
        yield session


Unit = Annotated[Session, Depends(transaction, scope="function")]


def acting(session: Unit) -> Actor:
    """The person for whom the request's transaction was opened."""
    actor: Actor = session.info["actor"]
    return actor


Signed = Annotated[Actor, Depends(acting, scope="function")]


def hold_key(session: Session, actor: Actor, key: str | None, asked: bytes) -> None:
    """Take the idempotency key, or give the answer that it already has. A second click waits here for the first."""
    if not key:
        raise Invalid(
            "缺少 Idempotency-Key 请求头：每次提交请使用一个新的键，重试时使用同一个键。",
            field="Idempotency-Key",
        )
    mine = {"principal": actor.account_id, "key": key}
    held = session.execute(
        insert(Reply).values(**mine, request_hash=asked).on_conflict_do_nothing().returning(Reply.key)
    ).scalar_one_or_none()
    if held is not None:
        session.info["idempotency"] = mine
        return
    reply = session.get_one(Reply, (actor.account_id, key))
    if reply.request_hash != asked:
        raise Conflict("这个 Idempotency-Key 已经用于另一次提交，请换一个新的键。", field="Idempotency-Key")
    raise Replayed(reply.status or 200, reply.body)


def keep_answer(session: Session, status: int, answer: Any) -> None:  # noqa: ANN401
    """Store the answer beside the effect, in the same transaction."""
    mine = session.info.pop("idempotency", None)
    if mine is not None:
        reply = session.get_one(Reply, (mine["principal"], mine["key"]))
        reply.status = status
        reply.body = answer.model_dump(mode="json") if isinstance(answer, BaseModel) else answer
        session.flush()


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
    session_name = next(
        (name for name, kind in inspect.get_annotations(endpoint, eval_str=True).items() if kind == Unit),
        None,
    )

    @functools.wraps(endpoint)
    def keeping(**arguments: Any) -> Any:  # noqa: ANN401
        answer = endpoint(**arguments)
        if session_name is not None:
            keep_answer(arguments[session_name], status, answer)
        return answer

    return keeping


# --- the application of a service ---


class SignIn(Shape):
    """Login and password."""

    login: str
    password: str


class Token(Shape):
    """The token of a sitting; `restricted` until the first password has been changed."""

    token: str


class NewPassword(Shape):
    """The password that somebody chooses."""

    password: str


class Me(Shape):
    """Who is signed in."""

    name: str
    restricted: bool
    posts: list[tuple[str, int]]


sittings = APIRouter(tags=["sittings"])


@sittings.post("/sittings", status_code=201)
def sign_in(request: Request, asked: Annotated[SignIn, Body()]) -> Token:
    """Sign in. The same answer, in the same time, for an unknown login and for a wrong password."""
    with db.unit(service_of(request)) as session:
        token = access.sign_in(session, asked.login, asked.password)
    if token is None:
        raise NotSignedIn("账号或密码不正确。", field="password")
    return Token(token=token)


@sittings.get("/sittings/me")
def me(actor: Anybody) -> Me:
    """Who is signed in, with the posts that he holds today."""
    return Me(
        name=actor.name,
        restricted=actor.restricted,
        posts=[(str(role), unit_id) for role, unit_id in actor.posts],
    )


@sittings.post("/passwords", status_code=201)
def choose_password(request: Request, actor: Anybody, asked: Annotated[NewPassword, Body()]) -> Token:
    """Choose one's own password; every other sitting ends."""
    with db.unit(service_of(request)) as session:
        return Token(token=access.choose_password(session, actor, asked.password))


@sittings.delete("/sittings", status_code=204)
def sign_out(request: Request, actor: Anybody) -> None:
    """Sign out everywhere."""
    with db.unit(service_of(request)) as session:
        access.end_sittings(session, actor.account_id or 0)


def service_app(service: str, title: str, doors: list[APIRouter]) -> FastAPI:
    """The application of one service: its doors, sittings, health, and one place where refusals are answered."""
    app = FastAPIOffline(title=title, version="1", redoc_url=None, separate_input_output_schemas=False)
    app.state.service = service
    for router in [sittings, *doors]:
        app.include_router(router)
    app.add_api_route("/health", health, methods=["GET"], tags=["health"])
    app.middleware("http")(traced)
    for kind, answer in {
        Refusal: refused,
        Replayed: replayed,
        RequestValidationError: not_understood,
        HTTPException: http_error,
        OperationalError: away,
        PoolTimeout: away,
        DBAPIError: database_refused,
        Exception: broken,
    }.items():
        app.add_exception_handler(kind, answer)  # type: ignore[arg-type]
    return app


def health(request: Request) -> dict[str, str]:
    """Whether this service reaches its database."""
    with db.unit(service_of(request)) as session:
        session.execute(text("select 1"))
    return {"status": "ok", "service": service_of(request)}


async def traced(request: Request, call_next: Callable[[Request], Any]) -> Response:
    """Every answer carries its request id, so that a person can name it and the log be found."""
    request.state.id = uuid.uuid4().hex[:16]
    started = time.perf_counter()
    response: Response = await call_next(request)
    response.headers["X-Request-Id"] = request.state.id
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    milliseconds = round((time.perf_counter() - started) * 1000)
    log.info(
        "request",
        id=request.state.id,
        method=request.method,
        path=request.url.path,
        status=response.status_code,
        ms=milliseconds,
    )
    return response


def problem(
    request: Request, status: int, title: str, detail: str, fields: dict[str, str] | None = None
) -> JSONResponse:
    """One shape for everything that went wrong."""
    body = Problem(
        type=f"urn:xiaozu:{title}",
        title=title,
        status=status,
        detail=detail,
        fields=fields or {},
        request=getattr(request.state, "id", ""),
    )
    return JSONResponse(body.model_dump(), status_code=status, media_type="application/problem+json")


def refused(request: Request, refusal: Refusal) -> JSONResponse:
    """A refusal by a rule of ours."""
    fields = {refusal.field: refusal.detail} if refusal.field else None
    return problem(request, refusal.status, type(refusal).__name__, refusal.detail, fields)


def replayed(_: Request, reply: Replayed) -> JSONResponse:
    """The answer that this key already has."""
    return JSONResponse(reply.body, status_code=reply.status, headers={"Idempotent-Replay": "true"})


def not_understood(request: Request, error: RequestValidationError) -> JSONResponse:
    """What was sent does not fit its shape: each field is named, what was typed is not echoed."""
    fields = {".".join(str(part) for part in problem["loc"][1:]): problem["type"] for problem in error.errors()}
    return problem(
        request,
        422,
        "Invalid",
        f"提交的内容有误，请检查：{'、'.join(sorted(fields)) or '请求格式'}。",
        fields,
    )


def http_error(request: Request, error: HTTPException) -> JSONResponse:
    """No such page, or not by this method."""
    return problem(
        request,
        error.status_code,
        "HTTP",
        {404: "没有这个地址。", 405: "这个地址不支持该操作。"}.get(error.status_code, "无法处理这个请求。"),
    )


def away(request: Request, _: Exception) -> JSONResponse:
    """The database does not answer: nothing was saved, or it will be found under the same key."""
    return problem(request, 503, "Away", "系统正在维护，请稍后再试；用同一个键重试不会重复提交。")


def database_refused(request: Request, error: DBAPIError) -> JSONResponse:
    """A constraint or a lock of the database stood in the way."""
    if getattr(error.orig, "sqlstate", "")[:2] in ("08", "57", "53", "58", "40", "55"):
        return away(request, error)
    if getattr(error.orig, "sqlstate", "") == "23505":
        return problem(request, 409, "Conflict", "已经存在相同的记录，请刷新后再看。")
    return broken(request, error)


def broken(request: Request, error: Exception) -> JSONResponse:
    """Our own mistake. The person gets a number to name; the log gets the place."""
    log.error("broken", id=getattr(request.state, "id", ""), error=type(error).__name__, exc_info=error)
    return problem(request, 500, "Broken", "系统出错了，内容没有保存。请把编号告诉管理员。")
