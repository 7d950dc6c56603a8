"""The applications as they are served, made once a process: a route is worked out when it is first asked for."""

from functools import cache
from importlib import import_module

from fastapi import FastAPI

from shared.web import service_app


def whole() -> FastAPI:
    """All services with their pages, as one process serves them."""
    from deploy.web import app

    return app


@cache
def of_service(service: str) -> FastAPI:
    """The doors of one service, by themselves."""
    return service_app(service, service, import_module(f"services.{service}.app").doors)
