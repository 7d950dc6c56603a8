"""The providers that a township's keeper has set up: where its people are already, and may sign in from."""

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from sqlalchemy import delete, func, select, update

from shared import clock, db, privacy
from shared.access import chats, openid
from shared.access.actors import Actor
from shared.access.rows import Known, Provider
from shared.access.talks import Partner, Talk
from shared.audit import announce
from shared.calls.held import Held
from shared.calls.places import place_of, places, unsendable
from shared.db import Session
from shared.errors import Ambiguous, Invalid, NotYours, OutOfReach
from shared.events import WayChanged
from shared.people import Unit
from shared.roles import Role
from shared.settings import settings

OIDC = "oidc"
KINDS: dict[str, str] = {chats.WECOM: "企业微信", chats.DINGTALK: "钉钉", OIDC: "统一身份认证"}
BACK = "/sign-in/with/back"
KEYS_LAST = timedelta(hours=1)  # a key that was withdrawn is believed no longer
EARLIER = 300  # seconds: a token is renewed before it is over
RENEWING = "正在换取{name}的凭证，过几秒自己再发。"
LOST = "{name}的密钥无法解密，请安全管理员在“外部登录”里重新填写。"
PATIENCE, LOOK_AGAIN = 2.0, 0.1  # seconds for which one waits for another who fetches the token
NOT_KEEPER = "外部登录由安全管理员设置，您没有这个职务。"
NOT_NAMED = (
    "这个地址不在允许的名单里：{official}请先由管理服务器的人在设置（XIAOZU_PLACES）里写明它的地址，"
    "例如 https://sso.example.gov.cn，再来保存。"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a keeper wants to set up: of which township, of which kind, called what, at which place, as which client."""

    township_id: int
    kind: str
    name: str
    place: str
    client: str
    secret: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """A provider as the door shows it."""

    id: int
    kind: str
    name: str
    township: str


@dataclass(frozen=True, slots=True)
class Stands:
    """A provider as its keeper sees it: without its secret, with how many are bound to it."""

    id: int
    township_id: int
    kind: str
    name: str
    place: str
    client: str
    agent: str
    trouble: str | None
    bound: int


def back(kind: str, township_id: int) -> str:
    """Where a provider sends people back to; empty where the installation does not know its own address."""
    base = settings().public_url.rstrip("/")
    return f"{base}{BACK}/{kind}-{township_id}" if base else ""


# --- set up and ended ---


def require_keeper(actor: Actor) -> tuple[int, ...]:
    """The townships that he keeps. Raises NotYours where there is none."""
    townships = actor.units_as(Role.KEEPER)
    if not townships:
        raise NotYours(NOT_KEEPER)
    return townships


def set_provider(session: Session, actor: Actor, wanted: Wanted) -> int:
    """Set up a provider; what is there of its kind takes what is chosen now. Another client begins anew.

    Whoever was bound to another client or place is bound no more: there somebody else may bear his number. Raises
    NotYours, OutOfReach, Invalid.
    """
    require_keeper(actor)
    if wanted.township_id not in actor.units_as(Role.KEEPER):
        raise OutOfReach
    chosen = _checked(wanted)
    asked = select(Provider).where(Provider.township_id == wanted.township_id, Provider.kind == wanted.kind)
    row = session.scalar(asked.where(Provider.ended_at.is_(None)).with_for_update())
    before, after = (row.place, _told_after(session, row, wanted, chosen)) if row else ("", wanted.place)
    if row is not None and (row.place, row.client) != (wanted.place, wanted.client):
        _end(session, row)
        row = None
    if row is None:
        row = Provider(**{name: getattr(wanted, name) for name in ("township_id", "kind", "place", "client")})
        row.name, row.chosen_sealed = wanted.name, b""
        session.add(row)
        session.flush()
    row.chosen_sealed = privacy.seal(json.dumps(chosen), place=_place(row.id, "chosen"))
    row.name, row.set_by, row.set_at = wanted.name, actor.account_id, clock.now(session)
    row.keys = row.keys_at = row.token_sealed = row.token_until = row.trouble = None
    _tell(session, actor, row, "set", before=before, after=after)
    return row.id


# What is changed, as the audit names it.
CHANGED = {"secret": "密钥", "agent": "应用编号"}
ANEW = "{place}（换成另一个应用或者地址，{n}人的绑定作废）"


def _told_after(session: Session, row: Provider, wanted: Wanted, chosen: Mapping[str, str]) -> str:
    """The place that is called from now on and, by name alone, what else is new; how many bindings end."""
    if (row.place, row.client) != (wanted.place, wanted.client):
        ended = select(func.count()).where(Known.provider_id == row.id, Known.opens)
        return ANEW.format(place=wanted.place, n=session.scalar(ended))
    old = _chosen(row)
    new = [words for name, words in CHANGED.items() if old.get(name, "") != chosen.get(name, "")]
    new += ["名称"] if row.name != wanted.name else []
    return f"{wanted.place}（改了{'、'.join(new)}）" if new else wanted.place


def _checked(wanted: Wanted) -> dict[str, str]:
    """What is kept beside its client; Invalid says what is wrong. An OpenID provider is asked for its addresses."""
    official = chats.OFFICIAL.get(wanted.kind)
    if not back(wanted.kind, wanted.township_id):
        raise Invalid("系统还不知道自己的网址：请先由管理服务器的人在设置（XIAOZU_PUBLIC_URL）里写明。")
    if sign := unsendable(wanted.place):
        raise Invalid(f"地址里有不能发送的字符“{sign}”，请重新填写。", field="place")
    if not place_of(wanted.place) or place_of(wanted.place) not in {official, *places(settings().places)}:
        its_own = f"{KINDS[wanted.kind]}自己的接口是 {official}；要经过县里的网关时，" if official else ""
        raise Invalid(NOT_NAMED.format(official=its_own), field="place")
    if wanted.kind == OIDC:
        if wrong := openid.issuer_wrong(wanted.place):
            raise Invalid(wrong, field="place")
        return _discovered(wanted) | {"secret": wanted.secret}
    if wanted.place != place_of(wanted.place):
        raise Invalid("接口地址只写到域名或者端口为止，后面不带斜杠和别的内容。", field="place")
    if not wanted.agent.isascii() or not wanted.agent.isdecimal():
        raise Invalid("请填写应用的 AgentId，是一串数字，在管理后台应用的详情里。", field="agent")
    return {"secret": wanted.secret, "agent": wanted.agent}


def _discovered(wanted: Wanted) -> dict[str, str]:
    """The addresses that it publishes."""
    try:
        return openid.discovered(wanted.place, Talk(wanted.name, ()))
    except (Held, Ambiguous) as error:
        raise Invalid(f"没有问到它的登录地址：{error.args[0]}", field="place") from error


def end_provider(session: Session, actor: Actor, provider_id: int, *, reason: str) -> None:
    """Nobody signs in by it any more; its secret and who was bound to it are forgotten. Raises NotYours, OutOfReach."""
    row = session.scalar(
        select(Provider).where(Provider.id == provider_id, Provider.ended_at.is_(None)).with_for_update()
    )
    if row is None or row.township_id not in actor.units_as(*Role):
        raise OutOfReach
    if row.township_id not in actor.units_as(Role.KEEPER):
        raise NotYours(NOT_KEEPER)
    _end(session, row)
    _tell(session, actor, row, "ended", before=row.place, reason=reason)


def _end(session: Session, row: Provider) -> None:
    row.ended_at, row.chosen_sealed, row.token_sealed = clock.now(session), b"", None
    session.execute(delete(Known).where(Known.provider_id == row.id))
    session.flush()


def _tell(session: Session, actor: Actor, row: Provider, change: str, *, reason: str = "", **places: str) -> None:
    fact = WayChanged(
        unit_id=row.township_id, line=f"provider:{row.id}", kind=f"{row.kind}_login", change=change, **places
    )
    announce(session, fact, by=actor, reason=reason or None)


# --- read ---


def offered(session: Session, townships: Collection[int] | None = None) -> list[Offered]:
    """What is set up in some townships, or anywhere; nothing where the installation does not know its own address."""
    asked = select(Provider.id, Provider.kind, Provider.name, Unit.name).join(Unit, Unit.id == Provider.township_id)
    asked = asked.where(Provider.ended_at.is_(None), Unit.dissolved_on.is_(None)).order_by(Provider.id)
    if townships is not None:
        asked = asked.where(Provider.township_id.in_(townships))
    return [Offered(*row) for row in session.execute(asked)] if settings().public_url else []


def stands(session: Session, actor: Actor) -> list[Stands]:
    """What the keeper of a township has set up. Raises NotYours."""
    townships = require_keeper(actor)
    bound = select(func.count()).where(Known.provider_id == Provider.id, Known.opens).correlate(Provider)
    asked = select(Provider, bound.scalar_subquery()).where(
        Provider.township_id.in_(townships), Provider.ended_at.is_(None)
    )
    return [
        Stands(
            row.id,
            row.township_id,
            row.kind,
            row.name,
            row.place,
            row.client,
            _chosen(row).get("agent", ""),
            row.trouble,
            n,
        )
        for row, n in session.execute(asked.order_by(Provider.id))
    ]


def partner(session: Session, provider_id: int) -> Partner:
    """A provider that is set up, to be talked to. Raises OutOfReach."""
    row = session.scalar(select(Provider).where(Provider.id == provider_id, Provider.ended_at.is_(None)))
    if row is None:
        raise OutOfReach("这种登录方式已经停用，请用账号和密码登录。")
    fresh = row.keys_at is not None and clock.now(session) - row.keys_at < KEYS_LAST
    keys = row.keys or "" if fresh else ""
    his_own = back(row.kind, row.township_id)
    return Partner(row.id, row.kind, row.name, row.place, row.client, _chosen(row), keys, his_own)


def application_of(session: Session, township_id: int, kind: str) -> int | None:
    """The application of a kind that a township has set up."""
    asked = select(Provider.id).where(Provider.township_id == township_id, Provider.kind == kind)
    return session.scalar(asked.where(Provider.ended_at.is_(None)))


def known_as(session: Session, provider_id: int, person_id: int | None) -> str:
    """As whom a provider knows somebody; empty where it does not, or where that cannot be opened any more."""
    row = session.scalar(select(Known).where(Known.provider_id == provider_id, Known.person_id == person_id))
    return subject_of(row) if row else ""


def subject_of(row: Known) -> str:
    """As whom he is known; empty where it cannot be opened any more."""
    try:
        return privacy.unseal(row.subject_sealed, place=f"identity|subject|{row.person_id}")
    except InvalidTag:
        return ""


def _chosen(row: Provider) -> Mapping[str, str]:
    try:
        found: Mapping[str, str] = json.loads(privacy.unseal(row.chosen_sealed, place=_place(row.id, "chosen")))
    except InvalidTag:  # by a key that is lost
        return {}
    return found


def _place(provider_id: int, what: str) -> str:
    return f"provider|{what}|{provider_id}"


# --- what came of a talk ---


def note(service: str, known: Partner, *, trouble: str | None = None, keys: str = "") -> None:
    """Keep for the keeper why the last one could not come in, and the keys by which one was believed."""
    with db.unit(service, anyway=True) as session:
        values: dict[str, object] = {"trouble": trouble}
        if keys and keys != known.keys:
            values |= {"keys": keys, "keys_at": clock.now(session)}
        put = update(Provider).where(Provider.id == known.id, Provider.ended_at.is_(None))
        if trouble is None and len(values) == 1:
            put = put.where(Provider.trouble.is_not(None))  # nothing is new: nothing is written
        session.execute(put.values(values).execution_options(synchronize_session=False))


# --- the token of an application, one for all processes ---


def token_of(service: str, known: Partner, talk: Talk, *, spent: str = "") -> str:
    """What the application shows for itself; fetched once for all, and anew where it is over or `spent`.

    Kept in a transaction of its own. Whoever comes while another fetches it waits a little. Raises Held, Ambiguous.
    """
    until = time.monotonic() + PATIENCE
    while not (found := _token(service, known, talk, spent)):
        if time.monotonic() > until:
            raise Held(RENEWING.format(name=known.name), wait=3)
        time.sleep(LOOK_AGAIN)
    return found


def _token(service: str, known: Partner, talk: Talk, spent: str) -> str:
    """What is kept, or was fetched now; empty while another fetches it."""
    own = select(Provider).where(Provider.id == known.id, Provider.ended_at.is_(None))
    with db.unit(service, anyway=True) as session:
        row = session.scalar(own)
        if row is None:
            raise Held(RENEWING.format(name=known.name))
        if found := _kept(row, spent):
            return found
    with db.unit(service, anyway=True) as session:
        # Whoever binds himself meanwhile points at the row, and does not wait for it.
        row = session.scalar(own.with_for_update(skip_locked=True, key_share=True))
        if row is None:
            return ""
        if found := _kept(row, spent):  # somebody was quicker
            return found
        token = chats.fetched(known, talk)
        until = clock.by_the_machine() + max(60, token.seconds - EARLIER)
        row.token_sealed = privacy.seal(token.text, place=_place(row.id, "token"))
        row.token_until = datetime.fromtimestamp(until, UTC)
        return token.text


def _kept(row: Provider, spent: str) -> str:
    """The token that is kept, unless it is over or spent."""
    if row.token_sealed is None or row.token_until is None or row.token_until.timestamp() <= clock.by_the_machine():
        return ""
    try:
        found = privacy.unseal(row.token_sealed, place=_place(row.id, "token"))
    except InvalidTag:
        return ""
    return "" if found == spent else found
