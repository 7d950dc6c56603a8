"""What is filed: whole lists as the office has them, obeying sight, on the record, and read in again without a change."""

import re
from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import psycopg
import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from services.activities.ledger import actions as ledger
from services.activities.ledger.actions import Draft
from services.activities.ledger.rules.kinds import Kind
from services.activities.papers import queries
from services.activities.papers.actions.lists import MAY_TAKE_NUMBERS, Asking, fill
from services.activities.papers.rules import OF_CARE, READ_AGAIN, Listing, Time, time_of
from services.activities.papers.schemas import AskedForm
from services.activities.register import actions as register
from services.activities.register.rules.membership import Asked, Turn
from services.activities.register.rules.regrouping import Merge
from shared import clock
from shared.settings import settings
from tests.town import DONGLING, FIRST, SECOND, Doors, Town

LISTS = ("roster", "roster_full", "roster_posted", "groups", "ledger", "gaps", "summary", "changes")


def taken(person, town: Town, listing: str, status: int = 200, **asked):
    where = asked.pop("unit_id", town.id)
    answer = person.ask("GET", f"activities/units/{where}/prints/{listing}", params={"year": 2025, **asked})
    assert answer.status_code == status, answer.text
    return answer


def rows_of(data: bytes) -> list[list[str]]:
    found = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    return [[str(cell) for cell in row] for row in found]


def pages_of(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]


def meetings(doors: Doors, town: Town, group: str, days: list[date], **more) -> list[int]:
    made = []
    for number, day in enumerate(days):
        asked = {
            "group_id": town.groups[DONGLING, group],
            "kind": "study",
            "held_on": day.isoformat(),
            "place": "村部会议室",
            "topic": f"第{number + 1}次学习",
            "content": "逐条学习。",
            "minutes": 90,
            "chair_id": town.people["孙勤"],
            "absent": [{"person_id": town.people["许安"], "reason": "leave", "words": "家中有事"}],
            "submitted": True,
            **more,
        }
        made.append(doors.diligent.post("activities/activities", asked)["id"])
    return made


def of_the_other_group(doors: Doors, town: Town) -> None:
    """One more record, of the second group."""
    asked = {"group_id": town.groups[DONGLING, SECOND], "kind": "study", "held_on": "2025-01-09", "topic": "春耕"}
    doors.dongling.post("activities/activities", {**asked, "absent": [], "submitted": True})


@pytest.fixture
def kept(doors: Doors, town: Town) -> list[int]:
    """Two confirmed records, and one that waits."""
    ids = meetings(doors, town, FIRST, [date(2025, 1, 20), date(2025, 2, 20), date(2025, 3, 1)])
    doors.dongling.post("activities/confirmations", {"activity_ids": ids[:2]})
    return ids


@pytest.mark.parametrize("listing", LISTS)
def test_every_list_is_taken_out_with_the_looks_of_an_office(doors: Doors, town: Town, kept, listing: str):
    rows = rows_of(taken(doors.organiser, town, listing, month=3).content)
    with ZipFile(BytesIO(taken(doors.organiser, town, listing, month=3).content)) as book:
        sheet, names = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/workbook.xml").decode()

    assert rows[0][0].startswith("清溪镇")
    assert rows[1][0] == "填报单位（盖章）：清溪镇"
    assert any(cell.startswith("填报日期：") for cell in rows[1])
    assert rows[2][0] == "序号"
    assert "党支部书记（签字）" in rows[-1][0]
    assert 'orientation="landscape"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert "_xlnm.Print_Titles" in names
    printed = pages_of(taken(doors.organiser, town, listing, month=3, file="pdf").content)
    assert f"第 1 页，共 {len(printed)} 页" in printed[0]
    assert "党支部书记（签字）" in printed[-1]


