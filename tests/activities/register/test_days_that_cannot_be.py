"""Days, months and names that cannot be meant are answered at their field, at the pages of whoever is in a hurry."""

import pytest

from services.activities.register.schemas import SetUp
from tests.town import DONGLING, FIRST, SECOND

OUT = {"turn": "transferred", "basis": "介绍信", "elsewhere": "外县"}
PERSON, GROUP, BRANCH = "people/{person}", "units/{group}", "units/{branch}"
NEW = f"{GROUP}/people/new"


@pytest.mark.parametrize(
    ("page", "form", "typed", "said"),
    [
        (PERSON, "turn", {"turn": "died", "basis": "证明", "on": "2025-03-04"}, "不能提前安排"),
        (PERSON, "turn", {"turn": "came", "basis": "介绍信", "elsewhere": "外县"}, "已经登记过"),
        (PERSON, "turn", OUT | {"dues_until": "2035-03"}, "晚了一年以上"),
        (PERSON, "move", {"to_unit_id": "{second}", "on": "2099-01-01"}, "最多提前一年"),
        (PERSON, "circumstance", {"kind": "ill", "starts_on": "2099-01-01"}, "最多提前一年"),
        (BRANCH, "appoint", {"kind": "committee_member", "person_id": "{person}", "starts_on": "2099-01-01"}, "一年"),
        (BRANCH, "found", {"name": "第九党小组", "founded_on": "2025-03-04"}, "请在成立那天设立"),
        (NEW, "person", {"name": "新人", "born_on": "2030-01-01"}, "不能在今天以后"),
        (NEW, "person", {"name": "新人", "born_on": "1990-01-01", "joined_on": "1989-01-01"}, "早于出生日期"),
        (NEW, "person", {"name": "新人", "id_number": "110101199003070037"}, "校验位不对"),
        (
            NEW,
            "person",
            {"name": "新人", "how": "came", "elsewhere": "外县", "basis": "介绍信", "starts_on": "2025-03-04"},
            "编入日期：2025年3月4日还没有到",
        ),
    ],
)
def test_it_is_refused_with_what_to_do(visit, town, everything, *, page, form, typed, said):
    ids = {
        "person": town.people["白梅"],
        "group": town.groups[DONGLING, FIRST],
        "second": town.groups[DONGLING, SECOND],
        "branch": town.units[DONGLING],
    }
    organiser, before = visit("organiser"), everything()
    filled = {name: value.format(**ids) for name, value in typed.items()}
    shown = organiser.get(f"/activities/register/{page.format(**ids)}")

    assert said in organiser.submit(shown, form, 422, **filled).text

    after = everything()
    assert all(
        after[table] == before[table] for table in before if table.endswith(("person", "membership", "post", "unit"))
    )


def test_a_name_is_one_line(visit, town):
    organiser = visit("organiser")
    page = organiser.get(f"/activities/register/units/{town.groups[DONGLING, FIRST]}")

    assert organiser.submit(page, "rename", name=" 柳树\n下　党小组 ").title.endswith("柳树 下 党小组")


def test_the_names_of_the_first_day_are_one_line_each():
    asked = SetUp(name="山前\n乡", organiser=" 张\t三 ")

    assert (asked.name, asked.organiser) == ("山前 乡", "张 三")
