"""The web process: the services that the settings name, each mounted under its own address."""

from importlib import import_module

from fastapi import FastAPI
from fastapi.routing import APIRoute

from deploy.houses import load, speak_softly
from shared.settings import settings
from shared.web import service_app

TITLES = {"activities": "小组活动", "assessment": "年度考核", "notify": "消息通知"}


def make() -> FastAPI:
    """One application; each service below /api/<service> answers by itself."""
    speak_softly()
    served = settings().served
    load(served)
    app = FastAPI(title="xiaozu", openapi_url=None, docs_url=None, redoc_url=None)
    for service in served:
        doors = import_module(f"services.{service}.app").doors
        app.mount(f"/api/{service}", service_app(service, TITLES[service], doors))
    app.router.routes.append(APIRoute("/health", lambda: {"status": "ok"}, methods=["GET"]))
    return app


app = make()
