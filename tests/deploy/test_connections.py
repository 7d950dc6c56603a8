"""How long the web waits for whoever has the word, and who gives way where it is full: by a server of a few lines."""

import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from deploy import connections
from deploy.box.programs import listen
from deploy.connections import Connection
from shared.settings import settings
from shared.web.address import home_of

ROOT = Path(__file__).parent.parent.parent
SECONDS = 20
HALF = b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "
ASKED = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LARGE = 8 * 2**20


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers when all has come: how much it was, or at /large more than the line's buffers hold."""
    size, more = 0, True
    while more and scope["path"] != "/refused":
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
        if message["type"] == "http.disconnect":
            return
    said = bytes(LARGE) if scope["path"] == "/large" else str(size).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(said))]})
    await send({"type": "http.response.body", "body": said})


class Serving:
    """The server, and the lines that were opened to it."""

    def __init__(self, stack: ExitStack, listener: socket.socket | None = None) -> None:
        self.stack = stack
        self.listener = listener or listen("127.0.0.1", 0)
        self.server = uvicorn.Server(
            uvicorn.Config(
                app, http=Connection, ws="none", lifespan="off", log_level="critical", backlog=connections.BACKLOG
            )
        )
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.listener]}, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(SECONDS)

    def line(self, words: bytes = b"", at: str = "127.0.0.1") -> socket.socket:
        """Somebody who comes from this address of the machine, and says this."""
        made = self.stack.enter_context(socket.socket())
        made.settimeout(SECONDS)
        made.bind((at, 0))
        made.connect(self.listener.getsockname())
        made.sendall(words)
        return made

    def lines(self, count: int, words: bytes, at: str = "127.0.0.1") -> list[socket.socket]:
        return [self.line(words, at) for _ in range(count)]


@pytest.fixture
def serving(settled_environment: pytest.MonkeyPatch) -> Iterator[Callable[..., Serving]]:
    """`serving(HEAD_SECONDS=0.2)`: a server with other limits than an office's."""
    with ExitStack() as stack:

        def begin(**limits: float) -> Serving:
            for name, value in limits.items():
                if name.startswith("connections"):
                    settled_environment.setenv(f"XIAOZU_{name.upper()}", str(value))
                else:
                    settled_environment.setattr(connections, name, value)
            settings.cache_clear()
            made = Serving(stack)
            stack.callback(made.stop)
            made.start()
            return made

        yield begin
    settings.cache_clear()


def answer(line: socket.socket) -> bytes:
    """What comes back; nothing where the line was closed."""
    with suppress(ConnectionError):
        return line.recv(2**16)
    return b""


