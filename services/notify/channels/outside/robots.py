"""Robots of chat groups: what is posted, signed as each provider has it, and what its answer means.

That something was sent says the provider alone, by the code in its answer: with 200 it may have refused.
"""

import hmac
import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote_plus

from services.notify.channels.rules.ways import WAYS, Meaning, Refused, Way, refused
from shared import clock
from shared.calls.held import Held
from shared.calls.wire import Answer, Call, ask, not_understood
from shared.errors import Ambiguous, Permanent, Transient

CODE_MAX = 2**31 - 1  # as it is stored
JSON = {"Content-Type": "application/json; charset=utf-8"}


def post(kind: Way, text: str, *, address: str, secret: str) -> None:
    """Post a text into the group of a robot.

    Raises Held, Permanent or Ambiguous.
    """
    address, body = _made(kind, cut(text, WAYS[kind].bytes_max), address, secret, clock.by_the_machine())
    call = Call(kind.chinese, address, json.dumps(body, ensure_ascii=False).encode(), JSON)
    understood(kind, ask(call, {WAYS[kind].place}))


def cut(text: str, most: int) -> str:
    """So much of a text as fits into so many bytes, whole signs only."""
    return text.encode()[:most].decode("utf-8", "ignore")


def _made(kind: Way, text: str, address: str, secret: str, now: float) -> tuple[str, dict[str, Any]]:
    """The address and the body as each provider wants them, signed where it signs."""
    if kind is Way.FEISHU_ROBOT:
        stamp = str(int(now))
        signed = {"timestamp": stamp, "sign": _signed(f"{stamp}\n{secret}", "")} if secret else {}
        return address, {**signed, "msg_type": "text", "content": {"text": text}}
    if kind is Way.DINGTALK_ROBOT and secret:
        stamp = str(int(now * 1000))
        signature = quote_plus(_signed(secret, f"{stamp}\n{secret}"))
        address += f"&timestamp={stamp}&sign={signature}"
    return address, {"msgtype": "text", "text": {"content": text}}


def _signed(key: str, text: str) -> str:
    return b64encode(hmac.digest(key.encode(), text.encode(), "sha256")).decode()


def understood(kind: Way, answer: Answer) -> None:
    """Nothing where the provider says that it took it; else what its code means."""
    try:
        said = json.loads(answer.body)
        found = next(said[name] for name in ("errcode", "code", "StatusCode") if name in said)
        code, words = _code(found), str(said.get("errmsg") or said.get("msg") or "")
    except (ValueError, TypeError, StopIteration, RecursionError):
        raise not_understood(kind.chinese, answer.status) from None
    if code == 0:
        return
    why = refused(kind, code, words)
    sentence = why.words.format(name=kind.chinese, code=code)
    raise raised(why, sentence, code)


def raised(why: Refused, sentence: str, code: int) -> Held | Permanent | Transient | Ambiguous:
    """What a refusal is to be raised as."""
    match why.meaning:
        case Meaning.HIS:
            return Permanent(sentence, code)
        case Meaning.LATER:
            return Transient(sentence, code)
        case Meaning.UNSURE:
            return Ambiguous(sentence, code)
        case _:
            return Held(sentence, code, wait=why.wait)


def _code(found: object) -> int:
    """A code as it is documented: a whole number, or its digits. ValueError for whatever else Python takes for one."""
    whole = type(found) is int or (isinstance(found, str) and found.isascii() and found.removeprefix("-").isdecimal())
    if not whole or abs(code := int(str(found))) > CODE_MAX:
        raise ValueError
    return code
