"""The keeper enters the State Council's announcement: what was guessed is settled, and every door says who may."""

from datetime import date

import psycopg
import pytest

from services.activities.office import actions, queries
from services.activities.office.rules.announced import stretches_from
from services.activities.register import actions as register
from shared import daily, people
from shared.access import SYSTEM
from shared.db import unit
from shared.errors import Invalid
from shared.roles import Role
from shared.settings import SERVICES
from shared.workdays import Deadline, Workdays
from tests.conftest import Doors
from tests.town import FOUNDED, Town

PASTED = """一、元旦：2026年12月31日（周四）至2027年1月2日（周六）放假调休，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（星期日）、2月20日（星期六）上班。
五、劳动节：5月1日放假，与周末连休。
2027-10-01 至 2027-10-07 放假"""
READ = [
    "2026年12月31日—2027年1月2日放假",
    "2月5日—11日放假",
    "1月31日（周日）上班",
    "2月20日（周六）上班",
    "5月1日（周六）放假",
    "10月1日—7日放假",
]
PATH = "activities/workdays/2027"
ASKED = {"announcement": PASTED, "whole": True, "reason": "国办发明电〔2026〕7号"}


def read(text: str, year: int = 2027) -> list[str]:
    return [each.said() for each in stretches_from(text, year, worked=Workdays().is_workday)]


@pytest.fixture
def keeper(doors: Doors, town: Town):
    """The keeper of both townships: what they share is his to enter."""
    with unit("activities") as session:
        register.appoint(session, SYSTEM, town.people["马静"], town.units["柳湾镇"], Role.KEEPER, starts_on=FOUNDED)
    return doors.keeper


def enter(text: str = PASTED, *, whole: bool = True, year: int = 2027) -> None:
    with unit("activities", SYSTEM) as session:
        actions.enter_workdays(session, SYSTEM, year, text, whole=whole, reason="国办发明电〔2026〕7号")


def days() -> Workdays:
    with unit("notify") as session:
        return people.workdays_of(session)


# --- reading ---


def test_the_announcement_is_read_as_pasted_and_as_typed_by_hand():
    assert read(PASTED) == READ


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("10月1日至7日", "放假”或“上班"),
        ("国务院办公厅", "没有日期"),
        ("1日至3日放假", "没有写月份"),
        ("2月30日放假", "没有“2月30日”"),
        ("10月1日至放假", "后面没有日期"),
        ("10月1日至7 放假", "看不懂“7”"),
        ("10月7日至1日放假", "比开始日期早"),
        ("2028-10-01 放假", "不是2027年"),
        ("3月1日至5月1日放假", "超过 31 天"),
        ("10月1日（周四）放假", "是周五"),
        ("10月11日上班", "本来就上班"),
        ("5月8日放假\n5月8日上班", "第 1 行写的是放假"),
    ],
)
def test_a_line_that_makes_no_sense_is_named_with_what_to_do(line: str, said: str):
    with pytest.raises(Invalid, match=said) as refusal:
        read(f"5月1日放假\n{line}" if "\n" not in line else line)

    assert "第 2 行" in refusal.value.detail
    assert refusal.value.field == "announcement"


# --- entering ---


def test_a_year_that_was_entered_in_full_is_no_guess_any_more(town: Town):
    assert days().add(date(2026, 12, 30), 1) == Deadline(date(2026, 12, 31))
    assert days().add(date(2027, 2, 4), 1).provisional

    enter(whole=False)
    assert days().add(date(2027, 2, 4), 1) == Deadline(date(2027, 2, 12), provisional=True)
    enter()

    assert days().add(date(2027, 2, 4), 1) == Deadline(date(2027, 2, 12))
    assert days().add(date(2026, 12, 30), 1) == Deadline(date(2027, 1, 4))


def test_a_year_is_full_only_with_what_is_off_in_every_year_and_nothing_is_half_done(town: Town):
    with pytest.raises(Invalid, match="10月1日还没有录为放假"):
        enter(PASTED.rpartition("\n")[0])
    with pytest.raises(Invalid, match="第 2 行"):
        enter("5月1日放假\n看不懂")
    with pytest.raises(Invalid, match="已有公布的表"):
        enter("7月1日放假", year=2026)
    with pytest.raises(Invalid, match="2025年到2027年"):
        enter(year=2028)

    assert days() == Workdays({})


def test_an_entry_that_is_taken_back_leaves_the_published_table_and_opens_the_year(town: Town):
    enter()
    enter("7月1日放假", whole=False, year=2025)
    for first, last in ((date(2025, 7, 1),) * 2, (date(2027, 10, 1), date(2027, 10, 7))):
        with unit("activities", SYSTEM) as session:
            actions.drop_workdays(session, SYSTEM, first, last, reason="录错了。")

    assert days().is_workday(date(2025, 7, 1))
    assert days().add(date(2027, 9, 30), 1) == Deadline(date(2027, 10, 1), provisional=True)


@pytest.mark.parametrize(("today", "wanting"), [("2026-11-30", None), ("2026-12-01", 2027), ("2027-01-05", 2027)])
def test_from_december_on_the_next_year_is_wanted(town: Town, move_to, today: str, wanting: int | None):
    move_to(date.fromisoformat(today))
    with unit("activities") as session:
        assert queries.year_wanting(session) == wanting

    enter()

    with unit("activities") as session:
        assert queries.year_wanting(session) is None


