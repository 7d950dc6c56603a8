"""Setting up a way out, trying it with a test message, and ending it."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from sqlalchemy import text

from services.notify.channels import outside, queries
from services.notify.channels.actions.carrying import Chosen, chosen_of, place_of_sealed, say, text_to, to_person
from services.notify.channels.actions.choosing import by_next_way
from services.notify.channels.actions.letters import INTERRUPTED, came_of, may_have_gone
from services.notify.channels.actions.lines import opened
from services.notify.channels.actions.turns import let_out, take_one
from services.notify.channels.models import Channel
from services.notify.channels.models import Way as Row
from services.notify.channels.outside import Held
from services.notify.channels.queries import ways
from services.notify.channels.rules import MAIL, Outcome, Result
from services.notify.channels.rules.gateways import read_format
from services.notify.channels.rules.ways import (
    BY_HAND,
    ENDED,
    LINE,
    PROVIDERS,
    ROBOTS,
    WAYS,
    WEIGHTY,
    Way,
    address_wrong,
    gateway_wrong,
)
from shared import clock, privacy, work
from shared.access import Actor, providers
from shared.audit import announce
from shared.calls.places import place_of, places
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfOrder, OutOfReach
from shared.events import WayChanged
from shared.roles import Role
from shared.settings import settings

TRY = "notify.try_line"
TRIAL = timedelta(minutes=1)  # from one test message to the next
UNDER_WAY = timedelta(minutes=10)  # the same where the last one has not come back: longer than its work takes
TESTED = "【小组】这是一条测试消息：收到它，说明这里能收到小组系统的通知，不用回复。"
NOT_YOURS = "这里由乡镇组织委员和安全管理员办理，您没有这个职务。"
NO_APPLICATION = "{about}要用单位自己的应用：请安全管理员先在“外部登录”里设置，再来开通。"
UNSIGNED = "请填写“{about}”安全设置里的密钥：没有签名的机器人，谁知道地址都能冒用。"


class Wanted(NamedTuple):
    """What somebody wants to set up: for which unit, of which kind, called what, with which address, keys, texts."""

    unit_id: int
    kind: Way
    name: str
    chosen: dict[str, str]


def robot(unit_id: int, kind: Way, name: str, address: str, secret: str) -> Wanted:
    """A robot of a group."""
    return Wanted(unit_id, kind, name, {"address": address, "secret": secret})


def gateway(unit_id: int, *, account: str, **chosen: str) -> Wanted:
    """A gateway for text messages; the account is what its format calls {key}."""
    return Wanted(unit_id, Way.SMS, "短信网关", chosen | {"key": account})


def application(unit_id: int, kind: Way) -> Wanted:
    """Messages by the application that is set up for signing in."""
    return Wanted(unit_id, kind, kind.chinese, {})


def call_list(unit_id: int) -> Wanted:
    """The telephone list."""
    return Wanted(unit_id, Way.CALL, "电话名单", {})


def set_way(session: Session, actor: Actor, wanted: Wanted) -> Row:
    """Set up a way for the township or one of its branches; what is there of the kind takes what is chosen now.

    What waited for the old one goes by the new one. Raises NotYours, OutOfReach, Invalid.
    """
    offices = _offices(actor)
    township_id = next((each for each in offices if wanted.unit_id in dict(ways.places_of(session, each))), None)
    if township_id is None:
        raise OutOfReach
    if wanted.kind not in ROBOTS and wanted.unit_id != township_id:
        raise Invalid(f"{wanted.kind.chinese}由乡镇统一设置。", field="unit_id")
    place = _checked(session, wanted)
    row = ways.open_way(session, actor, wanted.unit_id, wanted.kind) or _new(session, township_id, wanted)
    before, after = row.place, _told_after(row, place, wanted.chosen)
    row.chosen_sealed = privacy.seal(json.dumps(wanted.chosen), place=place_of_sealed(row.id))
    row.name, row.place = wanted.name, place
    row.set_by, row.set_at = actor.account_id, clock.now(session)
    line = LINE.format(row.id)
    if wanted.kind not in BY_HAND:
        channel = queries.channel_to_change(session, line)
        channel.tried_at = channel.tried_came = channel.tried_reason = None  # that was another address
        opened(session, line, channel)
    fact = WayChanged(unit_id=row.unit_id, line=line, kind=row.kind, change="set", before=before, after=after)
    announce(session, fact, by=actor)
    return row


# What was chosen, as the audit names it.
CHOSEN = {
    "address": "地址",
    "format": "格式",
    "key": "账号",
    "secret": "密钥",
    "signature": "签名",
    "template": "模板",
}


def _told_after(row: Row, place: str, chosen: Chosen) -> str:
    """The place that is called from now on and, by name alone, what else is new; of what begins only the place."""
    if not row.chosen_sealed:
        return place
    try:
        old = chosen_of(row)
    except Held:  # by a key that is lost
        old = {}
    new = [words for name, words in CHOSEN.items() if old.get(name, "") != chosen.get(name, "")]
    return f"{place}（改了{'、'.join(new)}）" if new else place


def _checked(session: Session, wanted: Wanted) -> str:
    """The place that it calls, where it may; Invalid says what to do."""
    if wanted.kind in BY_HAND:
        return ""
    if wanted.kind in PROVIDERS:
        found = providers.application_of(session, wanted.unit_id, PROVIDERS[wanted.kind])
        if found is None:
            raise Invalid(NO_APPLICATION.format(about=wanted.kind.chinese), field="kind")
        return providers.partner(session, found).place
    named = places(settings().places)
    if wanted.kind is Way.SMS:
        address = read_format(wanted.chosen["format"]).address
        wrong, field = gateway_wrong(address, named), "format"
    else:
        address = wanted.chosen["address"]
        wrong, field = address_wrong(wanted.kind, address, named), "address"
    if wrong:
        raise Invalid(wrong, field=field)
    if WAYS[wanted.kind].signed and not wanted.chosen["secret"]:
        raise Invalid(UNSIGNED.format(about=wanted.kind.chinese), field="secret")
    return place_of(address)


def _new(session: Session, township_id: int, wanted: Wanted) -> Row:
    """Its row, and the row that all workers share about it."""
    row = Row(
        township_id=township_id,
        unit_id=wanted.unit_id,
        kind=wanted.kind,
        name=wanted.name,
        place="",
        chosen_sealed=b"",
    )
    session.add(row)
    session.flush()
    session.add(Channel(name=LINE.format(row.id), tokens=WAYS[wanted.kind].per_second, refilled_at=clock.now(session)))
    session.flush()
    return row


DROP = text("""
    update notify.delivery d set state = 'suppressed', reason = :reason from notify.message m
    where d.way_id = :way and d.state = 'ready' and m.id = d.message_id
    returning d.id, d.message_id, m.kind,
      d.person_id is not null and m.read_at is null and m.done_at is null as his""")


def end_way(session: Session, actor: Actor, way_id: int, *, reason: str) -> int:
    """It is used no more: what waited for it goes by the next way that there is for whom it is.

    What was sealed of it is forgotten, and nothing holds it up any more: what is on its way fails at once. Returns how
    much that is weighty has no other way to go.
    """
    row, line = _his(session, actor, way_id), LINE.format(way_id)
    row.ended_at, row.chosen_sealed = clock.now(session), b""
    channel = queries.channel_to_change(session, line)
    channel.open_until = channel.trouble = channel.trouble_at = None
    session.flush()
    dropped = session.execute(DROP, {"way": way_id, "reason": ENDED}).all()
    let_out(session, [each.id for each in dropped])
    left = 0
    for kind in sorted({each.kind for each in dropped}):
        told = [each.message_id for each in dropped if each.kind == kind and each.his]
        gone = by_next_way(session, told, key=f"ended:{way_id}:{kind}", urgent=kind == "urgent")
        left += len(told) - gone if kind in WEIGHTY else 0
    fact = WayChanged(unit_id=row.unit_id, line=line, kind=row.kind, change="ended", before=row.place)
    announce(session, fact, by=actor, reason=reason)
    return left


# --- trying ---


def ask_trial(session: Session, actor: Actor, way_id: int | None) -> None:
    """Have a test message sent: by a way, or by mail to whoever asks; it takes its turn among all that goes there.

    Raises NotYours, OutOfReach, Invalid; OutOfOrder so soon after another.
    """
    offices = _offices(actor)
    if way_id is None:
        if queries.mail_of(session, actor.person_id) is None:
            raise Invalid("测试邮件寄到您自己的邮箱：请先在“我的账号”里登记邮箱，再来试。")
        line, kind, unit_id = MAIL, MAIL, offices[0]
    else:
        row = _his(session, actor, way_id)
        line, kind, unit_id = LINE.format(way_id), row.kind, row.unit_id
        if kind in BY_HAND:
            raise Invalid("电话名单不用试发。")
    channel, now = queries.channel_to_change(session, line), clock.now(session)
    if channel.tried_at is not None and now - channel.tried_at < (TRIAL if channel.tried_came else UNDER_WAY):
        raise OutOfOrder("刚试发过一条：请等结果出来，过一分钟再试。")
    wait = take_one(session, channel, line)
    channel.tried_at, channel.tried_came, channel.tried_reason = now, None, None
    payload = {"line": line, "person": actor.person_id}
    work.post(session, TRY, key=f"{line}:{now.timestamp()}", payload=payload, run_at=now + wait if wait else None)
    announce(session, WayChanged(unit_id=unit_id, line=line, kind=kind, change="tried"), by=actor)


def try_line(session: Session, line: str, person_id: int | None) -> None:
    """Send the test message, past pauses and quiet hours; where it arrives, whatever waits goes as well.

    Where it does not, nothing is held up by it: what is in the way of the messages themselves is told once one is held.
    """
    sending = _trial(session, line, person_id)
    if sending is None:
        return
    lost = Result(0, Outcome.AMBIGUOUS, reason=INTERRUPTED)
    result = lost if may_have_gone(line) else came_of(0, sending)
    channel = queries.channel_to_change(session, line)
    channel.tried_came, channel.tried_reason = result.outcome, result.reason
    if result.outcome is Outcome.SENT:
        opened(session, line, channel)


def _trial(session: Session, line: str, person_id: int | None) -> Callable[[], None] | None:
    """What sends a test message by a way out; None where it is ended meanwhile."""
    if line == MAIL:
        return partial(_test_letter, session, person_id)
    way = ways.way_of(session, line)
    if way.ended_at is not None:
        return None
    if way.kind in PROVIDERS:
        # With the moment: the very same words are not shown to him a second time, and would pass for sent.
        moment = f"{clock.now(session).astimezone(clock.OFFICE_ZONE):%H:%M:%S}"
        return partial(to_person, session, way, person_id, f"{TESTED}{moment}")
    return partial(_test_text, session, way, person_id) if way.kind == Way.SMS else partial(say, way, TESTED)


def _test_text(session: Session, way: Row, person_id: int | None) -> None:
    """A text message to whoever asked for it."""
    try:
        phone = privacy.unseal(queries.phone_of(session, person_id) or b"", place=f"person|phone|{person_id}")
    except InvalidTag:
        raise Held("您没有登记手机号，或者无法解密：请先登记，再来试。") from None
    text_to(way, phone, "这是一条测试短信", "XZ-0")


def _test_letter(session: Session, person_id: int | None) -> None:
    """A letter to whoever asked for it."""
    try:
        sealed = queries.mail_of(session, person_id) or b""
        address = privacy.unseal(sealed, place=f"person|mail|{person_id}")
    except InvalidTag:
        raise Held("您的邮箱无法解密，请重新录入。") from None
    domain, now = outside.domain_of(settings().mail_from), clock.now(session)
    letter = outside.Letter(
        message_id=f"<xiaozu.test.{person_id}.{int(now.timestamp())}@{domain}>",
        address=address,
        subject="小组系统的测试邮件",
        text=TESTED,
        at=now.astimezone(clock.OFFICE_ZONE),
    )
    outside.send(letter)


def _his(session: Session, actor: Actor, way_id: int) -> Row:
    """A way of a township that he serves, locked."""
    offices = _offices(actor)
    row = ways.way_to_change(session, actor, way_id)
    if row.township_id not in offices:
        raise NotYours(NOT_YOURS)
    return row


def _offices(actor: Actor) -> Sequence[int]:
    """The townships that he serves as organiser or keeper; NotYours where there is none."""
    offices = actor.units_as(Role.ORGANISER, Role.KEEPER)
    if not offices:
        raise NotYours(NOT_YOURS)
    return offices
