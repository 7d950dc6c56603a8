"""What is registered of somebody, corrected: by the office, by his secretary, by himself; what stood before is kept."""

from datetime import date

import psycopg
import pytest

from services.activities.register import actions, queries
from services.activities.register.rules.correcting import Stage
from services.activities.register.rules.identity import check_character
from shared import office_settings
from shared.access import SYSTEM, Actor
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.office_settings import Key
from shared.people import Account, Person
from shared.roles import Role
from shared.waiting import lines_of

WHY = "身份证复印件。"


def corrected(working, place, by, **wanted) -> int:
    with working(by) as session:
        return actions.correct_person(session, by, place.people["甲乙"], wanted, reason=WHY).id


def him(working, place) -> Person:
    with working() as session:
        return session.get_one(Person, place.people["甲乙"])


def test_every_field_is_corrected_and_what_stood_before_is_kept(place, working):
    wanted = {
        "name": "甲一",
        "sex": "female",
        "born_on": date(1970, 2, 3),
        "joined_on": date(2001, 7, 1),
        "full_on": date(2002, 7, 1),
        "education": "高中",
        "phone": "13900001234",
        "mail": "jia@qingxi.example",
        "id_number": "110101197002031240",
    }
    with working() as session:
        actions.correct_person(session, SYSTEM, place.people["甲乙"], {"phone": "13811112222"}, reason="原来的。")
    wanted["id_number"] = wanted["id_number"][:17] + check_character(wanted["id_number"][:17])
    corrected(working, place, place.organiser, **wanted)

    with working(place.organiser) as session:
        person = queries.person_in_reach(session, place.organiser, place.people["甲乙"])
        assert (person.name, person.sex, person.born_on, person.education) == (
            "甲一",
            "female",
            date(1970, 2, 3),
            "高中",
        )
        assert [queries.opened(person, each) for each in ("id_number", "phone", "mail")] == [
            wanted["id_number"],
            "13900001234",
            "jia@qingxi.example",
        ]
        assert [each.name for each in queries.found(session, place.organiser, "jiayi")] == ["甲一"]
        (last, _) = queries.corrections_of(session, place.organiser, person.id)
        assert ("姓名", "甲乙", "甲一") in last.lines
        assert ("联系电话", "138****2222", "139****1234") in last.lines
        assert (last.stage, last.reason) == (Stage.DONE, WHY)


def test_a_secretary_proposes_and_the_organiser_decides(place, working):
    number = corrected(working, place, place.secretary, education="大专")
    assert him(working, place).education is None
    with working(place.organiser) as session:
        assert "activities.correct" in {
            line.kind for line in lines_of(session, place.people["干事"], place.organiser.posts)
        }
        assert [name for _, name, _ in queries.corrections_asked(session, place.organiser)] == ["甲乙"]
    with pytest.raises(Conflict, match="等组织委员同意"):
        corrected(working, place, place.secretary, education="本科")
    for other, refusal in ((place.secretary, NotYours), (place.outsider, OutOfReach), (place.leader, OutOfReach)):
        with working(other) as session, pytest.raises(refusal):
            actions.agree_correction(session, other, number)
    with working(place.organiser) as session:
        actions.agree_correction(session, place.organiser, number)
    assert him(working, place).education == "大专"
    declined = corrected(working, place, place.secretary, education="本科")
    with working(place.organiser) as session:
        actions.decline_correction(session, place.organiser, declined, reason="没有证书。")
        waiting = lines_of(session, place.people["干事"], place.organiser.posts)
        assert [line.kind for line in waiting] == ["activities.leaderless"]
    assert him(working, place).education == "大专"


def test_where_the_township_lets_him_a_secretary_corrects_at_once_and_in_his_branch_alone(place, working):
    with working() as session:
        office_settings.put(
            session, SYSTEM, place.township, Key.CORRECTS_AT_ONCE, [Role.SECRETARY.value], reason="减少往返。"
        )
    corrected(working, place, place.secretary, education="大专")
    assert him(working, place).education == "大专"
    for other, refusal in ((place.leader, NotYours), (place.outsider, OutOfReach)):
        with pytest.raises(refusal):
            corrected(working, place, other, education="本科")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"joined_on": date(2099, 1, 1)}, "joined_on"),
        ({"full_on": date(2023, 1, 1)}, "full_on"),
        ({"id_number": "110101197002031241"}, "id_number"),
        ({}, "name"),
    ],
)
def test_what_cannot_be_is_answered_at_its_field(place, working, wanted, field):
    with pytest.raises(Invalid) as refused:
        corrected(working, place, place.organiser, **wanted)
    assert refused.value.field == field


