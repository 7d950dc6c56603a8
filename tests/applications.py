"""The applications as they are served, made once a process: a route is worked out when it is first asked for."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import import_module

from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import APIRouter, FastAPI

from shared.web import service_app


def whole() -> FastAPI:
    """All services with their pages, as one process serves them."""
    from deploy.web import app

    return app


@cache
def of_service(service: str) -> FastAPI:
    """The doors of one service, by themselves."""
    return service_app(service, service, import_module(f"services.{service}.app").doors)


# --- the loop in which they answer whoever has none of his own: a third of a small request was to make one for it ---

_running = ExitStack()


@cache
def loop() -> BlockingPortal:
    """One for this process, until `stop`."""
    return _running.enter_context(start_blocking_portal())


def stop() -> None:
    """Nobody asks any more."""
    _running.close()
    loop.cache_clear()


# --- pages of a topic that stands in a test alone ---


@contextmanager
def more_pages(service: str, pages: APIRouter) -> Iterator[None]:
    """The pages of a service, and for the time being these."""
    mounted = next(route.app for route in whole().routes if getattr(route, "path", "") == f"/{service}")
    before = list(mounted.router.routes)
    mounted.include_router(pages)
    try:
        yield
    finally:
        mounted.router.routes[:] = before
