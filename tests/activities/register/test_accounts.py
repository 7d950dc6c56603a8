"""Accounts made, renewed and ended by whom it concerns; and numbers that are shown for a reason, on the record."""

from datetime import date

import psycopg
import pytest

from services.activities.register import actions, queries
from services.activities.register.queries import Ways
from shared import access
from shared.access import SYSTEM
from shared.errors import Conflict, Invalid, NotSignedIn, NotYours, OutOfReach
from shared.lists import Turn
from shared.roles import Role


@pytest.fixture
def keeper(place, working):
    with working() as session:
        place.people["管钥"] = actions.add_person(session, SYSTEM, place.township, name="管钥", kind=None).id
        actions.appoint(session, SYSTEM, place.people["管钥"], place.township, Role.KEEPER)
    return place.actor("管钥", (Role.KEEPER, place.township))


def facts(office, name: str) -> list[tuple]:
    with psycopg.connect(office.owner_url) as connection:
        return connection.execute(
            "select unit_id, body, reason from office.happening where fact = %s order by id", [name]
        ).fetchall()


def test_an_ended_account_opens_nothing_until_it_is_renewed(place, working, office):
    organiser, person = place.organiser, place.people["甲乙"]
    with working(organiser) as session:
        _, password = actions.make_account(session, organiser, person, "jiayi")
    with working() as session:
        token = access.sign_in(session, "jiayi", password)
    with working(organiser) as session:
        actions.end_account(session, organiser, person, reason="调离本乡镇")
    with working() as session:
        with pytest.raises(NotSignedIn):
            access.actor_of(session, token)
        assert access.sign_in(session, "jiayi", password) is None
    with working(organiser) as session:
        with pytest.raises(Conflict):
            actions.end_account(session, organiser, person, reason="再停用一次")
        login, renewed = actions.renew_password(session, organiser, person)
    with working() as session:
        assert login == "jiayi"
        assert access.sign_in(session, "jiayi", renewed)
    assert [(body["change"], reason) for _, body, reason in facts(office, "AccountChanged")] == [
        ("made", None),
        ("ended", "调离本乡镇"),
        ("renewed", None),
    ]


def test_an_officers_account_is_nobodys_alone(place, working, keeper):
    organiser = place.organiser
    with working() as session:
        actions.make_account(session, SYSTEM, place.people["干事"], "ganshi")
    with working(keeper) as session:
        actions.make_account(session, keeper, place.people["甲乙"], "jiayi")
    for actor in (organiser, keeper):
        for name in ("干事", "管钥"):
            with pytest.raises(NotYours), working(actor) as session:
                actions.make_account(session, actor, place.people[name], name)
            with pytest.raises(NotYours), working(actor) as session:
                actions.renew_password(session, actor, place.people[name])
            with pytest.raises(NotYours), working(actor) as session:
                actions.end_account(session, actor, place.people[name], reason="试试")
    with working(organiser) as session:
        assert actions.renew_password(session, organiser, place.people["甲乙"])[0] == "jiayi"
        with pytest.raises(OutOfReach):
            actions.renew_password(session, organiser, place.people["丙丁"])
    for actor, refusal in ((place.secretary, NotYours), (place.outsider, OutOfReach)):
        with pytest.raises(refusal), working(actor) as session:
            actions.end_account(session, actor, place.people["甲乙"], reason="试试")


def test_the_office_sees_who_may_act_as_what(place, working, keeper):
    with working(keeper) as session:
        actions.make_account(session, keeper, place.people["甲乙"], "jiayi")
        first = queries.ways(session, keeper, place.township, Ways(), Turn(limit=3))
        rest = queries.ways(session, keeper, place.township, Ways(), Turn(first.next))
        again = queries.ways(session, keeper, place.township, Ways(), Turn(before=rest.previous, limit=3))

    ways = {way.name: way for way in [*first.rows, *rest.rows]}
    assert [*ways] == ["干事", "管钥", "甲乙", "书记", "外人", "组长"]
    assert (again.rows, again.previous, rest.next) == (first.rows, None, None)
    assert (ways["甲乙"].login, ways["甲乙"].first_password, ways["甲乙"].posts) == ("jiayi", True, ())
    assert [(post.kind, post.unit_name) for post in ways["组长"].posts] == [("leader", "东村党支部第一党小组")]
    for actor in (place.leader, place.secretary, place.outsider):
        with working(actor) as session:
            assert queries.ways(session, actor, place.township, Ways(), Turn()).rows == []