def test_a_ledger_of_140_records_prints_140_with_its_total(doors: Doors, town: Town):
    days = [date(2024, month, day) for month in range(1, 11) for day in range(1, 15)]
    meetings(doors, town, FIRST, days)

    rows = rows_of(taken(doors.diligent, town, "ledger", unit_id=town.groups[DONGLING, FIRST], year=2024).content)
    printed = pages_of(
        taken(doors.diligent, town, "ledger", unit_id=town.groups[DONGLING, FIRST], year=2024, file="pdf").content
    )

    assert len(rows) == 3 + 140 + 1
    text = "".join("".join(printed).split())
    assert all(f"第{number}次学习" in text for number in range(1, 141))
    assert "合计140次，应到" in text
    assert all(f"第 {number} 页，共 {len(printed)} 页" in page for number, page in enumerate(printed, start=1))
    assert all("会议日期" in "".join(page.split()) for page in printed)  # the head on each page


def test_numbers_leave_for_a_reason_only_and_whose_they_are_can_see_it(doors: Doors, town: Town, visit):
    plain = rows_of(taken(doors.organiser, town, "roster").content)
    assert not {"身份证号码", "联系电话"} & set(plain[2])
    posted = rows_of(taken(doors.organiser, town, "roster_posted").content)
    assert not {"身份证号码", "联系电话", "出生年月"} & set(posted[2])

    secretary = visit("dongling")
    page = secretary.get(f"/activities/prints?unit_id={town.units[DONGLING]}")
    refused = secretary.submit(page, "numbers", 422, listing="roster", file="xlsx", reason="")
    assert "请填写" in refused.text
    answer = secretary.client.post(
        f"/activities/units/{town.units[DONGLING]}/prints/numbers", data=numbers(page, "上报县委组织部")
    )
    assert answer.status_code == 200, answer.text
    rows = rows_of(answer.content)
    assert rows[3][rows[2].index("联系电话")].startswith("1990000")
    told = asked("select reason from office.happening where fact = 'PaperTaken' and body->>'paper' = 'roster_numbers'")
    assert told == ["上报县委组织部"]
    shown = asked("select count(*) from office.happening where fact = 'NumberShown' and body->>'field' = 'phone'")
    assert shown == [12]
    told = asked(
        "select count(distinct subject) from office.happening where fact = 'NumberShown' and reason = '导出花名册'"
        " and body = jsonb_build_object('unit_id', unit_id, 'person_id', split_part(subject, ':', 2)::bigint,"
        " 'field', 'phone') and actor_id is not null"
    )
    assert told == [12]

    leader = visit("diligent")
    page = leader.get(f"/activities/prints?unit_id={town.groups[DONGLING, FIRST]}")
    assert "要身份证号码和电话的花名册" not in page.text


def numbers(page, reason: str) -> dict[str, str]:
    fields = dict(page.form("numbers").form_values())
    return fields | {"reason": reason, "listing": "roster", "file": "xlsx"}


def asked(question: str) -> list:
    with psycopg.connect(settings().migrate_database_url) as connection:
        return [value for (value,) in connection.execute(question).fetchall()]


@pytest.mark.parametrize("listing", LISTS)
def test_one_sees_in_a_list_what_one_sees_and_no_more(doors: Doors, town: Town, kept, listing: str):
    taken(doors.outsider, town, listing, 404)
    taken(doors.diligent, town, listing, 404)
    mine = taken(doors.diligent, town, listing, unit_id=town.groups[DONGLING, FIRST], month=3)
    assert not {"何闲", "姚立", SECOND} & {cell for row in rows_of(mine.content) for cell in row}
    if listing in {"ledger", "gaps", "summary"}:
        taken(doors.keeper, town, listing, 404)


BY_NAME = "这张表没有身份证号一列，按姓名、出生日期和支部认人"
MORE_SAID = {"roster": {BY_NAME}, "roster_full": {BY_NAME}, "groups": {BY_NAME}}
"""What is said all the same of a list that is read again; of one without birthdays more."""


def test_every_list_is_one_that_is_read_again_or_one_of_figures():
    assert {*Listing} - {*READ_AGAIN} == {Listing.GAPS, Listing.SUMMARY, Listing.CHANGES}


@pytest.mark.parametrize(
    "listing", [each for each in READ_AGAIN if READ_AGAIN[each] == "roster" and each not in OF_CARE]
)
def test_a_list_of_people_that_was_taken_out_changes_nothing_when_it_is_read_in_again(
    doors: Doors, town: Town, listing: Listing
):
    where = f"activities/townships/{town.id}/roster-previews"

    preview = doors.organiser.upload(where, "花名册.xlsx", taken(doors.organiser, town, listing).content)

    assert (preview["rows"], preview["errors"]) == (36 if "roster" in listing else 6, [])
    assert not any(preview["changes"].values())
    assert [preview["leaving"], preview["lost"], preview["cares"]] == [[], [], []]
    if listing in MORE_SAID:
        assert {each["problem"] for each in preview["warnings"]} == MORE_SAID[listing]


