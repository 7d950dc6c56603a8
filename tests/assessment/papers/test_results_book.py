"""A year's results as a workbook: what the office files, with nothing in it that Excel would run."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from services.assessment.cases import queries
from services.assessment.papers import actions
from services.assessment.papers.writers import HEADER
from shared import access
from shared.db import unit
from shared.errors import NotYours, OutOfReach
from shared.sheets import Leaf, write_book
from tests import applications
from tests.assessment.conftest import Steps, Town

DANGEROUS = ("=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://x")', "http://example.test")


def sheets_of(data: bytes) -> dict[str, list[list[object]]]:
    """Each leaf from its head on: over the head stand its title, and the unit and the day."""
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python()[2:] for name in book.sheet_names}


def taken(town: Town, cycle: int) -> bytes:
    with unit("assessment", town.organiser) as session:
        return actions.take_results(session, town.organiser, cycle).data


def test_the_book_has_the_ranking_the_items_and_what_they_rest_on(town: Town, noticed: int):
    sheets = sheets_of(taken(town, noticed))

    assert list(sheets) == ["2025年度考核结果", "指标得分", "考核依据"]
    ranking, items, basis = sheets.values()
    assert tuple(ranking[0]) == HEADER
    assert [row[0] for row in ranking[1:]] == [1, 2, 3, 4, 5, 6]
    totals = [row[HEADER.index("总分")] for row in ranking[1:]]
    assert all(isinstance(total, float) for total in totals)
    assert totals == sorted(totals, reverse=True)
    assert {row[HEADER.index("评定等次")] for row in ranking[1:]} == {"称职"}
    assert {row[HEADER.index("阶段")] for row in ranking[1:]} == {"已评定"}
    assert items[0][4] == "集中学习（20 分）"
    assert [row[:4] for row in items[1:]] == [row[:4] for row in ranking[1:]]
    said = {str(row[0]): str(row[1]) for row in basis[1:]}
    assert said["考核方案"] == "党小组长年度考核方案（示例）"
    assert "按期开展" in said["基础指标：集中学习"]
    assert said["制度：考核结果公示"] == "5 个工作日"
    assert [row[2] for row in basis if row[0] == "制度：连续不称职提出调整"] == ["实施意见四（三）"]


def test_points_are_exact_and_what_does_not_apply_is_not_a_zero(steps: Steps, town: Town, sql, rated: int):
    sql("update assessment.cycle set run = 2 where id = %s", rated)
    case = steps.cases(rated)[0]
    sql(
        "insert into assessment.sheet (cycle_id, run, case_id, group_id, base, bonus, deducted, total, vetoed, items)"
        " select %s, 2, id, group_id, 9001, 5, 0, 9006, true,"
        ' \'{"study": null, "group_meeting": 0, "no_group_life": true}\' from assessment.leader_case where id = %s',
        rated,
        case,
    )

    ranking, items, _ = sheets_of(taken(town, rated)).values()

    assert ranking[1][HEADER.index("总分")] == 90.06
    line = dict(zip(items[0], items[1], strict=True))
    assert (line["集中学习（20 分）"], line["党小组会（25 分）"], line["长期不开展组织生活"]) == ("不适用", 0, "否决")
    assert ranking[2][HEADER.index("总分")] == ""


def test_text_that_looks_like_a_formula_stays_text(steps: Steps, town: Town, sql, noticed: int):
    for case, text in zip(steps.cases(noticed), DANGEROUS, strict=False):
        sql("update assessment.leader_case set grade_why = %s where id = %s", text, case)
    sql("update assessment.published set person = '=cmd|1' where person = 'leader of 东村1组'")

    data = taken(town, noticed)

    assert_no_formulas(data)
    cells = {cell for row in sheets_of(data)["2025年度考核结果"] for cell in row}
    assert {"=cmd|1", *DANGEROUS[:6]} <= cells


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_any_book_becomes_a_formula_or_a_link(text: str):
    target = BytesIO()

    write_book(target, [Leaf("表", (text, "文字"), [(text, text)]), Leaf(text, (text,), [(text,)])])

    assert_no_formulas(target.getvalue())
    target.seek(0)
    assert CalamineWorkbook.from_filelike(target).get_sheet_by_name("表").to_python() == [[text, "文字"], [text, text]]


def assert_no_formulas(data: bytes) -> None:
    with ZipFile(BytesIO(data)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not [name for name in parts.namelist() if "externalLink" in name or "_rels/sheet" in name]
    assert sheets
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)


def test_only_the_townships_office_takes_it_and_it_is_on_the_record(town: Town, sql, rated: int):
    taken(town, rated)

    for actor, refusal in ((town.secretary("东村"), NotYours), (town.outsider, OutOfReach)):
        with pytest.raises(refusal), unit("assessment", actor) as session:
            actions.take_results(session, actor, rated)
    told = sql("select subject, actor_id from office.happening where fact = 'ResultsTaken'")
    assert told == [(f"cycle:{rated}", town.organiser.account_id)]


def test_the_door_gives_it_under_its_chinese_name(town: Town, rated: int):
    with unit("activities") as session:
        _, first = access.make_account(session, town.people["organiser"], "organiser")
    with unit("assessment") as session:
        token = access.sign_in(session, "organiser", first)
        token = access.choose_password(session, access.actor_of(session, token), "a password of one's own")

    with TestClient(applications.of_service("assessment")) as client:
        answer = client.get(f"/cycles/{rated}/results.xlsx", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 200
    assert "%E6%B8%85%E6%B2%B3%E9%95%87" in answer.headers["content-disposition"]  # 清河镇
    assert list(sheets_of(answer.content)) == ["2025年度考核结果", "指标得分", "考核依据"]


def leaves(book: bytes) -> dict[str, bytes]:
    """What is inside, but for the moment at which it was made."""
    with ZipFile(BytesIO(book)) as packed:
        return {name: packed.read(name) for name in packed.namelist() if name != "docProps/core.xml"}


def on_notice(town: Town, cycle: int) -> list[tuple[str, str, str]]:
    with unit("assessment", town.organiser) as session:
        return [(line.branch, line.group, line.person) for line in queries.leaders(session, town.organiser, cycle)]


def test_what_was_published_keeps_the_names_of_its_day(town: Town, sql, noticed: int):
    before, notice = taken(town, noticed), on_notice(town, noticed)
    sql("update office.person set name = '改名以后', pinyin = 'a'")
    for name in ("清河镇", "东村", "南村1组"):
        sql(
            "with now as (update office.unit set name = name || '（新）', sort_key = 'a' || id where id = %s returning id)"
            " insert into office.unit_name (unit_id, name, ends_on) select id, %s, office.today() from now returning unit_id",
            town.units[name],
            name,
        )

    assert leaves(taken(town, noticed)) == leaves(before)
    assert on_notice(town, noticed) == notice
