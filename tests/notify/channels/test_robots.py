"""Robots of chat groups: sent is what the provider says it took; whatever is in the way holds all up until it is mended."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import psycopg
import pytest

from services.notify.channels import actions
from services.notify.channels.actions import carrying, letters
from services.notify.channels.outside.robots import understood
from services.notify.channels.rules.ways import Way, past_the_crowd, refused
from shared import daily
from shared.calls.wire import Answer
from shared.db import unit
from shared.errors import Ambiguous, Invalid, NotYours, OutOfOrder, OutOfReach
from shared.events import ActivityReturned, CaseReturned, DutiesReminded
from shared.roles import Role
from shared.todos import Thing
from shared.waiting import begin_waiting
from tests.notify.channels.providers import SECRETS, Provider, serve

ROBOTS = [way.value for way in Way if way.value in SECRETS]


def owed(town) -> DutiesReminded:
    """The township asks the first branch to make up what it owes."""
    return DutiesReminded(unit_id=town.units["清河镇"], year=2025, branches=[[town.units["东村"], 1, 2, 1]])


@pytest.fixture
def provider(set_up):
    """A provider on loopback, whose place the machine's settings name."""
    made = Provider()
    server = serve(made)
    set_up(places=made.place)
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def robot(town, provider):
    """The first branch has a robot of this kind in its group."""

    def make(kind: str, secret: str | None = None) -> int:
        chosen = SECRETS[kind] if secret is None else secret
        wanted = actions.robot(town.units["东村"], Way(kind), "东村党小组长群", provider.address(kind), chosen)
        with unit("notify") as session:
            return actions.set_way(session, town.actor("keeper", (Role.KEEPER, "清河镇")), wanted).id

    return make


@pytest.fixture
def submit(say, town, rest):
    """The first branch is asked to make up what it owes, and the work done."""

    def tell() -> None:
        say(owed(town), "activities")
        rest()

    return tell


@pytest.fixture
def robots(rows):
    """How each delivery by a robot stands."""
    return lambda: rows("select * from notify.delivery where way_id is not null order by id")


@pytest.fixture
def chat(robot, submit, provider, robots, execute):
    """The group of the first branch: its robots, what is posted, and how that stands; ten minutes past an hour."""
    execute(
        "update office.clock set shift = shift + make_interval(mins => mod(70 - extract(minute from office.now())::int, 60))"
    )
    return SimpleNamespace(robot=robot, submit=submit, provider=provider, robots=robots)


def words_of(post: dict) -> str:
    return (post.get("text") or post["content"])["content" if "text" in post else "text"]


def test_a_group_hears_that_there_is_something_once_and_nobody_is_named(chat, here):
    for kind in ROBOTS:
        chat.robot(kind)

    chat.submit()

    assert sorted(kind for kind, _ in chat.provider.posts) == sorted(ROBOTS)
    for _, post in chat.provider.posts:
        assert "东村：催办组织生活" in words_of(post)
        assert "编号：XZ-" in words_of(post)
        assert not [name for name in here.town.people if name in words_of(post)]
    assert sorted((row.channel, row.state, row.person_id) for row in chat.robots()) == [
        (kind, "sent", None) for kind in sorted(ROBOTS)
    ]


def test_what_concerns_somebody_is_never_said_to_a_group(chat, say, town, rest):
    chat.robot("wecom_robot")

    say(CaseReturned(unit_id=town.units["东村一组"], case_id=3, year=2025))
    rest()

    assert chat.robots() == []
    assert chat.provider.asked == 0


def test_a_group_does_not_hear_of_what_a_single_leader_is_to_mend_or_is_late_with(chat, here):
    chat.robot("wecom_robot")
    group = here.town.units["东村一组"]
    here.move_to(date(2025, 12, 1))
    with unit("assessment") as session:
        late = Thing("case:1", group, due_on=date(2025, 12, 15))
        begin_waiting(session, "assessment.nominate", Role.LEADER, [late])
    here.say(ActivityReturned(unit_id=group, activity_id=3), "activities")
    here.move_to(date(2025, 12, 16))
    daily.post("notify")
    here.rest()

    asked = "select distinct fact from notify.message where person_id = %s and unit_id = %s order by fact"
    facts = [row.fact for row in here.rows(asked, here.town.people["leader"], group)]
    assert facts == ["ActivityReturned", "TodosReminded"]
    assert [words_of(post).partition("。")[0] for _, post in chat.provider.posts] == ["【小组】东村：待办临期或逾期"]


