"""What the office's full roster has besides: it comes in, is kept under a seal, is shown, and goes out and in again."""

from io import BytesIO

import psycopg
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from services.activities.register.rules.more import SAID
from tests.activities.imports.test_as_people_see_it import GAO, HEADING, LIANG, LUO, file_of, read, written
from tests.activities.register.registers import after, planned
from tests.town import DONGLING, FIRST, Doors, Town

HE = {
    "民族": "汉",
    "籍贯": "某省某县",
    "人员类别": "农民",
    "工作岗位": "村医",
    "家庭住址": "东岭村 12 号",
    "户籍所在派出所": "东岭所",
    "固定电话": "0000-8812345",
}
OPEN, CLOSED = ("民族", "籍贯", "人员类别", "工作岗位"), ("家庭住址", "户籍所在派出所", "固定电话")


def full(doors: Doors, town: Town) -> bytes:
    answer = doors.organiser.ask("GET", f"activities/units/{town.id}/prints/roster_full", params={"year": 2025})
    assert answer.status_code == 200, answer.text
    return answer.content


def with_numbers(organiser, town: Town) -> bytes:
    page = organiser.get(f"/activities/prints?unit_id={town.id}")
    asked = dict(page.form("numbers").form_values()) | {"reason": "上级要求", "listing": "roster_full", "file": "xlsx"}
    answer = organiser.client.post(f"/activities/units/{town.id}/prints/numbers", data=asked)
    assert answer.status_code == 200, answer.text
    return answer.content


def of_him(data: bytes, name: str = "白梅") -> dict[str, str]:
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    head = next(row for row in rows if "姓名" in row)
    row = next(row for row in rows if name in row)
    return {str(word): str(value) for word, value in zip(head, row, strict=True)}


def roster(**him: str) -> bytes:
    target = BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["党支部", "党小组", "姓名", *him])
    sheet.write_row(1, 0, [DONGLING, FIRST, "白梅", *him.values()])
    book.close()
    return target.getvalue()


def test_what_else_the_full_roster_has_comes_in_is_kept_sealed_and_goes_out_and_in_again(
    doors: Doors, town: Town, visit, office
):
    where, organiser = f"activities/townships/{town.id}", visit("organiser")

    doors.organiser.upload(f"{where}/rosters", "花名册.xlsx", roster(**HE))

    with psycopg.connect(office.owner_url) as connection:
        ((sealed,),) = connection.execute("select more_sealed from office.person where more_sealed is not null")
    assert not any(word.encode() in bytes(sealed) for word in HE.values())
    kept = HE | {"民族": "汉族"}
    out = with_numbers(organiser, town)
    bare, whole = of_him(full(doors, town)), of_him(out)
    assert {word: bare[word] for word in OPEN} == {word: kept[word] for word in OPEN}
    assert not any(word in bare for word in CLOSED)
    assert {word: whole[word] for word in HE} == kept
    again = doors.organiser.upload(f"{where}/roster-previews", "花名册.xlsx", out)
    assert (again["errors"], any(again["changes"].values())) == ([], False)
    page = organiser.get(f"/activities/register/people/{town.people['白梅']}").text
    assert "某省某县" in page
    assert "东岭村 12 号" not in page


def test_a_file_that_says_only_some_of_it_leaves_the_rest(doors: Doors, town: Town):
    where = f"activities/townships/{town.id}/rosters"
    doors.organiser.upload(where, "花名册.xlsx", roster(**HE))

    said = doors.organiser.upload(where, "花名册.xlsx", roster(工作岗位="村主任", 籍贯=""))

    assert said["changes"]["people_changed"] == 1
    row = of_him(full(doors, town))
    assert (row["工作岗位"], row["籍贯"], row["民族"]) == ("村主任", "某省某县", "汉族")


def test_each_of_them_is_understood_by_its_heading_and_named_where_it_changes():
    rows = [[*each, *HE.values()] for each in (GAO, LUO, LIANG)]
    first = read(file_of([*HEADING, *HE], *rows))
    rows[1] = [*LUO, *(HE | {"籍贯": "某省外县"}).values()]

    plan = planned(read(file_of([*HEADING, *HE], *rows)), after(planned(first)))

    assert [dict(each.more) for each in first.people] == [
        {key: (HE | {"民族": "汉族"})[word] for key, word in SAID.items()}
    ] * 3
    assert plan.changes == ["罗长河：更新籍贯"]


@pytest.mark.parametrize(
    ("value", "kind", "occupation"),
    [("正式党员", "full", None), ("农民", "full", "农民"), ("预备党员", "probationary", None)],
)
def test_a_heading_that_may_be_either_is_what_stands_under_it(value: str, kind: str, occupation: str | None):
    head = [word if word != "党员类别" else "人员类别" for word in HEADING]

    people = read(file_of(head, *(written(each, kind=value, post="") for each in (GAO, LUO, LIANG)))).people

    assert {(str(each.kind), each.more.get("occupation")) for each in people} == {(kind, occupation)}
