"""A leader's minute: a meeting written up in a few taps, also without script, without signal, and never twice."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import psycopg
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from services.activities.workbook import queries
from shared import files
from shared.access import Actor
from shared.db import unit
from shared.roles import Role
from tests.browsing import DESK, PHONE, Desk, Visitor
from tests.pictures import PLACE, photo, taken_at_a_place
from tests.town import DONGLING, FIRST, SECOND, Doors

JPEG = photo()
TODAY = date(2025, 3, 3)
TAPS_MAX = 8
Visit = Callable[..., Visitor]


def records(office) -> list[tuple]:
    with psycopg.connect(office.owner_url) as connection:
        return connection.execute(
            "select kind, held_on, place, topic, stage, present, expected from activities.activity order by id"
        ).fetchall()


class Taps:
    """Counts what a thumb does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0
        self.lines = 0

    def tap(self, name: str | re.Pattern[str], role: str = "button") -> None:
        self.taps += 1
        self.page.get_by_role(role, name=name).first.tap()

    def choose(self, person: str, word: str) -> None:
        """Open the list beside a name, and tap a word in it."""
        self.taps += 2
        self.page.get_by_label(person, exact=True).select_option(label=word)

    def unfold(self, words: str) -> None:
        """Open what is folded under these words."""
        self.taps += 1
        self.page.get_by_text(words).tap()

    def type(self, label: str, line: str) -> None:
        """Tap a field and type one line."""
        self.taps += 1
        self.lines += 1
        self.page.get_by_role("textbox", name=label).fill(line)


def test_what_is_arranged_for_a_group_is_on_its_desk_and_on_its_secretarys(visit: Visit, town):
    first, second, branch = town.groups[DONGLING, FIRST], town.groups[DONGLING, SECOND], town.units[DONGLING]
    organiser = visit("organiser")
    ask = organiser.get(f"/activities/register/units/{first}/regroupings/dissolve")
    shown = organiser.submit(ask, "regroup", into=second, on="2025-04-01")
    organiser.submit(shown, "regroup")

    leader, secretary, steady = visit("diligent"), visit("dongling"), visit("steady")
    desk = leader.get("/activities/todos")
    assert "本组将于4月1日撤销，党员编入东岭村党支部第二党小组。" in desk.text
    assert "本组将于4月1日编入东岭村党支部第一党小组的党员。" in visit("negligent").get("/activities/todos").text
    assert "4月1日起：东岭村党支部第一党小组撤销" in secretary.get("/activities/todos").text
    assert "4月1日" not in steady.get("/activities/todos").text

    unit = leader.get(f"/activities/register/units/{first}")
    assert f"/activities/register/units/{first}" in desk.links()
    assert "2025年4月1日起生效" in unit.text
    assert "生效以前照常开展活动、写记录" in unit.text
    assert "撤回" not in unit.text
    assert f"/activities/register/units/{branch}" in secretary.get("/activities/todos").links()


def test_a_meeting_is_written_up_in_eight_taps_and_one_line(desk: Desk, doors: Doors, office, town):
    held = {"group_id": town.groups[DONGLING, FIRST], "kind": "study", "held_on": "2025-02-20", "place": "村部"}
    doors.diligent.post("activities/activities", held | {"submitted": True})

    with desk.window("diligent", size=PHONE) as page:
        page.goto("/")
        thumb = Taps(page)
        thumb.tap(re.compile("写记录.*党小组会"), role="link")
        thumb.type("主题", "讨论春耕互助")
        thumb.unfold("应到 5 人，全部到会")
        thumb.choose("许安", "请假")
        thumb.choose("白梅", "生病")
        expect(page.get_by_text("2 人没到")).to_be_visible()
        thumb.tap("提交")
        expect(page.get_by_text("已提交，等待支部书记确认")).to_be_visible()

    assert thumb.taps <= TAPS_MAX
    assert thumb.lines == 1
    assert records(office)[-1] == ("group_meeting", TODAY, "村部", "讨论春耕互助", "submitted", 3, 5)
    print(f"\ntaps: {thumb.taps}, typed lines: {thumb.lines}")


def test_the_same_without_script(visit: Visit, office, town):
    leader = visit("diligent")
    page = leader.get("/activities/todos")
    (link,) = [link for link in page.links() if "records/new" in link and "kind=theme_day" in link]
    form = leader.get(link)

    done = leader.submit(
        form, "write", topic="植树", **{f"roll-{town.people['许安']}": "away"}, button=("submitted", "1")
    )

    assert "已提交" in done.text
    assert records(office) == [("theme_day", TODAY, "", "植树", "submitted", 4, 5)]


