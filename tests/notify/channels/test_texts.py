"""Text messages by gateways, and the telephone list: for what is weighty, to those who have no mail."""

from types import SimpleNamespace

import pytest

from deploy import doctor
from services.notify.channels import actions
from services.notify.channels.rules.gateways import SHIPPED, read_format
from services.notify.messages import actions as messages
from shared import privacy
from shared.db import unit
from shared.errors import Invalid, OutOfOrder
from shared.events import NoticeOpened, RectificationOrdered
from shared.people import Person
from shared.roles import Role
from tests.notify.channels.providers import SMS, SMS_SECRET, Provider, serve

PHONE = "13900005089"
CHOSEN = {"account": "1400", "secret": SMS_SECRET, "signature": "清河镇党委", "template": "77"}


def at_home(kind: str, provider: Provider) -> str:
    """A provider's format, with its fake's address."""
    path = next(path for path, known in SMS.items() if known == kind)
    form = SHIPPED[kind][1].replace('taken: "0", already', 'taken: "0", busy: [busy], refused: [nobody], already')
    address = read_format(form).address
    return form.replace(address, provider.place + path + "".join(address.partition("?")[1:]))


@pytest.fixture
def chat(here, set_up):
    """The secretary of the second branch has a telephone and no mail; a gateway, and a list, are set up as is asked."""
    provider = Provider()
    server = serve(provider)
    set_up(places=provider.place)
    town, second = here.town, here.town.people["second"]
    keeper, township = town.actor("keeper", (Role.KEEPER, "清河镇")), town.units["清河镇"]
    phone = privacy.seal(PHONE, place=f"person|phone|{second}")
    here.execute("update office.person set phone_sealed = %s where id = %s", phone, second)

    def set_way(wanted: object) -> None:
        with unit("notify") as session:
            actions.set_way(session, keeper, wanted)

    def notify() -> None:
        figures = [[town.units["西村"], 4]]
        here.say(NoticeOpened(unit_id=township, cycle_id=7, year=2025, ends_on="2025-12-31", branches=figures))
        here.rest()

    yield SimpleNamespace(
        gateway=lambda kind, **more: set_way(
            actions.gateway(township, format=at_home(kind, provider), **CHOSEN | more)
        ),
        call_list=lambda: set_way(actions.call_list(township)),
        notify=notify,
        provider=provider,
        stand=lambda: here.rows("select * from notify.delivery where way_id is not null order by id"),
    )
    server.shutdown()
    server.server_close()


def test_each_providers_format_is_signed_as_it_documents_and_taken_in_its_own_words(chat):
    for kind in SHIPPED:
        chat.gateway(kind)
        chat.notify()

    assert [kind for kind, _ in chat.provider.posts] == list(SHIPPED)
    bodies = [body for _, body in chat.provider.posts]
    assert [bodies[0]["PhoneNumbers"], bodies[1]["tel"]["mobile"], bodies[2]["to"]] == [PHONE] * 3
    assert bodies[2]["text"].startswith("【清河镇党委】")
    assert {row.state for row in chat.stand()} == {"sent"}


