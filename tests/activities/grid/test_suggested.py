"""A group is suggested by where somebody lives, with its reason, and nobody is put anywhere by it."""

from tests.activities.grid.conftest import Grid
from tests.town import DONGLING, FIRST, SECOND


def members(grid: Grid, name: str) -> list[int]:
    return [each.unit_id for each in grid.people.does(grid.people.organiser, _members, name)]


def _members(session, _actor, name: str):
    rows = session.connection().exec_driver_sql(
        "select m.unit_id from office.membership m join office.person p on p.id = m.person_id where p.name = %s",
        (name,),
    )
    return list(rows)


def test_whoever_is_registered_where_his_cell_belongs_to_another_group_is_asked_about_and_may_stay(grid: Grid, visit):
    organiser, town = visit("organiser"), grid.people.town
    first, second = town.groups[DONGLING, FIRST], town.groups[DONGLING, SECOND]
    form = organiser.get(f"/activities/register/units/{first}/people/new")
    assert "住在哪个网格" in form.text

    asked = organiser.submit(form, "person", status=409, name="戴新来", cell_id=str(grid.west))
    assert f"他住的“西网格”对应{DONGLING}{SECOND}" in asked.text
    assert asked.root.xpath(f"//a[@href='/activities/register/units/{second}/people/new']")
    assert members(grid, "戴新来") == []

    organiser.submit(asked, "person", stays=["1"])
    assert members(grid, "戴新来") == [first]


def test_where_the_cell_is_the_groups_own_or_unknown_nothing_is_asked(grid: Grid, visit):
    organiser, first = visit("organiser"), grid.people.group
    address = f"/activities/register/units/{first}/people/new"
    organiser.submit(organiser.get(address), "person", name="戴新来", cell_id=str(grid.east))
    organiser.submit(organiser.get(address), "person", name="戴后来")

    assert (members(grid, "戴新来"), members(grid, "戴后来")) == ([first], [first])


def test_the_page_of_a_member_who_lives_elsewhere_says_which_group_and_why(grid: Grid, visit):
    grid.link("白梅", grid.west, sort="residence")
    page = visit("organiser").get(f"/activities/register/people/{grid.people.town.people['白梅']}")

    assert f"住在“西网格”，对应{DONGLING}{SECOND}；按居住可以编入" in page.text
    assert f"{DONGLING}{SECOND}（东岭村西网格）" in page.text
