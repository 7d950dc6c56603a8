"""How one delivery is put into each way out besides mail: what it says there, and to whom."""

import json
from collections.abc import Callable
from functools import partial

from cryptography.exceptions import InvalidTag

from services.notify.channels.models import Way as Row
from services.notify.channels.outside import Held, apps, robots, sms
from services.notify.channels.queries import Sealed, ways
from services.notify.channels.rules.gateways import Format, read_format
from services.notify.channels.rules.ways import ENDED, PROVIDERS, Way, for_group
from services.notify.messages import queries as messages
from services.notify.messages.rules import heading_of
from shared import privacy
from shared.access import chats, providers
from shared.access.talks import Talk
from shared.db import Session
from shared.errors import Invalid, Permanent
from shared.settings import settings

Carry = Callable[[Sealed], None]
Chosen = dict[str, str]


def carried(session: Session, line: str) -> Carry:
    """What puts a delivery into a way out; it raises Held, Transient, Permanent or Ambiguous."""
    way = ways.way_of(session, line)
    if way.ended_at is not None:
        return _ended
    if way.kind in PROVIDERS:
        return partial(_by_application, session, way)
    return partial(_by_sms if way.kind == Way.SMS else _by_robot, session, way)


def _ended(_sealed: Sealed) -> None:
    """It was on its way when the way was ended, or was sent again: it fails, and the next way is taken."""
    raise Permanent(ENDED, None)


def _by_robot(session: Session, way: Row, sealed: Sealed) -> None:
    """Into the group: that there is something, of what sort, for which unit; no more."""
    unit = messages.place_of(session, sealed.unit_id).name
    say(way, for_group(unit, heading_of(sealed.fact), sealed.message_id, where_to_look("/notify/")))


def _by_sms(_session: Session, way: Row, sealed: Sealed) -> None:
    """To somebody's own telephone, past a stranger's gateway: of what sort it is, with its number; never its words.

    Whose matter it is stands in them; the rest is where he signs in.
    """
    if sealed.phone_sealed is None:
        raise Permanent("没有手机号", None)
    try:
        phone = privacy.unseal(sealed.phone_sealed, place=f"person|phone|{sealed.person_id}")
    except InvalidTag:
        raise Permanent("手机号无法解密，请重新录入", None) from None
    text_to(way, phone, heading_of(sealed.fact), f"XZ-{sealed.message_id}")


def _by_application(session: Session, way: Row, sealed: Sealed) -> None:
    """To somebody himself, past a stranger's servers: the same as in a text message."""
    number = f"编号：XZ-{sealed.message_id}（重复收到同一编号的，是同一条通知）"
    words = f"【小组】{heading_of(sealed.fact)}。{where_to_look(sealed.link)}{number}"
    to_person(session, way, sealed.person_id, words)


def to_person(session: Session, way: Row, person_id: int | None, words: str) -> None:
    """Words as they are, by the application, to whom it knows; Permanent where it does not know him."""
    kind = Way(way.kind)
    if (found := providers.application_of(session, way.township_id, PROVIDERS[kind])) is None:
        raise Held(f"{kind.chinese}的应用没有设置或者已停用：请安全管理员在“外部登录”里设置。")
    known = providers.partner(session, found)
    if not known.chosen:
        raise Held(providers.LOST.format(name=known.name))
    to = providers.known_as(session, found, person_id)
    if not to:
        raise Permanent(f"没有绑定{known.name}帐号", None)

    def tokens(spent: str) -> str:
        return providers.token_of("notify", known, Talk(known.name, chats.PLACES, settings().call_seconds), spent=spent)

    apps.send(kind, known, tokens, to, words)


def text_to(way: Row, phone: str, title: str, number: str) -> None:
    """A text message to a number."""
    chosen = chosen_of(way)
    own = {name: chosen[name] for name in ("key", "secret", "signature", "template")}
    words = f"【{chosen['signature']}】{title}。请登录小组系统查看。编号{number}"
    sms.send(_format_of(chosen), own | {"phone": phone, "title": title, "number": number, "text": words})


def _format_of(chosen: Chosen) -> Format:
    """The gateway's format; Held where it was set up before its fault was known."""
    try:
        return read_format(chosen["format"])
    except Invalid as wrong:
        raise Held(wrong.detail) from None


def say(way: Row, words: str) -> None:
    """Words as they are, by a robot."""
    chosen = chosen_of(way)
    robots.post(Way(way.kind), words, address=chosen["address"], secret=chosen["secret"])


def chosen_of(way: Row) -> Chosen:
    """What was chosen for a way, unsealed."""
    try:
        opened: Chosen = json.loads(privacy.unseal(way.chosen_sealed, place=place_of_sealed(way.id)))
    except InvalidTag:
        raise Held("这个发送方式的地址和密钥无法解密，请重新填写。") from None
    return opened


def place_of_sealed(way_id: int) -> str:
    """Where what was chosen for a way may be opened."""
    return f"way|chosen|{way_id}"


def where_to_look(link: str) -> str:
    """Where to read on. Without the installation's address there is none to give: half of one would lead nowhere."""
    base = settings().public_url.rstrip("/")
    return f"请登录系统查看：{base}{link}" if base else "请照平时的办法登录小组系统，在“消息”里查看。"
