"""Messages to a person by the office's application in WeCom or DingTalk; that he has it says the provider alone.

WeCom answers at once (发送应用消息). DingTalk takes a message first and sends it then (发送工作通知): what became of it
is asked for (获取工作通知消息的发送结果), and until it says so nobody knows.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from services.notify.channels.outside.robots import JSON, cut, raised
from services.notify.channels.rules.ways import SAID_ALREADY, WAYS, Way, refused
from shared.access.chats import PLACES, code_of, with_token
from shared.access.talks import Partner
from shared.calls.held import Held
from shared.calls.wire import Call, ask, not_understood
from shared.errors import Ambiguous, Permanent

Tokens = Callable[[str], str]
ASKED_MAX, PAUSE_SECONDS = 4, 0.5  # how often DingTalk is asked what became of it
STILL_GOING = "{name}收下了，还没有说送到没有，不能确定是否已送达"
NOT_HIS = "{name}没有送到这个人：请本人重新绑定，或者核对登记的帐号和应用的可见范围。"


def send(kind: Way, partner: Partner, tokens: Tokens, to: str, text: str) -> None:
    """One message to one person, named as the provider knows him.

    Raises Held, Permanent (he himself), Transient (he for a while) or Ambiguous.
    """
    said = cut(text, WAYS[kind].bytes_max)
    if kind is Way.WECOM_APP:
        _by_wecom(kind, partner, tokens, to, said)
    else:
        _by_dingtalk(kind, partner, tokens, to, said)


def _by_wecom(kind: Way, partner: Partner, tokens: Tokens, to: str, text: str) -> None:
    """Sent again within half an hour with the same words, it reaches him once."""
    body = {
        "touser": to,
        "msgtype": "text",
        "agentid": int(partner.chosen["agent"]),
        "text": {"content": text},
        "enable_duplicate_check": 1,
        "duplicate_check_interval": 1800,
    }
    said = _asked(kind, partner, tokens, "/cgi-bin/message/send", body)
    missed = f"{said.get('invaliduser') or ''}|{said.get('unlicenseduser') or ''}".lower().split("|")
    if to.lower() in missed:
        raise Permanent(NOT_HIS.format(name=kind.chinese), 0)


def _by_dingtalk(kind: Way, partner: Partner, tokens: Tokens, to: str, text: str) -> None:
    """Taken, and asked for until it says what became of it."""
    agent = int(partner.chosen["agent"])
    body = {"agent_id": agent, "userid_list": to, "msg": {"msgtype": "text", "text": {"content": text}}}
    said = _asked(kind, partner, tokens, "/topapi/message/corpconversation/asyncsend_v2", body)
    task = {"agent_id": agent, "task_id": said.get("task_id")}
    for n in range(ASKED_MAX):
        time.sleep(PAUSE_SECONDS if n else 0)
        # Whatever goes wrong from here on, it was taken before.
        result = _asked(kind, partner, tokens, "/topapi/message/corpconversation/getsendresult", task, taken=True)
        if _came(kind, result.get("send_result"), to):
            return
    raise Ambiguous(STILL_GOING.format(name=kind.chinese), None)


def _came(kind: Way, result: object, to: str) -> bool:
    """Whether he has it; False where that is not known yet. Raises what stands in the way of it."""
    if not isinstance(result, dict):
        return False
    if _among(result, to, "read_user_id_list", "unread_user_id_list"):
        return True
    if _among(result, to, "invalid_user_id_list", "failed_user_id_list"):
        raise Permanent(NOT_HIS.format(name=kind.chinese), 0)
    for each in _list(result, "forbidden_list"):
        if isinstance(each, dict) and str(each.get("userid")) == to:
            return _forbidden(kind, str(each.get("code") or ""))
    return False


def _among(result: Mapping[str, Any], to: str, *lists: str) -> bool:
    return any(to in map(str, _list(result, name)) for name in lists)


def _list(result: Mapping[str, Any], name: str) -> list[Any]:
    """One of its lists; none where it is anything else: it was taken, and nothing may fail on that any more."""
    found = result.get(name)
    return found if isinstance(found, list) else []


def _forbidden(kind: Way, code: str) -> bool:
    """Filtered out by a limit: whose, says the code; the very same message once more is no second one."""
    number = int(code) if code.isascii() and code.isdecimal() and len(code) < 10 else -1  # noqa: PLR2004
    if number == SAID_ALREADY:
        return True
    why = refused(kind, number, "")
    raise raised(why, why.words.format(name=kind.chinese, code=number), number)


def _asked(
    kind: Way, partner: Partner, tokens: Tokens, path: str, body: Mapping[str, Any], *, taken: bool = False
) -> dict[str, Any]:
    """What a call is answered; with a fresh token once more where that is spent. Raises what another code means.

    taken: the message is there already, so that no refusal of this call says that it is not.
    """
    try:
        said = with_token(tokens, lambda token: _called(kind, partner, token, path, body))
    except Held as held:
        raise (Ambiguous(*held.args) if taken else held) from held
    if (code := code_of(said)) == 0:
        return said
    why = refused(kind, code, "")
    sentence = why.words.format(name=kind.chinese, code=code)
    raise Ambiguous(sentence, code) if taken else raised(why, sentence, code)


def _called(kind: Way, partner: Partner, token: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    address = f"{partner.place}{path}?{urlencode({'access_token': token})}"
    answer = ask(Call(kind.chinese, address, json.dumps(body, ensure_ascii=False).encode(), JSON), PLACES)
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise not_understood(kind.chinese, answer.status) from None
    if not isinstance(found, dict) or type(found.get("errcode")) is not int:
        raise not_understood(kind.chinese, answer.status)
    return found