@pytest.fixture
def cared(doors: Doors, town: Town) -> list[int]:
    """One is out, with a contact three weeks later, and one in need, both of the first group."""
    out = {"sort": "mobile_out", "on": "2025-01-06", "kind": "务工", "place": "广东省深圳市", "card": "D0001"}
    need = {"sort": "in_need", "on": "2024-11-01", "kind": "病", "help": "按季走访"}
    made = []
    for name, asked in {"白梅": out, "许安": need}.items():
        asked["contact_id"] = town.people["陆明"]
        made.append(doors.dongling.post(f"activities/people/{town.people[name]}/care", asked)["id"])
    doors.dongling.post(f"activities/care/{made[0]}/meetings", {"on": "2025-01-27"})
    came = {"sort": "mobile_in", "on": "2025-01-06", "kind": "经商", "name": "白来客", "home": "石桥村党支部"}
    came |= {"card": "D0002", "phone": "19900000001"}
    made.append(doors.dongling.post(f"activities/branches/{town.units[DONGLING]}/care", came)["id"])
    return made


CARED = {
    "mobile": {
        "姓名": "白梅",
        "流出党支部": DONGLING,
        "外出时间": "2025.01.06",
        "外出类型": "务工",
        "流入地": "广东省深圳市",
        "流动党员活动证号": "D0001",
        "支部联系人": "陆明",
        "最近联系时间": "2025.01.27",
    },
    "mobile_in": {
        "姓名": "白来客",
        "流出地党组织": "石桥村党支部",
        "编入党支部": DONGLING,
        "流入时间": "2025-01-06",
        "流入类型": "经商",
        "流动党员活动证号": "D0002",
    },
    "in_need": {
        "姓名": "许安",
        "党支部": DONGLING,
        "困难类型": "病",
        "帮扶措施": "按季走访",
        "结对党员姓名": "陆明",
        "认定时间": "2024.11.01",
    },
}


@pytest.mark.parametrize("listing", OF_CARE)
def test_those_out_and_those_in_need_are_listed_and_read_again_without_a_change(
    doors: Doors, town: Town, cared, listing: Listing
):
    out = taken(doors.organiser, town, listing).content
    rows = rows_of(out)
    row = dict(zip(rows[2], rows[3], strict=True))

    assert CARED[listing].items() <= row.items()
    assert "合计 1 人" in "".join(rows[4])
    assert "19900000001" not in str(rows)  # of whoever came in, too, the number stays where it is kept
    assert "白梅" in "".join(pages_of(taken(doors.organiser, town, "mobile", file="pdf").content))
    preview = doors.organiser.upload(f"activities/townships/{town.id}/roster-previews", "台账.xlsx", out)
    assert (preview["rows"], preview["errors"]) == (1, [])
    assert not any(preview["changes"].values())
    assert [preview["leaving"], preview["lost"], preview["cares"], preview["missing"]] == [[], [], [], []]
    before = rows_of(taken(doors.organiser, town, listing, end="2024-10-31").content)
    assert "合计 0 人" in "".join("".join(each) for each in before)


@pytest.mark.parametrize("listing", OF_CARE)
def test_whoever_does_not_look_after_them_neither_takes_these_lists_nor_reads_of_them(
    doors: Doors, town: Town, cared, listing: Listing, visit
):
    branch, group = town.units[DONGLING], town.groups[DONGLING, FIRST]
    rows = rows_of(taken(doors.dongling, town, listing, unit_id=branch).content)
    assert rows[3][rows[2].index("姓名")] == CARED[listing]["姓名"]

    taken(doors.dongling, town, listing, 404)
    for person in (doors.diligent, doors.keeper, doors.outsider):
        for unit in (town.id, branch, group):
            taken(person, town, listing, 404, unit_id=unit)
    link = f"//a[contains(@href, '/prints/{listing.value}?')]"
    assert visit("dongling").get(f"/activities/prints?unit_id={branch}").root.xpath(link)
    assert not visit("diligent").get(f"/activities/prints?unit_id={group}").root.xpath(link)


