"""Messages to a person by the office's application in WeCom or DingTalk: sent is what the provider says he has."""

from types import SimpleNamespace

import pytest

from services.notify.channels import actions
from services.notify.channels.rules.ways import Way
from shared import access
from shared.access import identities, providers
from shared.db import unit
from shared.errors import Invalid, NotYours
from shared.events import NoticeOpened
from shared.people import Account
from shared.roles import Role
from tests.notify.channels.providers import APP_SECRET, Provider, serve

APPS = ["wecom_app", "dingtalk_app"]


@pytest.fixture
def provider(set_up):
    """Applications on loopback, whose place the machine's settings name."""
    made = Provider()
    server = serve(made)
    set_up(places=made.place, public_url="https://xiaozu.example")
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def app(here, provider, monkeypatch):
    """The township's application of a kind, which knows the first secretary; he has no mail."""
    monkeypatch.setattr("services.notify.channels.outside.apps.PAUSE_SECONDS", 0.0)
    keeper = here.town.actor("keeper", (Role.KEEPER, "清河镇"))

    def begin(kind: str, secret: str = APP_SECRET) -> int:
        here.execute("update office.person set mail_sealed = null")
        township = here.town.units["清河镇"]
        own = providers.Wanted(township, kind.removesuffix("_app"), "工作台", provider.place, "corp", secret, "1000002")
        with unit("notify") as session:
            known = providers.set_provider(session, keeper, own)
            identities.put_down(session, known, here.town.people["first"], "his-number", opens=True)
            return actions.set_way(session, keeper, actions.application(township, Way(kind))).id

    def tell() -> None:
        figures = [[here.town.units["东村"], 4]]
        here.say(
            NoticeOpened(
                unit_id=here.town.units["清河镇"], cycle_id=7, year=2025, ends_on="2025-12-31", branches=figures
            )
        )
        here.rest()

    def sent() -> list[SimpleNamespace]:
        return here.rows("select * from notify.delivery where way_id is not null order by id")

    return SimpleNamespace(begin=begin, tell=tell, sent=sent, provider=provider, keeper=keeper, here=here)


@pytest.mark.parametrize("kind", APPS)
def test_whom_the_application_knows_is_told_by_it_and_nobody_else(app, kind):
    app.begin(kind)

    app.tell()

    [(by, said)] = app.provider.posts
    words = said["text"]["content"] if kind == "wecom_app" else said["msg"]["text"]["content"]
    assert (by, said.get("touser") or said["userid_list"]) == (kind, "his-number")
    assert "编号：XZ-" in words
    assert not [name for name in app.here.town.people if name in words]
    assert [(row.channel, row.state, row.person_id) for row in app.sent()] == [
        (kind, "sent", app.here.town.people["first"])
    ]


# What happens at the other side: how the delivery stands then, and once that is over; how often he has it.
FAULTS = {
    "too_fast": ("ready", "sent", 1),
    "gone": ("ready", "sent", 1),
    "429": ("ready", "sent", 1),
    "503": ("ready", "sent", 1),
    "302": ("ready", "sent", 1),
    "401": ("ready", "sent", 1),
    "404": ("ready", "sent", 1),
    "nobody": ("failed", "failed", 0),
    "not_him": ("failed", "failed", 0),
    "408": ("unknown", "unknown", 0),
    "500": ("unknown", "unknown", 0),
    "huge": ("unknown", "unknown", 0),
    "nonsense": ("unknown", "unknown", 0),
    "hang": ("unknown", "unknown", 1),
    "drip": ("unknown", "unknown", 1),
    "cut": ("unknown", "unknown", 1),
}
OF_ONE = {
    "wecom_app": {"unlicensed": ("failed", "failed", 0)},
    "dingtalk_app": {
        "failed": ("failed", "failed", 0),
        "daily": ("ready", "sent", 1),
        "already": ("sent", "sent", 0),
        "slow": ("unknown", "unknown", 1),
    },
}
TABLE = [(kind, fault) for kind in APPS for fault in FAULTS | OF_ONE[kind]]


@pytest.mark.parametrize(("kind", "fault"), TABLE)
def test_each_fault_of_each_application(app, kind, fault, set_up):
    then, after, posts = (FAULTS | OF_ONE[kind])[fault]
    set_up(call_seconds=1 if fault in {"hang", "drip"} else 10)
    app.begin(kind)
    app.provider.faults[kind] = [fault]

    app.tell()
    [row] = app.sent()
    assert (row.state, bool(row.reason)) == (then, then != "sent"), row
    asked = app.provider.asked
    app.here.rest()
    assert app.provider.asked == asked  # not before its time
    for _ in range(2):
        app.here.later(31)
        app.here.rest()

    assert [row.state for row in app.sent()] == [after]
    assert len(app.provider.posts) == posts
    assert {row.trouble for row in app.here.rows("select trouble from notify.channel")} == {None}


@pytest.mark.parametrize("kind", APPS)
def test_a_token_is_fetched_once_for_all_and_anew_once_it_is_spent(app, kind):
    app.begin(kind)
    app.tell()
    app.tell()
    assert app.provider.tokens == 1

    app.provider.faults[kind] = ["spent"]
    app.tell()

    assert app.provider.tokens == 2
    assert [row.state for row in app.sent()] == ["sent"] * 3
    assert len(app.provider.posts) == 3


@pytest.mark.parametrize("kind", APPS)
def test_a_secret_that_is_wrong_waits_the_keeper_is_told_and_it_goes_once_mended(app, kind):
    app.begin(kind, secret="another")
    app.tell()
    [line] = app.here.rows("select * from notify.channel where name like 'way:%'")
    assert "密钥" in line.trouble
    assert [row.state for row in app.sent()] == ["ready"]

    app.begin(kind)
    app.here.rest()

    assert [row.state for row in app.sent()] == ["sent"]


