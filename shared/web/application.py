"""The application of one service: its doors, sittings, health, and the frame around them."""

from fastapi import APIRouter, FastAPI, Request
from fastapi_offline import FastAPIOffline
from sqlalchemy import text

from shared import db
from shared.web.answers import answer_refusals
from shared.web.door import service_of
from shared.web.frame import Frame
from shared.web.sittings import sittings

OAUTH_PAGE = "/docs/oauth2-redirect"


def service_app(service: str, title: str, doors: list[APIRouter]) -> FastAPI:
    """The application of one service, to be mounted under its own address."""
    app = FastAPIOffline(title=title, version="1", redoc_url=None, separate_input_output_schemas=False)
    app.state.service = service
    # Tokens come from POST /sittings: the page that would receive one from another server is not wanted.
    app.router.routes[:] = [route for route in app.router.routes if getattr(route, "path", "") != OAUTH_PAGE]
    for router in [sittings, *doors]:
        app.include_router(router)
    app.add_api_route("/health", health, methods=["GET"], tags=["health"])
    answer_refusals(app)
    app.add_middleware(Frame)
    return app


def health(request: Request) -> dict[str, str]:
    """Whether this service reaches its database."""
    with db.unit(service_of(request)) as session:
        session.execute(text("select 1"))
    return {"status": "ok", "service": service_of(request)}
