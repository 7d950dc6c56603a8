"""A rename has a day: until it nothing is called otherwise, and what is about a time before it keeps the name of then."""

from datetime import date, timedelta
from importlib import util
from pathlib import Path

import psycopg
import pytest

from services.activities.register import actions, queries
from services.activities.register.rules.changes import Place
from services.activities.workbook.queries import book
from services.activities.workbook.rules.books import Quarter
from shared import clock
from shared.access import SYSTEM
from shared.errors import Conflict, Invalid, OutOfReach
from shared.people import Unit, names_of, short_names_of

ON = date(2024, 7, 1)


def rename(working, actor, unit, name, on=None):
    with working(actor) as session:
        actions.rename_unit(session, actor, unit, name, on=on)


def test_each_day_has_the_name_that_was_its_own(place, working):
    rename(working, place.organiser, place.branch, "东山村党支部", ON)
    rename(working, place.organiser, place.branch, "东岭村党支部", date(2024, 10, 1))
    rename(working, place.organiser, place.group, "柳树下党小组", ON)

    with working(place.organiser) as session:
        said = {on: names_of(session, [place.branch, place.group], on) for on in (ON - timedelta(days=1), ON)}
        assert said[ON] == {place.branch: "东山村党支部", place.group: "东山村党支部柳树下党小组"}
        assert said[date(2024, 6, 30)] == {place.branch: "东村党支部", place.group: "东村党支部第一党小组"}
        assert names_of(session, [place.branch]) == {place.branch: "东岭村党支部"}
        assert short_names_of(session, [place.group], date(2024, 1, 1)) == {place.group: "第一党小组"}
        assert queries.former_names(session, place.branch) == [
            ("东山村党支部", date(2024, 10, 1)),
            ("东村党支部", ON),
        ]


def test_a_book_of_a_time_before_has_the_name_of_then(place, working):
    with working(place.secretary) as session:
        before = book(session, place.secretary, place.group, Quarter(2024, 2))
    rename(working, place.organiser, place.group, "柳树下党小组", ON)
    rename(working, place.organiser, place.branch, "东山村党支部", ON)

    with working(place.secretary) as session:
        assert book(session, place.secretary, place.group, Quarter(2024, 2)) == before
        after = book(session, place.secretary, place.group, Quarter(2024, 3))
        assert (after.branch, after.group) == ("东山村党支部", "柳树下党小组")
        roll = queries.roll_on(session, place.secretary, place.branch, date(2024, 6, 30))
        assert {each.unit_name for each in roll} == {"东村党支部第一党小组", "东村党支部第二党小组"}


def test_a_name_of_a_day_to_come_waits_is_seen_and_can_be_withdrawn(place, working, settle, move_to):
    with working() as session:
        on = clock.today(session) + timedelta(days=20)
    rename(working, place.organiser, place.group, "柳树下党小组", on)
    with working(place.organiser) as session:
        assert session.get_one(Unit, place.group).name == "第一党小组"
        planned = queries.planned(session, place.organiser, place.branch)
        assert [each.title for each in planned] == ["东村党支部第一党小组更名为“柳树下党小组”"]
        assert queries.ahead_of_group(session, place.leader, place.group) == [(on, "更名为“柳树下党小组”")]
        assert queries.planned(session, place.outsider, place.group) == []
        with pytest.raises(Conflict, match="请先撤回"):
            actions.rename_unit(session, place.organiser, place.group, "又一个名称")
    with working(place.organiser) as session:
        actions.withdraw(session, place.organiser, planned[0].id)
    rename(working, place.organiser, place.group, "槐树下党小组", on)

    move_to(on)
    settle()
    with working(place.organiser) as session:
        assert session.get_one(Unit, place.group).name == "槐树下党小组"
        yesterday = names_of(session, [place.group], on - timedelta(days=1))
        assert yesterday == {place.group: "东村党支部第一党小组"}
        assert queries.planned(session, place.organiser, place.branch) == []


