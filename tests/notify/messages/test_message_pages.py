"""Messages on pages: read and acknowledged by one button, sifted, seen by the office; words changed and tried."""

import re
from datetime import date
from importlib import import_module

import pytest
from fastapi.routing import iter_route_contexts

from deploy.houses import load
from deploy.web import office_app
from services.activities.register.actions import rename_unit
from services.notify.messages.rules import BOOK
from services.notify.messages.rules.reminding import REMINDED_FACT, reminded_kinds
from shared.access import SYSTEM
from shared.db import unit
from shared.events import ActivityReturned, ActivitySubmitted, CaseNominated, CycleOpened, CycleScored
from shared.settings import SERVICES
from shared.todos import KINDS

UNREAD = (
    "select title from notify.message where read_at is null"
    " and person_id = (select person_id from office.account where login = 'first')"
)
OPENED, SCORED = "2025年度党小组长考核已启动", "2025年度党小组长考核已完成计分"


@pytest.fixture
def told(town, say, rest):
    """Each branch has a formal message that wants to be acknowledged, the first one a plain one too."""
    say(CycleOpened(unit_id=town.units["清河镇"], cycle_id=7, year=2025, due_on="2025-03-20"))
    figures = [[town.units["东村"], 4]]
    say(CycleScored(unit_id=town.units["清河镇"], cycle_id=7, year=2025, run=1, branches=figures))
    rest()


@pytest.fixture
def submitted(town, say, rest):
    """A record of a group is handed in."""

    def submit(activity: int) -> None:
        say(ActivitySubmitted(unit_id=town.units["东村一组"], activity_id=activity), "activities")
        rest()

    return submit


def ids(page) -> dict[str, str]:
    """The boxes of a page, by the words beside them."""
    boxes = page.root.xpath("//input[@type='checkbox'][@value]")
    return {" ".join(box.getparent().text_content().split()).partition("：")[2]: box.get("value") for box in boxes}


def test_what_is_open_comes_first_and_the_bar_says_how_much(told, visit):
    page = visit("first").get("/notify/")

    assert page.title == "收件箱"
    assert "还没读过或者等您确认（2条）" in page.text
    assert "2条未读" in page.root.text_content()
    assert list(ids(page)) == [SCORED, OPENED]


def test_one_button_acknowledges_and_one_reads(told, visit, rows):
    first = visit("first")
    page = first.get("/notify/")

    page = first.submit(page, "marks", button=("acknowledge", ids(page)[OPENED]), message_ids=[])
    assert "已确认收到1条通知" in page.text
    page = first.submit(page, "marks", button=("read", ids(page)[SCORED]), message_ids=[])

    assert "已经读过" in page.text
    assert "还没读过" not in page.text
    assert len(rows("select from notify.message where acknowledged_at is not null")) == 1
    assert len(rows("select from office.happening where fact = 'MessageRead'")) == 2


def test_several_are_marked_at_once_and_nothing_ticked_says_what_to_do(told, visit):
    first = visit("first")
    page = first.get("/notify/")

    nothing = first.submit(page, "marks", status=422, button=("read", "chosen"), message_ids=[])
    assert "请先勾选要处理的通知" in nothing.text
    done = first.submit(nothing, "marks", button=("acknowledge", "chosen"), message_ids=list(ids(page).values()))
    assert "已确认收到1条通知" in done.text
    assert "还没读过" not in done.text


def test_a_double_click_has_one_effect(told, visit, rows):
    first = visit("first")
    page = first.get("/notify/")
    for _ in range(2):
        first.submit(page, "marks", button=("read", ids(page)[SCORED]), message_ids=[])

    assert len(rows("select from office.happening where fact = 'MessageRead'")) == 1


def test_the_inbox_is_sifted_by_links_that_name_nobody(told, visit):
    first = visit("first")

    assert list(ids(first.get("/notify/?show=waiting&kind=&topic="))) == [OPENED]
    assert list(ids(first.get("/notify/?show=unread&kind=information&topic=year"))) == [SCORED]
    assert "没有符合条件的通知" in first.get("/notify/?show=&kind=&topic=correction").text
    part = first.client.get("/notify/?show=waiting&part=rows").text
    assert OPENED in part
    assert "<html" not in part


