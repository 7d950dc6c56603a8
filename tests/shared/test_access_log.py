"""The access log says who asked for what without saying who anybody is; and whoever collects it holds up nobody."""

import json
import re
import socket
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


def test_a_day_has_an_end_and_a_full_disk_costs_only_lines(client, logged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_log, "DAY_BYTES", 1000)
    with logged():
        for _ in range(30):
            client.get("/health")
    (settings().data / "nofolder").write_text("a file")
    monkeypatch.setenv("XIAOZU_DATA", str(settings().data / "nofolder"))
    settings.cache_clear()

    with logged():
        assert client.get("/health").status_code == 200

    monkeypatch.undo()


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
    monkeypatch.setattr(access_log, "LINES_WAITING", 5)
    monkeypatch.setattr(access_log, "LAST_SECONDS", 0.2)
    with socket.socket() as here:  # without `accept`: what fits the buffers is taken, then nothing
        here.bind(("127.0.0.1", 0))
        if how == "hangs":
            here.listen(0)
        monkeypatch.setattr(access_log.OverStream, "makePickle", lambda self, record: bytes(8 * 2**20))
        with logged(syslog=f"tcp://127.0.0.1:{here.getsockname()[1]}"):
            busy = time.process_time()
            for _ in range(30):
                assert client.get("/nowhere").status_code == 404
            assert time.process_time() - busy < SECONDS

    assert len(lines("access")) <= 30
    assert {line["status"] for line in lines("access")} == {404}


def test_lines_that_were_lost_are_counted_in_the_next() -> None:
    import logging
    import threading

    go_on, got = threading.Event(), []

    class Slow(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            go_on.wait(SECONDS)
            got.append(access_log.told(record))

    waiting = access_log.Waiting(Slow())
    record = logging.makeLogRecord({"told": {"id": "x"}})
    for _ in range(access_log.LINES_WAITING + 100):
        waiting.emit(record)
    go_on.set()
    waiting.end(time.monotonic() + SECONDS)
    waiting = waiting if not got else waiting
    assert 98 <= access_log.LINES_WAITING + 100 - len(got) <= 100