def test_everybody_corrects_his_own_address_and_nothing_of_another(place, working, office):
    with working() as session:
        actions.make_account(session, SYSTEM, place.people["甲乙"], "jiayi")
        account = session.query(Account).filter_by(login="jiayi").one().id
    me = Actor(account_id=account, person_id=place.people["甲乙"], name="甲乙", posts=())
    with working(me) as session:
        actions.correct_own(session, me, {"phone": "13700001111", "mail": None})
    with working() as session:
        person = session.get_one(Person, place.people["甲乙"])
        assert queries.opened(person, "phone") == "13700001111"
        assert queries.opened(person, "mail") is None
        other = session.get_one(Person, place.people["丙丁"])
        assert other.phone_sealed is None
    with psycopg.connect(office.owner_url) as connection:
        told = connection.execute("select body::text from office.happening where fact like '%Corrected'").fetchall()
        assert len(told) == 2
        assert not any("13700001111" in body for (body,) in told)


def test_ones_own_address_does_not_wait_for_what_another_proposed(place, working):
    with working() as session:
        actions.make_account(session, SYSTEM, place.people["甲乙"], "jiayi")
        account_id = session.query(Account).filter_by(login="jiayi").one().id
    corrected(working, place, place.secretary, education="大专")
    me = Actor(account_id=account_id, person_id=place.people["甲乙"], name="甲乙", posts=())

    with working(me) as session:
        actions.correct_own(session, me, {"phone": "13700001111", "mail": None})

    assert queries.opened(him(working, place), "phone") == "13700001111"


def test_what_is_proposed_of_somebody_who_moved_away_hides_nothing_else(place, working):
    of_the_branch = place.actor("姊妹", (Role.ORGANISER, place.branch))
    corrected(working, place, place.secretary, education="大专")
    with working(place.organiser) as session:
        actions.move_person(session, place.organiser, place.people["甲乙"], place.other_group)

    with working(of_the_branch) as session:
        assert queries.corrections_asked(session, of_the_branch) == []


@pytest.mark.parametrize("field", ["phone", "mail"])
def test_where_an_officer_is_written_to_is_changed_by_himself_alone(place, working, field):
    with working() as session:
        actions.appoint(session, SYSTEM, place.people["甲乙"], place.township, Role.AUDITOR)
        office_settings.put(session, SYSTEM, place.township, Key.CORRECTS_AT_ONCE, ["secretary"], reason="试行。")

    for somebody in (place.secretary, place.organiser):
        with pytest.raises(NotYours, match="由本人"):
            corrected(working, place, somebody, **{field: {"phone": "13900000000", "mail": "a@b.example"}[field]})


def test_what_was_registered_wrongly_can_stand_empty(place, working):
    number = "11010119700203124"
    number += check_character(number)
    corrected(working, place, place.organiser, education="高中", phone="13900001234", id_number=number)
    corrected(working, place, place.organiser, education=None, phone=None, id_number=None, joined_on=None)

    with working(place.organiser) as session:
        person = queries.person_in_reach(session, place.organiser, place.people["甲乙"])
        assert (person.education, person.joined_on) == (None, None)
        assert [queries.opened(person, each) for each in ("phone", "id_number")] == [None, None]
        assert not queries.number_known(session, number)
        latest = queries.corrections_of(session, place.organiser, person.id)[0]
        assert ("学历", "高中", "（空）") in latest.lines
    with pytest.raises(Invalid):
        corrected(working, place, place.organiser, education=None)


def test_since_when_an_organiser_is_a_member_is_not_settled_by_himself(place, working):
    own = place.actor("组长", (Role.ORGANISER, place.township))
    committee = place.actor("书记", (Role.COMMITTEE, place.township))
    with working(own) as session:
        row = actions.correct_person(session, own, place.people["组长"], {"joined_on": date(1999, 7, 1)}, reason=WHY)
        assert row.stage == Stage.ASKED
        number = row.id
    with pytest.raises(NotYours), working(own) as session:
        actions.agree_correction(session, own, number)
    with working(committee) as session:
        assert [each[1] for each in queries.corrections_asked(session, committee)] == ["组长"]
        actions.agree_correction(session, committee, number)
    with working() as session:
        assert session.get_one(Person, place.people["组长"]).joined_on == date(1999, 7, 1)
