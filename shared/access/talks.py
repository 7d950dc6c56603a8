"""A talk with a provider: of whom it is had, until when, and its answers as JSON. No transaction is open meanwhile."""

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from shared.calls.held import Held, Unreachable
from shared.calls.wire import Call, ask, not_understood
from shared.errors import Ambiguous

SECONDS = 2.5  # for all of its calls together: a request answers within three
SILENT = "{name}没有在几秒内回答：请检查这台机器的网络，以及它的地址写得对不对。"


@dataclass(frozen=True, slots=True)
class Partner:
    """What is known of a provider, out of the database: enough to talk to it."""

    id: int
    kind: str
    name: str
    place: str  # the issuer, or scheme, host and port
    client: str
    chosen: Mapping[str, str]
    keys: str = ""  # JSON; empty: to be fetched
    back: str = ""  # where it sends people back to: an address of its own, so that nobody brings another's answer


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a provider names: by its own number, and as it calls him where it says so (his name, his login there)."""

    subject: str
    called: str = ""


CALLED_LENGTH_MAX = 60


def called(*words: object) -> str:
    """What a provider calls somebody, short and on one line: `张三（zhangsan）`, or what it says of that."""
    name, *others = [_plain(word) for word in words if isinstance(word, str)] or [""]
    more = [word for word in others if word and word != name]
    return f"{name}（{more[0]}）" if name and more else name or "".join(more[:1])


def _plain(word: str) -> str:
    """Without what nobody sees: half a character, which no cookie carries, or what turns the writing round."""
    seen = "".join(sign for sign in " ".join(word.split()) if sign.isprintable())
    return seen[:CALLED_LENGTH_MAX]


class Talk:
    """Some calls after one another, which have so many seconds in all."""

    def __init__(self, name: str, listed: Collection[str], seconds: float = SECONDS) -> None:
        self._name, self._listed = name, listed
        self._until = time.monotonic() + seconds

    def get(
        self, address: str, query: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """What a GET is answered. Raises Held or Ambiguous."""
        whole = f"{address}?{urlencode(query)}" if query else address
        return self._said(Call(self._name, whole, b"", headers or {}, "GET"))

    def post(self, address: str, body: Any, query: Mapping[str, str] | None = None) -> dict[str, Any]:  # noqa: ANN401  JSON
        """What a POST of JSON is answered. Raises Held or Ambiguous."""
        whole = f"{address}?{urlencode(query)}" if query else address
        said = json.dumps(body, ensure_ascii=False).encode()
        return self._said(Call(self._name, whole, said, {"Content-Type": "application/json; charset=utf-8"}))

    def form(self, address: str, body: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """What a POST of a form is answered. Raises Held or Ambiguous."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        return self._said(Call(self._name, address, body.encode(), {**kind, **headers}))

    def _said(self, call: Call) -> dict[str, Any]:
        left = self._until - time.monotonic()
        if left <= 0:
            raise Unreachable(SILENT.format(name=self._name))
        try:
            answer = ask(call, self._listed, seconds=left)
            found = json.loads(answer.body)
        except Ambiguous as error:
            raise Held(SILENT.format(name=self._name)) from error
        except (ValueError, RecursionError):
            raise not_understood(self._name, answer.status) from None
        if not isinstance(found, dict):
            raise not_understood(self._name, answer.status)
        return found
