"""The ledger at its pages, without script: what waits, what came back, what is attached, and what nobody else sees."""

from collections.abc import Callable

import psycopg
import pytest

from tests.browsing import Seen, Visitor
from tests.pictures import photo
from tests.town import DONGLING, FIRST, Doors, Town

JPEG = photo()
Visit = Callable[..., Visitor]


@pytest.fixture
def written(doors: Doors, town: Town) -> list[int]:
    """Three records of the first group that wait for the secretary."""
    asked = {
        "group_id": town.groups[DONGLING, FIRST],
        "held_on": "2025-02-20",
        "place": "村部",
        "topic": "学习中央一号文件",
        "absent": [{"person_id": town.people["许安"], "reason": "leave", "words": "家中有事"}],
        "submitted": True,
    }
    kinds = ("study", "group_meeting", "theme_day")
    return [doors.diligent.post("activities/activities", {**asked, "kind": kind})["id"] for kind in kinds]


def stages(office) -> list[str]:
    with psycopg.connect(office.owner_url) as connection:
        return [row[0] for row in connection.execute("select stage from activities.activity order by id")]


def test_several_are_confirmed_at_once_from_the_secretarys_landing(visit: Visit, office, written):
    secretary = visit("dongling")
    page = secretary.get("/activities/")
    assert "3条活动记录待确认" in page.text
    assert "许安（家中有事）" in page.text

    done = secretary.submit(page, "waiting", activity_ids=written[:2])

    assert "已确认2条记录" in done.text
    assert stages(office) == ["confirmed", "confirmed", "submitted"]


def test_several_are_returned_with_one_reason_that_their_writer_reads(visit: Visit, office, written):
    secretary = visit("dongling")
    page = secretary.get("/activities/records/waiting")
    page.form("waiting").action = "/activities/records/returns"

    secretary.submit(page, "waiting", activity_ids=written[1:], reason="请核对到会人员。")

    assert stages(office) == ["submitted", "returned", "returned"]
    leader = visit("diligent").get("/activities/")
    assert leader.text.count("退回的原因：请核对到会人员。") == 2
    assert f"/activities/records/{written[1]}/correct" in leader.links()


def test_returning_without_a_reason_keeps_what_was_ticked_and_says_what_to_do(visit: Visit, office, written):
    secretary = visit("dongling")
    page = secretary.get("/activities/records/waiting")
    page.form("waiting").action = "/activities/records/returns"

    again = secretary.submit(page, "waiting", status=422, activity_ids=written[:1])

    assert "退回的原因" in again.text
    ticked = [box.get("value") for box in again.root.iter("input") if box.get("checked") is not None]
    assert ticked == [str(written[0])]
    reason = again.form("waiting").find(".//details")
    assert reason.get("open") is not None
    assert "退回时要写" in reason.text_content()
    assert stages(office) == ["submitted"] * 3


def test_confirming_nothing_says_so(visit: Visit, written):
    secretary = visit("dongling")

    again = secretary.submit(secretary.get("/activities/records/waiting"), "waiting", status=422)

    assert "请先勾选" in again.text


def test_what_came_back_is_corrected_with_the_reason_in_view_and_its_history_kept(visit: Visit, doors, town, written):
    number = written[0]
    doors.dongling.post(f"activities/activities/{number}/returns", {"reason": "主题写全称。"})
    leader = visit("diligent")
    page = leader.get(f"/activities/records/{number}/correct")
    assert "主题写全称。" in page.text

    title, person = "学习《中共中央国务院关于做好2025年工作的意见》", town.people["白梅"]
    seen = leader.submit(page, "correct", topic=title, **{f"roll-{person}": "ill"}, button=("submitted", "1"))

    assert "等待支部书记确认" in seen.text
    for said in (title, "白梅", "生病", "家中有事", "更正", "退回：主题写全称。", "实到：4人 → 3人"):
        assert said in seen.text, said


def test_a_correction_that_cannot_be_keeps_what_was_typed(visit: Visit, doors, written):
    leader = visit("diligent")
    page = leader.get(f"/activities/records/{written[0]}/correct")

    again = leader.submit(page, "correct", status=422, topic="新的主题", held_on="2030-01-01")

    assert "活动日期在今天以后" in again.text
    assert again.form("correct").fields["topic"] == "新的主题"


def test_a_confirmed_record_is_corrected_only_with_a_reason(visit: Visit, doors, office, written):
    doors.dongling.post("activities/confirmations", {"activity_ids": written})
    leader = visit("diligent")
    page = leader.get(f"/activities/records/{written[0]}/correct")

    assert "写明原因" in leader.submit(page, "correct", status=422, topic="改").text
    assert "已更正" in leader.submit(page, "correct", topic="改", why="写错了").text
    assert stages(office)[0] == "submitted"