def test_a_draft_is_kept_and_gone_on_with(visit: Visit, office):
    leader = visit("diligent")
    seen = leader.submit(leader.get("/activities/records/new?kind=study"), "write", topic="还没写完")
    assert "已存为草稿" in seen.text

    page = leader.get("/activities/todos")

    assert "草稿" in page.text
    leader.submit(leader.get(f"{seen.address}/correct"), "correct", topic="写完了", button=("submitted", "1"))
    assert [(row[3], row[4]) for row in records(office)] == [("写完了", "submitted")]


def test_a_photo_goes_with_it_and_one_that_is_none_keeps_all_that_was_typed(visit: Visit, office):
    leader = visit("diligent")
    form = leader.get("/activities/records/new?kind=study")

    typed = {"topic": "学习", "content": "学了两个小时。", "place": "村部二楼"}
    wrong = leader.submit(form, "write", status=422, **typed, files={"files": ("照片.jpg", b"not a photo")})
    kept = wrong.form("write").fields
    assert {name: kept[name].strip() for name in typed} == typed
    assert "不能接收这种文件" in "".join(wrong.root.xpath("//details[@open]//p[@class='flaw']/text()"))
    assert records(office) == []

    leader.submit(wrong, "write", files={"files": ("照片.jpg", JPEG)}, button=("submitted", "1"))
    with psycopg.connect(office.owner_url) as connection:
        assert connection.execute("select name from activities.attachment").fetchall() == [("照片.jpg",)]


def test_a_big_photo_is_made_small_on_the_phone_before_it_is_sent(desk: Desk, office):
    big = taken_at_a_place(size=(3200, 2400), noise=True)
    with desk.window("diligent", size=PHONE) as page:
        page.goto("/activities/records/new?kind=study")
        page.get_by_role("textbox", name="主题").fill("植树")
        page.get_by_text("再写一些").tap()
        page.get_by_label("照片或文件").set_input_files({"name": "植树.jpg", "mimeType": "image/jpeg", "buffer": big})
        with page.expect_request("**/activities/records") as sent:
            page.get_by_role("button", name="提交").tap()
        expect(page.get_by_text("已提交，等待支部书记确认")).to_be_visible()

    assert PLACE not in (sent.value.post_data_buffer or b"")
    with psycopg.connect(office.owner_url) as connection:
        ((name, size, sha256),) = connection.execute("select name, size, sha256 from activities.attachment").fetchall()
    assert name == "植树.jpg"
    assert size < len(big) / 3
    with Image.open(BytesIO(files.read(sha256))) as picture:
        assert picture.size == (1200, 1600)


def test_a_day_to_come_is_refused_at_its_field(visit: Visit, office):
    leader = visit("diligent")
    form = leader.get("/activities/records/new")

    again = leader.submit(form, "write", status=422, topic="学习", held_on=str(TODAY + timedelta(days=1)))

    assert "活动日期在今天以后" in again.text
    assert "#write-held_on" in again.links()


def test_a_form_sent_twice_is_one_record(visit: Visit, office):
    leader = visit("diligent")
    form = leader.get("/activities/records/new")

    first, second = (leader.submit(form, "write", topic="学习", button=("submitted", "1")) for _ in range(2))

    assert first.address == second.address
    assert len(records(office)) == 1


def test_only_a_leader_has_copies_kept_on_his_device(visit: Visit, office):
    with psycopg.connect(office.owner_url) as connection:
        ((group,),) = connection.execute(
            "select p.unit_id from office.post p join office.person m on m.id = p.person_id"
            " where m.name = '孙勤' and p.kind = 'leader'"
        ).fetchall()
    for login, kept in (("diligent", True), ("dongling", False), ("organiser", False)):
        visitor = visit(login)
        for address in (f"/activities/groups/{group}", f"/activities/records/new?group_id={group}"):
            answer = visitor.client.get(address)

            assert ("X-Stays" in answer.headers) is kept, f"{login} {address}"
            assert answer.status_code == 200 or not kept


