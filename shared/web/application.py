"""The application of one service: its doors, sittings, health, and the frame around them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from sqlalchemy import text
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from shared import db, guide
from shared.errors import OutOfReach
from shared.settings import settings
from shared.web import passkeys
from shared.web.answers import answer_refusals, how_days_are_written, problem, problem_of
from shared.web.contract import describe
from shared.web.documentation import documentation
from shared.web.door import service_of, signed_in
from shared.web.frame import Frame
from shared.web.page_frame import ASKED, PageFrame, said
from shared.web.pages import SHOWN, Pages, shown
from shared.web.sittings import sittings
from shared.web.templates import STATIC, TEMPLATES, environment
from shared.web.unsent import UNSENT, unsent

STRANGE = "地址里的查询条件看不懂，可能没有复制全，或者打错了。请重新选择条件。"
DOCUMENTATION = ("/docs", "/openapi.json")


def service_app(service: str, title: str, doors: list[APIRouter]) -> FastAPI:
    """The application of one service, to be mounted under its own address."""
    app = FastAPIOffline(title=title, version="1", docs_url=None, redoc_url=None, separate_input_output_schemas=False)
    app.state.service = service
    app.add_api_route("/docs", documentation, methods=["GET"], include_in_schema=False)
    for router in [sittings, passkeys.doors, *doors]:
        app.include_router(router)
    if settings().docs_signed_in:
        _close_documentation(app)
    app.add_api_route("/health", health, methods=["GET"], tags=["health"])
    describe(app)
    answer_refusals(app)
    app.add_middleware(Frame)
    return app


def _close_documentation(app: FastAPI) -> None:
    """Show it only to whoever is signed in."""
    shown = {path: route for route in app.router.routes if (path := getattr(route, "path", "")) in DOCUMENTATION}
    app.router.routes[:] = [route for route in app.router.routes if route not in shown.values()]
    for path, route in shown.items():
        guards = [Depends(signed_in)]
        app.add_api_route(path, getattr(route, "endpoint"), dependencies=guards, include_in_schema=False)  # noqa: B009


def page_app(
    service: str, doors: list[APIRouter], *, templates: Sequence[Path] = (), guides: Sequence[Path] = ()
) -> FastAPI:
    """The pages of one service, to be mounted under its name; or those of the house, whose doors any service opens.

    `guides`: the template folders of others whose guides are read here too.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.service, app.state.pages, app.state.templates = service, True, environment(tuple(templates))
    app.state.guide = guide.read([*dict.fromkeys([*templates, *guides]), TEMPLATES])
    kept = Pages()
    kept.add_api_route(SHOWN + "/{key}", shown, methods=["GET"])
    kept.add_api_route(UNSENT + "/{key}", unsent, methods=["GET"])
    for router in [*doors, kept]:
        app.include_router(router)
    for kind in (RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _no_such_page)
    app.add_middleware(PageFrame)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=5)  # the ninth costs four times as much
    return app


def _no_such_page(request: Request, error: Exception) -> Response:
    """An address that leads nowhere; where only its query is amiss, the page itself is there."""
    told = problem_of(request, error)
    if isinstance(error, RequestValidationError):
        asked = all(flaw["loc"][0] == "query" for flaw in error.errors())
        why = STRANGE + how_days_are_written(error.errors())
        told = problem(request, 400, ASKED, why) if asked else problem_of(request, OutOfReach())
    return said(request, told)


class Static(StaticFiles):
    """Our own style sheet and script. Their addresses change with their content: browsers keep them."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401  as Starlette calls it
        """A file, to be kept by whoever asked for this very content."""
        answer = super().file_response(*args, **kwargs)
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer


def static_app() -> GZipMiddleware:
    """The files of the frame, to be mounted at /static."""
    return GZipMiddleware(Static(directory=STATIC), minimum_size=500)


def worker(_: Request) -> Response:
    """The script that keeps a copy of the pages which open without signal; from the root, for it serves all of them.

    A browser asks for it anew with the pages, but not more often than once an hour.
    """
    headers = {
        "Cache-Control": "max-age=3600",
        "Content-Security-Policy": "default-src 'none'; connect-src 'self'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return Response((STATIC / "worker.js").read_bytes(), media_type="text/javascript", headers=headers)


def worker_route() -> Route:
    """Its address."""
    return Route("/worker.js", worker, methods=["GET"], middleware=[Middleware(GZipMiddleware, minimum_size=500)])


def health(request: Request) -> dict[str, str]:
    """Whether this service reaches its database."""
    with db.unit(service_of(request)) as session:
        session.execute(text("select 1"))
    return {"status": "ok", "service": service_of(request)}
