"""Letters on pages: what came of each, dead letters settled by a person, dead work by the keeper, quiet hours."""

import pytest

from shared import work
from shared.db import unit
from shared.events import NoticeOpened


@pytest.fixture
def lost(town, say, rest, server):
    """Two formal letters to the first branch: one of unknown fate, one refused."""
    server.rcpt, server.data = ["250 OK", "550 no such user"], ["drop"]
    for cycle in (7, 8):
        figures = [[town.units["东村"], 4]]
        township = town.units["清河镇"]
        say(NoticeOpened(unit_id=township, cycle_id=cycle, year=2025, ends_on="2025-12-31", branches=figures))
        rest()


def ticked(page, name: str) -> list[str]:
    return [box.get("value") for box in page.root.xpath(f"//input[@name='{name}']")]


def hands_on(page) -> list[list[str]]:
    """The history of hands: who, what he did, why."""
    rows = page.root.xpath("//table[starts-with(caption, '处理记录')]/tbody/tr")
    return [[cell.text_content() for cell in row.xpath("td")[1:]] for row in rows]


def test_what_came_of_each_is_said_in_words(lost, visit, town):
    page = visit("organiser").get("/notify/deliveries?state=&channel=mail&topic=&unit_id=&since=&until=")
    shown = [" ".join(row.text_content().split()) for row in page.root.xpath("//tbody/tr")]

    assert ["未送达" in row for row in shown] == [True, False]
    assert ["结果不明" in row for row in shown] == [False, True]
    assert "可能已经送达，也可能没有" in page.text
    only = visit("organiser").get(f"/notify/deliveries?state=failed&unit_id={town.units['东村']}&since=2025-01-01")
    assert len(only.root.xpath("//tbody/tr")) == 1
    assert "没有符合条件的记录" in visit("organiser").get("/notify/deliveries?until=2025-01-01").text


def test_a_letter_of_unknown_fate_is_confirmed_on_its_page(lost, visit, letters):
    organiser = visit("organiser")
    listed = organiser.get("/notify/dead-letters?state=unknown")
    [letter] = [link for link in listed.links() if link.startswith("/notify/deliveries/")]
    page = organiser.get(letter)
    assert "没有答复，结果不明" in page.text

    done = organiser.submit(page, "steps", button=("step", "confirm"), reason="打电话问过了")

    assert "确认送达" in done.text
    assert "已送达" in done.text
    assert hands_on(done) == [["组织委员 organiser", "确认已送达", "打电话问过了"]]
    assert not [form for form in done.root.forms if form.get("id") == "steps"]


def test_a_letter_shows_everybody_who_settled_it_the_latest_first(lost, visit):
    organiser = visit("organiser")
    [address] = [each for each in organiser.get("/notify/dead-letters?state=failed").links() if "/deliveries/" in each]
    page = organiser.get(address)
    assert hands_on(page) == []

    page = organiser.submit(page, "steps", button=("step", "discard"), reason="他没有邮箱了")
    page = organiser.submit(page, "steps", button=("step", "resend"), reason="邮箱改好了")

    told = [["组织委员 organiser", "重新发送", "邮箱改好了"], ["组织委员 organiser", "不再发送", "他没有邮箱了"]]
    assert hands_on(page) == told
    assert hands_on(visit("committee").get(address)) == told
    assert [row[0] for row in hands_on(visit("first").get(address))] == ["组织委员", "组织委员"]


def test_several_are_sent_again_for_one_reason(lost, visit, rest, rows):
    organiser = visit("organiser")
    page = organiser.get("/notify/dead-letters")
    both = ticked(page, "delivery_ids")
    assert len(both) == 2

    no_reason = organiser.submit(page, "dead-letters", status=422, button=("step", "resend"), delivery_ids=both)
    assert "理由：请填写" in no_reason.text
    assert no_reason.root.xpath("count(//input[@name='delivery_ids'][@checked])") == 2
    done = organiser.submit(
        no_reason, "dead-letters", button=("step", "resend"), delivery_ids=both, reason="服务器修好了"
    )
    rest()

    assert "2封信件已排队" in done.text
    assert {row.state for row in rows("select state from notify.delivery")} == {"sent"}
    assert "没有等着处理的信件" in organiser.get("/notify/dead-letters").text


def test_what_does_not_follow_is_refused_as_a_whole(lost, visit, rows):
    organiser = visit("organiser")
    page = organiser.get("/notify/dead-letters")

    refused = organiser.submit(
        page,
        "dead-letters",
        status=409,
        button=("step", "confirm"),
        delivery_ids=ticked(page, "delivery_ids"),
        reason="都收到了",
    )

    assert "没有办成" in refused.text
    told = refused.root.text_content()
    assert refused.root.xpath("count(//input[@name='delivery_ids'][@checked])") == 2
    assert "勾选的2封信件都没有动：其中1封不能“确认已送达”。" in told
    assert "未送达，可以“重新发送”或者“不再发送”。" in told
    assert "结果不明，可以" not in told
    assert {row.state for row in rows("select state from notify.delivery where channel = 'mail'")} == {
        "failed",
        "unknown",
    }