def test_accounts_are_searched_by_name_letters_or_login_and_narrowed(place, working, keeper):
    def found(**sought) -> list[str]:
        with working(keeper) as session:
            rows = queries.ways(session, keeper, place.township, Ways(**sought), Turn()).rows
        return [way.name for way in rows]

    with working(keeper) as session:
        actions.make_account(session, keeper, place.people["甲乙"], "party7")
    assert found(words="jy") == found(words="Party") == found(words="甲") == ["甲乙"]
    assert found(words="！") == []
    assert found(state="unseen") == ["甲乙"]
    assert "甲乙" not in found(state="none")
    assert found(post=Role.SECRETARY) == ["书记"]
    assert found(branch_id=place.branch, sort="login")[-1] == "甲乙"
    assert "干事" not in found(branch_id=place.branch)


def test_a_number_is_shown_for_a_reason_and_the_look_is_on_the_record_without_it(place, working, office):
    secretary = place.secretary
    with working(place.organiser) as session:
        person = actions.add_person(session, place.organiser, place.group, name="单晓", phone="19912345678").id
    with working(secretary) as session:
        number = actions.show_number(session, secretary, person, "phone", reason="通知开会")
        for field, reason in (("phone", " "), ("mail", "看看"), ("id_number", "核对")):
            with pytest.raises(Invalid):
                actions.show_number(session, secretary, person, field, reason=reason)

    assert number == "19912345678"
    assert facts(office, "NumberShown") == [
        (place.group, {"unit_id": place.group, "person_id": person, "field": "phone"}, "通知开会")
    ]


def test_nobody_else_is_shown_a_number(place, working, keeper, office):
    with working(place.organiser) as session:
        person = actions.add_person(session, place.organiser, place.group, name="单晓", phone="19912345678").id
    for actor, refusal in ((place.leader, NotYours), (keeper, NotYours), (place.outsider, OutOfReach)):
        with pytest.raises(refusal), working(actor) as session:
            actions.show_number(session, actor, person, "phone", reason="看看")
    assert facts(office, "NumberShown") == []


def test_whoever_is_registered_moved_or_excused_stands_in_the_history_without_what_keeps_him_away(
    place, working, office
):
    organiser, other = place.organiser, place.branch
    with working(organiser) as session:
        person = actions.add_person(
            session, organiser, place.group, name="单晓", starts_on=date(2025, 1, 2), phone="19912345678"
        ).id
    with working(organiser) as session:
        actions.set_circumstance(session, organiser, person, "ill", starts_on=date(2025, 2, 1))
        actions.end_circumstance(session, organiser, person, "ill", ends_on=date(2025, 3, 1))
        actions.move_person(session, organiser, person, other, on=date(2025, 4, 1))

    told = [(unit, body["change"], body["on"]) for unit, body, _ in facts(office, "PersonChanged")][-4:]
    assert told == [
        (place.group, "registered", "2025-01-02"),
        (place.group, "excused", "2025-02-01"),
        (place.group, "returned", "2025-03-01"),
        (other, "moved", "2025-04-01"),
    ]
    assert not any("ill" in body.values() or "199" in str(body) for _, body, _ in facts(office, "PersonChanged"))


def test_whoever_takes_up_a_post_of_the_township_chooses_his_password_anew(place, working, office):
    person = place.people["甲乙"]
    with working() as session:
        _, first = actions.make_account(session, SYSTEM, person, "jiayi")
        token = access.sign_in(session, "jiayi", first)
        session.flush()
        token = access.choose_password(session, access.actor_of(session, token), "清河的水向东流 1949")
    with working() as session:
        actions.appoint(session, SYSTEM, person, place.other_branch, Role.COMMITTEE_MEMBER)
    with working() as session:
        assert access.actor_of(session, token).awaits is None
        actions.appoint(session, SYSTEM, person, place.township, Role.INSPECTOR)
    with working() as session:
        assert access.actor_of(session, token).awaits is access.Awaits.RENEWAL