@pytest.mark.parametrize("leaves", [{}, {"by_group": True}], ids=["on one sheet", "a sheet for each group"])
def test_a_ledger_that_was_taken_out_changes_nothing_when_it_is_read_in_again(doors: Doors, town: Town, kept, leaves):
    of_the_other_group(doors, town)
    out = taken(doors.organiser, town, "ledger", **leaves).content

    preview = doors.organiser.upload(f"activities/townships/{town.id}/ledger-previews?year=2025", "台账.xlsx", out)

    assert preview["errors"] == [], preview["errors"]
    assert (preview["activities"], preview["added"], preview["changes"]) == (4, 0, {"activities_added": 0})
    assert preview["warnings"] == []


def test_a_ledger_has_a_sheet_for_each_group_with_its_own_total_where_that_is_asked(doors: Doors, town: Town, kept):
    of_the_other_group(doors, town)
    book = CalamineWorkbook.from_filelike(BytesIO(taken(doors.organiser, town, "ledger", by_group=True).content))

    assert book.sheet_names == [FIRST, SECOND]
    first, second = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert (first[0][0], second[0][0]) == (
        f"{DONGLING}{FIRST}2025年活动台账",
        f"{DONGLING}{SECOND}2025年活动台账",
    )
    assert [any("合计 3 次" in str(cell) for cell in first[-1]), any("合计 1 次" in str(cell) for cell in second[-1])]
    assert first[3][first[2].index("会议名称")] == f"{FIRST}集中学习"


def figures_in(rows: list[list[str]], *columns: str) -> list[str]:
    """The cells of the first row of a list."""
    return [rows[3][rows[2].index(column)].removesuffix(".0") for column in columns]


def test_a_meeting_of_the_whole_branch_stands_on_a_group_s_papers_with_that_group_s_figures(doors: Doors, town: Town):
    branch, groups = town.units[DONGLING], [town.groups[DONGLING, name] for name in (FIRST, SECOND)]
    asked = {"group_id": branch, "kind": "theme_day", "held_on": "2025-02-20", "topic": "清理河道", "minutes": 90}
    absent = [{"person_id": town.people["许安"], "reason": "leave", "words": "有事"}]
    record = doors.dongling.post("activities/activities", {**asked, "absent": absent, "submitted": True})["id"]
    doors.dongling.post("activities/confirmations", {"activity_ids": [record]})

    whole, *parts = (
        figures_in(rows_of(taken(doors.dongling, town, "ledger", unit_id=each).content), "应到人数", "实到人数")
        for each in (branch, *groups)
    )
    assert whole == [str(sum(int(part[at]) for part in parts)) for at in (0, 1)]
    assert int(parts[0][0]) - int(parts[0][1]) == 1
    for each, figures in zip((branch, *groups), (whole, *parts), strict=True):
        sums = rows_of(taken(doors.dongling, town, "summary", unit_id=each).content)
        assert figures_in(sums, "应到人次", "实到人次") == figures
        assert any("合计 1 次" in cell for row in sums for cell in row)
    own = rows_of(taken(doors.diligent, town, "ledger", unit_id=groups[0]).content)
    assert figures_in(own, "应到人数", "实到人数") == parts[0]
    printed = doors.diligent.ask("GET", f"activities/activities/{record}/paper.pdf").content
    text = "".join("".join(pages_of(printed)).split())
    assert re.search(rf"应到：?{parts[0][0]}人实到：?{parts[0][1]}人", text), text


# --- of a past day ---

BEFORE = date(2025, 2, 1)


def of_that_day(place, working) -> tuple[list, list]:
    with working(place.secretary) as session:
        asked = (session, place.secretary, place.branch, BEFORE)
        return queries.roster(*asked), queries.groups(*asked)


def moves_away(place, working, name: str) -> None:
    with working(place.organiser) as session:
        asked = Asked(turn=Turn.MOVED, on=clock.today(session), basis="搬家", to_unit_id=place.other_group)
        register.turn(session, place.organiser, place.people[name], asked)


