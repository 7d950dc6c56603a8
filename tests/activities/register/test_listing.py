"""The list of a unit's people by its filters, a page after the other."""

from datetime import date
from functools import partial

import psycopg

from services.activities.register import queries
from services.activities.register.queries import Sought
from shared.lists import Turn
from shared.roles import Role
from tests.activities.conftest import Place
from tests.town import DONGLING, FIRST, SECOND, Town

DAY = date(2025, 3, 3)


def names(working, place: Place, actor, unit_id: int, **sought) -> list[str]:
    with working(actor) as session:
        found = queries.listed(session, actor, unit_id, Sought(**sought), on=DAY, turn=Turn())
    return [each.name for each in found.rows]


def test_it_is_narrowed_by_group_post_and_kind_and_turned_a_page(working, place: Place):
    assert names(working, place, place.organiser, place.branch, post=Role.LEADER) == ["组长"]
    assert names(working, place, place.organiser, place.branch, group_id=place.sister) == ["姊妹"]
    assert names(working, place, place.organiser, place.branch, kind="probationary") == []
    assert names(working, place, place.outsider, place.branch) == []
    everybody = names(working, place, place.secretary, place.branch)
    with working(place.secretary) as session:
        asked = partial(queries.listed, session, place.secretary, place.branch, Sought(), on=DAY)
        first = asked(turn=Turn(limit=4))
        rest = asked(turn=Turn(first.next, limit=4))
        back = asked(turn=Turn(before=rest.previous, limit=4))
        middle = asked(turn=Turn(before=rest.rows[-1].id, limit=2))
        gone = asked(turn=Turn(place.people["外人"], limit=4))
    assert [each.name for each in (*first.rows, *rest.rows)] == everybody
    assert len(everybody) == 6
    assert (first.previous, rest.next, back) == (None, None, first)
    assert [each.name for each in middle.rows] == everybody[3:5]
    assert (middle.previous, middle.next) == (middle.rows[0].id, middle.rows[1].id)
    assert gone.rows == []


def test_it_is_searched_by_name_pinyin_and_first_letters_and_sorted(working, place: Place):
    everybody = names(working, place, place.secretary, place.branch)
    assert names(working, place, place.secretary, place.branch, words="zz") == ["组长"]
    assert names(working, place, place.secretary, place.branch, words="zuzh") == ["组长"]
    assert names(working, place, place.secretary, place.branch, words="妹") == ["姊妹"]
    assert names(working, place, place.secretary, place.branch, words="%") == []
    assert names(working, place, place.secretary, place.branch, words="zz", kind="probationary") == []
    assert names(working, place, place.outsider, place.branch, words="zz") == []
    for sort in ("unit", "joined", "born", "latest"):
        assert sorted(names(working, place, place.secretary, place.branch, sort=sort)) == sorted(everybody), sort


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


def test_a_search_keeps_the_filters_and_no_name_stands_in_an_address(visit, town: Town):
    secretary = visit("dongling")
    where = f"/activities/register/units/{town.units[DONGLING]}/people"
    page = secretary.get(f"{where}?circumstance=aged&sort=born")
    found = secretary.submit(page, "find", words="qlg")
    assert [cell.text_content() for cell in found.root.xpath("//td[@data-name='姓名']")] == ["钱老根"]
    assert "?" not in found.address
    assert found.form("find").fields["words"] == "qlg"
    assert "没有找到" in secretary.submit(found, "find", words="何闲").text
    assert "请填写" in secretary.submit(secretary.get(where), "find", words=" ", status=422).text


def test_somebody_is_found_by_his_number_for_a_reason_and_whoever_was_found_is_on_the_audit(visit, town: Town, office):
    organiser = visit("organiser")
    form = organiser.get(f"/activities/register/units/{town.groups[DONGLING, FIRST]}/people/new")
    organiser.submit(form, "person", name="单晓", id_number="110101199003070038", phone="13900008888")
    where = f"/activities/register/units/{town.units[DONGLING]}/people"

    def sought(login: str, number: str) -> list[str]:
        visitor = visit(login)
        found = visitor.submit(visitor.get(where), "by-number", number=number, reason="来电核实")
        assert number not in found.address
        return [cell.text_content() for cell in found.root.xpath("//td[@data-name='姓名']")]

    assert sought("organiser", "139 0000 8888") == ["单晓"]
    assert sought("dongling", "110101199003070038") == ["单晓"]
    assert sought("dongling", "13900008889") == []
    told = "select subject like 'person:%', body->>'field', reason from office.happening where fact = 'NumberSought'"
    with psycopg.connect(office.owner_url) as connection:
        assert sorted(connection.execute(told).fetchall()) == [
            (False, "phone", "来电核实"),
            (True, "id_number", "来电核实"),
            (True, "phone", "来电核实"),
        ]
        who = connection.execute("select id from office.person where name = '单晓'").fetchone()[0]
    looked = visit("auditor").get(f"/office/audit?kind=numbers&person={who}").text
    assert looked.count("单晓的联系电话") == looked.count("单晓的身份证号") == 1
    page = organiser.get(where)
    assert "请填写" in organiser.submit(page, "by-number", number="13900008888", status=422).text
    assert (
        "按手机号码"
        not in visit("diligent").get(f"/activities/register/units/{town.groups[DONGLING, FIRST]}/people").text
    )
