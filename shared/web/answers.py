"""Whatever goes wrong is answered in one shape, without an echo of what was sent and without the text of an exception.

Nor does the log get more than kinds and places: the text of an exception may carry personal data.
"""

import traceback
from pathlib import Path

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from shared.errors import OutOfReach, Refusal
from shared.web.door import Replayed
from shared.web.shapes import Problem

log = structlog.get_logger()

AWAY = ("08", "57", "53", "58", "40", "55")  # classes of SQLSTATE: connection, operator, resources, deadlock, lock
DUPLICATE, UNKNOWN_REFERENCE, OVERLAP, NO_RIGHT = "23505", "23503", "23P01", "42501"
HTTP = {404: "没有这个地址。", 405: "这个地址不支持该操作。", 413: "提交的内容太大。"}


def answer_refusals(app: FastAPI) -> None:
    """Give an application the one place where refusals and failures are answered."""
    for kind, answer in {
        Refusal: refused,
        Replayed: replayed,
        RequestValidationError: not_understood,
        HTTPException: http_error,
        DataError: unreadable,
        UnicodeEncodeError: unreadable,
        OperationalError: away,
        PoolTimeout: away,
        DBAPIError: database_refused,
    }.items():
        app.add_exception_handler(kind, answer)  # type: ignore[arg-type]


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


def replayed(_: Request, reply: Replayed) -> Response:
    """The answer that this key already has."""
    again = {"Idempotent-Replay": "true"}
    if reply.body is None:
        return Response(status_code=reply.status, headers=again)
    return JSONResponse(reply.body, status_code=reply.status, headers=again)


def not_understood(request: Request, error: RequestValidationError) -> JSONResponse:
    """What was sent does not fit its shape: each field of ours is named, what was typed is not echoed."""
    fields = {_field(flaw["type"], flaw["loc"]): flaw["type"] for flaw in error.errors()}
    detail = f"提交的内容有误，请检查：{'、'.join(sorted(fields))}。"
    return problem(request, 422, "Invalid", detail, fields)


def _field(kind: str, place: tuple[int | str, ...]) -> str:
    """The name of a field; one that we do not know was typed by somebody, so it is not repeated."""
    if kind == "json_invalid":
        return "body"
    if kind == "extra_forbidden":
        place = (*place[:-1], "*")
    return ".".join(str(part) for part in place[1:]) or "body"


def http_error(request: Request, error: HTTPException) -> JSONResponse:
    """No such page, or not by this method."""
    return problem(request, error.status_code, "HTTP", HTTP.get(error.status_code, "无法处理这个请求。"))


def away(request: Request, _: Exception) -> JSONResponse:
    """The database does not answer: nothing was saved, or it will be found under the same key."""
    return problem(request, 503, "Away", "系统正在维护，请稍后再试；用同一个键重试不会重复提交。")


def unreadable(request: Request, _: Exception) -> JSONResponse:
    """What the database cannot hold: a text with a NUL or half a character, a number of twenty digits."""
    return problem(request, 422, "Invalid", "提交的内容里有无法保存的字符或者数字。")


def database_refused(request: Request, error: DBAPIError) -> JSONResponse:
    """A constraint, a lock or a wall of the database stood in the way."""
    state = getattr(error.orig, "sqlstate", None) or ""
    if state[:2] in AWAY:
        return away(request, error)
    if state in (DUPLICATE, OVERLAP):
        return problem(request, 409, "Conflict", "已经存在相同的记录，请刷新后再看。")
    if state == UNKNOWN_REFERENCE:
        return problem(request, 409, "Conflict", "它所指的记录不存在，请刷新后再看。")
    if state == NO_RIGHT:  # the second wall: the first should have stood here
        _log_broken(request, error, state)
        return refused(request, OutOfReach())
    return broken(request, error, state)


def broken(request: Request, error: Exception, state: str = "") -> JSONResponse:
    """Our own mistake. The person gets a number to name; the log gets the place."""
    _log_broken(request, error, state)
    return problem(request, 500, "Broken", "系统出错了，内容没有保存。请把编号告诉管理员。")


def _log_broken(request: Request, error: Exception, state: str) -> None:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "site-packages" not in frame.filename]
    place = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-5:]]
    identity = getattr(request.state, "id", "")
    log.error("broken", id=identity, error=type(error).__name__, sqlstate=state, place=place)
