"""The pages of channels: what came of each letter, dead letters, and when letters may go."""

from fastapi.responses import Response

from services.notify.channels import actions, queries
from services.notify.channels.queries import ways
from services.notify.channels.rules import (
    CHANNELS,
    DEAD,
    MAIL,
    MEANINGS,
    MOVES,
    OUTCOMES,
    STATES,
    STEPS,
    Outcome,
    State,
    Step,
    may_be_taken,
    seen_so,
)
from services.notify.channels.rules.gateways import SHIPPED
from services.notify.channels.rules.ways import BY_HAND as LISTS
from services.notify.channels.rules.ways import PROVIDERS, ROBOTS, WAYS
from services.notify.channels.schemas import (
    ApplicationWanted,
    Filter,
    GatewayWanted,
    KnownWanted,
    ListWanted,
    QuietHours,
    Rate,
    Several,
    WayWanted,
    Why,
)
from services.notify.messages import queries as messages
from services.notify.messages.rules import KINDS, TOPICS, Topic, heading_of
from shared.access import Actor, providers
from shared.errors import Invalid, NotYours
from shared.office_settings import ABOUT
from shared.roles import Role
from shared.shapes import Day
from shared.web import Html, Paged, Pages, Sent, Signed, Unit, Viewed

pages = Pages()

WORDS: dict[str, object] = {"states": STATES, "meanings": MEANINGS, "channels": CHANNELS, "kinds": KINDS}
WORDS |= {"step_words": STEPS, "seen_so": seen_so}
BY_HAND = {Step.RESEND: actions.resend_deliveries, Step.CONFIRM: actions.confirm_deliveries}
BY_HAND |= {Step.DISCARD: actions.discard_deliveries, Step.TELL: actions.tell_by_telephone}
SAID = {
    Step.RESEND: "{n}封信件已排队，到了可以发信的时间就会重新发送。",
    Step.CONFIRM: "已记下：{n}封信件确认送达。",
    Step.DISCARD: "已记下：{n}封信件不再发送。",
    Step.TELL: "已记下：{n}件事已电话告知。",
}


# --- what came of each ---


@pages.get("/deliveries")
def deliveries(
    view: Viewed,
    actor: Signed,
    session: Unit,
    page: Paged,
    *,
    state: State | None = None,
    channel: str | None = None,
    topic: Topic | None = None,
    unit_id: int | None = None,
    since: Day | None = None,
    until: Day | None = None,
    message_id: int | None = None,
) -> Html:
    """What was sent to whom by which way, and what came of it."""
    township = _office(actor)
    asked = Filter(states=[state] if state else [], channel=channel, topic=topic, unit_id=unit_id)
    asked.since, asked.until, asked.message_id = since, until, message_id
    rows = queries.deliveries(session, actor, asked, after=page.after, limit=page.limit)
    return view.show(
        "channels/deliveries.html",
        rows=rows,
        next=rows[-1].delivery.id if len(rows) == page.limit else None,
        branches=messages.branches(session, township),
        topics=list(TOPICS.items()),
        asked=asked,
        state=state or "",
        by=queries.channel_status(session, actor)["by"],
        **WORDS,
    )


@pages.get("/deliveries/{delivery_id}")
def delivery(view: Viewed, delivery_id: int, actor: Signed, session: Unit) -> Html:
    """One delivery with every try, whose hands it went through, and what may be done about it."""
    found = queries.delivery(session, actor, delivery_id)
    tries = queries.attempts(session, actor, delivery_id)
    return view.show(
        "channels/delivery.html",
        row=found,
        hands=queries.hands(session, actor, delivery_id),
        tries=[(each, Outcome(each.outcome).chinese) for each in tries],
        steps=_steps(actor, found.message.township_id, found.delivery.channel, found.delivery.state),
        **WORDS,
    )


def _steps(actor: Actor, township_id: int, channel: str, state: str) -> list[Step]:
    """The buttons."""
    open_to = MOVES.open_to(state, roles=actor.roles_over(township_id))
    return [step for step in open_to if step in STEPS and may_be_taken(channel, state, step)]


