"""Every answer is guarded against being sniffed, framed, overheard and traced: whoever gives it, and whatever it is."""

import re
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

import pytest
import uvicorn
from fastapi import Request
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.routing import Mount

from deploy import web
from deploy.box.programs import listen
from shared.settings import SERVICES
from shared.web.pages import View
from tests.applications import of_service, whole
from tests.servers import Database

GUARDS = {
    "x-content-type-options": {"nosniff"},
    "referrer-policy": {"same-origin", "no-referrer"},
    "strict-transport-security": {"max-age=31536000"},
}


def is_guarded(headers) -> bool:
    policy = headers.get("content-security-policy", "")
    return (
        all(headers.get(name) in values for name, values in GUARDS.items())
        and "default-src 'none'" in policy
        and "frame-ancestors 'none'" in policy
    )


@pytest.fixture
def stranger(office: Database) -> TestClient:
    return TestClient(whole(), base_url="https://testserver", raise_server_exceptions=False, follow_redirects=False)


def places(routes, above: str = "") -> Iterator[tuple[str, str]]:
    """Every method and address that is served, with a number for whatever an address names."""
    for route in routes:
        if isinstance(route, Mount):
            yield from places(getattr(route.app, "routes", None) or (), above + route.path)
    for route in iter_route_contexts(routes):
        if getattr(route, "methods", None):
            for method in sorted(route.methods):
                yield method, above + re.sub(r"{[^}]*}", "1", route.path)


def test_whatever_stands_at_an_address_is_guarded(stranger: TestClient):
    found = sorted(set(places(whole().routes)))
    assert len(found) > 300

    assert [place for place in found if not is_guarded(stranger.request(*place).headers)] == []


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("GET", "/static/xiaozu.css", {}, 200),
        ("GET", "/static/none.css", {}, 404),
        ("POST", "/static/xiaozu.css", {}, 405),
        ("GET", "/static/%2e%2e/settings.py", {}, 404),
        ("GET", "/worker.js", {}, 200),
        ("GET", "/health", {}, 200),
        ("DELETE", "/health", {}, 404),
        ("GET", "/nothing", {}, 404),
        ("GET", "/api/nothing", {}, 404),
        ("BREW", "/api/activities/units", {}, 405),
        ("POST", "/api/activities/sittings", {"content": b"x" * 100_000}, 401),
        ("POST", "/sign-in", {"content": b"x" * 2_000_000}, 413),
        ("GET", "/api/notify/docs", {}, 200),
        ("GET", "/api/notify/static-offline-docs/swagger-ui.css", {}, 200),
    ],
)
def test_so_is_what_stands_outside_and_what_is_refused(stranger: TestClient, method, path, more, status):
    answer = stranger.request(method, path, **more)

    assert is_guarded(answer.headers), answer.headers
    assert answer.status_code == status


def test_so_is_a_fall_of_the_outermost_program(stranger: TestClient, monkeypatch: pytest.MonkeyPatch):
    def fall(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("shared.web.frame.is_ours", fall)
    monkeypatch.setattr("shared.web.frame.Frame.fall", fall)
    answer = stranger.get("/sign-in")

    assert answer.status_code == 500
    assert is_guarded(answer.headers)


@pytest.fixture
def listening() -> Iterator[int]:
    server, listener = uvicorn.Server(web.config()), listen("127.0.0.1", 0)
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    serving.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    serving.join()


def test_so_is_the_answer_to_what_is_no_request_at_all(listening: int):
    with socket.create_connection(("127.0.0.1", listening)) as connection:
        connection.sendall(b"nonsense\r\n\r\n")
        said = b"".join(iter(lambda: connection.recv(4096), b"")).decode()
    head, _, body = said.partition("\r\n\r\n")
    lines = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:])

    assert said.startswith("HTTP/1.1 400")
    assert is_guarded(lines)
    assert body


@pytest.mark.parametrize("service", SERVICES)
def test_the_documentation_runs_its_own_script_and_no_other(service: str):
    page = TestClient(of_service(service)).get("/docs")
    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    rules = dict(rule.strip().split(" ", 1) for rule in page.headers["content-security-policy"].split(";"))

    assert rules["script-src"] == f"'self' 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
    assert rules["default-src"] == "'none'"
    assert not re.findall(r"(?:src|href)=.(?:https?:)?//", page.text)


@pytest.mark.parametrize(("scheme", "secure"), [("https", True), ("http", False)])
def test_what_one_page_says_to_the_next_goes_by_an_encrypted_line_alone_where_there_is_one(scheme: str, secure: bool):
    headers = [(b"host", b"office.lan"), (b"cookie", b"said=x")]
    asked = {"type": "http", "scheme": scheme, "server": ("office.lan", 80), "path": "/", "headers": headers}

    led = View(Request(asked)).to("/", said="已保存。")

    assert ("; Secure" in led.headers["set-cookie"]) is secure