def is_open(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return bool(line.recv(1))
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


@pytest.mark.parametrize("words", [b"", HALF, ASKED[:-2] + b"Content-Length: 9\r\n\r\n12"])
def test_whoever_does_not_go_on_is_let_go(serving, words: bytes) -> None:
    here = serving(HEAD_SECONDS=0.2, SPAN_SECONDS=0.2)

    assert answer(here.line(words)) == b""


def test_words_one_by_one_do_not_make_a_head_last_for_ever(serving) -> None:
    line = serving(HEAD_SECONDS=0.5).line(HALF)

    with pytest.raises(OSError):  # noqa: PT011  reset, or a broken pipe
        while True:
            line.sendall(b"x")
            time.sleep(0.02)


def test_whoever_asks_once_and_then_begins_again_has_no_longer(serving) -> None:
    line = serving(HEAD_SECONDS=0.5).line(ASKED)
    while not answer(line).endswith(b"0"):
        pass

    line.sendall(HALF)

    assert answer(line) == b""


def test_a_body_as_slow_as_the_slowest_phone_comes_whole_however_long_it_takes(serving) -> None:
    here = serving(HEAD_SECONDS=0.2, SPAN_SECONDS=0.4, BYTES_PER_SECOND=500)
    line = here.line(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000\r\n\r\n")

    for _ in range(30):
        line.sendall(bytes(100))
        time.sleep(0.05)

    assert answer(line).endswith(b"3000")


def test_a_body_that_trickles_does_not(serving) -> None:
    here = serving(SPAN_SECONDS=0.4, BYTES_PER_SECOND=500)
    line = here.line(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000\r\n\r\n" + bytes(1000))

    with pytest.raises(OSError):  # noqa: PT011
        while True:
            line.sendall(b"x")
            time.sleep(0.02)


def test_a_body_that_was_refused_is_read_on_for_a_while_and_no_longer(serving) -> None:
    line = serving(LINGER_SECONDS=0.3).line(b"POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n")
    assert b"200 OK" in answer(line)

    with pytest.raises(OSError):  # noqa: PT011
        while True:
            line.sendall(bytes(1000))
            time.sleep(0.02)


def test_whoever_does_not_take_his_answer_is_let_go_and_whoever_takes_it_slowly_gets_it(serving) -> None:
    here = serving(READ_SECONDS=0.5)
    ask = b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n"
    deaf, slow = here.line(ask), here.line(ask)

    taken = 0
    while taken < LARGE:
        taken += len(answer(slow))
        time.sleep(0.005)

    until(lambda: not here.server.server_state.connections or len(here.server.server_state.connections) == 1)
    assert sum(len(part) for part in iter(lambda: answer(deaf), b"")) < LARGE


def test_where_it_is_full_those_give_way_who_hold_the_most_lines_and_the_newcomer_is_answered(serving) -> None:
    here = serving(connections=130)
    phones = here.lines(20, b"", at="127.0.0.2")
    strangers = here.lines(150, HALF, at="127.0.0.3")

    newcomer = here.line(ASKED, at="127.0.0.4")

    assert b"200 OK" in answer(newcomer)
    assert all(is_open(line) for line in phones)
    assert sum(is_open(line) for line in strangers) <= 110
    assert not is_open(strangers[0])
    assert is_open(strangers[-1])


def test_of_one_address_the_newest_are_kept_and_others_keep_their_place(serving) -> None:
    here = serving(connections=1000, connections_each=60)
    other = here.line(HALF, at="127.0.0.2")
    many = here.lines(80, HALF, at="127.0.0.3")

    assert b"200 OK" in answer(here.line(ASKED, at="127.0.0.3"))
    assert is_open(other)
    assert sum(is_open(line) for line in many) == 59


def test_a_village_of_two_hundred_phones_behind_one_address_is_no_attacker(serving) -> None:
    village = serving().lines(200, ASKED)

    assert all(b"200 OK" in answer(phone) for phone in village)
    assert all(is_open(phone) for phone in village)


def test_a_gateway_is_not_counted_as_one_who_comes(serving, settled_environment: pytest.MonkeyPatch) -> None:
    settled_environment.setenv("XIAOZU_GATEWAYS", "127.0.0.0/24")
    here = serving(connections_each=50)

    lines = here.lines(80, HALF)

    assert b"200 OK" in answer(here.line(ASKED))
    assert all(is_open(line) for line in lines)


def test_a_line_of_ipv6_is_one_home_whatever_address_it_takes(settled_environment: pytest.MonkeyPatch) -> None:
    settings.cache_clear()

    assert home_of("2001:db8:1:2::1") == home_of("2001:db8:1:2:aaaa::9") != home_of("2001:db8:1:3::1")
    assert home_of("::ffff:1.2.3.4") == home_of("1.2.3.4")


def test_a_process_of_few_files_answers_and_its_log_stays_short(tmp_path: Path) -> None:
    hard = 160
    with ExitStack() as stack:
        listener = stack.enter_context(listen("127.0.0.1", 0))
        log = stack.enter_context((tmp_path / "log").open("wb"))
        program = [sys.executable, __file__, str(listener.fileno()), str(hard)]
        process = subprocess.Popen(
            program, pass_fds=[listener.fileno()], stderr=log, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        stack.callback(process.wait)
        stack.callback(process.kill)
        here = Serving(stack, listener)
        assert b"200 OK" in answer(here.line(ASKED))

        strangers = here.lines(hard, HALF)

        assert b"200 OK" in answer(here.line(ASKED))
        assert not is_open(strangers[0])
        assert (tmp_path / "log").stat().st_size < 10_000


def until(true: Callable[[], object]) -> None:
    ends = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.02)


def serve(fd: int, hard: int) -> None:
    """A server with so few files, as a process of its own."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    made = Serving(ExitStack(), socket.socket(fileno=fd))
    made.server.run([made.listener])


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