def test_a_copy_of_the_form_makes_tokens_of_its_own_for_the_same_person_only(visit: Visit, office):
    leader = visit("diligent")
    form = leader.get("/activities/records/new")
    token = form.form("write").fields["key"]

    for own in ("a1", "a1", "b2"):
        leader.submit(form, "write", topic=f"学习{own}", again="1", key=f"{token}.{own}", button=("submitted", "1"))
    leader.submit(form, "write", status=403, topic="太长", key=f"{token}.{'c' * 33}")
    strange = visit("dongling").get("/password").form("sign-out").fields["key"]
    leader.submit(form, "write", status=403, topic="别人的", key=f"{strange}.d4")
    leader.client.headers["x-kept"] = "1"  # what waited on a device goes on waiting there for whose it is
    leader.submit(form, "write", status=401, topic="别人的", key=f"{strange}.d4")

    assert [row[3] for row in records(office)] == ["学习a1", "学习b2"]


def test_a_double_click_is_one_record(desk: Desk, office):
    with desk.window("diligent", size=PHONE) as page:
        page.goto("/activities/records/new?kind=study")
        page.get_by_role("textbox", name="主题").fill("学习")
        page.get_by_role("button", name="提交").dblclick()
        expect(page.get_by_role("heading", name="待办")).to_be_visible()

    assert len(records(office)) == 1


def test_what_was_written_without_signal_is_sent_once_when_it_is_back(desk: Desk, office):
    with desk.window("diligent", size=PHONE, service_workers="block") as page:  # as over plain http in the office
        page.goto("/activities/records/new?kind=study")
        page.get_by_role("textbox", name="主题").fill("没有信号时写的")
        page.context.set_offline(True)
        page.get_by_role("button", name="提交").tap()
        expect(page.get_by_text("有信号时自动发送")).to_be_visible()
        assert records(office) == []

        page.context.set_offline(False)
        expect(page.get_by_text("刚才没有发出的内容已经发送")).to_be_visible()
        page.goto("/activities/todos")
        page.evaluate("window.dispatchEvent(new Event('online'))")
        page.wait_for_timeout(300)

    assert [(row[3], row[4]) for row in records(office)] == [("没有信号时写的", "submitted")]


def test_an_answer_that_never_arrives_does_not_make_two(desk: Desk, office):
    with desk.window("diligent", size=PHONE) as page:
        page.goto("/activities/records/new?kind=study")
        page.get_by_role("textbox", name="主题").fill("回信丢了")
        lost = []

        def lose(route):
            if not lost:
                lost.append(route.fetch().status)
                route.abort("connectionreset")
            else:
                route.continue_()

        page.route("**/activities/records", lose)
        page.get_by_role("button", name="提交").tap()
        expect(page.get_by_text("有信号时自动发送")).to_be_visible()
        page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(page.get_by_text("刚才没有发出的内容已经发送")).to_be_visible()

    assert lost == [204]
    assert len(records(office)) == 1


def test_what_is_being_written_survives_the_page(desk: Desk):
    with desk.window("diligent", size=PHONE) as page:
        page.goto("/activities/records/new?kind=study")
        page.get_by_role("textbox", name="主题").fill("写到一半")
        page.get_by_text("全部到会").tap()
        page.get_by_label("许安", exact=True).select_option(label="外出")
        page.goto("/activities/todos")
        page.goto("/activities/records/new?kind=study")

        expect(page.get_by_text("已恢复上次没有提交的内容")).to_be_visible()
        expect(page.get_by_role("textbox", name="主题")).to_have_value("写到一半")
        expect(page.get_by_label("许安", exact=True)).to_have_value("away")


def test_what_was_tapped_goes_before_what_was_left_half_written_of_something_else(desk: Desk):
    with desk.window("diligent", size=PHONE) as page:
        page.goto("/activities/records/new")
        page.get_by_role("textbox", name="主题").fill("写到一半")
        page.goto("/activities/records/new?kind=group_meeting&on=2025-01-31")

        expect(page.get_by_label("日期")).to_have_value("2025-01-31")
        expect(page.locator("[name=kind][value=group_meeting]")).to_be_checked()
        expect(page.get_by_role("textbox", name="主题")).to_have_value("")
        page.get_by_role("textbox", name="主题").fill("一月的")
        page.goto("/activities/records/new?kind=group_meeting&on=2025-01-31")
        expect(page.get_by_role("textbox", name="主题")).to_have_value("一月的")
        expect(page.get_by_text("照片要重新选")).to_be_visible()
        expect(page.get_by_label("日期")).to_have_value("2025-01-31")


