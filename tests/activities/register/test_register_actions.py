"""The register: posts and circumstances and who may give them, and whom nobody else sees."""

from dataclasses import replace
from datetime import date

import psycopg
import pytest

from services.activities.register import actions, queries
from shared import people
from shared.access import SYSTEM, console
from shared.audit import announce
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.events import ReplacementDecided
from shared.people import holder_of
from shared.roles import Role

# --- who sees what ---


def test_an_outsider_sees_nothing_of_another_branch(place, working):
    outsider = place.outsider
    with working(outsider) as session:
        assert {unit.id for unit in queries.tree(session, outsider)} == {place.other_branch, place.other_group}
        assert queries.members_on(session, outsider, place.branch, date(2025, 3, 3)) == []
        assert queries.holders(session, outsider, place.branch, on=date(2025, 3, 3)) == []
        assert not queries.people(session, outsider, place.township, on=date(2025, 3, 3), after=None, limit=50)[1:]
        for look in (
            lambda: queries.unit_in_reach(session, outsider, place.group),
            lambda: queries.person_in_reach(session, outsider, place.people["甲乙"]),
        ):
            with pytest.raises(OutOfReach):
                look()


def test_the_second_wall_stands_without_the_first(place, working):
    with working(place.outsider) as session:
        names = {person.name for person in session.query(people.Person)}

    assert names == {"外人"}


def test_whoever_has_no_post_sees_no_unit(place, working):
    nobody = place.actor("甲乙")
    with working(nobody) as session:
        assert queries.tree(session, nobody) == []


# --- posts, people, accounts ---


def test_a_post_that_one_holds_must_be_left_before_another_takes_it(place, working):
    with pytest.raises(Conflict), working() as session:
        actions.appoint(session, SYSTEM, place.people["甲乙"], place.group, Role.LEADER)

    with working(place.organiser) as session:
        post = next(each for each in queries.holders(session, place.organiser, place.group, on=date(2025, 3, 3)))
        actions.end_post(session, place.organiser, post.post_id, reason="任期届满")
        actions.appoint(session, place.organiser, place.people["甲乙"], place.group, Role.LEADER)
        assert holder_of(session, place.group, Role.LEADER, date(2025, 3, 3)) == place.people["甲乙"]


def test_a_post_is_not_left_before_it_was_taken_up(place, working, everything):
    organiser = place.organiser
    with working(organiser) as session:
        post = actions.appoint(
            session, organiser, place.people["甲乙"], place.group, Role.DEPUTY, starts_on=date(2025, 2, 3)
        ).id
    before = everything()
    with working(organiser) as session, pytest.raises(Invalid) as refused:
        actions.end_post(session, organiser, post, ends_on=date(2025, 2, 2), reason="误登")

    said = "免职日期2025年2月2日早于任职日期2025年2月3日，请填写任职当天或以后的日期。"
    assert (refused.value.field, refused.value.detail) == ("last_day", said)
    assert everything() == before
    with working(organiser) as session:
        left = actions.end_post(session, organiser, post, ends_on=date(2025, 2, 3), reason="误登")
        assert left.ends_on == left.starts_on


def test_a_post_belongs_to_its_kind_of_unit_and_is_given_by_its_own_officer(place, working):
    with pytest.raises(Invalid), working() as session:
        actions.appoint(session, SYSTEM, place.people["甲乙"], place.branch, Role.LEADER)
    with pytest.raises(NotYours), working(place.secretary) as session:
        actions.appoint(session, place.secretary, place.people["甲乙"], place.group, Role.DEPUTY)
    with pytest.raises(NotYours), working(place.organiser) as session:
        actions.appoint(session, place.organiser, place.people["甲乙"], place.township, Role.COMMITTEE)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2023, 12, 31), "任职日期不能早于东村党支部新组成立的2024年6月1日。"),
        (date(2024, 5, 31), "任职日期不能早于东村党支部新组成立的2024年6月1日。"),
        (date(2024, 8, 31), "任职日期不能早于姊妹编入的2024年9月1日。"),
    ],
)
def test_a_post_is_not_taken_up_before_its_unit_or_its_holder_was_there(place, working, everything, day, said):
    organiser, somebody = place.organiser, place.people["姊妹"]
    with working(organiser) as session:
        new = actions.found_group(session, organiser, place.branch, "新组", founded_on=date(2024, 6, 1)).id
        actions.move_person(session, organiser, somebody, new, on=date(2024, 9, 1))
    before = everything()
    with working(organiser) as session, pytest.raises(Invalid) as refused:
        actions.appoint(session, organiser, somebody, new, Role.LEADER, starts_on=day)
    assert (refused.value.field, refused.value.detail) == ("starts_on", said)
    assert everything() == before
    with working(organiser) as session:
        actions.appoint(session, organiser, somebody, new, Role.LEADER, starts_on=date(2024, 9, 1))


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2024, 5, 31), "调动日期不能早于东村党支部新组成立的2024年6月1日。"),
        (date(2024, 9, 1), "姊妹从2024年9月1日起才编入现在的单位，调动日期应在这之后。"),
    ],
)
def test_nobody_is_moved_before_he_came_or_the_unit_was_founded(place, working, everything, day, said):
    organiser, somebody = place.organiser, place.people["姊妹"]
    with working(organiser) as session:
        new = actions.found_group(session, organiser, place.branch, "新组", founded_on=date(2024, 6, 1)).id
        actions.move_person(session, organiser, somebody, place.group, on=date(2024, 9, 1))
    before = everything()
    with working(organiser) as session, pytest.raises(Invalid) as refused:
        actions.move_person(session, organiser, somebody, new, on=day)
    assert (refused.value.field, refused.value.detail) == ("on", said)
    assert everything() == before


