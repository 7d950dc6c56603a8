"""Whatever goes wrong is answered in one shape, without an echo of what was sent and without the text of an exception.

Nor does the log get more than kinds and places: the text of an exception may carry personal data.
"""

import errno
import traceback
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import RouteContext, iter_route_contexts
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from shared.errors import Full, Invalid, OutOfReach, Refusal
from shared.shapes import NOT_A_DAY
from shared.web.door import Replayed, is_page
from shared.web.inside import Crowded
from shared.web.shapes import Problem, sentence_of

log = structlog.get_logger()

AWAY = ("08", "57", "53", "58", "40", "55")  # classes of SQLSTATE: connection, operator, resources, deadlock, lock
GONE = ("", "08", "57")  # of these: nobody there to ask, or he is leaving
DUPLICATE, UNKNOWN_REFERENCE, OVERLAP, NO_RIGHT = "23505", "23503", "23P01", "42501"
NO_ROOM = ("25006", "53100")  # read only, because the disk is nearly full; or it is full
PROBLEM_TYPE = "application/problem+json"
HTTP = {404: "没有这个地址。", 405: "这个地址不支持该操作。", 413: "提交的内容太大。"}


def answer_refusals(app: FastAPI) -> None:
    """Give an application for programs the one place where refusals and failures are answered."""
    for kind in (Refusal, RequestValidationError, HTTPException, *UNDERSTOOD):
        app.add_exception_handler(kind, answered)
    app.add_exception_handler(Replayed, replayed)  # type: ignore[arg-type]


def answered(request: Request, error: Exception) -> JSONResponse:
    """What went wrong, for a program."""
    answer = as_json(problem_of(request, error))
    if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["Allow"] = ", ".join(methods_at(request))
    return answer


def methods_at(request: Request) -> list[str]:
    """The methods by which something is done at this address: each stands in a route of its own."""
    found = iter_route_contexts(request.app.routes)
    return sorted({method for route in found if reaches(route, request) for method in route.methods or ()})


def reaches(route: RouteContext, request: Request) -> bool:
    """Whether a route stands at this address, by whatever method."""
    way = getattr(route, "path_regex", None)
    return bool(way and way.match(request.scope["path"].removeprefix(request.scope.get("root_path", ""))))


def as_json(told: Problem) -> JSONResponse:
    """One shape for everything that went wrong."""
    return JSONResponse(told.model_dump(), status_code=told.status, media_type=PROBLEM_TYPE)


def replayed(_: Request, reply: Replayed) -> Response:
    """The answer that this key already has."""
    again = {"Idempotent-Replay": "true"}
    if reply.body is None:
        return Response(status_code=reply.status, headers=again)
    return JSONResponse(reply.body, status_code=reply.status, headers=again)


# --- what is said of it, to a program or to a person ---


def problem(request: Request, status: int, title: str, detail: str, fields: dict[str, str] | None = None) -> Problem:
    """What went wrong, with the number under which the log has it."""
    return Problem(
        type=f"urn:xiaozu:{title}",
        title=title,
        status=status,
        detail=detail,
        fields=fields or {},
        request=getattr(request.state, "id", ""),
    )


def problem_of(request: Request, error: Exception) -> Problem:
    """What is said of whatever was raised; our own mistakes go into the log as well."""
    say = next((say for kind, say in UNDERSTOOD.items() if isinstance(error, kind)), broken)
    if isinstance(error, Refusal):
        say = refused
    return say(request, error)


def refused(request: Request, error: Exception) -> Problem:
    """A refusal by a rule of ours."""
    refusal = error if isinstance(error, Refusal) else OutOfReach()
    fields = getattr(refusal, "fields", None) or ({refusal.field: refusal.detail} if refusal.field else None)
    return problem(request, status_of(request, refusal), type(refusal).__name__, refusal.detail, fields)


def status_of(request: Request, refusal: Refusal) -> HTTPStatus:
    """The status of a refusal. To a program 422 says that it did not keep to the OpenAPI, and nothing else."""
    ruled = isinstance(refusal, Invalid) and not is_page(request)
    return HTTPStatus.CONFLICT if ruled else refusal.status


