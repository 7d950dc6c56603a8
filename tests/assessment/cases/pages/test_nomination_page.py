"""A leader's year beside his nomination, and on his case until the year is collected."""

from collections.abc import Callable

import pytest

from tests.assessment.cases.pages.steps import Visit, opened, put_forward
from tests.browsing import DESK, PHONE, Desk
from tests.pages.looks import flaws_at
from tests.town import DONGLING, SECOND, Doors, Town


@pytest.fixture
def nominations(december: None, visit: Visit, doors: Doors, town: Town) -> dict[str, str]:
    """The pages on which 东岭村 puts its leaders forward; one more record waits to be confirmed."""
    group = town.groups[DONGLING, SECOND]
    record = {"group_id": group, "kind": "study", "held_on": "2025-08-08", "topic": "补记", "submitted": True}
    doors.negligent.post("activities/activities", record)
    opened(visit("organiser"))
    secretary = visit("dongling")
    links = [link for link in secretary.get("/assessment/").links() if link.endswith("/nomination")]
    return {secretary.get(link).title.partition("：")[0]: link for link in links}


def rows_of(page) -> dict[str, str]:
    """The lines of the year so far by their kind."""
    rows = page.root.xpath("//table[contains(caption, '已开展的活动')]/tbody/tr")
    return {row.find("th").text_content(): " ".join(row.find("td").text_content().split()) for row in rows}


def test_the_secretary_has_the_year_beside_the_form_with_its_gaps_and_its_records(
    visit: Visit, nominations: dict[str, str], town: Town
):
    secretary, group = visit("dongling"), town.groups[DONGLING, SECOND]

    page = secretary.get(nominations["何闲"])

    rows = rows_of(page)
    assert rows["集中学习"].startswith("4 次，应 10 次（全年 12 次）缺 8 次 1、2、3、4、5、6、7、8月")
    assert rows["集中学习"].endswith("待确认 1 条")
    assert rows["组织生活会"] == "1 次，应 1 次（全年 2 次）缺 1 次 1至6月"
    assert rows["志愿服务"] == "1 次"
    assert "2025年到期的活动缺 25 次，1 条记录待确认" in page.text
    for address, words in {
        f"/activities/records?unit_id={group}&year=2025&kind=study": "9月集中学习",
        f"/activities/records?unit_id={group}&year=2025&kind=study&stage=submitted": "补记",
        f"/activities/duties/units/{group}?year=2025": "逐月情况",
    }.items():
        assert address in page.links()
        assert words in secretary.get(address).text
    diligent = secretary.get(nominations["孙勤"])
    assert rows_of(diligent)["集中学习"] == "12 次，应 10 次（全年 12 次）"
    assert "2025年到期的活动都已开展" in diligent.text


def test_the_reviewer_has_it_on_the_case_until_the_year_is_collected(
    visit: Visit, nominations: dict[str, str], town: Town, settle: Callable[[], None]
):
    organiser = visit("organiser")
    case = nominations["何闲"].removesuffix("/nomination")
    put_forward(visit("dongling"))

    assert rows_of(organiser.get(case))["集中学习"].startswith("4 次，应 10 次（全年 12 次）")
    cycle = next(link for link in organiser.get("/assessment/").links() if "/assessment/cycles/" in link)
    cycle = "/".join(cycle.split("/")[:4])
    organiser.submit(organiser.get(cycle), "run")
    settle()

    page = organiser.get(case)
    assert rows_of(page) == {}
    assert "4 次，应 10 次" in page.text


def test_others_see_neither_the_page_nor_the_year(visit: Visit, nominations: dict[str, str]):
    for login in ("outsider", "xihe", "steady", "member"):
        visit(login).get(nominations["何闲"], 404)
    for login in ("organiser", "negligent"):
        visit(login).get(nominations["何闲"], 403)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_breaks_no_rule_of_accessibility(desk: Desk, nominations: dict[str, str], size):
    with desk.window("dongling", size=size) as page:
        assert flaws_at(page, nominations["何闲"]) == []