# What happens at the other side: how the delivery stands then, and once that is over; how often the group has it.
FAULTS = {
    "too_fast": ("ready", "sent", 1),
    "gone": ("ready", "sent", 1),
    "429": ("ready", "sent", 1),
    "503": ("ready", "sent", 1),
    "302": ("ready", "sent", 1),
    "401": ("ready", "sent", 1),
    "404": ("ready", "sent", 1),
    "408": ("unknown", "sent", 1),
    "500": ("unknown", "sent", 1),
    "huge": ("unknown", "sent", 1),
    "nonsense": ("unknown", "sent", 1),
    "hang": ("unknown", "sent", 2),
    "drip": ("unknown", "sent", 2),
    "cut": ("unknown", "sent", 2),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_each_provider(chat, fault, here, set_up):
    then, after, posts = FAULTS[fault]
    set_up(call_seconds=1 if fault in {"hang", "drip"} else 10)
    for kind in ROBOTS:
        chat.robot(kind)
        chat.provider.faults[kind] = [fault]

    chat.submit()
    assert {row.channel: row.state for row in chat.robots()} == dict.fromkeys(ROBOTS, then)
    assert all(row.reason and not row.reason.isascii() for row in chat.robots())
    asked = chat.provider.asked
    here.rest()
    assert chat.provider.asked == asked  # not before its time
    for _ in range(2):
        here.later(31)
        here.rest()

    assert {row.channel: row.state for row in chat.robots()} == dict.fromkeys(ROBOTS, after)
    assert sorted(kind for kind, _ in chat.provider.posts) == sorted(ROBOTS * posts)
    assert {row.trouble for row in here.rows("select trouble from notify.channel")} == {None}


def test_a_signature_that_is_wrong_waits_and_goes_once_the_key_is_mended(chat, here):
    chat.robot("feishu_robot", "another")
    chat.submit()
    [held] = here.rows("select * from notify.channel where name like 'way:%'")
    assert "签名没有对上" in held.trouble
    here.later(60 * 24 * 4)
    here.rest()
    assert [row.state for row in chat.robots()] == ["ready"]  # four days later it still waits
    told = here.rows("select title, body, fact from notify.message where person_id = %s", here.town.people["keeper"])
    assert [row.title for row in told if row.fact == "WayHeld"] == ["有的消息发不出去"]
    assert "签名没有对上" in told[-1].body

    chat.robot("feishu_robot")
    here.rest()

    assert [row.state for row in chat.robots()] == ["sent"]
    assert len(chat.provider.posts) == 1


@pytest.mark.parametrize(
    "said",
    ['{"code": false}', '{"errcode": 0.4}', '{"code": 1e999}', '{"code": "0.0"}', '{"code": 99999999999}', '["code"]'],
)
def test_an_odd_answer_is_not_taken_for_a_code(said):
    with pytest.raises(Ambiguous, match="看不懂"):
        understood(Way.FEISHU_ROBOT, Answer(200, said.encode()))
    understood(Way.FEISHU_ROBOT, Answer(200, b'{"code": "0"}'))


@pytest.mark.parametrize(
    ("kind", "code", "said", "meaning", "words"),
    [
        (Way.DINGTALK_ROBOT, 310000, "sign not match, more: [https://ding-doc.example]", "ours", "签名没有对上"),
        (Way.DINGTALK_ROBOT, 310000, "description:机器人发送签名不匹配;solution:请确认", "ours", "签名没有对上"),
        (Way.DINGTALK_ROBOT, 310000, "invalid timestamp", "ours", "检查这台机器的时间"),
        (Way.DINGTALK_ROBOT, 310000, "keywords not in content", "ours", "不要用关键词"),
        (Way.DINGTALK_ROBOT, 310000, "description:关键词不匹配;solution:请联系群管理员", "ours", "不要用关键词"),
        (Way.DINGTALK_ROBOT, 310000, "ip 203.0.113.7 not in whitelist", "ours", "IP 限制"),
        (Way.FEISHU_ROBOT, 9499, "too many request", "busy", "发得太快"),
        (Way.FEISHU_ROBOT, 9499, "Bad Request", "ours", "不接受这条消息的格式"),
        (Way.FEISHU_ROBOT, 99991400, "request trigger frequency limit", "busy", "发得太快"),
    ],
)
def test_a_code_that_stands_for_several_things_is_told_apart_by_its_words(kind, code, said, meaning, words):
    why = refused(kind, code, said)

    assert why.meaning == meaning
    assert words in why.words


def test_a_private_place_that_the_settings_do_not_name_is_not_called(chat, here, set_up):
    chat.robot("wecom_robot")
    set_up(places="")

    chat.submit()

    assert [row.state for row in chat.robots()] == ["ready"]
    assert "不在允许的名单里" in chat.robots()[0].reason
    assert chat.provider.asked == 0


def test_a_provider_whose_name_leads_into_the_house_is_not_called(chat, execute, set_up, monkeypatch):
    way = chat.robot("wecom_robot")
    monkeypatch.setattr("socket.getaddrinfo", lambda host, port, **_: [(2, 1, 6, "", ("127.0.0.1", port))])
    chosen = {"address": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", "secret": ""}
    monkeypatch.setattr(carrying, "chosen_of", lambda row: chosen if row.id == way else {})

    chat.submit()

    assert "指向内部网络" in chat.robots()[0].reason
    assert chat.provider.asked == 0


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://evil.example.org/cgi-bin/webhook/send?key=1", "应以 https://qyapi.weixin.qq.com 开头"),
        ("http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", "应以"),
        ("https://qyapi.weixin.qq.com@10.0.0.1/cgi-bin/webhook/send?key=1", "应以"),
        ("https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=1", "应以"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send", "不像"),
        ("https://qyapi.weixin.qq.com/cgi-bin/gettoken?key=1", "不像"),
        ("不是地址", "应以"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1）", "不能发送的字符“）”"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1 2", "不能发送的字符“ ”"),
    ],
)
def test_an_address_that_is_not_the_providers_is_refused(town, address, says):
    keeper = town.actor("keeper", (Role.KEEPER, "清河镇"))
    wanted = actions.robot(town.units["东村"], Way.WECOM_ROBOT, "群", address, "")
    with unit("notify") as session, pytest.raises(Invalid, match=says):
        actions.set_way(session, keeper, wanted)


def test_only_the_office_sets_ways_up_and_only_within_its_township(town):
    wanted = actions.robot(town.units["东村"], Way.WECOM_ROBOT, "群", "https://qyapi.weixin.qq.com/", "")
    for actor, refusal in (
        (town.actor("first", (Role.SECRETARY, "东村")), NotYours),
        (town.actor("committee", (Role.COMMITTEE, "清河镇")), NotYours),
        (town.actor("outsider", (Role.ORGANISER, "别的镇")), OutOfReach),
    ):
        with unit("notify") as session, pytest.raises(refusal):
            actions.set_way(session, actor, wanted)


@pytest.mark.parametrize(
    ("kind", "minute", "waits"),
    [("feishu_robot", 0, 60), ("feishu_robot", 30, 60), ("feishu_robot", 31, 0), ("wecom_robot", 0, 0)],
)
def test_feishu_is_not_asked_on_the_hour_nor_on_the_half(kind, minute, waits):
    at = datetime(2025, 3, 3, 9, minute, tzinfo=UTC)

    assert past_the_crowd(kind, at) - at == timedelta(seconds=waits)


def test_no_minute_carries_more_than_the_provider_takes(chat, here, town):
    chat.robot("dingtalk_robot")
    for _ in range(30):
        here.say(owed(town), "activities")
    here.rest()
    assert (
        1 <= len(chat.provider.posts) < 20
    )  # a burst, and what came up while they went; without a limit all thirty go

    for _ in range(4):
        here.later(1)
        here.rest()
    assert len(chat.provider.posts) == 30
    assert {row.state for row in chat.robots()} == {"sent"}


def test_pieces_that_a_late_worker_begins_together_go_no_faster_than_the_provider_takes(chat, here, town, monkeypatch):
    passed, at = [0.0], []
    monkeypatch.setattr(letters.time, "sleep", lambda seconds: passed.append(passed[-1] + seconds))
    post = carrying.robots.post
    monkeypatch.setattr(carrying.robots, "post", lambda *a, **k: (at.append(passed[-1]), post(*a, **k))[1])
    chat.robot("feishu_robot")
    for _ in range(9):
        here.say(owed(town), "activities")
    here.later(2)  # every piece is due by now
    here.rest()
    here.later(2)
    here.rest()

    assert len(chat.provider.posts) == len(at) == 9
    assert min(sixth - first for first, sixth in zip(at, at[5:], strict=False)) >= 1  # were the network ever so fast


def test_of_two_late_workers_one_at_a_time_sends_by_such_a_way(chat, here, office):
    way = chat.robot("feishu_robot")
    with psycopg.connect(office.owner_url) as other:
        other.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"way:{way}"])
        chat.submit()
        assert chat.provider.posts == []
    here.later(31)
    here.rest()

    assert [(row.state, row.attempts) for row in chat.robots()] == [("sent", 1)]


