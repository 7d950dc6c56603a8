"""Calls over HTTP: to listed places only, to the very address that was checked, without redirects, within a time.

A name is resolved once, every address that it has is checked, and the connection goes to one of those: it is not asked
for again (DNS rebinding). A private address is called only where the machine's settings name its place exactly.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from typing import Any
from urllib.parse import urlsplit

from shared.calls.held import Held, Unreachable, why_gone
from shared.calls.places import place_of, places
from shared.errors import Ambiguous
from shared.settings import settings

ANSWER_BYTES_MAX = 64 * 1024
WAIT_SECONDS_MAX = 3600.0
BUSY_SECONDS = 60.0  # where the other side does not say for how long
NO_ANSWER = "交出去以后没有收到{name}的答复，不能确定是否已送达"
UNSENDABLE = "{name}的地址或请求头里有不能发送的字符（汉字、空格这样的），没有发送：请重新填写地址、账号和密钥。"
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Call:
    """What is asked of whom; `name` is what the other side is called in sentences."""

    name: str
    address: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


@dataclass(frozen=True)
class Answer:
    """What was answered: never a redirect, nor that it is busy or broken."""

    status: int
    body: bytes


def ask(call: Call, listed: Collection[str], *, seconds: float | None = None) -> Answer:
    """One call to a place that is listed, or that the machine's settings name, within so many seconds in all.

    Raises Held (Unreachable where there is no line) where nothing can have arrived or it is plainly refused, else
    Ambiguous.
    """
    _sendable(call)
    with _connected(call, listed, time.monotonic() + (seconds or settings().call_seconds)) as line:
        try:
            _hand_over(line, call)
            answer = line.getresponse()
            body = answer.read(ANSWER_BYTES_MAX + 1)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Ambiguous(NO_ANSWER.format(name=call.name), None) from error
    _look_at(call, answer)
    if len(body) > ANSWER_BYTES_MAX:
        raise not_understood(call.name, answer.status)
    return Answer(answer.status, body)


def not_understood(name: str, status: int) -> Held | Ambiguous:
    """What is to be raised for an answer that cannot be read: Held where its status alone refuses, else Ambiguous."""
    unsure = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT}  # it waited too long, or has had it before
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in unsure:
        return Held(f"{name}不接受（{status}）：请核对地址和密钥。", status)
    return Ambiguous(f"看不懂{name}的答复，不能确定是否已送达", status)


def _sendable(call: Call) -> None:
    """Held where the head of the request cannot be written: the same is done on a line that leads nowhere."""
    try:
        head = http.client.HTTPConnection(urlsplit(call.address).hostname or "", PORTS["http"])
        head.putrequest(call.method, _target(call))
        for name, value in call.headers.items():
            head.putheader(name, value)
    except (ValueError, http.client.HTTPException) as error:
        raise Held(UNSENDABLE.format(name=call.name)) from error


def _target(call: Call) -> str:
    """What is asked for at the place."""
    parts = urlsplit(call.address)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _hand_over(line: http.client.HTTPConnection, call: Call) -> None:
    """The request, with where the answer is to be found in its head."""
    line.request(call.method, _target(call), body=call.body, headers={"Connection": "close", **call.headers})


def _look_at(call: Call, answer: http.client.HTTPResponse) -> None:
    """What the status alone says: elsewhere, too much, out of order."""
    code = answer.status
    if HTTPStatus.MULTIPLE_CHOICES <= code < HTTPStatus.BAD_REQUEST:
        raise Held(f"{call.name}要转到别的地址，系统不跟去：请核对地址。", code)
    if code in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        wait = _wait(answer.getheader("Retry-After") or answer.getheader("x-ogw-ratelimit-reset")) or BUSY_SECONDS
        raise Held(f"{call.name}现在忙不过来，过一会儿自己再发。", code, wait=wait)
    if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Ambiguous(f"{call.name}出了错（{code}），不能确定是否已送达", code)


def _wait(said: str | None) -> float | None:
    """Seconds that the other side asks for; a date is not counted with: clocks differ."""
    plain = said is not None and said.isascii() and said.isdecimal() and len(said) < 10  # noqa: PLR2004
    return min(float(said or 0), WAIT_SECONDS_MAX) if plain else None


@contextmanager
def _ended_in_time(sock: socket.socket, until: float) -> Iterator[None]:
    """Whoever answers a byte at a time is hung up on as well: each read alone would begin its time anew."""
    # The plain socket's own: that of TLS would take the line from under whoever reads.
    ending = Timer(max(0.0, until - time.monotonic()), _shut, [sock])
    ending.daemon = True
    ending.start()
    try:
        yield
    finally:
        ending.cancel()


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):  # it may be over already
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


# --- the line ---


@contextmanager
def _connected(call: Call, listed: Collection[str], until: float) -> Iterator[http.client.HTTPConnection]:
    """A line to an address that was checked, until it is over; nothing has been said on it yet."""
    parts, place = urlsplit(call.address), place_of(call.address)
    named = places(settings().places)
    if not place or place not in {*listed, *named}:
        raise Held(f"{call.name}的地址不在允许的名单里，没有发送：请重新设置。")
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    line = http.client.HTTPConnection(host, port)
    try:
        sock = _socket(_checked(call, host, port, until, private=place in named), until)
    except OSError as error:
        raise Unreachable(why_gone(error, f"{call.name}（{host}）"), None) from error
    with _ended_in_time(sock, until):
        try:
            line.sock = sock if parts.scheme == "http" else _protected(sock, host)
        except OSError as error:
            raise Unreachable(why_gone(error, f"{call.name}（{host}）"), None) from error
        try:
            yield line
        finally:
            line.close()


Address = tuple[socket.AddressFamily, tuple[str, int]]


def _checked(call: Call, host: str, port: int, until: float, *, private: bool) -> list[Address]:
    """Where a name leads; Held where any of it is within a house and its place is not named in the settings."""
    found: list[Address] = [(row[0], (str(row[4][0]), port)) for row in _resolved(host, port, until)]
    if not private and not all(_public(address) for _, (address, _) in found):
        raise Held(f"{call.name}的地址（{host}）指向内部网络，没有发送：请核对地址和域名解析。")
    return found


def _resolved(host: str, port: int, until: float) -> list[Any]:
    """What the machine's resolver says, which knows no time of its own; TimeoutError where it says nothing."""
    said: SimpleQueue[list[Any] | OSError] = SimpleQueue()

    def look() -> None:
        try:
            said.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except OSError as error:
            said.put(error)

    Thread(target=look, daemon=True).start()
    try:
        found = said.get(timeout=max(0.0, until - time.monotonic()))
    except Empty:
        raise TimeoutError from None
    if isinstance(found, OSError):
        raise found
    return found


def _public(address: str) -> bool:
    """Whether an address is out in the open; one of the old kind in the clothes of the new is looked at itself."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or found
    return found.is_global and not found.is_multicast


def _socket(found: list[Address], until: float) -> socket.socket:
    """The first of these addresses that takes the call."""
    last: OSError = socket.gaierror()
    for family, address in found:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.settimeout(max(0.001, until - time.monotonic()))
        try:
            sock.connect(address)
        except OSError as error:
            sock.close()
            last = error
        else:
            sock.settimeout(max(0.001, until - time.monotonic()))
            return sock
    raise last


def _protected(sock: socket.socket, host: str) -> socket.socket:
    """TLS over it, with the name that was asked for."""
    try:
        return ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    except OSError:
        sock.close()
        raise