def test_to_the_page_that_it_is_about_in_one_step(told, visit, rows):
    first = visit("first")
    page = first.get("/notify/")
    message = first.get(f"/notify/messages/{ids(page)[SCORED]}")

    answer = first.client.post(
        f"/notify/messages/{ids(page)[SCORED]}/openings",
        data=dict(message.form("open").form_values()),
        follow_redirects=False,
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/assessment/cycles/7")
    assert len(rows("select from notify.message where read_at is not null")) == 1


def test_everything_is_read_in_one_step_but_what_came_in_after_it(told, submitted, visit, rows, execute):
    first = visit("first")
    submitted(1)
    page = first.get("/notify/")
    assert "今天有1条活动记录提交，请确认" in page.text
    submitted(2)
    execute("update notify.gathered set at = at + interval '1 minute'")

    done = first.submit(page, "all")

    assert "今天有2条活动记录提交，请确认" in done.text
    assert "已把2条通知标为已读" in done.text
    assert "待确认" in done.text
    assert [row.title for row in rows(UNREAD)] == ["今天有2条活动记录提交，请确认"]
    execute("update notify.gathered set at = at - interval '1 minute'")
    first.submit(first.get("/notify/"), "all")
    assert rows(UNREAD) == []


def test_a_message_says_the_names_of_when_it_was_told(submitted, visit, town, rows, move_to):
    submitted(1)
    move_to(date(2025, 3, 4))
    inbox, kept = visit("first").get("/notify/").text, rows("select title, body, link from notify.message order by id")
    assert "东村" in inbox

    with unit("activities") as session:
        for name in ("东村", "东村一组", "清河镇"):
            rename_unit(session, SYSTEM, town.units[name], f"新{name}")

    assert visit("first").get("/notify/").text == inbox
    assert rows("select title, body, link from notify.message order by id") == kept


def test_a_message_about_a_record_leads_to_the_record(town, say, rest, visit):
    say(ActivityReturned(unit_id=town.units["东村一组"], activity_id=9), "activities")
    rest()
    leader = visit("leader")
    [message] = ids(leader.get("/notify/")).values()

    assert "/notify/messages/" + message in leader.get("/notify/").links()
    assert leader.get(f"/notify/messages/{message}").form("open").action.endswith(f"{message}/openings")


def test_a_line_of_the_day_opens_each_of_its_facts(town, say, rest, visit):
    for case in (1, 2):
        say(CaseNominated(unit_id=town.units["东村一组"], case_id=case, year=2025))
    rest()
    organiser = visit("organiser")
    [line] = ids(organiser.get("/notify/")).values()

    page = organiser.get(f"/notify/messages/{line}")

    assert page.title == "东村提交了2份考核提名"
    assert [link for link in page.links() if link.startswith("/assessment/cases/")] == [
        "/assessment/cases/1",
        "/assessment/cases/2",
    ]


def test_more_than_three_lines_of_a_day_are_one_of_its_digest_and_what_is_formal_stands_by_itself(
    town, told, say, rest, visit
):
    figures = [[town.units["东村"], 4]]
    for run in (2, 3):
        say(CycleScored(unit_id=town.units["清河镇"], cycle_id=7, year=2025, run=run, branches=figures))
    rest()
    assert not visit("first").get("/notify/").root.xpath("//main//details//input[@name='message_ids']"), (
        "three stand singly"
    )
    say(CycleScored(unit_id=town.units["清河镇"], cycle_id=7, year=2025, run=4, branches=figures))
    rest()

    page = visit("first").get("/notify/")

    [summary] = [each for each in page.root.xpath("//main//summary") if "件事" in each.text_content()]
    assert summary.text_content().endswith("有4件事")
    boxes = "ancestor::details//input[@name='message_ids']"
    assert len(summary.xpath(boxes)) == 4
    assert OPENED not in summary.getparent().text_content(), "a formal matter is never only in a digest"
    assert OPENED in page.text


def test_nobody_reads_what_is_not_his(told, visit):
    first, second = visit("first"), visit("second")
    [foreign] = ids(second.get("/notify/")).values()

    first.get(f"/notify/messages/{foreign}", status=404)
    first.submit(first.get("/notify/"), "marks", status=404, button=("read", foreign), message_ids=[])
    assert ids(visit("outsider").get("/notify/")) == {}


# --- what was sent ---


def test_the_office_sees_who_has_acknowledged(told, visit, town):
    first, organiser = visit("first"), visit("organiser")
    page = first.get("/notify/")
    first.submit(page, "marks", button=("acknowledge", ids(page)[OPENED]), message_ids=[])

    page = organiser.get("/notify/sent")
    shown = [" ".join(row.text_content().split()) for row in page.root.xpath("//tbody/tr")]

    assert len(shown) == 4
    assert [row for row in shown if "东村" in row and "已确认" in row]
    assert [row for row in shown if "南村" in row and "（代收）" in row and "待确认" in row]
    only = organiser.get(f"/notify/sent?unit_id={town.units['东村']}&topic=&kind=&show=waiting")
    assert "没有符合条件的通知" in only.text
    visit("first").get("/notify/sent", status=403)
    assert "东村" not in visit("outsider").get("/notify/sent").text


# --- who is told what, in which words ---


def test_everybody_may_read_who_is_told_what(town, visit):
    page = visit("leader").get("/notify/book")

    assert "考核提名已提交" in page.text
    assert "每个支部每天并成一条" in page.text
    assert not [link for link in page.links() if "wordings" in link]
    assert "/notify/wordings/CycleOpened/opened" in visit("organiser").get("/notify/book").links()
    wording = visit("organiser").get("/notify/wordings/CycleOpened/opened")
    assert wording.root.xpath("//nav[@class='tabs']/a[@aria-current]/text()") == ["什么事通知谁"]


def test_words_are_tried_then_kept_then_taken_back(town, visit, rows):
    organiser = visit("organiser")
    page = organiser.get("/notify/wordings/CycleOpened/opened")
    words = {"title": "{年度}年考核开始", "body": "请{收信单位}在{期限}前交齐{年度}年的材料。"}

    form = page.form("wording")
    form.action = "/notify/wordings/CycleOpened/opened/trials"
    tried = organiser.submit(page, "wording", **words)
    assert "请示例村党支部在2025年12月15日前交齐2025年的材料。" in tried.text
    assert tried.form("wording").fields["body"].strip() == words["body"]
    assert not rows("select from notify.wording")

    kept = organiser.submit(tried, "wording", reason="通俗一些", **words)
    assert "已保存" in kept.text
    assert "第1版" in kept.text
    back = organiser.submit(kept, "restore", reason="改回来")
    assert "已恢复为系统原来的文字" in back.text
    assert len(rows("select from notify.wording")) == 2


def test_words_that_cannot_go_out_come_back_as_typed(town, visit):
    organiser = visit("organiser")
    page = organiser.get("/notify/wordings/CycleOpened/opened")

    refused = organiser.submit(page, "wording", status=422, title="{年度}", body="{姓名}请交{期限}", reason="试")
    again = organiser.submit(page, "wording", status=422, title="{年度}", body="{姓名}请交{期限}", reason="试一试")

    assert "太短" in refused.text or "请填写" in refused.text
    assert "不认识“{姓名}”" in again.text
    assert again.form("wording").fields["body"].strip() == "{姓名}请交{期限}"


def test_the_committee_reads_the_words_and_a_branch_does_not(town, visit):
    page = visit("committee").get("/notify/wordings/CycleOpened/opened")

    assert "现在的文字" in page.text
    assert not [form for form in page.root.forms if form.get("id") == "wording"]
    visit("first").get("/notify/wordings/CycleOpened/opened", status=403)
    visit("organiser").get("/notify/wordings/CycleOpened/nothing", status=404)


def test_a_stand_in_is_told_for_which_group(town, say, rest, execute, visit):
    execute("update office.unit set name = '第一党小组' where name = '南村一组'")
    say(ActivityReturned(unit_id=town.units["南村一组"], activity_id=9), "activities")
    rest()

    assert list(ids(visit("organiser").get("/notify/"))) == ["（代南村第一党小组）一条活动记录被退回"]


def test_every_message_leads_to_a_page_that_stands():
    load(SERVICES)
    standing = {
        re.sub(r"{\w+}", "{}", f"/{service}{route.path}")
        for service in SERVICES
        for router in import_module(f"services.{service}.app").pages
        for route in router.routes
    }
    standing |= {route.path for route in iter_route_contexts(office_app(SERVICES).routes)}
    links = {entry.telling.link for entry in BOOK.values() if entry.fact != REMINDED_FACT}
    links |= {link for kind in reminded_kinds() for link in (KINDS[kind].address, KINDS[kind].addresses)}

    assert {link for link in links if re.sub(r"{\w+}", "{}", link) not in standing} == set()
