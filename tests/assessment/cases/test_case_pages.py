"""The year at its pages, with plain requests: from the opening to the end by the people of the named world."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.browsing import Seen, Visitor
from tests.servers import Database
from tests.town import Doors, Town, build_town, ledger_file, year_of_meetings
from tests.two_years import MONTHS_2025

Visit = Callable[..., Visitor]
NANPING_SECRETARY = "long enough, for 卢山"


@pytest.fixture
def town(office: Database) -> Town:
    """The named world, and not the small township of the other tests here."""
    return build_town()


@pytest.fixture
def december(town: Town, doors: Doors, move_to: Callable[..., None], settle: Callable[[], None]) -> None:
    """A year of records is in, 南坪村 has a secretary, and it is the third of December."""
    move_to(date(2025, 11, 28))
    settle()
    content = ledger_file(2025, year_of_meetings(2025, MONTHS_2025))
    doors.organiser.upload(f"activities/townships/{town.id}/ledgers?year=2025", "活动台账2025.xlsx", content)
    branch, person = town.units["南坪村党支部"], town.people["卢山"]
    doors.organiser.post(f"activities/units/{branch}/posts", {"person_id": person, "kind": "secretary"})
    made = doors.keeper.post(f"activities/people/{person}/accounts", {"login": "nanping"})
    newcomer = doors.of("nanping", made["first_password"])
    answer = newcomer.ask("POST", "activities/passwords", json={"password": NANPING_SECRETARY})
    assert answer.status_code == 201, answer.text
    settle()


def opened(organiser: Visitor) -> Seen:
    form = organiser.get("/assessment/cycles/new")
    return organiser.submit(form, "opening")


def put_forward(secretary: Visitor) -> Seen:
    """One leader after the other, as the pages lead on."""
    page = secretary.get("/assessment/")
    first = next(link for link in page.links() if link.endswith("/nomination"))
    page = secretary.get(first)
    while "提名" in page.title:
        page = secretary.submit(
            page, "nomination", self_statement="全年按月开展活动。", grade="competent", reasons="认真负责。"
        )
    return page


def reviewed(organiser: Visitor, cycle: str) -> Seen:
    page = organiser.get(f"{cycle}/review")
    ids = [box.get("value") for box in page.root.iter("input") if box.get("name") == "case_ids"]
    return organiser.submit(page, "review", button=("step", "accept"), case_ids=ids)


def to_rating(visit: Visit, settle: Callable[[], None]) -> tuple[Visitor, str]:
    organiser = visit("organiser")
    cycle = opened(organiser).address
    for login, more in (("dongling", {}), ("xihe", {}), ("nanping", {"password": NANPING_SECRETARY})):
        put_forward(visit(login, **more))
    reviewed(organiser, cycle)
    organiser.submit(organiser.get(cycle), "run")
    settle()
    return organiser, cycle


def decided(committee: Visitor, cycle: str) -> Seen:
    page = committee.get(f"{cycle}/board")
    ids = [box.get("value") for box in page.root.iter("input") if box.get("name") == "case_ids"]
    return committee.submit(page, "follow", case_ids=ids, reason="成绩相同，会议研究同时评为优秀。")


@pytest.mark.usefixtures("december")
def test_the_year_goes_from_its_opening_to_its_end_by_its_people(
    visit: Visit, move_to: Callable[..., None], settle: Callable[[], None]
):
    organiser, cycle = to_rating(visit, settle)
    committee = visit("committee")

    board = decided(committee, cycle)
    assert "已评定 6 名" in board.text
    assert "0 名还没有评定" in board.text

    poster = organiser.submit(organiser.get(cycle), "publish")
    assert poster.title == "关于2025年度党小组长考核结果的公示"
    assert "孙勤" in poster.text
    assert "12月5日" in poster.text or "2025年12月" in poster.text

    move_to(date(2025, 12, 31))
    organiser = visit("organiser")
    ended = organiser.submit(organiser.get(cycle), "close")
    assert "已办结" in ended.text
    assert "重新计算，逐项一致" in organiser.get(f"{cycle}/verification").text
