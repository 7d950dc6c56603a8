"""Strangers who hold the line shut nobody out (F25): half-open requests, half-sent bodies, on a machine of few files."""

import os
import resource
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.servers import Database
from tests.town import Person, Town

PATIENCE_SECONDS = 60  # until it serves, on a busy machine
ANSWER_SECONDS = 3
HALF_OPEN, HALF_SENT = 1200, 30
POST_BYTES = 15 * 2**20
MEMORY_BYTES, LOG_BYTES = 100 * 2**20, 2**20
FILES = (256, 1024)  # soft and hard: what a process may open where nobody has raised it


@dataclass
class Served:
    """The web as it is served, in a process of its own."""

    port: int
    pid: int
    log: Path

    def client(self) -> httpx2.Client:
        """Somebody with a fresh line for each request: whose idle one was closed opens another, as a browser does."""
        fresh = httpx2.Limits(max_keepalive_connections=0)
        return httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=ANSWER_SECONDS, limits=fresh)

    def peak(self) -> int:
        """The most memory that it has ever had, in bytes."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def served(office: Database, town: Town, tmp_path: Path) -> Iterator[Served]:
    port, log = free_port(), tmp_path / "web.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.web", "--port", str(port)],
            env={**os.environ, "XIAOZU_DATA": str(tmp_path)},
            stdout=output,
            stderr=output,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, FILES),  # noqa: PLW1509
        )
    made = Served(port, process.pid, log)
    try:
        until(lambda: is_up(made))
        yield made
    finally:
        process.kill()
        process.wait()


def is_up(served: Served) -> bool:
    with suppress(httpx2.TransportError), served.client() as client:
        return client.get("/health").status_code == 200
    return False


def until(true) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.1)


class Stranger:
    """Somebody with many connections, who begins and never ends; where one is closed he opens another."""

    def __init__(self, port: int, count: int, words: bytes) -> None:
        self.port, self.count, self.words = port, count, words
        self.selector = selectors.DefaultSelector()
        self.left: dict[socket.socket, memoryview] = {}
        self.opened = 0

    def go_on(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            while len(self.left) < self.count and self.opened < 2 * self.count:
                self.open()
            for key, events in self.selector.select(0.01):
                self.serve(key.fileobj, events)

    def open(self) -> None:
        line = socket.socket()
        line.setblocking(False)
        line.connect_ex(("127.0.0.1", self.port))
        self.left[line] = memoryview(self.words)
        self.opened += 1
        self.selector.register(line, selectors.EVENT_READ | selectors.EVENT_WRITE)

    def serve(self, line: socket.socket, events: int) -> None:
        try:
            if events & selectors.EVENT_WRITE:
                self.left[line] = self.left[line][line.send(self.left[line][: 2**16]) :]
                if not self.left[line]:
                    self.selector.modify(line, selectors.EVENT_READ)
            elif not line.recv(2**16):
                self.close(line)
        except OSError:
            self.close(line)

    def close(self, line: socket.socket) -> None:
        self.selector.unregister(line)
        del self.left[line]
        line.close()

    def stop(self) -> None:
        for line in list(self.left):
            self.close(line)


@pytest.fixture(autouse=True)
def many_files() -> Iterator[None]:
    """This process may open as many as it needs, for as long as it attacks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard) if hard > 0 else 4096, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_f25_half_open_requests_and_half_sent_bodies_shut_nobody_out(served: Served) -> None:
    post = b"POST /activities/records HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    half = post + f"Content-Length: {POST_BYTES}\r\n\r\n".encode() + bytes(POST_BYTES // 2)
    api = b"POST /api/activities/imports HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    piece = b"8000\r\n" + bytes(0x8000) + b"\r\n"
    strangers = [
        Stranger(served.port, HALF_OPEN, b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nX-Slow: "),
        Stranger(served.port, HALF_SENT, half),
        Stranger(served.port, HALF_SENT, api + piece * (POST_BYTES // 2 // 0x8000)),
    ]
    with ExitStack() as stack:
        for one in strangers:
            stack.callback(one.stop)
        leader, secretary = (Person(stack.enter_context(served.client()), login) for login in ("steady", "xihe"))
        leader.sign_in()
        before = served.peak()
        for one in strangers:
            one.go_on(30)

        for _ in range(3):
            for one in strangers:
                one.go_on(5)
            assert leader.get("activities/sittings/me")["name"] == "冯实"
            secretary.sign_in()
            with served.client() as somebody:
                assert somebody.get("/sign-in").status_code == 200

        assert strangers[0].opened > HALF_OPEN
        assert served.peak() - before < MEMORY_BYTES
        assert served.log.stat().st_size < LOG_BYTES
        print(f"+{(served.peak() - before) / 2**20:.0f} MB, log {served.log.stat().st_size} bytes")
