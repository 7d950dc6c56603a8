"""The web process: the services that the settings name, each mounted under its own address.

Started as `python -m deploy.web --port 8000`; the box passes a socket that it holds: `python -m deploy.web FD`.
"""

import argparse
import socket
import threading
import time
from importlib import import_module

from shared.forks import end_when_asked

if __name__ == "__main__":
    end_when_asked()  # whoever starts it may want it to end while it still loads

import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from deploy.connections import BACKLOG, Connection
from deploy.houses import load, speak_softly
from shared import pulse
from shared.db import let_go
from shared.settings import settings
from shared.web import (
    access_log,
    account,
    arrivals,
    guides,
    office,
    page_app,
    passkeys,
    service_app,
    static_app,
    worker_route,
)
from shared.web.frame import Guarded
from shared.web.templates import templates_of

TITLES = {"activities": "小组活动", "assessment": "年度考核", "notify": "消息通知"}


class House(FastAPI):
    """All of it; whatever answers, even where nothing of ours does any more, is guarded."""

    def build_middleware_stack(self) -> ASGIApp:
        """The guards outside everything else."""
        return Guarded(super().build_middleware_stack())


def make() -> FastAPI:
    """One application; each service below /api/<service> answers by itself."""
    speak_softly()
    served = settings().served
    load(served)
    app = House(title="xiaozu", openapi_url=None, docs_url=None, redoc_url=None)
    app.router.routes.append(APIRoute("/health", lambda: {"status": "ok"}, methods=["GET"]))
    app.router.routes.append(worker_route())
    if settings().metrics_key:
        import_module("deploy.metrics").add(app)  # a library that only whoever is watched needs
    app.mount("/static", static_app())
    for service in served:
        house = import_module(f"services.{service}.app")
        app.mount(f"/api/{service}", service_app(service, TITLES[service], house.doors))
        app.mount(f"/{service}", page_app(service, house.pages, templates=[templates_of(house.__file__)]))
    app.mount("/", office_app(served))
    return app


def office_app(served: tuple[str, ...]) -> FastAPI:
    """The pages that belong to no house: of the door by any service, of the office by the one that writes it."""
    houses = [import_module(f"services.{service}.app") for service in served]
    doors: list[APIRouter] = [office.pages, account.pages, passkeys.pages, arrivals.pages, guides.pages]
    doors += getattr(houses[0], "office_pages", ())
    folders = [templates_of(house.__file__) for house in houses]
    return page_app(served[0], doors, templates=folders[:1], guides=folders)


app = make()

LOOK_SECONDS = 0.02
# What the libraries import only with the first request.
SERVING = ("anyio._backends._asyncio", "anyio.streams.memory", "encodings.idna", "uvicorn.loops.asyncio")


def prepare() -> None:
    """Load what serving needs, in the process that the web will be forked from."""
    config().load()
    for name in SERVING:
        import_module(name)


def config() -> uvicorn.Config:
    """How it is served: requests under way have five seconds to end; of others only the named gateways are believed."""
    return uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        backlog=BACKLOG,
        forwarded_allow_ips=settings().gateways,
        timeout_graceful_shutdown=5,
        access_log=False,
    )


def serve(listener: socket.socket) -> None:
    """Answer on a socket until SIGTERM."""
    with access_log.kept(), let_go():
        server = uvicorn.Server(config())
        threading.Thread(target=_give_sign, args=[server], daemon=True).start()
        server.run(sockets=[listener])


def _give_sign(server: uvicorn.Server) -> None:
    """Say that it has begun to accept: only then does one that is to be replaced end."""
    while not server.started:
        time.sleep(LOOK_SECONDS)
    pulse.give()


def main() -> None:
    """Serve on the socket that was passed, or on an address."""
    parser = argparse.ArgumentParser(description="xiaozu web")
    parser.add_argument("fd", type=int, nargs="?", help="an open socket, instead of an address")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args()
    if asked.fd is not None:
        serve(socket.socket(fileno=asked.fd))
        return
    from deploy import version
    from deploy.box.programs import listen

    version.wait(settings().database_url)
    serve(listen(asked.host, asked.port))


if __name__ == "__main__":
    main()
