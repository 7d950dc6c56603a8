"""The access log says who asked for what without saying who anybody is; and whoever collects it holds up nobody."""

import json
import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from shared.settings import settings
from shared.web import access_log
from tests.shared.trial import bearer

TYPED = "110101194910010011"
SECONDS = 20
RFC_5424 = re.compile(r"^<110>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 \S+ xiaozu \d+ access - (\{.*\})$")


@pytest.fixture
def logged(settled_environment: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`with logged(access_days=2):` the log as these settings keep it."""

    def kept(**chosen: Any) -> Any:
        for name, value in chosen.items():
            settled_environment.setenv(f"XIAOZU_{name.upper()}", str(value))
        settings.cache_clear()
        return access_log.kept()

    return kept


def files(name: str) -> list[Path]:
    return sorted((settings().data / "log").glob(f"{name}-*.log"))


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for file in files(name) for line in file.read_text().splitlines()]


def test_a_line_has_the_route_and_nothing_that_was_typed(client, secretary, logged) -> None:
    with logged():
        client.get("/notes?after=987654", headers=bearer(secretary))
        client.post("/sittings", json={"login": TYPED, "password": TYPED})
        client.delete(f"/sittings/{TYPED[:9]}", headers=bearer(secretary))
        client.get(f"/{TYPED}")

    assert [(line["method"], line["route"], line["status"]) for line in lines("access")] == [
        ("GET", "/notes", 200),
        ("POST", "/sittings", 401),
        ("DELETE", "/sittings/{sitting_id}", 404),
        ("GET", "-", 404),
    ]
    assert set(lines("access")[0]) == {"at", "id", "method", "route", "status", "ms"}
    said = "".join(file.read_text() for file in files("access"))
    for leak in (TYPED, TYPED[:9], "987654", secretary.token, "testclient"):
        assert leak not in said
    assert files("addresses") == []
    assert files("access")[0].stat().st_mode & 0o077 == 0


def test_addresses_stand_apart_under_the_number_of_the_request_where_a_setting_says_so(client, logged) -> None:
    client = TestClient(client.app, client=("10.1.2.3", 5))

    with logged(access_address_days=7):
        answer = client.get("/health")

    assert [(line["id"], line["address"]) for line in lines("addresses")] == [
        (answer.headers["X-Request-Id"], "10.1.2.3")
    ]
    assert lines("access")[0]["id"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("peer", "address"), [("10.0.0.5", "1.2.3.4"), ("127.0.0.1", "127.0.0.1"), ("7.7.7.7", "7.7.7.7")]
)
def test_as_it_is_served_only_a_named_gateway_is_believed_about_another(town, logged, peer: str, address: str) -> None:
    from deploy.web import config

    with logged(access_address_days=1, gateways="10.0.0.0/24"):
        served = config()
        served.load()
        TestClient(served.loaded_app, client=(peer, 5)).get("/sign-in", headers={"X-Forwarded-For": "6.6.6.6, 1.2.3.4"})

    assert [line["address"] for line in lines("addresses")] == [address]


@pytest.mark.parametrize("days", [0, 1, 3])
def test_each_is_forgotten_after_its_days_even_where_it_is_kept_no_more(client, logged, days: int) -> None:
    folder, today = settings().data / "log", datetime.now(UTC)
    folder.mkdir(parents=True)
    for ago in range(1, 6):
        (folder / f"addresses-{today - timedelta(days=ago):%Y-%m-%d}.log").write_text("{}\n")
        (folder / f"access-{today - timedelta(days=ago):%Y-%m-%d}.log").write_text("{}\n")

    with logged(access_address_days=days, access_days=4):
        client.get("/health")

    assert (len(files("addresses")), len(files("access"))) == (days, 4)


def test_a_day_has_an_end(client, logged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_log, "DAY_BYTES", 1000)

    with logged():
        for _ in range(30):
            client.get("/health")

    assert 1000 < files("access")[0].stat().st_size < 1200


def test_where_it_cannot_be_written_people_are_answered(client, logged, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with logged(data=tmp_path / "file"):
        assert client.get("/health").status_code == 200


# --- the county's collector ---


@pytest.fixture
def collector() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.bind(("127.0.0.1", 0))
        here.settimeout(SECONDS)
        yield here


def test_a_collector_gets_each_line_as_the_rfc_has_it(client, logged, collector: socket.socket) -> None:
    with logged(syslog=f"udp://127.0.0.1:{collector.getsockname()[1]}", access_days=0):
        client.get("/health")
        said = collector.recv(2**16).decode()

    found = RFC_5424.match(said)
    assert found, said
    assert json.loads(found.group(1))["route"] == "/health"
    assert files("access") == []


def test_a_collector_behind_a_socket_of_the_machine(client, logged, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as here:
        here.bind(str(tmp_path / "log"))
        here.settimeout(SECONDS)
        with logged(syslog=f"unix:{tmp_path / 'log'}"):
            client.get("/health")
            assert RFC_5424.match(here.recv(2**16).decode())


def test_over_a_stream_each_line_comes_with_its_length(client, logged) -> None:
    with socket.create_server(("127.0.0.1", 0)) as here:
        here.settimeout(SECONDS)
        with logged(syslog=f"tcp://127.0.0.1:{here.getsockname()[1]}"):
            client.get("/health")
            client.get("/notes")
            line, _ = here.accept()
            with line, line.makefile("rb") as said:
                for route in ("/health", "/notes"):
                    length = int(b"".join(iter(lambda: said.read(1), b" ")))
                    found = RFC_5424.match(said.read(length).decode())
                    assert found
                    assert json.loads(found.group(1))["route"] == route


@pytest.mark.parametrize("how", ["hangs", "is away"])
def test_a_collector_that_hangs_or_is_away_holds_up_nobody(
    client, logged, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(access_log, "LAST_SECONDS", 0.2)
    monkeypatch.setattr(access_log.OverStream, "makePickle", lambda self, record: bytes(8 * 2**20))
    with socket.socket() as here:  # without `accept`: what fits the buffers is taken, then nothing
        here.bind(("127.0.0.1", 0))
        if how == "hangs":
            here.listen(0)
        with logged(syslog=f"tcp://127.0.0.1:{here.getsockname()[1]}"):
            answers = [client.get("/nowhere").status_code for _ in range(30)]
            until(lambda: len(lines("access")) == 30)

    assert answers == [404] * 30


def test_lines_that_were_lost_are_counted_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_log, "LINES_WAITING", 10)
    go_on, got = threading.Event(), []

    class Slow(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            go_on.wait(SECONDS)
            got.append(access_log.told(record))

    waiting = access_log.Waiting(Slow())
    for number in range(50):
        waiting.emit(logging.makeLogRecord({"told": {"id": number}}))
    go_on.set()
    until(lambda: len(got) >= 10)
    time.sleep(0.05)
    waiting.emit(logging.makeLogRecord({"told": {"id": "last"}}))
    waiting.end(time.monotonic() + SECONDS)

    until(lambda: got[-1]["id"] == "last")
    assert len(got) - 1 + got[-1]["lost"] == 50


def until(true: Callable[[], object]) -> None:
    ends = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.02)