@pytest.mark.parametrize(
    ("name", "on", "refusal"),
    [
        ("第二党小组", None, Conflict),
        (" ", None, Invalid),
        ("新名称", date(2023, 1, 1), Invalid),
        ("新名称", date(2024, 6, 30), Invalid),
        ("新名称", date(2199, 1, 1), Invalid),
    ],
)
def test_what_cannot_be_a_name_is_refused(place, working, name, on, refusal):
    rename(working, place.organiser, place.group, "柳树下党小组", ON)
    with pytest.raises(refusal):
        rename(working, place.organiser, place.group, name, on)
    with pytest.raises(OutOfReach):
        rename(working, place.outsider, place.group, "新名称", ON)


def test_former_names_are_known(place, working):
    rename(working, place.organiser, place.branch, "东山村党支部", ON)
    rename(working, place.organiser, place.group, "柳树下党小组", ON)
    with working(SYSTEM) as session:
        known = queries.former_places(session, queries.tree(session, SYSTEM, below=place.township))
    here = Place("东山村党支部", "柳树下党小组")
    assert known[Place("东村党支部", None)] == Place("东山村党支部", None)
    assert known[Place("东村党支部", "第一党小组")] == known[Place("东村党支部", "柳树下党小组")] == here
    assert known[Place("东村党支部", "第二党小组")] == Place("东山村党支部", "第二党小组")
    assert Place("西村党支部", "第一党小组") not in known
    with working(place.secretary) as session:
        assert queries.units_named(session, place.secretary, "第一")[0].whole_name == "东山村党支部柳树下党小组"
        assert queries.units_named(session, place.outsider, "东村") == []


def test_the_names_of_before_are_carried_over_from_the_history(office, place, working):
    rename(working, place.organiser, place.branch, "东山村党支部", ON)
    rename(working, place.organiser, place.branch, "东岭村党支部", date(2024, 10, 1))
    found = util.spec_from_file_location("step", STEP)
    step = util.module_from_spec(found)
    found.loader.exec_module(step)

    with psycopg.connect(office.owner_url, autocommit=True) as owner:
        before = owner.execute(KEPT).fetchall()
        owner.execute("delete from office.unit_name")
        owner.execute(step.FORMER)
        assert owner.execute(KEPT).fetchall() == before
    assert before == [("东村党支部", None, ON), ("东山村党支部", ON, date(2024, 10, 1))]


STEP = Path(__file__).parents[3] / "shared/migrations/versions/2026-11-30_names_of_units.py"
KEPT = "select name, starts_on, ends_on from office.unit_name order by ends_on"


def test_a_township_is_renamed_like_any_unit_and_a_roster_may_still_say_its_former_name(
    place, working, settle, move_to
):
    rename(working, place.organiser, place.township, "清河街道", ON)
    with working(place.organiser) as session:
        told = names_of(session, [place.township], on=date(2024, 5, 31)), names_of(session, [place.township], on=ON)
        assert [each[place.township] for each in told] == ["清河镇", "清河街道"]
        known = queries.register_now(session, place.organiser, place.township, on=ON)
        assert (known.township, known.formerly) == ("清河街道", {"清河镇"})
    with working(place.secretary) as session, pytest.raises(OutOfReach):
        actions.rename_unit(session, place.secretary, place.township, "又一个名称")
    with working(place.organiser) as session:
        on = clock.today(session) + timedelta(days=3)
    rename(working, place.organiser, place.township, "清河新镇", on)
    with working(place.organiser) as session:
        (planned,) = queries.planned(session, place.organiser, place.township)
        actions.withdraw(session, place.organiser, planned.id)
    rename(working, place.organiser, place.township, "清河大镇", on)
    move_to(on)
    settle()
    with working(place.organiser) as session:
        assert names_of(session, [place.township])[place.township] == "清河大镇"