def test_what_is_made_up_of_january_opens_in_january(visit: Visit, town, doors: Doors):
    group = town.groups[DONGLING, FIRST]
    leader = visit("diligent")
    january = leader.get(f"/activities/records?unit_id={group}&year=2025&month=1")
    (address,) = [each for each in january.links() if "/records/new" in each]

    assert "补记2025年1月的活动" in january.text
    assert leader.get(address).form("write").fields["held_on"] == "2025-01-31"
    for login, month in (("diligent", 3), ("organiser", 1), ("member", 1)):
        page = visit(login).client.get(f"/activities/records?unit_id={group}&year=2025&month={month}")
        assert "补记" not in page.text, login
    done = {"group_id": group, "kind": "study", "held_on": "2025-03-03", "topic": "三月的", "submitted": True}
    doors.diligent.post("activities/activities", done)
    lines = visit("diligent").get("/activities/todos").links()
    assert any("kind=study&on=2025-01-31" in each for each in lines)


def test_a_desk_shows_a_line_for_each_kind_the_overdue_first_at_most_five_each_with_one_button(
    visit: Visit, doors, town, move_to
):
    asked = {"group_id": town.groups[DONGLING, FIRST], "kind": "study", "held_on": "2025-03-02", "again": True}
    for topic in ("写到一半", "也是一半"):
        doors.diligent.post("activities/activities", asked | {"topic": topic})
    move_to(date(2025, 6, 20))

    page = visit("diligent").get("/activities/todos")

    lines = page.root.xpath("//ul[contains(@class, 'todo')]/li")
    assert len(lines) == 5
    assert all(len(line.xpath(".//a")) == 1 for line in lines)
    late = ["逾期" in line.text_content() for line in lines]
    assert late == sorted(late, reverse=True)
    assert "党小组会 6次" in page.text
    assert "5次逾期" in page.text
    assert "还有 1 项" in page.text
    whole = visit("diligent").get(next(link for link in page.links() if "whole" in link))
    assert len(whole.root.xpath("//ul[contains(@class, 'todo')]/li")) == 6
    assert len(page.root.xpath("//ul[@class='squares']/li")) == 12


def test_what_waits_for_the_secretary_is_said_to_be_written_and_not_done(visit: Visit, doors, town):
    group = town.groups[DONGLING, FIRST]
    actor = Actor(1, town.people["孙勤"], "孙勤", ((Role.LEADER, group),))
    with unit("activities", actor) as session:
        todo = queries.desk(session, actor, group).todo
    days = [(each.kind, date(2025, min(each.period.last_month, 3), 2)) for each in todo for _ in range(each.times)]
    form = {"group_id": group, "submitted": True, "again": True}
    asked = [{**form, "kind": kind, "held_on": f"{day}"} for kind, day in days]
    made = [doors.diligent.post("activities/activities", each)["id"] for each in asked]

    assert f"本月要做的都写好了，{len(made)} 条等着确认。" in visit("diligent").get("/activities/todos").text

    doors.dongling.post("activities/confirmations", {"activity_ids": made})
    assert "本月要做的都做完了。" in visit("diligent").get("/activities/todos").text


def test_who_writes_for_several_groups_chooses_one_and_who_writes_for_none_is_told(visit: Visit):
    assert visit("dongling").get("/activities/records/new").title == "写谁的记录"
    assert "您没有这个职务" in visit("organiser").get("/activities/records/new").text
    visit("outsider").get("/activities/records/new")


def test_the_book_of_a_quarter_is_read_on_the_screen_and_taken_as_a_file(visit: Visit, doors, town):
    group = town.groups[DONGLING, FIRST]
    held = {"group_id": group, "kind": "study", "held_on": "2025-02-20", "topic": "学习党章", "submitted": True}
    made = doors.diligent.post("activities/activities", held)["id"]
    doors.dongling.post("activities/confirmations", {"activity_ids": [made]})
    leader = visit("diligent")
    address = f"/activities/groups/{group}/books/2025/1"

    assert address in leader.get("/activities/books").links()
    assert "学习党章" in leader.get(address).text
    answer = leader.client.get(f"{address}/pdf")

    assert answer.headers["content-type"] == "application/pdf"
    assert "学习党章" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    for path in (address, f"{address}/pdf", f"/activities/groups/{group}"):
        assert visit("outsider").client.get(path).status_code == 404
    leader.get(f"/activities/groups/{group}/books/2025/5", status=404)


def test_a_leader_finds_his_way_with_the_keyboard_alone(desk: Desk, office):
    with desk.window("diligent", size=DESK) as page:
        page.goto("/activities/records/new?kind=study")
        page.get_by_role("textbox", name="主题").focus()
        page.keyboard.type("只用键盘")
        page.keyboard.press("Enter")
        expect(page.get_by_text("已提交")).to_be_visible()

    assert [row[4] for row in records(office)] == ["submitted"]