def test_whoever_moved_away_since_is_on_the_lists_of_a_day_on_which_he_was_there(place, working):
    was = of_that_day(place, working)
    assert was[1][0].leader.name == "组长"
    with working(place.organiser) as session:
        (post,) = queries.register.holders(session, place.organiser, place.group, on=BEFORE)
        register.end_post(session, place.organiser, post.post_id, reason="搬家")
    for name in ("甲乙", "组长"):
        moves_away(place, working, name)

    assert of_that_day(place, working) == was


def test_a_leader_who_moved_away_still_led_the_group_in_its_book_of_then(place, working):
    with working(place.organiser) as session:
        (post,) = queries.register.holders(session, place.organiser, place.group, on=BEFORE)
        register.end_post(session, place.organiser, post.post_id, reason="搬家")
    moves_away(place, working, "组长")

    with working(place.secretary) as session:
        held = queries.register.holders(session, place.secretary, place.group, on=BEFORE)
        assert [each.name for each in held] == ["组长"]
        assert queries.register.holders(session, place.secretary, place.group, on=clock.today(session)) == []
    with working(place.outsider) as session:
        assert queries.register.holders(session, place.outsider, place.group, on=BEFORE) == []


def test_a_summary_and_a_ledger_of_a_time_before_have_the_names_of_then(place, working):
    draft = Draft(kind=Kind.STUDY, held_on=BEFORE, topic="学习")
    with working(place.leader) as session:
        record = ledger.record_activity(session, place.leader, place.group, draft, submitted=True)
    with working(place.secretary) as session:
        ledger.confirm(session, place.secretary, [record.id])
    with working(place.organiser) as session:
        register.rename_unit(session, place.organiser, place.branch, "东山村党支部")
        register.rename_unit(session, place.organiser, place.group, "柳树下党小组")
        register.rename_unit(session, place.organiser, place.township, "清河街道")
    then = time_of(BEFORE.year, BEFORE.month)
    with working(place.secretary) as session:
        ((branch, *_),) = queries.sums(session, place.secretary, place.branch, then)
        found = queries.records(session, place.secretary, place.branch, then)
        assert branch == "东村党支部"
        assert queries.places_of(session, place.secretary, found, then.last_day) == {
            place.group: ("东村党支部", "第一党小组")
        }
        assert queries.name_of(session, place.township, BEFORE) == "清河镇"


def test_units_are_called_as_on_that_day_and_two_of_one_name_by_now_stay_two(place, working):
    was = of_that_day(place, working)
    with working(place.organiser) as session:
        today = clock.today(session)
        merged = Merge(group_ids=[place.group, place.sister], into=place.group, on=today)
        register.regroup(session, place.organiser, merged)
        register.rename_unit(session, place.organiser, place.group, "第二党小组")
        register.rename_unit(session, place.organiser, place.branch, "东山村党支部")

    assert of_that_day(place, working) == was
    with working(place.secretary) as session:
        asked = {"session": session, "actor": place.secretary, "asked": AskedForm(end=BEFORE)}
        unit = queries.unit_of(session, place.secretary, place.branch, of_records=False)
        filled = fill(Listing.GROUPS, Asking(unit=unit, time=Time(BEFORE, BEFORE + timedelta(days=1), ""), **asked))
        assert filled.values["title"] == "东村党支部党小组划分及组长名册"
        for since, groups in ((BEFORE, [place.group, place.sister]), (today, [place.group])):
            found = queries.groups_with_books(session, place.secretary, place.branch, since)
            assert sorted(unit.id for unit in found) == sorted(groups)


def test_numbers_are_of_those_alone_who_are_in_reach_by_now(place, working):
    with working() as session:
        for name in ("甲乙", "丙丁"):
            register.seal_fields(session, {place.people[name]: {"phone": "19900000001"}})
    moves_away(place, working, "甲乙")

    def numbers(actor, unit_id: int) -> set[str]:
        with working(actor) as session:
            found = queries.roster(session, actor, unit_id, BEFORE, numbers=MAY_TAKE_NUMBERS)
            return {each.name for each in found if each.phone}

    assert numbers(place.secretary, place.branch) == {"丙丁"}
    assert numbers(place.organiser, place.branch) == {"甲乙", "丙丁"}