def test_photos_are_added_and_taken_away_on_the_page(visit: Visit, written):
    leader, address = visit("diligent"), f"/activities/records/{written[0]}"
    refused = leader.submit(leader.get(address), "attach", status=422, files={"files": ("会议.exe", b"MZ" + JPEG)})
    assert "可以是照片" in refused.text

    page = leader.submit(
        leader.get(address), "attach", files=[("files", ("一.jpg", JPEG)), ("files", ("二.jpg", photo(2)))]
    )

    links = sorted({link for link in page.links() if "/attachments/" in link})
    assert len(links) == 2
    assert leader.client.get(links[0]).content.startswith(b"\xff\xd8")
    assert "附件已移除" in leader.submit(page, f"remove-{links[0].rpartition('/')[2]}").text
    assert leader.client.get(links[0]).status_code == 404
    for stranger in ("outsider", "member", "xihe", "negligent"):
        assert visit(stranger).client.get(links[1]).status_code == 404


def test_the_ledger_is_filtered_in_the_query_and_a_part_of_it_comes_alone(visit: Visit, town, written):
    secretary = visit("dongling")
    group = town.groups[DONGLING, FIRST]

    page = secretary.get(f"/activities/records?unit_id={group}&year=2025&month=2&kind=study")

    assert page.root.xpath("//tbody//a/@href")[-1:] == [f"/activities/records/{written[0]}"]
    assert page.root.xpath("count(//tbody/tr)") == 1
    part = Seen(secretary.client.get(f"/activities/records?unit_id={group}&year=2025&part=rows"))
    assert part.root.xpath("count(//tbody/tr)") == 3
    plain = secretary.get("/activities/records?unit_id=&year=&month=2&kind=&stage=submitted")
    assert plain.root.xpath("count(//tbody/tr)") == 3
    assert "没有符合条件的记录" in secretary.get(f"/activities/records?unit_id={group}&year=2025&month=1").text


def test_an_outsider_finds_no_record_and_no_step_of_it(visit: Visit, office, town, written):
    outsider, number = visit("outsider"), written[0]
    for address in (f"/activities/records/{number}", f"/activities/records/{number}/correct"):
        outsider.get(address, status=404)
    outsider.get(f"/activities/records?unit_id={town.groups[DONGLING, FIRST]}", status=404)
    token = outsider.get("/activities/todos").root.xpath("string(//input[@name='key']/@value)")
    for step in ("submissions", "discards", "corrections", "attachments"):
        sent = {"key": token, "kind": "study", "held_on": "2025-02-20", "form": "x"}
        files = {"files": ("一.jpg", JPEG)}
        answer = outsider.client.post(f"/activities/records/{number}/{step}", data=sent, files=files)
        assert answer.status_code in (404, 409), step
    assert stages(office) == ["submitted"] * 3


def test_who_may_not_confirm_his_own_record_is_told_who_does(visit: Visit, doors, town):
    from datetime import date

    from services.activities.register import actions as register
    from shared.access import SYSTEM
    from shared.db import unit
    from shared.roles import Role

    with unit("activities") as session:
        person_id, group_id = town.people["陆明"], town.groups[DONGLING, FIRST]
        register.appoint(session, SYSTEM, person_id, group_id, Role.DEPUTY, starts_on=date(2025, 3, 1))
    asked = {"group_id": group_id, "kind": "study", "held_on": "2025-02-20", "submitted": True}
    number = doors.dongling.post("activities/activities", asked)["id"]

    page = visit("dongling").get(f"/activities/records/{number}")
    assert "请由乡镇组织委员确认或退回" in page.text
    assert "confirm" not in [form.get("id") for form in page.root.forms]
    assert "等乡镇确认" in visit("dongling").get("/activities/records/waiting").text
    organiser = visit("organiser")
    done = organiser.submit(organiser.get("/activities/records/waiting"), "waiting", activity_ids=[number])
    assert "已确认1条记录" in done.text


def test_of_several_what_cannot_be_confirmed_is_named_with_the_reason_and_the_rest_is_done(
    visit: Visit, office, doors, written
):
    secretary = visit("dongling")
    page = secretary.get("/activities/records/waiting")
    doors.dongling.post("activities/confirmations", {"activity_ids": written[:1]})  # on his telephone, meanwhile

    done = secretary.submit(page, "waiting", activity_ids=written)

    assert "已确认2条记录。没有办的1条：东岭村党支部第一党小组" in done.text
    assert "现在是“已确认”" in done.text
    assert stages(office) == ["confirmed"] * 3
    again = secretary.submit(page, "waiting", status=409, activity_ids=written, key=fresh_key(secretary))
    assert "没有办成。没有办的3条" in again.text


def test_whoever_confirms_nothing_is_not_told_how_the_records_stand(visit: Visit, office, written):
    leader = visit("diligent")
    sent = {"activity_ids": written[:1], "key": fresh_key(leader)}

    answer = leader.client.post("/activities/records/confirmations", data=sent)

    assert answer.status_code == 403
    assert "没有这个职务" in answer.text


def fresh_key(visitor) -> str:
    """The token of another form of the same person, as a page that was loaded once more has it."""
    return visitor.get("/account").root.xpath("string(//form[@id='sign-out']//input[@name='key']/@value)")