def test_a_way_that_is_ended_carries_nothing_more_and_its_key_is_forgotten(chat, here):
    way = chat.robot("feishu_robot", "another")
    chat.submit()
    with unit("notify") as session:
        keeper = here.town.actor("keeper", (Role.KEEPER, "清河镇"))
        actions.end_way(session, keeper, way, reason="群解散了")
    chat.submit()
    here.later(60)
    here.rest()

    assert [(row.state, row.reason) for row in chat.robots()] == [("suppressed", "这个发送方式已停用")]
    assert [bytes(row.chosen_sealed) for row in here.rows("select chosen_sealed from notify.way")] == [b""]
    assert chat.provider.posts == []


def test_a_test_message_says_what_came_of_it_and_lets_go_what_waited(chat, here):
    way = chat.robot("wecom_robot")
    chat.provider.faults["wecom_robot"] = ["gone", "gone"]
    chat.submit()
    keeper = here.town.actor("keeper", (Role.KEEPER, "清河镇"))

    def try_it() -> str:
        with unit("notify") as session:
            actions.ask_trial(session, keeper, way)
        here.rest()
        [line] = here.rows("select * from notify.channel where name like 'way:%'")
        return line.tried_came

    assert try_it() == "held"
    assert [row.state for row in chat.robots()] == ["ready"]
    here.later(1)
    assert try_it() == "sent"
    assert [row.state for row in chat.robots()] == ["sent"]
    assert "测试消息" in words_of(chat.provider.posts[0][1])