def not_understood(request: Request, error: Exception) -> Problem:
    """What was sent does not fit its shape: each field of ours is named, what was typed is not echoed."""
    flaws = error.errors() if isinstance(error, RequestValidationError) else ()
    fields = {_field(flaw["type"], flaw["loc"]): flaw["type"] for flaw in flaws}
    detail = f"提交的内容有误，请检查：{'、'.join(sorted(fields))}。{how_days_are_written(flaws)}"
    return problem(request, 422, "Invalid", detail, fields)


def how_days_are_written(flaws: Sequence[Any]) -> str:
    """What is wrong with the days among these flaws, each sentence once."""
    return "".join(dict.fromkeys(sentence_of(flaw) for flaw in flaws if flaw["type"] == NOT_A_DAY))


def _field(kind: str, place: tuple[int | str, ...]) -> str:
    """The name of a field; one that we do not know was typed by somebody, so it is not repeated."""
    if kind == "json_invalid":
        return "body"
    if kind == "extra_forbidden":
        place = (*place[:-1], "*")
    return ".".join(str(part) for part in place[1:]) or "body"


def http_error(request: Request, error: Exception) -> Problem:
    """No such page, or not by this method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return problem(request, status, "HTTP", HTTP.get(status, "无法处理这个请求。"))


def away(request: Request, error: Exception) -> Problem:
    """The database does not answer: nothing was saved, or it will be found under the same key."""
    state = _sqlstate(error)
    if state in NO_ROOM:
        return refused(request, Full())
    log.warning("away", id=getattr(request.state, "id", ""), error=type(error).__name__, sqlstate=state)
    return problem(request, 503, "Away", "系统正在维护，请稍后再试；重新提交不会重复办理。")


def unreached(error: Exception) -> bool:
    """Whether there was no database to ask, or no turn: whoever asked once more would only wait once more."""
    return isinstance(error, PoolTimeout | Crowded) or (
        isinstance(error, OperationalError) and _sqlstate(error)[:2] in GONE
    )


def unreadable(request: Request, _: Exception) -> Problem:
    """What the database cannot hold: a NUL, half a character, a number of twenty digits, a day before the first."""
    return problem(request, 422, "Invalid", "提交的内容里有无法保存的字符或者数字。")


def database_refused(request: Request, error: Exception) -> Problem:
    """A constraint, a lock or a wall of the database stood in the way."""
    state = _sqlstate(error)
    if state[:2] in AWAY or state in NO_ROOM:
        return away(request, error)
    if state in (DUPLICATE, OVERLAP):
        return problem(request, 409, "Conflict", "已经存在相同的记录，请刷新后再看。")
    if state == UNKNOWN_REFERENCE:
        return problem(request, 409, "Conflict", "它所指的记录不存在，请刷新后再看。")
    if state == NO_RIGHT:  # the second wall: the first should have stood here
        _log_broken(request, error, state)
        return refused(request, OutOfReach())
    return broken(request, error)


def machine_refused(request: Request, error: Exception) -> Problem:
    """A file could not be written; where the disk is full, whoever sent it is told."""
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    return refused(request, Full()) if full else broken(request, error)


def broken(request: Request, error: Exception) -> Problem:
    """Our own mistake. The person gets a number to name; the log gets the place."""
    _log_broken(request, error, _sqlstate(error))
    return problem(request, 500, "Broken", "系统出错了，内容没有保存。请把编号告诉管理员。")


def _sqlstate(error: Exception) -> str:
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""


def _log_broken(request: Request, error: Exception, state: str) -> None:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "site-packages" not in frame.filename]
    place = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-5:]]
    identity = getattr(request.state, "id", "")
    log.error("broken", id=identity, error=type(error).__name__, sqlstate=state, place=place)


# The first that fits is meant: the narrower kinds of a database's errors stand before the widest.
UNDERSTOOD: dict[type[Exception], Callable[[Request, Exception], Problem]] = {
    RequestValidationError: not_understood,
    HTTPException: http_error,
    DataError: unreadable,
    UnicodeEncodeError: unreadable,
    OverflowError: unreadable,
    OperationalError: away,
    PoolTimeout: away,
    DBAPIError: database_refused,
    OSError: machine_refused,
}
