"""A ledger too large for a request is made behind it, for whoever asked, who is told; and is forgotten after some days."""

from datetime import date, timedelta
from io import BytesIO

import psycopg
import pytest
from python_calamine import CalamineWorkbook

from services.activities.papers import pages, rules
from services.activities.papers.actions import behind
from tests.activities.papers.test_lists_taken_out import meetings, taken
from tests.town import DONGLING, FIRST, Doors, Town

PAPERS = "select listing, made_at is not null, refused_why, content is not null from activities.ordered_paper"


@pytest.fixture
def large(doors: Doors, town: Town, monkeypatch: pytest.MonkeyPatch) -> int:
    """Three records where two are many; the unit of their ledger."""
    for module in (rules, pages):
        monkeypatch.setattr(module, "AT_ONCE_MOST", 2)
    meetings(doors, town, FIRST, [date(2025, 1, day) for day in (6, 13, 20)])
    return town.units[DONGLING]


def rows(office, question: str) -> list[tuple]:
    with psycopg.connect(office.owner_url) as connection:
        return connection.execute(question).fetchall()


def test_it_is_asked_for_on_the_page_told_of_taken_by_whoever_asked_and_forgotten(
    large: int, town: Town, doors: Doors, *, visit, settle, office, move_to
):
    refused = taken(doors.dongling, town, "ledger", status=409, unit_id=large)
    assert "有 3 条记录，要在后台制作" in refused.json()["detail"]
    assert taken(doors.dongling, town, "ledger", unit_id=large, month=2).content

    secretary = visit("dongling")
    page = secretary.get(f"/activities/prints?unit_id={large}&year=2025")
    assert not any("prints/ledger?file=" in each for each in page.links())
    page = secretary.submit(page, "order", file="xlsx")
    assert "正在制作，有 3 条记录" in page.text
    assert rows(office, PAPERS) == [("ledger", False, None, False)]

    settle()
    assert rows(office, PAPERS) == [("ledger", True, None, True)]
    (address,) = [
        each for each in secretary.get("/activities/prints").links() if each.startswith("/activities/prints/")
    ]
    told = "select a.login, m.link from notify.message m join office.account a using (person_id)"
    assert rows(office, f"{told} where m.fact = 'PaperMade'") == [("dongling", "/activities/prints")]
    sheet = CalamineWorkbook.from_filelike(BytesIO(secretary.client.get(address).content)).get_sheet_by_index(0)
    assert sum("村部会议室" in row for row in sheet.to_python()) == 3
    assert rows(office, "select body->>'paper' from office.happening where fact = 'PaperTaken' order by id")[-1] == (
        "ledger",
    )
    for login in ("organiser", "outsider", "diligent"):
        visit(login).get(address, status=404)

    move_to(date(2025, 3, 3) + timedelta(days=8))
    settle()
    assert rows(office, PAPERS) == []
    visit("dongling").get(address, status=404)


def test_what_is_wanted_too_often_or_no_more_to_be_seen_is_refused_in_words(
    large: int, town: Town, doors: Doors, *, settle, office, monkeypatch
):
    doors.diligent.post(f"activities/units/{large}/prints/ledger/orders", {}, status=404)
    group = town.groups[DONGLING, FIRST]
    for _ in range(3):
        doors.diligent.post(f"activities/units/{group}/prints/ledger/orders", {"year": 2025, "file": "pdf"})
    again = doors.diligent.post(f"activities/units/{group}/prints/ledger/orders", {}, status=409)
    assert "已有 3 张表在后台制作" in again["detail"]
    monkeypatch.setattr(behind, "PDF_MOST", 2)
    long = doors.dongling.post(
        f"activities/units/{large}/prints/ledger/orders", {"year": 2025, "file": "pdf"}, status=409
    )
    assert "请选 Excel" in long["detail"]
    doors.diligent.post(f"activities/units/{group}/prints/roster/orders", {}, status=409)
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute("update office.post set ends_on = '2025-03-03' where unit_id = %s", (group,))
    settle()
    assert {row[1:] for row in rows(office, PAPERS)} == {(False, "没有找到这个单位，或者不在您的管理范围内。", False)}


def test_a_list_that_fails_at_every_try_is_given_up_told_of_and_keeps_nobody_from_asking_again(
    large: int, doors: Doors, *, settle, office, monkeypatch, visit
):
    def broken(*_: object) -> None:
        raise RuntimeError("no such font")

    monkeypatch.setattr(behind, "made_of", broken)
    orders = f"activities/units/{large}/prints/ledger/orders"
    for _ in range(3):
        doors.dongling.post(orders, {"year": 2025})
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        for _ in range(rules.TRIES + 1):
            settle()
            connection.execute("update activities.job set run_at = office.now() where state = 'ready' and attempts > 0")

    assert {row[1:] for row in rows(office, PAPERS)} == {(False, behind.GIVEN_UP, False)}
    told = "select distinct a.login, m.title from notify.message m join office.account a using (person_id)"
    assert rows(office, f"{told} where m.fact = 'PaperMade'") == [("dongling", "您要的表没有做成")]
    assert rows(office, "select 1 from activities.job where state = 'dead'") == []
    assert behind.GIVEN_UP in visit("dongling").get("/activities/prints").text
    doors.dongling.post(orders, {"year": 2025})


YEAR_OF_RECORDS = """
    with made as (
      insert into activities.activity (group_id, branch_id, township_id, kind, held_on, topic, content, stage, expected, present)
      select %(group)s, %(branch)s, %(township)s, 'study', date '2025-01-01' + n %% 360, '第' || n || '次学习',
        repeat('逐条学习，结合本村实际讨论。', 20), 'confirmed', 30, 29 from generate_series(1, %(records)s) n returning id)
    insert into activities.attendance (activity_id, person_id, group_id, state, counted, reason)
    select made.id, p.id, %(group)s, case when p.at = 1 then 'excused' else 'present' end, true,
      case when p.at = 1 then 'leave' end
    from made, (select id, row_number() over (order by id) as at from office.person order by id limit 30) p"""


@pytest.mark.parametrize("records", [1_200, pytest.param(10_000, marks=pytest.mark.large)])
def test_a_year_of_a_township_is_one_file_with_every_record_and_every_name(
    doors: Doors, town: Town, settle, office, records: int
):
    where = {"group": town.groups[DONGLING, FIRST], "branch": town.units[DONGLING], "township": town.id}
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute(YEAR_OF_RECORDS, where | {"records": records})
    made = doors.organiser.post(f"activities/units/{town.id}/prints/ledger/orders", {"year": 2025})

    settle()
    data = doors.organiser.ask("GET", f"activities/prints/{made['id']}").content
    sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    lines = [row for row in sheet if any(str(cell).endswith("次学习") for cell in row)]
    topic, attendees = (sheet[2].index(word) for word in ("会议议题", "参会人员名单"))
    assert len({row[topic] for row in lines}) == len(lines) == records
    assert {str(row[attendees]).count("、") for row in lines} == {28}
    assert f"合计 {records} 次，应到 {records * 30} 人次" in str(sheet[-1])