def test_the_page_of_the_machine_says_that_the_next_year_is_wanting(visit, move_to):
    assert "放假安排还没有" not in visit("keeper").get("/office/machine").text
    move_to(date(2026, 12, 1))

    page = visit("keeper").get("/office/machine")

    assert "2027年的放假安排还没有" in page.text
    assert "/office/workdays?year=2027" in page.links()


# --- by the doors and on the page ---


def test_the_keeper_enters_it_by_the_door_and_it_stands_on_the_audit(keeper, doors: Doors):
    keeper.post(PATH, ASKED)

    found = doors.organiser.get(PATH)
    assert (found["settled"], found["why"]) == (True, ASKED["reason"])
    assert [line["said"] for line in found["lines"]][:2] == ["1月1日—2日放假", "1月31日（周日）上班"]
    (row,) = doors.auditor.get("activities/audit", fact="WorkdaysChanged")["rows"]
    assert (row["who"], row["words"], row["reason"]) == ("马静", "修改工作日表", ASKED["reason"])
    assert row["body"]["after"] == "；".join([*READ, "已录完"])
    keeper.post(f"{PATH}/removals", {"first": "2027-03-01", "last": "2027-03-02", "reason": "错"}, 404)


def test_nobody_else_enters_it_nor_a_keeper_of_only_one_township(doors: Doors):
    for login in ("keeper", "organiser", "committee", "auditor", "dongling", "member", "outsider"):
        getattr(doors, login).post(PATH, ASKED, 403)
    for login in ("committee", "auditor", "dongling", "member"):
        getattr(doors, login).get(PATH, 403)


def test_the_page_takes_the_announcement_and_lets_an_entry_be_taken_back(keeper, visit, town: Town):
    visitor = visit("keeper")
    page = visitor.get("/office/workdays?year=2027")
    assert "推算：尚未公布" in page.text

    again = visitor.submit(page, "announce", 422, announcement="10月1日（周四）放假", reason="文")
    assert "第 1 行" in again.text
    assert "10月1日（周四）放假" in again.form("announce").fields["announcement"]
    done = visitor.submit(again, "announce", announcement=PASTED, reason="国办发明电〔2026〕7号", whole="1")
    assert "本机构已录完" in done.text
    assert "明早起按新日历重排" in done.text
    assert "10月1日—7日放假 本机构" in done.text

    less = visitor.submit(done, "drop-2027-10-01", reason="录错了。")
    assert "推算：尚未公布" in less.text
    assert "10月1日—7日" not in less.text


WAITING = "select due_on from office.todo where kind = 'notify.acknowledge' and closed_at is null"
SAID = "select count(*) from notify.message where fact = 'TodosReminded' and telling like '{}'"
QUESTIONS = {
    "unacknowledged": SAID.format("above:notify.acknowledge"),
    "nominations": SAID.format("near:assessment.nominate"),
}


@pytest.mark.parametrize(
    ("entered", "waits_for", "told"),
    [
        ("", 4, {"unacknowledged": [5], "nominations": [8, 12]}),
        ("12月4日放假\n12月12日放假", 5, {"unacknowledged": [8], "nominations": [5, 11]}),
        ("12月13日上班", 4, {"unacknowledged": [5], "nominations": [9, 13]}),
    ],
    ids=["as published", "two days off more", "a Saturday that is worked"],
)
def test_what_waits_is_told_by_the_days_that_were_entered_on_the_page(
    request: pytest.FixtureRequest, entered: str, waits_for: int, told: dict[str, list[int]]
):
    """The year is opened on Monday, 1 December: nominations by the 15th, acknowledged within three working days."""
    named = ("doors", "keeper", "visit", "town", "move_to", "settle", "office")
    doors, _, visit, town, move_to, settle, office = (request.getfixturevalue(name) for name in named)

    def sql(question: str) -> list[int | date]:
        with psycopg.connect(office.owner_url) as connection:
            return [row[0] for row in connection.execute(question)]

    def come(day: int) -> None:
        move_to(date(2025, 12, day))
        for service in SERVICES:
            daily.post(service)
        settle()

    come(1)
    doors.organiser.post("assessment/cycles", {"township_id": town.id, "year": 2025})
    settle()
    assert set(sql(WAITING)) == {date(2025, 12, 4)}
    if entered:
        keeper = visit("keeper")
        page = keeper.get("/office/workdays?year=2025")
        assert "明早起按新日历重排" in keeper.submit(page, "announce", announcement=entered, reason="县里调休").text

    said: dict[str, list[int]] = {"unacknowledged": [], "nominations": []}
    for day in range(2, 15):
        before = {name: sql(question) for name, question in QUESTIONS.items()}
        come(day)
        if day == 2:
            assert set(sql(WAITING)) == {date(2025, 12, waits_for)}
        for name, question in QUESTIONS.items():
            said[name] += [day] if sql(question) != before[name] else []
    assert said == told


@pytest.mark.parametrize(
    ("login", "status"), [("organiser", 200), ("dongling", 403), ("member", 403), ("auditor", 403)]
)
def test_the_page_is_read_by_the_office_and_no_form_is_on_it(visit, login: str, status: int):
    page = visit(login).get("/office/workdays?year=2025", status)

    if status == 200:
        assert "春节 公布的表" in page.text
        assert not [form for form in page.root.forms if form.get("id") == "announce"]