def test_test_messages_take_their_turn_one_a_minute_and_none_is_sent_twice(chat, dies_at, here):
    way = chat.robot("wecom_robot")
    here.execute("update notify.channel set tokens = 0, refilled_at = office.now() where name like 'way:%%'")
    keeper = here.town.actor("keeper", (Role.KEEPER, "清河镇"))

    def ask() -> None:
        with unit("notify") as session:
            actions.ask_trial(session, keeper, way)

    ask()
    here.rest()
    assert chat.provider.asked == 0  # this minute is full
    with pytest.raises(OutOfOrder, match="过一分钟再试"):
        ask()
    here.later(1)
    with pytest.raises(OutOfOrder, match="过一分钟再试"):  # it is still under way
        ask()

    dies_at("before_commit")
    here.execute("update notify.job set run_at = office.now() where state = 'ready' and attempts > 0")
    here.rest()

    [line] = here.rows("select * from notify.channel where name like 'way:%'")
    assert (line.tried_came, line.tried_reason) == ("ambiguous", "发送时中断，不能确定是否已送达")
    assert len(chat.provider.posts) == 1


@pytest.mark.parametrize("before", ["busy", "trial"])
def test_the_keeper_is_told_of_a_fault_although_the_other_side_was_busy_or_a_test_message_failed(chat, here, before):
    way = chat.robot("wecom_robot")
    chat.provider.faults["wecom_robot"] = ["too_fast" if before == "busy" else "gone", "gone"]

    def told() -> list[str]:
        asked = "select title from notify.message where fact = 'WayHeld' and person_id = %s"
        return [row.title for row in here.rows(asked, here.town.people["keeper"])]

    if before == "trial":
        with unit("notify") as session:
            actions.ask_trial(session, here.town.actor("keeper", (Role.KEEPER, "清河镇")), way)
        here.rest()
    chat.submit()
    if before == "busy":
        assert told() == []
        here.later(31)
        here.rest()

    assert told() == ["有的消息发不出去"]


@pytest.mark.parametrize("point", ["after_send", "before_mark"])
def test_a_worker_that_dies_between_posting_and_marking_leaves_it_unknown(chat, dies_at, here, point):
    chat.robot("wecom_robot")
    here.execute("update office.person set mail_sealed = null")  # no letter goes before it
    here.say(owed(here.town), "activities")

    dies_at(point)
    here.execute("update notify.job set run_at = office.now() where state = 'ready' and attempts > 0")
    here.rest()

    assert [row.state for row in chat.robots()] == ["unknown"]
    assert len(chat.provider.posts) == 1
