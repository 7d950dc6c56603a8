"""A post that passes from one to another on a day in one act; what a member of a branch's committee answers for."""

from datetime import date

import psycopg
import pytest

from services.activities.register import actions, queries
from services.activities.register.rules.membership import Asked, Turn
from shared import clock
from shared.access import SYSTEM
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.people import posts_of
from shared.roles import Role
from shared.standing_in import seats_of
from tests.activities.conftest import Place

LAST, FIRST_DAY = date(2025, 12, 30), date(2025, 12, 31)


def pass_on(working, place: Place, to: str = "甲乙", *, actor=None, **more) -> int:
    """The secretary's post goes to another; the id of the new one."""
    actor = actor or place.organiser
    with working(SYSTEM) as session:
        held = queries.holders(session, SYSTEM, place.branch, on=date(2025, 1, 2))
        (post,) = [each for each in held if each.kind == Role.SECRETARY]
    with working(actor) as session:
        asked = {"starts_on": FIRST_DAY, "reason": "支部大会选举", **more}
        return actions.hand_over(session, actor, post.post_id, place.people[to], **asked).id


def secretary_on(working, place: Place, day: date) -> list[str]:
    with working(place.organiser) as session:
        found = queries.holders(session, place.organiser, place.branch, on=day)
        return [each.name for each in found if each.kind == Role.SECRETARY]


def test_she_until_the_thirtieth_and_he_from_the_thirty_first_is_one_act_shown_as_planned(working, place: Place):
    pass_on(working, place)

    assert secretary_on(working, place, LAST) == ["书记"]
    assert secretary_on(working, place, FIRST_DAY) == ["甲乙"]
    with working(place.organiser) as session:
        (planned,) = queries.posts_ahead(session, place.organiser, place.branch, date(2025, 3, 1))
        assert (planned.name, planned.before, planned.starts_on) == ("甲乙", "书记", FIRST_DAY)
        assert queries.posts_ahead(session, place.outsider, place.branch, date(2025, 3, 1)) == []
        assert (Role.SECRETARY, place.branch) not in posts_of(session, place.people["甲乙"], LAST)


def test_until_that_day_it_is_called_off_and_she_goes_on(working, place: Place, move_to):
    number = pass_on(working, place)

    with working(place.organiser) as session:
        actions.call_off(session, place.organiser, number)

    assert secretary_on(working, place, date(2026, 6, 1)) == ["书记"]
    with working(place.organiser) as session:
        assert queries.posts_ahead(session, place.organiser, place.branch, date(2025, 3, 1)) == []
        with pytest.raises(Conflict, match="已经撤回"):
            actions.call_off(session, place.organiser, number)
    again = pass_on(working, place, "丙丁")
    move_to(FIRST_DAY)
    with working(place.organiser) as session, pytest.raises(Conflict, match="已经开始"):
        actions.call_off(session, place.organiser, again)


def dismissed(session, place: Place) -> None:
    held = queries.holders(session, SYSTEM, place.branch, on=date(2025, 1, 2))
    (post,) = [each for each in held if each.kind == Role.SECRETARY]
    actions.end_post(session, place.organiser, post.post_id, ends_on=FIRST_DAY, reason="届满")


def test_whoever_was_dismissed_by_an_act_of_its_own_does_not_come_back(working, place: Place):
    with working(place.organiser) as session:
        dismissed(session, place)
        asked = {"starts_on": FIRST_DAY}
        number = actions.appoint(
            session, place.organiser, place.people["甲乙"], place.branch, Role.SECRETARY, **asked
        ).id

    with working(place.organiser) as session:
        assert "空缺" in actions.call_off(session, place.organiser, number).said

    assert secretary_on(working, place, LAST) == ["书记"]
    assert secretary_on(working, place, FIRST_DAY) == []


def test_an_end_that_was_planned_before_stands_when_it_is_called_off(working, place: Place):
    with working(place.organiser) as session:
        dismissed(session, place)
    number = pass_on(working, place, starts_on=date(2025, 6, 1))

    with working(place.organiser) as session:
        assert "2025年12月31日" in actions.call_off(session, place.organiser, number).said

    assert secretary_on(working, place, LAST) == ["书记"]
    assert secretary_on(working, place, FIRST_DAY) == []