FAULTS = {
    "too_fast": ("ready", "sent", 1),
    "busy": ("ready", "sent", 1),
    "409": ("unknown", "unknown", 0),
    "gone": ("ready", "sent", 1),
    "429": ("ready", "sent", 1),
    "302": ("ready", "sent", 1),
    "403": ("ready", "sent", 1),
    "number": ("failed", "failed", 0),
    "500": ("unknown", "unknown", 0),
    "huge": ("unknown", "unknown", 0),
    "hang": ("unknown", "unknown", 1),
    "cut": ("unknown", "unknown", 1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_a_gateway(chat, fault, here, set_up):
    then, after, posts = FAULTS[fault]
    set_up(call_seconds=1 if fault == "hang" else 10)
    chat.gateway("aliyun")
    chat.provider.faults["aliyun"] = [fault]

    chat.notify()
    assert [row.state for row in chat.stand()] == [then]
    assert PHONE not in chat.stand()[0].reason
    for _ in range(2):
        here.later(31)
        here.rest()

    assert [row.state for row in chat.stand()] == [after]  # of a formal one nobody knows until a person asks
    assert len(chat.provider.posts) == posts


def test_a_number_that_a_gateway_has_had_before_is_sent(chat):
    chat.gateway("county")
    chat.provider.faults["county"] = ["409"]

    chat.notify()

    assert [row.state for row in chat.stand()] == ["sent"]


def test_what_a_gateway_gave_up_itself_may_have_gone(chat):
    chat.gateway("tencent")
    chat.provider.faults["tencent"] = ["timed_out"]

    chat.notify()

    assert [row.state for row in chat.stand()] == ["unknown"]


def test_a_number_that_has_had_too_many_today_holds_up_nobody_else(chat, here):
    chat.gateway("aliyun")
    first, sealed = here.town.people["first"], here.rows("select phone_sealed from office.person where name = 'second'")
    assert sealed
    phone = privacy.seal("13900005088", place=f"person|phone|{first}")
    here.execute("update office.person set phone_sealed = %s, mail_sealed = null where id = %s", phone, first)
    chat.provider.faults["aliyun"] = ["too_fast"]
    figures = [[here.town.units[branch], 4] for branch in ("东村", "西村")]
    township = here.town.units["清河镇"]

    here.say(NoticeOpened(unit_id=township, cycle_id=7, year=2025, ends_on="2025-12-31", branches=figures))
    here.rest()

    assert sorted(row.state for row in chat.stand()) == ["ready", "sent"]
    assert {row.trouble for row in here.rows("select trouble from notify.channel")} == {None}


def test_a_number_that_gets_no_texts_is_on_the_telephone_list_until_it_is_ticked_off(chat, visit, here):
    chat.gateway("aliyun")
    chat.call_list()
    chat.provider.faults["aliyun"] = ["number"]
    chat.notify()
    assert [(row.channel, row.state) for row in chat.stand()] == [("sms", "failed"), ("call", "ready")]

    organiser = visit("organiser")
    page = organiser.get("/notify/calls")
    assert "second" in page.text
    assert PHONE not in page.text
    tabs = page.root.xpath("//nav[@class='tabs']/a")
    assert [tab.text for tab in tabs if tab.get("aria-current")] == ["已发通知"]
    assert len(tabs) <= 5, "a second line of tabs has five at most"
    [ticked] = page.root.xpath("//input[@name='delivery_ids']/@value")
    assert rings(here) == [("notify.call", "organiser")]
    done = organiser.submit(page, "calls", button=("step", "tell"), delivery_ids=[ticked], reason="打通了，知道了")
    assert "1件事已电话告知" in done.text
    assert "现在没有人要打电话" in done.text
    assert rings(here) == []

    assert [(row.channel, row.state) for row in chat.stand()] == [("sms", "failed"), ("call", "sent")]
    [taken] = here.rows("select step, reason from office.happening where fact = 'WorkRedriven'")
    assert (taken.step, taken.reason) == ("tell", "打通了，知道了")


def rings(here) -> list[tuple[str, str]]:
    """Whoever is to be rung, as it waits on the office's desk; as the doctor has it, too."""
    with unit("keeper") as session:
        assert doctor.waiting_is_what_stands(session) == doctor.OK
    return [
        (row.kind, row.post)
        for row in here.rows("select kind, post from office.todo where kind = 'notify.call' and closed_at is null")
    ]


def end(here, way_id: int) -> None:
    with unit("notify") as session:
        actions.end_way(session, here.town.actor("keeper", (Role.KEEPER, "清河镇")), way_id, reason="换服务商")
    here.rest()


def test_what_waited_for_a_gateway_that_is_ended_is_on_the_telephone_list(chat, here):
    chat.gateway("aliyun")
    chat.call_list()
    chat.provider.faults["aliyun"] = ["gone"]
    chat.notify()
    [waits] = chat.stand()

    end(here, waits.way_id)

    assert [(row.channel, row.state) for row in chat.stand()] == [("sms", "suppressed"), ("call", "ready")]
    assert not here.rows("select from notify.channel where trouble is not null")


def test_whoever_ends_a_gateway_is_told_what_has_no_other_way_to_go(chat, visit):
    chat.gateway("aliyun")
    chat.provider.faults["aliyun"] = ["gone"]
    chat.notify()
    keeper = visit("keeper")
    page = keeper.get("/notify/ways")

    done = keeper.submit(page, f"ending-{chat.stand()[0].way_id}", reason="换服务商")

    assert "有1条正式或者紧急的通知没有别的方式可走" in done.text


def test_what_is_on_its_way_when_a_gateway_is_ended_fails_and_is_on_the_telephone_list(chat, here):
    chat.gateway("aliyun")
    chat.call_list()
    chat.provider.faults["aliyun"] = ["gone"]
    chat.notify()
    here.execute("update notify.way set ended_at = office.now(), chosen_sealed = '' where kind = 'sms'")

    here.later(31)
    here.rest()

    assert [(row.channel, row.state, row.reason) for row in chat.stand()] == [
        ("sms", "failed", "这个发送方式已停用"),
        ("call", "ready", None),
    ]


def test_what_is_sent_again_goes_by_the_gateway_that_is_there_instead_of_the_ended_one(chat, here):
    chat.gateway("aliyun")
    chat.provider.faults["aliyun"] = ["gone"]
    chat.notify()
    [text] = chat.stand()
    end(here, text.way_id)
    organiser = here.town.actor("organiser", (Role.ORGANISER, "清河镇"))

    def again() -> None:
        with unit("notify") as session:
            actions.resend_deliveries(session, organiser, [text.id], reason="再发一次")
        here.rest()

    with pytest.raises(OutOfOrder, match="短信已停用"):
        again()
    chat.gateway("tencent")
    again()

    assert [row.state for row in chat.stand()] == ["sent"]
    assert [kind for kind, _ in chat.provider.posts] == ["tencent"]


def test_a_request_that_cannot_be_written_waits_and_the_keeper_is_told_why(chat, here):
    chat.gateway("county", account="县局的账号")  # it goes into a header
    chat.notify()

    [waits] = chat.stand()
    assert waits.state == "ready"
    assert "不能发送的字符" in waits.reason
    assert chat.provider.asked == 0
    told = "select body from notify.message where fact = 'WayHeld' and person_id = %s"
    assert "不能发送的字符" in here.rows(told, here.town.people["keeper"])[0].body


def test_a_text_says_of_what_sort_it_is_and_never_whose_matter(chat, here):
    chat.gateway("county")
    group = here.town.units["西村一组"]
    here.say(RectificationOrdered(unit_id=group, rectification_id=3, year=2025, due_on="2025-12-31"))
    here.rest()

    [(_, body)] = chat.provider.posts
    [text] = chat.stand()
    assert body["text"] == f"【清河镇党委】责令整改。请登录小组系统查看。编号XZ-{text.message_id}"
    assert "西村" not in body["raw"]


def test_the_audit_tells_where_texts_were_turned_to_and_what_else_is_new_without_a_key(chat, here):
    chat.gateway("county")
    chat.gateway("aliyun", account="another")
    chat.gateway("aliyun", account="another")
    end(here, here.rows("select id from notify.way")[0].id)

    bodies = [row.body for row in here.rows("select body from office.happening where fact = 'WayChanged' order by id")]
    place = chat.provider.place
    assert [(body["change"], body["before"], body["after"]) for body in bodies] == [
        ("set", "", place),
        ("set", place, f"{place}（改了格式、账号）"),
        ("set", place, place),
        ("ended", place, ""),
    ]
    assert SMS_SECRET not in str(bodies)
    assert "another" not in str(bodies)


def test_a_text_to_the_next_in_the_post_is_not_lost_behind_a_letter_whose_number_its_message_has(chat, here):
    chat.gateway("county")
    chat.notify()

    def take_over(branch: str, name: str, *, mail: bool) -> None:
        where, kind = here.town.units[branch], "mail" if mail else "phone"
        with unit("activities") as session:
            new = Person(unit_id=where, name=name, pinyin=name)
            session.add(new)
            session.flush()
            sealed = privacy.seal(PHONE if not mail else "new@example.org", place=f"person|{kind}|{new.id}")
            setattr(new, f"{kind}_sealed", sealed)
        seated = "update office.post set person_id = %s where unit_id = %s and kind = 'secretary'"
        here.execute(seated, new.id, where)

    def pass_on() -> None:
        with unit("notify") as session:
            messages.pass_on(session)
        here.rest()

    figures = [[here.town.units[name], 4] for name in ("东村", "西村")]
    opened = NoticeOpened(
        unit_id=here.town.units["清河镇"], cycle_id=8, year=2025, ends_on="2025-12-31", branches=figures
    )
    here.say(opened)
    here.rest()
    take_over("东村", "third", mail=True)
    take_over("西村", "fourth", mail=False)
    pass_on()
    letter = max(
        row.id for row in here.rows("select id from notify.delivery where channel = 'mail' and state = 'sent'")
    )
    here.execute(f"alter table notify.message alter column id restart with {letter}")
    take_over("东村", "fifth", mail=False)
    pass_on()

    assert {row.state for row in chat.stand()} == {"sent"}


def test_whoever_has_read_it_is_not_rung_and_what_is_rung_is_not_sent_again(chat, visit, here):
    chat.call_list()
    chat.notify()
    [call] = chat.stand()
    organiser = here.town.actor("organiser", (Role.ORGANISER, "清河镇"))
    with unit("notify") as session, pytest.raises(OutOfOrder):
        actions.confirm_deliveries(session, organiser, [call.id], reason="再发一次")
    assert "西村" in visit("organiser").get("/notify/calls").text
    assert "西村" not in visit("outsider").get("/notify/calls").text
    visit("first").get("/notify/calls", status=403)
    assert rings(here) == [("notify.call", "organiser")]
    here.execute("update notify.message set read_at = office.now() where person_id = %s", here.town.people["second"])

    assert "现在没有人要打电话" in visit("organiser").get("/notify/calls").text
    assert rings(here) == [], "whoever has read it is not rung"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{phone}", "{telephone}", "不认识 {telephone}"),
        ("{phone}", "13900005089", "没有 {phone}"),
        ("shape: form", "shape: xml", "有误"),
        ("dysmsapi.aliyuncs.com", "sms.example.org", "不在允许的名单里"),
        ("aliyuncs.com/", "aliyuncs.com/短信", "不能发送的字符“短”"),
        ("body:", 'headers: {X-Sign-Name: "{signature}"}\nbody:', "不能写 {signature}"),
        ("body:", 'headers: {X-Office: "清河镇"}\nbody:', "X-Office：只能用英文"),
    ],
)
def test_a_format_that_cannot_be_one_is_refused_with_what_to_do(town, old, new, says):
    wanted = actions.gateway(town.units["清河镇"], format=SHIPPED["aliyun"][1].replace(old, new), **CHOSEN)
    with unit("notify") as session, pytest.raises(Invalid, match=says):
        actions.set_way(session, town.actor("keeper", (Role.KEEPER, "清河镇")), wanted)