@pages.post("/deliveries/{delivery_id}/steps")
def take_step(view: Viewed, delivery_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Sent again, confirmed or dropped, with a reason."""
    asked, step = form.read(Why), _step(form)
    done = BY_HAND[step](session, actor, [delivery_id], reason=asked.reason)
    return view.to(f"/notify/deliveries/{delivery_id}", said=SAID[step].format(n=len(done)))


@pages.get("/dead-letters")
def dead_letters(view: Viewed, actor: Signed, session: Unit, page: Paged, *, state: State | None = None) -> Html:
    """Letters that wait for a person; the keeper reads of what sort they are and why, never what they say."""
    keeps = bool(actor.units_as(Role.KEEPER))
    if not keeps:
        _office(actor)
    asked = [state] if state in DEAD else list(DEAD)
    rows = queries.dead_letters(session, actor, asked, after=page.after, limit=page.limit)
    return view.show(
        "channels/dead_letters.html",
        rows=rows,
        keeps=keeps,
        heading_of=heading_of,
        next=rows[-1].delivery.id if len(rows) == page.limit else None,
        state=state or "",
        dead=[(each, STATES[each]) for each in DEAD],
        acts=bool(actor.units_as(Role.ORGANISER, Role.KEEPER)),
        **WORDS,
    )


@pages.post("/dead-letters")
def take_steps(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """The same step with all that are ticked, for one reason."""
    step = _step(form)
    asked = form.read(Several)
    done = BY_HAND[step](session, actor, asked.delivery_ids, reason=asked.reason)
    return view.to("/notify/dead-letters", said=SAID[step].format(n=len(done)))


def _step(form: Sent) -> Step:
    if form.text("step") not in set(STEPS):
        raise Invalid("请选择怎样处理：重新发送、确认已送达或者不再发送。")
    return Step(form.text("step"))


# --- when letters may go ---


@pages.get("/channels")
def channels(view: Viewed, actor: Signed, session: Unit) -> Html:
    """How letters leave the building, when they may go and how fast, and who decided that."""
    township = _settings_of(actor)
    return view.show(
        "channels/channels.html",
        status=queries.channel_status(session, actor),
        stands=ways.stands(session, [MAIL])[MAIL],
        came=OUTCOMES,
        standing=queries.standing(session, actor, channel="mail") if Role.KEEPER not in view.roles else {},
        now=queries.hours(session, township),
        decisions=queries.decisions(session, township),
        about=ABOUT,
        hours=bool(actor.units_as(Role.ORGANISER, Role.KEEPER)),
        rate=bool(actor.units_as(Role.KEEPER)),
        **WORDS,
    )


@pages.post("/channels/hours")
def set_hours(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """The office's quiet hours."""
    asked = form.read(QuietHours)
    actions.set_quiet_hours(session, actor, _settings_of(actor), **asked.model_dump())
    return view.to("/notify/channels", said="免打扰时间已保存。")


@pages.post("/channels/rate")
def set_rate(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """How many letters may go in a minute."""
    asked = form.read(Rate)
    actions.set_rate(session, actor, _settings_of(actor), **asked.model_dump())
    return view.to("/notify/channels", said="发信限额已保存。")


def _office(actor: Actor) -> int:
    """The township in whose office he serves, or NotYours."""
    held = actor.units_as(Role.ORGANISER) or actor.units_as(Role.COMMITTEE)
    return messages.township_of_office(actor, held[0] if held else None, looking=True)


def _settings_of(actor: Actor) -> int:
    """The township whose settings he may look at, or NotYours."""
    held = actor.units_as(Role.ORGANISER, Role.COMMITTEE, Role.KEEPER)
    if not held:
        raise NotYours("这里由乡镇组织委员和安全管理员办理，您没有这个职务。")
    return held[0]


# --- other ways out ---

LEFT = "有{n}条正式或者紧急的通知没有别的方式可走，不再发送：请在送达情况里查看是谁的，打电话告诉本人。"


@pages.get("/ways")
def ways_set_up(view: Viewed, actor: Signed, session: Unit) -> Html:
    """The robots that are set up, how each stands, and the form for another."""
    township = _settings_of(actor)
    rows = ways.ways(session, actor)
    return view.show(
        "channels/ways.html",
        rows=rows,
        rung=any(row.way.kind in LISTS for row in rows),
        units=ways.places_of(session, township),
        kinds=[(way.value, about.chinese) for way, about in WAYS.items() if way in ROBOTS],
        hints=[about.hint for way, about in WAYS.items() if way in ROBOTS],
        township=township,
        formats=SHIPPED,
        apps=[
            (way.value, WAYS[way].chinese)
            for way, kind in PROVIDERS.items()
            if providers.application_of(session, township, kind)
        ],
        acts=bool(actor.units_as(Role.ORGANISER, Role.KEEPER)),
        came=OUTCOMES,
        channels=CHANNELS,
    )


@pages.post("/ways")
def set_way(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Set up, or changed."""
    _settings_of(actor)
    asked = form.read(WayWanted)
    actions.set_way(session, actor, actions.robot(**asked.model_dump()))
    return view.to("/notify/ways", said="已保存。请试发一条，看群里收不收得到。")


@pages.post("/ways/gateways")
def set_gateway(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """The township's gateway for text messages."""
    _settings_of(actor)
    actions.set_way(session, actor, actions.gateway(**form.read(GatewayWanted).model_dump()))
    return view.to("/notify/ways", said="已保存。请试发一条到您自己的手机。")


@pages.post("/ways/applications")
def begin_application(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """From now on the application carries messages to whom it knows."""
    _settings_of(actor)
    actions.set_way(session, actor, actions.application(**form.read(ApplicationWanted).model_dump()))
    return view.to("/notify/ways", said="已开通。请试发一条给您自己：要先在“我的账号”里绑定。")


@pages.post("/ways/numbers")
def note_known(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """As whom the application knows people, out of a sheet."""
    _settings_of(actor)
    n = actions.note_known(session, actor, **form.read(KnownWanted).model_dump())
    return view.to("/notify/ways", said=f"已登记{n}人的帐号，只用来收通知。")


@pages.post("/ways/call-lists")
def begin_list(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """From now on whoever has nothing else is on the list."""
    _settings_of(actor)
    actions.set_way(session, actor, actions.call_list(form.read(ListWanted).unit_id))
    return view.to("/notify/calls", said="已开通。从现在起，没有邮箱和短信的人，正式通知和紧急通知会列在这里。")


@pages.post("/ways/{way_id}/trials")
def try_way(view: Viewed, way_id: int, actor: Signed, session: Unit) -> Response:
    """A test message into the group."""
    actions.ask_trial(session, actor, way_id)
    return view.to("/notify/ways", said="测试消息已交去发送，过几秒刷新本页，就能看到结果。")


@pages.post("/ways/{way_id}/endings")
def end_way(view: Viewed, way_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Used no more."""
    _settings_of(actor)
    left = actions.end_way(session, actor, way_id, reason=form.read(Why).reason)
    return view.to("/notify/ways", said="已停用，地址和密钥已删除。" + (LEFT.format(n=left) if left else ""))


@pages.post("/channels/trials")
def try_mail(view: Viewed, actor: Signed, session: Unit) -> Response:
    """A test letter to whoever asks for it."""
    actions.ask_trial(session, actor, None)
    return view.to("/notify/channels", said="测试邮件已交去发送，过几秒刷新本页，就能看到结果。")


# --- who is to be rung ---


@pages.get("/calls")
def calls(view: Viewed, actor: Signed, session: Unit, page: Paged) -> Html:
    """Those who have nothing but a telephone, and why they are to be rung."""
    _office(actor)
    rows = ways.calls(session, actor, after=page.after, limit=page.limit)
    return view.show(
        "channels/calls.html",
        rows=rows,
        next=rows[-1].id if len(rows) == page.limit else None,
        acts=bool(actor.units_as(Role.ORGANISER)),
        kinds=KINDS,
    )


@pages.post("/calls")
def tick_off(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Told by telephone, or not to be rung any more; for all that are ticked."""
    step = _step(form)
    asked = form.read(Several)
    done = BY_HAND[step](session, actor, asked.delivery_ids, reason=asked.reason)
    return view.to("/notify/calls", said=SAID[step].format(n=len(done)))
