"""The list of a unit's people by its filters, a page after the other."""

from datetime import date

from services.activities.register import queries
from services.activities.register.queries import Sought
from shared.roles import Role
from tests.activities.conftest import Place
from tests.town import DONGLING, FIRST, SECOND, Town

DAY = date(2025, 3, 3)


def names(working, place: Place, actor, unit_id: int, **sought) -> list[str]:
    with working(actor) as session:
        found = queries.listed(session, actor, unit_id, Sought(**sought), on=DAY, after=None, limit=50)
    return [each.name for each in found]


def test_it_is_narrowed_by_group_post_and_kind_and_turned_a_page(working, place: Place):
    assert names(working, place, place.organiser, place.branch, post=Role.LEADER) == ["组长"]
    assert names(working, place, place.organiser, place.branch, group_id=place.sister) == ["姊妹"]
    assert names(working, place, place.organiser, place.branch, kind="probationary") == []
    assert names(working, place, place.outsider, place.branch) == []
    everybody = names(working, place, place.secretary, place.branch)
    with working(place.secretary) as session:
        first = queries.listed(session, place.secretary, place.branch, Sought(), on=DAY, after=None, limit=4)
        rest = queries.listed(session, place.secretary, place.branch, Sought(), on=DAY, after=first[-1].id, limit=4)
    assert [each.name for each in (*first, *rest)] == everybody
    assert len(everybody) == 6


def test_the_page_narrows_and_is_nobody_elses(visit, town: Town):
    secretary = visit("dongling")
    where = f"/activities/register/units/{town.units[DONGLING]}/people"
    assert "何闲" in secretary.get(where).text

    aged = secretary.get(f"{where}?circumstance=aged").text
    assert "钱老根" in aged
    assert "何闲" not in aged
    second = secretary.get(f"{where}?group_id={town.groups[DONGLING, SECOND]}&post=leader").text
    assert "何闲" in second
    assert "姚立" not in second
    assert "没有符合条件" in secretary.get(f"{where}?group_id={town.groups[DONGLING, FIRST]}&kind=probationary").text
    visit("outsider").get(where, status=404)
