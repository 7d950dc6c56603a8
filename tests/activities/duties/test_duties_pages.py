"""What falls due, on pages: the township by branches, two clicks to the record, and branches reminded."""

from datetime import date

import psycopg
import pytest

from tests.browsing import Visitor
from tests.town import DONGLING, FIRST, XIHE


@pytest.fixture
def visit(doors):
    return lambda login: Visitor(doors.client.app, login)


@pytest.fixture
def record(doors, town) -> int:
    held = {"group_id": town.groups[DONGLING, FIRST], "kind": "study", "held_on": "2025-02-12", "topic": "二月学习"}
    made = doors.diligent.post("activities/activities", held | {"submitted": True})["id"]
    doors.dongling.post("activities/confirmations", {"activity_ids": [made]})
    return made


def test_the_organiser_goes_from_the_township_to_a_record_in_two_clicks(visit, town, record):
    assert f"/activities/duties/units/{town.units[DONGLING]}" in visit("organiser").get("/").links()
    page = visit("organiser").get("/activities/duties")
    assert page.title == "清溪镇：各支部组织生活"
    assert page.root.xpath("count(//table[@class='heat']//tbody/tr)") == 3

    branch = f"/activities/duties/units/{town.units[DONGLING]}?year=2025&month=2"
    assert branch in page.links()
    assert f"/activities/records/{record}" in visit("organiser").get(branch).links()


def test_branches_are_reminded_by_one_button_and_not_twice(visit, town, settle, office):
    organiser = visit("organiser")
    page = organiser.get("/activities/duties")
    assert "3 个支部有未完成的" in page.text

    after = organiser.submit(page, "remind", branch_ids=[], button=("only", str(town.units[XIHE])))
    assert "已催办1个支部" in after.text
    assert "今天已催办" in after.text
    again = organiser.submit(after, "remind", branch_ids=[town.units[XIHE], town.units[DONGLING]])
    assert "已催办1个支部" in again.text
    assert "1个支部今天已经催办过" in again.text
    settle()
    with psycopg.connect(office.owner_url) as connection:
        assert connection.execute("select count(*) from notify.message where telling = 'reminded'").fetchone() == (2,)

    nothing = organiser.submit(again, "remind", status=422, branch_ids=[])
    assert "请先勾选要催办的支部" in nothing.text


def test_each_sees_the_unit_that_he_answers_for(visit, town):
    assert visit("dongling").get("/activities/duties").title == "东岭村党支部：各党小组组织生活"
    assert visit("diligent").get("/activities/duties").title.startswith("东岭村党支部第一党小组")
    assert "催办" not in visit("dongling").get("/activities/duties").text
    visit("member").get("/activities/duties", status=404)
    for unit in (town.id, town.units[DONGLING], town.groups[DONGLING, FIRST]):
        visit("outsider").get(f"/activities/duties/units/{unit}", status=404)


def test_a_branch_that_is_another_secretarys_is_not_reminded_by_him(visit, town):
    page = visit("organiser").get("/activities/duties")
    form = page.form("remind")
    stranger = visit("outsider")
    answer = stranger.client.post(form.action, data=dict(form.form_values()))
    assert answer.status_code in (403, 404)


def test_at_the_beginning_of_a_year_the_township_is_offered_the_one_that_is_assessed(visit, move_to):
    move_to(date(2026, 1, 12))
    page = visit("organiser").get("/activities/duties")

    assert "看2025年（考核年度）各支部组织生活" in page.text
    assert "2025年各支部逐月情况" in visit("organiser").get("/activities/duties?year=2025").text
    assert visit("organiser").get("/assessment/cycles/new").form("opening").fields["year"] == "2025"
    move_to(date(2026, 4, 1))
    assert "考核年度" not in visit("organiser").get("/activities/duties").text


def test_a_year_that_is_over_is_summed_up_by_its_own_figures_and_nobody_is_reminded_of_it(visit, town, move_to):
    move_to(date(2026, 4, 1))

    page = visit("organiser").get("/activities/duties?year=2025")

    assert "3 个支部有没补上的" in page.text
    cells = page.root.xpath("//table[@class='heat']//td[@class='late']/a/text()")
    assert f"{sum(int(cell.removeprefix('缺')) for cell in cells)} 项没有补上" in page.text
    assert "催办" not in page.text