@pytest.mark.parametrize("since", ["keeper", "expelled", "himself"])
def test_whoever_may_hold_it_no_more_does_not_go_on_and_the_post_is_vacant(working, place: Place, since):
    number, actor, her = pass_on(working, place), place.organiser, place.people["书记"]
    with working(SYSTEM) as session:
        if since == "keeper":
            actions.appoint(session, SYSTEM, her, place.township, Role.KEEPER, starts_on=FIRST_DAY)
        elif since == "expelled":
            today = clock.today(session)
            asked = Asked(turn=Turn.EXPELLED, on=today, basis="处分决定", decided_on=today)
            actions.turn(session, SYSTEM, her, asked)
        else:
            actor = place.actor("书记", (Role.ORGANISER, place.township))

    with working(actor) as session:
        said = actions.call_off(session, actor, number).said

    assert "空缺" in said
    assert since == "expelled" or "书记不能接着任职" in said
    assert secretary_on(working, place, FIRST_DAY) == []


def test_what_cannot_be_is_said_and_whoever_has_no_right_does_nothing(working, place: Place):
    with pytest.raises(Invalid, match="另选一人"):
        pass_on(working, place, "书记")
    with pytest.raises(Invalid, match="任职以后"):
        pass_on(working, place, starts_on=date(2024, 1, 1))
    with pytest.raises(NotYours):
        pass_on(working, place, actor=place.secretary)
    with pytest.raises(OutOfReach):
        pass_on(working, place, actor=place.outsider)
    assert secretary_on(working, place, date(2026, 6, 1)) == ["书记"]


def test_a_member_of_the_committee_has_duties_and_by_them_no_right(working, place: Place):
    person = place.people["甲乙"]
    with working(place.organiser) as session:
        actions.appoint(
            session,
            place.organiser,
            person,
            place.branch,
            Role.COMMITTEE_MEMBER,
            duties=("publicity", "organisation", "publicity"),
        )
        found = queries.holders(session, place.organiser, place.branch, on=date(2025, 12, 1))
        assert [each.duties for each in found if each.person_id == person] == [("organisation", "publicity")]
        assert posts_of(session, person, date(2025, 12, 1)) == [(Role.COMMITTEE_MEMBER, place.branch)]
        with pytest.raises(Invalid, match="只有支部委员"):
            actions.appoint(session, place.organiser, person, place.group, Role.DEPUTY, duties=("discipline",))


def seats(working, place: Place, name: str) -> dict:
    with working(SYSTEM) as session:
        return seats_of(session, place.people[name], clock.today(session))


def test_the_deputy_secretary_sits_in_the_secretarys_place_while_it_is_vacant(working, place: Place):
    with working(place.organiser) as session:
        for name in ("甲乙", "丙丁"):
            actions.appoint(
                session,
                place.organiser,
                place.people[name],
                place.branch,
                Role.COMMITTEE_MEMBER,
                starts_on=date(2025, 1, 1),
                duties=("deputy_secretary",),
            )
    own = {(Role.COMMITTEE_MEMBER, place.branch): False}
    assert seats(working, place, "甲乙") == own

    with working(place.organiser) as session:
        held = queries.holders(session, place.organiser, place.branch, on=date(2025, 1, 2))
        (post,) = [each for each in held if each.kind == Role.SECRETARY]
        actions.end_post(session, place.organiser, post.post_id, reason="调离")

    assert seats(working, place, "甲乙") == own | {(Role.SECRETARY, place.branch): True}
    assert seats(working, place, "丙丁") == own, "of several the first"
    with working(place.organiser) as session:
        actions.appoint(session, place.organiser, place.people["戊己"], place.branch, Role.SECRETARY)
    assert seats(working, place, "甲乙") == own


def test_a_branch_has_no_organiser_of_its_own(working, place: Place):
    with working(place.organiser) as session, pytest.raises(Invalid, match="不设组织委员"):
        actions.appoint(session, place.organiser, place.people["甲乙"], place.branch, Role.ORGANISER)


def test_the_database_takes_no_duty_for_another_post(office, place: Place):
    with psycopg.connect(office.owner_url) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("update office.post set duties = array['discipline'] where kind = 'secretary'")