def test_who_belongs_nowhere_any_more_is_not_moved_to_a_day_on_which_he_still_did(place, working, office):
    somebody = place.people["姊妹"]
    with psycopg.connect(office.owner_url) as connection:
        connection.execute("update office.membership set ends_on = '2025-02-01' where person_id = %s", [somebody])
    with (
        working(place.organiser) as session,
        pytest.raises(Invalid, match="姊妹到2025年2月1日还编在原来的单位") as refused,
    ):
        actions.move_person(session, place.organiser, somebody, place.group, on=date(2025, 1, 31))
    assert refused.value.field == "on"


def test_a_decided_replacement_ends_the_leaders_post_and_nothing_else(place, working):
    fact = ReplacementDecided(
        unit_id=place.group,
        replacement_id=1,
        person_id=place.people["组长"],
        group_id=place.group,
        replaced=False,
        on="2025-03-10",
    )
    with working() as session:
        actions.follow_replacement(session, fact)
        assert holder_of(session, place.group, Role.LEADER, date(2025, 3, 11)) == place.people["组长"]

    with working() as session:
        for _ in range(2):
            actions.follow_replacement(session, replace(fact, replaced=True))
        assert holder_of(session, place.group, Role.LEADER, date(2025, 3, 9)) == place.people["组长"]
        assert holder_of(session, place.group, Role.LEADER, date(2025, 3, 10)) is None
        assert holder_of(session, place.other_group, Role.LEADER, date(2025, 3, 10)) == place.people["外人"]


def test_the_decision_is_heard_through_a_row_of_work(place, working, settle):
    from shared.db import unit

    fact = ReplacementDecided(
        unit_id=place.group,
        replacement_id=1,
        person_id=place.people["组长"],
        group_id=place.group,
        replaced=True,
        on="2025-03-03",
    )
    with unit("assessment") as session:
        announce(session, fact, by=SYSTEM)

    settle()

    with working() as session:
        assert holder_of(session, place.group, Role.LEADER, date(2025, 3, 3)) is None


def test_a_circumstance_is_dated(place, working):
    with working(place.secretary) as session:
        actions.set_circumstance(session, place.secretary, place.people["甲乙"], "away", starts_on=date(2025, 1, 1))
        with pytest.raises(Conflict):
            actions.set_circumstance(session, place.secretary, place.people["甲乙"], "away")
        actions.end_circumstance(session, place.secretary, place.people["甲乙"], "away", ends_on=date(2025, 2, 1))

        def kinds(day):
            found = queries.members_on(session, place.secretary, place.group, day)
            return next(member.circumstances for member in found if member.name == "甲乙")

        assert (kinds(date(2024, 12, 31)), kinds(date(2025, 1, 31)), kinds(date(2025, 2, 1))) == ((), ("away",), ())


def test_a_circumstance_does_not_end_before_it_began(place, working, everything):
    secretary, person = place.secretary, place.people["甲乙"]
    with working(secretary) as session:
        actions.set_circumstance(session, secretary, person, "away", starts_on=date(2025, 5, 1))
    before = everything()
    for day, said in ((date(2025, 4, 30), "2025年4月30日"), (None, "2025年3月3日")):  # none: today
        with working(secretary) as session, pytest.raises(Invalid) as refused:
            actions.end_circumstance(session, secretary, person, "away", ends_on=day)
        told = f"结束日期{said}早于开始日期2025年5月1日，请填写开始当天或以后的日期。"
        assert (refused.value.field, refused.value.detail) == ("last_day", told)
    assert everything() == before


def test_what_keeps_somebody_away_is_known_in_his_new_group_too(place, working):
    person, organiser = place.people["甲乙"], place.organiser
    with working(organiser) as session:
        actions.set_circumstance(session, organiser, person, "away", starts_on=date(2025, 1, 1))
        actions.move_person(session, organiser, person, place.sister, on=date(2025, 3, 1))

    def seen(actor, unit, day):
        with working(actor) as session:
            found = queries.members_on(session, actor, unit, day)
            return {member.name: member.circumstances for member in found if member.person_id == person}

    sister_leader = place.actor("姊妹", (Role.LEADER, place.sister))
    assert seen(sister_leader, place.sister, date(2025, 3, 1)) == {"甲乙": ("away",)}
    assert seen(place.secretary, place.group, date(2025, 2, 28)) == {"甲乙": ("away",)}
    assert seen(place.leader, place.group, date(2025, 3, 1)) == {}


def test_a_leader_leaves_his_post_before_his_group(place, working):
    with pytest.raises(Conflict), working(place.organiser) as session:
        actions.move_person(session, place.organiser, place.people["组长"], place.sister)


def test_a_township_is_founded_at_the_machine_only(office, place, working):
    with pytest.raises(NotYours), working(place.organiser) as session:
        actions.found_township(session, place.organiser, "别的乡", rule_set="xiang")
    officer = console(Role.ORGANISER, unit_id=place.township)
    with pytest.raises(NotYours), working(officer) as session:
        actions.found_township(session, officer, "别的乡", rule_set="xiang")


def test_a_person_has_one_account_and_a_login_one_person(place, working):
    with working() as session:
        account_id, password = actions.make_account(session, SYSTEM, place.people["甲乙"], "jiayi")
        assert account_id
        assert len(password) >= 12
        for person, login in (("甲乙", "other"), ("丙丁", "jiayi")):
            with pytest.raises(Conflict):
                actions.make_account(session, SYSTEM, place.people[person], login)
    with pytest.raises(NotYours), working(place.secretary) as session:
        actions.make_account(session, place.secretary, place.people["丙丁"], "bingding")
