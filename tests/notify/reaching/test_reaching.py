"""Who gets what by which way: his own order before his post's, what is formal in any case, and nothing of others."""

import secrets

import pytest

from services.notify.channels.actions import end_way
from services.notify.channels.actions.choosing import by_next_way
from services.notify.reaching import actions, queries
from shared import privacy
from shared.db import unit
from shared.errors import NotYours
from shared.events import ActivityReturned, CycleOpened, CycleScored
from shared.roles import Role

CHANNELS = """
    select p.name, d.channel, d.state from notify.delivery d join office.person p on p.id = d.person_id
    where d.channel <> 'inbox' order by p.name, d.id"""


@pytest.fixture
def first(town):
    return town.actor("first", (Role.SECRETARY, "东村"))


@pytest.fixture
def with_texts(town, execute):
    """A gateway for text messages is set up, and the first secretary has a telephone."""
    execute(
        "insert into notify.way (township_id, unit_id, kind, name, place, chosen_sealed)"
        " values (%s, %s, 'sms', '短信', '', ''), (%s, %s, 'call', '电话', '', '')",
        *[town.units["清河镇"]] * 4,
    )
    phone = privacy.seal("13800012345", place=f"person|phone|{town.people['first']}")
    execute("update office.person set phone_sealed = %s where id = %s", phone, town.people["first"])


@pytest.fixture
def choose(client):
    """Somebody chooses for himself."""

    def go(*ways, name="first", status=201):
        asked = dict(zip(("first", "second", "third"), ways, strict=False))
        key = {"idempotency-key": secrets.token_hex(4)}
        answer = client(name).post("/reaching", json=asked, headers=key)
        assert answer.status_code == status, answer.text
        return answer.json()

    return go


def opened(town, say):
    say(CycleOpened(unit_id=town.units["清河镇"], cycle_id=7, year=2025, due_on="2025-03-20"))


def scored(town, say, run=1):
    figures = [[town.units["东村"], 4]]
    say(CycleScored(unit_id=town.units["清河镇"], cycle_id=7, year=2025, run=run, branches=figures))


def test_without_a_choice_mail_comes_first_as_ever(with_texts, town, say, tell_only, rows):
    opened(town, say)
    tell_only()
    assert ("first", "mail", "ready") in told(rows)
    assert ("first", "sms", "ready") not in told(rows)


@pytest.mark.usefixtures("with_texts")
def test_his_own_order_decides_and_mail_waits_until_the_first_has_failed(town, say, tell_only, rows, choose):
    choose("sms", "mail")
    opened(town, say)
    tell_only()
    assert [each for each in told(rows) if each[0] == "first"] == [("first", "sms", "ready")]


def test_a_way_that_there_is_not_is_passed_over(town, say, tell_only, rows, choose):
    choose("sms", "mail")
    opened(town, say)
    tell_only()
    assert [each for each in told(rows) if each[0] == "first"] == [("first", "mail", "ready")]


def test_only_the_inbox_is_only_the_inbox_but_for_what_is_formal(town, say, tell_only, rows, choose):
    choose("inbox", name="leader")
    say(ActivityReturned(unit_id=town.units["东村一组"], activity_id=7), "activities")
    tell_only()
    assert not told(rows)
    assert len(rows("select from notify.message")) == 1

    choose("inbox")
    opened(town, say)
    tell_only()
    assert ("first", "mail", "ready") in told(rows)


@pytest.mark.usefixtures("with_texts")
@pytest.mark.parametrize(
    ("ways", "goes"),
    [
        (("sms", "mail"), ["sms"]),
        (("mail", "sms"), ["mail"]),
        (("sms",), ["sms"]),
        (("wecom_app", "sms"), ["sms"]),  # no such application is set up
        (("wecom_app", "mail"), ["mail"]),
        (("wecom_app",), []),
        ((), ["mail"]),
    ],
)
def test_his_order_decides_of_what_is_light_too_and_nothing_else_does(here, tell_only, choose, ways, goes):
    town, say, rows = here.town, here.say, here.rows
    choose(*ways)
    scored(town, say)
    tell_only()
    assert [each[1:] for each in told(rows) if each[0] == "first"] == [(way, "ready") for way in goes]


@pytest.mark.usefixtures("with_texts")
def test_what_is_light_and_failed_goes_by_the_next_that_he_chose_and_by_no_other(here, tell_only, choose):
    town, say, rows = here.town, here.say, here.rows
    for run, (ways, then) in enumerate(((("sms", "mail"), 1), (("sms",), 0)), start=1):
        choose(*ways)
        scored(town, say, run)
        tell_only()
        sent = "update notify.delivery set state = 'failed' where channel = 'sms' and state = 'ready'"
        here.execute(sent)
        ids = [row.id for row in rows("select max(message_id) as id from notify.delivery where channel = 'sms'")]
        with unit("notify") as session:
            assert by_next_way(session, ids, key=f"next:{run}") == then