def test_whom_it_does_not_take_is_told_by_the_next_way(app):
    app.begin("wecom_app")
    with unit("notify") as session:
        actions.set_way(session, app.keeper, actions.call_list(app.here.town.units["清河镇"]))
    app.provider.faults["wecom_app"] = ["nobody"]

    app.tell()

    assert [(row.channel, row.state) for row in app.sent()] == [("wecom_app", "failed"), ("call", "ready")]


def test_a_test_message_goes_to_whoever_asks_for_it_and_is_bound(app):
    way = app.begin("wecom_app")
    with unit("notify") as session:
        known = providers.application_of(session, app.here.town.units["清河镇"], "wecom")
        actions.ask_trial(session, app.keeper, way)
    app.here.rest()
    [line] = app.here.rows("select * from notify.channel where name like 'way:%'")
    assert (line.tried_came, line.tried_reason) == ("permanent", "没有绑定工作台帐号")

    app.here.later(1)
    with unit("notify") as session:
        identities.put_down(session, known, app.here.town.people["keeper"], "the-keeper", opens=True)
        actions.ask_trial(session, app.keeper, way)
    app.here.rest()

    [(_, said)] = app.provider.posts
    assert (said["touser"], "测试消息" in said["text"]["content"]) == ("the-keeper", True)


def test_without_an_application_there_is_nothing_to_begin(app):
    with unit("notify") as session, pytest.raises(Invalid, match="先在“外部登录”里设置"):
        actions.set_way(session, app.keeper, actions.application(app.here.town.units["清河镇"], Way.WECOM_APP))


def test_an_account_that_ends_takes_what_the_application_knew_of_it_along(app):
    app.begin("wecom_app")
    with unit("activities") as session:
        account = Account(person_id=app.here.town.people["first"], login="first", password_hash="x")
        session.add(account)
        session.flush()
        access.end_account(session, account.id)

    app.tell()

    assert app.sent() == []


# --- known out of a sheet ---


def take_down(app, sheet: str, who: tuple[str, Role, str] = ("organiser", Role.ORGANISER, "清河镇")) -> int:
    name, role, place = who
    with unit("notify") as session:
        actor = app.here.town.actor(name, (role, place))
        return actions.note_known(session, actor, app.here.town.units["清河镇"], Way.WECOM_APP, sheet)


def known(app) -> list[tuple[str, bool]]:
    asked = "select p.name, i.opens from office.identity i join office.person p on p.id = i.person_id order by p.name"
    return [(row.name, row.opens) for row in app.here.rows(asked)]


def test_a_sheet_says_where_people_are_reached_and_signs_nobody_in(app, visit):
    assert "还没有应用" in visit("organiser").get("/notify/ways").text
    app.begin("wecom_app")
    organiser = visit("organiser")
    page = organiser.get("/notify/ways")
    assert "已开通" in organiser.submit(page, "application", kind="wecom_app").text

    done = organiser.submit(page, "numbers", kind="wecom_app", sheet="姓名\t帐号\nsecond\tSecond-7\nfirst his-number")

    assert "已登记2人的帐号" in done.text
    assert known(app) == [("first", True), ("second", False)]  # whoever bound himself stays as he did it
    figures = [[app.here.town.units["西村"], 4]]
    township = app.here.town.units["清河镇"]
    app.here.say(NoticeOpened(unit_id=township, cycle_id=7, year=2025, ends_on="2025-12-31", branches=figures))
    app.here.rest()
    assert [said["touser"] for _, said in app.provider.posts] == ["second-7"]


@pytest.mark.parametrize(
    ("sheet", "says"),
    [
        ("nobody n-1", "第1行：没有找到“nobody”"),
        ("second 南村 n-1", "没有找到南村“second”"),
        ("second", "第1行看不懂"),
        ("second 张三", "第1行看不懂"),
        ("second n-1\nthird N-1", "不止写了一次"),
        ("second HIS-number", "第1行的“second”：这个帐号已经是别人的"),
        ("first another", "他自己绑定的是另一个帐号"),
        ("second n-1\nsecond n-2", "第1行的“second”不止写了一次"),
    ],
)
def test_a_sheet_with_anything_wrong_in_it_is_not_taken_at_all(app, sheet, says):
    app.begin("wecom_app")

    with pytest.raises(Invalid, match=says):
        take_down(app, sheet)

    assert known(app) == [("first", True)]


def test_numbers_that_were_mixed_up_are_put_right_by_another_sheet(app):
    app.begin("wecom_app")
    people = app.here.town.people
    assert take_down(app, "second n-1\nkeeper n-2") == 2

    assert take_down(app, "second n-2\nkeeper n-1") == 2

    with unit("notify") as session:
        known = providers.application_of(session, app.here.town.units["清河镇"], "wecom")
        assert providers.known_as(session, known, people["second"]) == "n-2"
        assert providers.known_as(session, known, people["keeper"]) == "n-1"
    with pytest.raises(Invalid, match="已经是别人的"):  # who is not in this sheet keeps what he has
        take_down(app, "second n-1")


@pytest.mark.parametrize("who", [("first", Role.SECRETARY, "东村"), ("outsider", Role.ORGANISER, "别的镇")])
def test_only_the_office_takes_a_sheet_down_for_its_own_people(app, who):
    app.begin("wecom_app")

    with pytest.raises(NotYours):
        take_down(app, "second n-1", who)