def test_others_see_no_letters(lost, visit, rows):
    [letter, *_] = rows("select id from notify.delivery where channel = 'mail'")

    assert "东村" not in visit("outsider").get("/notify/deliveries").text
    assert "没有等着处理的信件" in visit("outsider").get("/notify/dead-letters").text
    visit("outsider").get(f"/notify/deliveries/{letter.id}", status=404)
    visit("second").get("/notify/deliveries", status=403)
    visit("first").get("/notify/dead-letters", status=403)
    page = visit("committee").get("/notify/dead-letters")
    assert ticked(page, "delivery_ids") == []


def test_the_keeper_sees_what_did_not_leave_and_why_and_sends_again_what_failed_and_reads_no_letter(
    lost, visit, rest, rows
):
    keeper = visit("keeper")
    assert "/notify/dead-letters" in keeper.get("/notify/channels").links()
    page = keeper.get("/notify/dead-letters")
    titles = {row.title for row in rows("select title from notify.message where person_id is not null")}
    assert not [title for title in titles if title in page.text]
    assert "结果不明" in page.text
    assert not [link for link in page.links() if link.startswith("/notify/deliveries/")]
    dead = {row.id: row.state for row in rows("select id, state from notify.delivery where channel = 'mail'")}
    [failed] = [number for number, state in dead.items() if state == "failed"]
    assert ticked(page, "delivery_ids") == [str(failed)]
    unknown = next(number for number, state in dead.items() if state == "unknown")
    keeper.get(f"/notify/deliveries/{failed}", status=404)

    keeper.submit(page, "dead-letters", 403, button=("step", "discard"), delivery_ids=[str(failed)], reason="不用了")
    keeper.submit(page, "dead-letters", 403, button=("step", "resend"), delivery_ids=[str(unknown)], reason="再发")
    done = keeper.submit(page, "dead-letters", button=("step", "resend"), delivery_ids=[str(failed)], reason="改好了")
    rest()

    assert "1封信件已排队" in done.text
    left = {row.id: row.state for row in rows("select id, state from notify.delivery where channel = 'mail'")}
    assert (left[failed], left[unknown]) == ("sent", "unknown")
    told = rows("select step, reason from office.happening where fact = 'WorkRedriven'")
    assert [(each.step, each.reason) for each in told] == [("resend", "改好了")]


def test_dead_work_is_settled_by_the_keeper(town, visit, execute, rows):
    with unit("notify") as session:
        for key in ("one", "two"):
            work.post(session, "notify.transmit", key=key, payload={"deliveries": []})
    execute("update notify.job set state = 'dead', attempts = 12, last_error = 'KeyError: x'")
    keeper = visit("keeper")
    page = keeper.get("/notify/dead-jobs")
    two, one = ticked(page, "job_ids")
    assert "发送邮件" in page.text
    assert "KeyError: x" in page.text

    page = keeper.submit(page, "dead-jobs", button=("step", "redrive"), job_ids=[one], reason="已改正")
    page = keeper.submit(page, "dead-jobs", button=("step", "discard"), job_ids=[two], reason="不需要了")

    assert "1项任务已放弃" in page.text
    assert "没有失败的任务" in page.text
    assert [row.state for row in rows("select state from notify.job order by id")] == ["ready", "cancelled"]
    visit("organiser").get("/notify/dead-jobs", status=403)


def test_the_office_sets_its_quiet_hours_with_a_reason(town, visit, client):
    organiser = visit("organiser")
    page = organiser.get("/notify/channels")
    assert "没有设置邮件服务器" in page.text

    refused = organiser.submit(page, "hours", status=422, quiet_from="25", quiet_to="7", reason="农忙")
    assert "不能大于24" in refused.text
    done = organiser.submit(refused, "hours", quiet_from="19", quiet_to="8", reason="农忙时晚上不打扰")

    assert "免打扰时间：19点到第二天8点" in done.text
    assert "农忙时晚上不打扰" in done.text
    assert (
        "时间没有变化"
        in organiser.submit(done, "hours", status=422, quiet_from="19", quiet_to="8", reason="再来一次").text
    )
    assert "19点" not in visit("outsider").get("/notify/channels").text
    visit("first").get("/notify/channels", status=403)


def test_the_rate_is_the_keepers(town, visit, execute):
    assert not [form for form in visit("organiser").get("/notify/channels").root.forms if form.get("id") == "rate"]

    execute("update office.unit set dissolved_on = '2024-01-01' where name = '别的镇'")  # he keeps them all now
    keeper = visit("keeper")
    done = keeper.submit(keeper.get("/notify/channels"), "rate", per_minute="20", reason="服务商的限额")

    assert "每分钟最多20封" in done.text