def test_the_default_of_a_post_holds_for_whoever_chose_none(with_texts, town, say, tell_only, rows):
    organiser = town.actor("organiser", (Role.ORGANISER, "清河镇"))
    with unit("notify", organiser) as session:
        actions.choose_for_post(session, organiser, Role.SECRETARY, ["sms"])
    opened(town, say)
    tell_only()
    assert [each for each in told(rows) if each[0] == "first"] == [("first", "sms", "ready")]
    assert ("second", "call", "ready") in told(rows)


def test_a_choice_is_his_alone_is_told_and_can_be_taken_back(town, rows, choose, first, client):
    assert choose("mail")["own"] == ["mail"]
    assert client("leader").get("/reaching").json()["own"] is None
    outsider = town.actor("outsider", (Role.ORGANISER, "别的镇"))
    with unit("notify", outsider) as session:
        assert queries.of_posts(session, town.units["清河镇"]) == {}
    with unit("notify", first) as session, pytest.raises(NotYours):
        actions.choose_for_post(session, first, Role.LEADER, ["mail"])
    assert choose()["own"] is None
    assert not rows("select from notify.own_ways")
    said = rows("select body ->> 'before' as before, body ->> 'after' as after from office.happening order by id")
    assert [(each.before, each.after) for each in said if each.after] == [
        ("按系统的次序", "邮件"),
        ("邮件", "按系统的次序"),
    ]


@pytest.mark.parametrize("ways", [("mail", "mail"), ("inbox", "mail")])
def test_what_makes_no_order_is_refused(choose, ways):
    assert "detail" in choose(*ways, status=409)


def test_on_his_own_page_without_script(visit, rows):
    page = visit("first").get("/notify/reaching")
    assert "已登记" in page.text
    done = visit("first").submit(page, "own", first="sms", second="mail")
    assert "已保存：短信、邮件" in done.text
    wrong = visit("first").submit(
        page, "own", status=422, first="mail", second="mail", key=done.form("own").fields["key"]
    )
    assert "选了两次" in wrong.text
    post = visit("organiser").submit(
        visit("organiser").get("/notify/reaching/posts"), "post", post="leader", first="sms"
    )
    assert "党小组长，短信" in post.text
    assert visit("first").get("/notify/reaching/posts", 403).status == 403


def told(rows):
    return [(row.name, row.channel, row.state) for row in rows(CHANNELS)]


@pytest.fixture
def tell_only():
    """What is told is told; no letter leaves yet."""
    from shared import work

    return lambda: work.drain("notify.hear")


@pytest.mark.usefixtures("with_texts")
def test_whose_way_is_ended_is_told_by_the_next_of_his_own_order(here, say, tell_only, choose):
    town, rows, execute = here.town, here.rows, here.execute
    township, person = town.units["清河镇"], town.people["first"]
    execute(
        "insert into notify.way (township_id, unit_id, kind, name, place, chosen_sealed)"
        " values (%s, %s, 'wecom_app', '应用', '', '')",
        township,
        township,
    )
    execute(
        "with p as (insert into office.provider (township_id, kind, name, place, client, chosen_sealed)"
        " values (%s, 'wecom', '企业微信', 'https://qyapi.weixin.qq.com', 'x', '') returning id)"
        " insert into office.identity (provider_id, person_id, subject_mark, subject_sealed, opens, bound_at)"
        " select id, %s, 'x', 'x', false, office.now() from p",
        township,
        person,
    )
    choose("sms", "wecom_app", "mail")
    opened(town, say)
    tell_only()
    way = rows("select id from notify.way where kind = 'sms'")[0].id
    execute("insert into notify.channel (name, tokens, refilled_at) values (%s, 1, office.now())", f"way:{way}")
    organiser = town.actor("organiser", (Role.ORGANISER, "清河镇"))
    with unit("notify", organiser) as session:
        end_way(session, organiser, way, reason="换服务商。")

    assert [each for each in told(rows) if each[0] == "first"] == [
        ("first", "sms", "suppressed"),
        ("first", "wecom_app", "ready"),
    ]


@pytest.mark.usefixtures("with_texts")
def test_what_was_taken_back_is_tried_by_no_other_way(town, say, tell_only, rows, execute):
    opened(town, say)
    tell_only()
    execute("update notify.delivery set state = 'failed' where channel = 'mail'")
    ids = [row.id for row in rows("select id from notify.message")]
    execute("update notify.message set taken_back_at = office.now()")
    with unit("notify") as session:
        assert by_next_way(session, ids, key="again") == 0
