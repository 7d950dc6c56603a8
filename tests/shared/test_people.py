"""Who belonged where and held which post on a day: spans that begin with their first day and end before their last."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from shared.db import unit
from shared.people import (
    WHOLE_NAME,
    Membership,
    Post,
    Unit,
    UnitKind,
    branches_of,
    holder_of,
    holders_of,
    names_of,
    posts_of,
    unit_named,
    workdays_of,
)
from shared.roles import Role
from tests.shared.place import SINCE, make_person, make_unit

DAY = date(2025, 3, 3)
NEXT = date(2025, 3, 4)


@pytest.fixture
def successor(place) -> int:
    """The first group's leader leaves on the 3rd; another leads it from the 4th."""
    with unit("activities") as session:
        session.query(Post).where(Post.person_id == place.leader).one().ends_on = DAY
        made = make_person(session, "组长戊", place.east_first)
        session.add(Post(person_id=made, unit_id=place.east_first, kind=Role.LEADER, starts_on=NEXT))
        return made


@pytest.mark.parametrize(
    ("day", "who"),
    [
        (date(2023, 12, 31), None),
        (SINCE, "leader"),
        (date(2025, 3, 2), "leader"),
        (DAY, None),
        (NEXT, "successor"),
        (date(2099, 1, 1), "successor"),
    ],
)
def test_a_post_is_held_from_its_first_day_until_the_day_before_its_end(place, successor, day, who):
    with unit("activities") as session:
        found = holder_of(session, place.east_first, Role.LEADER, day)

    assert found == {"leader": place.leader, "successor": successor, None: None}[who]


def test_a_post_is_held_in_its_own_unit_and_kind_only(place):
    with unit("activities") as session:
        assert holder_of(session, place.west_first, Role.LEADER, DAY) is None
        assert holder_of(session, place.east_first, Role.DEPUTY, DAY) is None
        assert holders_of(session, place.east, [Role.SECRETARY, Role.LEADER], DAY) == [place.secretary]


def test_several_holders_come_once_each_in_a_steady_order(place):
    with unit("activities") as session:
        for kind in (Role.ORGANISER, Role.COMMITTEE):
            session.add(Post(person_id=place.secretary, unit_id=place.township, kind=kind, starts_on=SINCE))
        session.flush()

        found = holders_of(session, place.township, [Role.COMMITTEE, Role.ORGANISER], DAY)

    assert found == sorted([place.secretary, place.organiser])


def test_the_posts_of_a_person_are_those_of_the_day(place, successor):
    with unit("activities") as session:
        assert posts_of(session, place.leader, date(2025, 3, 2)) == [(Role.LEADER, place.east_first)]
        assert posts_of(session, place.leader, DAY) == []
        assert posts_of(session, successor, DAY) == []
        assert posts_of(session, successor, NEXT) == [(Role.LEADER, place.east_first)]


def test_a_township_has_its_own_branches_that_are_not_dissolved(place):
    with unit("activities") as session:
        assert branches_of(session, place.township) == [place.east, place.west]
        session.get_one(Unit, place.east).dissolved_on = DAY
        session.flush()

        assert branches_of(session, place.township) == [place.west]
        assert branches_of(session, place.elsewhere) == []


def test_a_unit_is_found_by_its_exact_name_and_kind(place):
    with unit("activities") as session:
        assert unit_named(session, UnitKind.BRANCH, "东村支部").id == place.east
        assert unit_named(session, UnitKind.GROUP, "东村支部") is None
        assert unit_named(session, UnitKind.BRANCH, "东村") is None


def test_a_group_is_told_apart_by_its_branch(place):
    with unit("activities") as session:
        called = names_of(session, [place.township, place.east, place.east_first, place.west_first])
        assert called == {
            place.township: "清河镇",
            place.east: "东村支部",
            place.east_first: "东村支部第一党小组",
            place.west_first: "西村支部第一党小组",
        }
        above, below = aliased(Unit), aliased(Unit)
        both = select(above.whole_name, below.whole_name).join(below, below.branch_id == above.id)
        assert [*map(tuple, session.execute(both.where(above.id == place.east)))] == [
            ("东村支部", "东村支部第一党小组")
        ]


def test_a_group_that_bears_its_branchs_name_does_not_bear_it_twice(place):
    with unit("activities") as session:
        group = session.get_one(Unit, place.east_first)
        group.name = "东村支部机关小组"
        session.flush()

        assert group.whole_name == "东村支部机关小组"


def test_plain_sql_calls_units_as_everything_else_does(place):
    joined = "office.unit left join office.unit above on above.id = unit.branch_id"
    with unit("activities") as session:
        session.get_one(Unit, place.west_first).name = "西村支部机关小组"
        session.flush()
        said = dict(session.execute(text(f"select unit.id, {WHOLE_NAME} from {joined}")).all())

        assert said == names_of(session, said)
        assert {"东村支部第一党小组", "西村支部机关小组", "清河镇"} <= set(said.values())


def test_the_office_has_the_last_word_on_a_day(office):
    with unit("activities") as session:
        session.execute(
            text("insert into office.workday values ('2025-10-11', true, '调休'), ('2025-03-04', false, '')")
        )

        assert workdays_of(session).overrides == {date(2025, 10, 11): True, NEXT: False}


# --- what the database itself refuses ---


def test_a_unit_has_one_leader_at_a_time(place):
    with pytest.raises(IntegrityError), unit("activities") as session:
        session.add(Post(person_id=place.secretary, unit_id=place.east_first, kind=Role.LEADER, starts_on=DAY))


def test_nobody_holds_the_same_post_twice_at_a_time(place):
    with pytest.raises(IntegrityError), unit("activities") as session:
        session.add(Post(person_id=place.organiser, unit_id=place.township, kind=Role.ORGANISER, starts_on=DAY))


def test_nobody_belongs_to_two_units_at_a_time(place):
    with pytest.raises(IntegrityError), unit("activities") as session:
        for home in (place.east_first, place.west_first):
            session.add(Membership(person_id=place.leader, unit_id=home, kind="full", starts_on=DAY))


def test_a_name_is_given_once_among_those_that_stand_beside_each_other(place):
    with pytest.raises(IntegrityError), unit("activities") as session:
        make_unit(session, UnitKind.GROUP, "第一党小组", township_id=place.township, branch_id=place.east)


def test_the_name_of_a_dissolved_unit_may_be_given_again(place):
    with unit("activities") as session:
        session.get_one(Unit, place.east_first).dissolved_on = DAY
        session.flush()

        assert make_unit(session, UnitKind.GROUP, "第一党小组", township_id=place.township, branch_id=place.east)
