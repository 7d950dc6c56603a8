"""A group's year so far: what it has held by today of what it owes, told to whoever reaches it."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.assessment.cases import queries
from services.assessment.cases.rules import Held, so_far
from shared.db import unit
from shared.duties import ALWAYS, Span, calendar_of
from shared.rulebase import book
from shared.workdays import Workdays
from tests.assessment.conftest import Steps, Town

ZHEN = calendar_of(book("zhen").on, 2025, Workdays())
TODAY = date(2025, 11, 28)
EVERY_MONTH = [1] * 12


def lines(held: dict[str, Held], *, life: Span = ALWAYS, today: date = TODAY, calendar=ZHEN) -> dict:
    return {one.kind: one for one in so_far(calendar, life, held, today)}


# --- the figures ---


def test_what_had_to_be_held_by_today_is_told_from_what_the_year_owes():
    study = lines({})["study"]

    assert (study.done, study.due, study.owed) == (0, 10, 12)
    assert [each.duty.first_month for each in study.missing] == [*range(1, 11)]
    assert [each.duty.first_month for each in study.open] == [11]  # until the 28th itself
    assert [each.duty.first_month for each in lines({}, today=date(2025, 11, 29))["study"].missing][-1] == 11


def test_what_was_held_twice_in_one_month_leaves_the_gap_of_another():
    held = {"study": Held([1, 2, 0, *[1] * 9], present=27, expected=40, waiting=1)}

    study = lines(held)["study"]

    assert (study.done, study.due, study.waiting, study.share) == (12, 10, 1, 67)
    assert [(each.duty.first_month, each.done) for each in study.missing] == [(3, 0)]
    assert study.open == ()


def test_a_longer_period_is_lacking_as_a_whole_and_by_how_often():
    twice = [replace(duty, count=2) for duty in ZHEN if duty.kind == "life_meeting"]

    life_meeting = lines({"life_meeting": Held([0, 1, *[0] * 10])}, calendar=twice)["life_meeting"]

    assert (life_meeting.done, life_meeting.due, life_meeting.owed, life_meeting.lacking) == (1, 2, 4, 1)
    assert [(each.duty.longer, each.done) for each in life_meeting.missing] == [((1, 6), 1)]
    assert [each.duty.longer for each in life_meeting.open] == [(7, 12)]


def test_what_nothing_asks_for_is_shown_where_it_was_held_and_nothing_is_owed_before_the_founding():
    held = {"service": Held([0, 0, 1, *[0] * 9]), "lecture": Held(waiting=2)}

    found = lines(held, life=Span(date(2025, 9, 1)))

    assert (found["service"].done, found["service"].owed, found["service"].share) == (1, 0, None)
    assert (found["lecture"].done, found["lecture"].waiting) == (0, 2)
    assert (found["study"].due, found["study"].owed) == (2, 4)


# --- who is told ---

TALLY = (
    "insert into activities.tally (group_id, year, kind, done, present, expected, minutes, ids)"
    " values (%s, %s, 'study', %s, array_fill(1, array[12]), array_fill(2, array[12]), array_fill(90, array[12]), '{}')"
)
RECORD = (
    "insert into activities.activity (group_id, branch_id, township_id, kind, held_on, stage, expected, present)"
    " select u.id, u.branch_id, u.township_id, %s, %s, %s, 3, 3 from office.unit u where u.id = %s"
)


@pytest.fixture
def lived(steps: Steps, town: Town) -> int:
    """东村1组 with a year of study, and records that wait; its leader's case."""
    group, other = town.units["东村1组"], town.units["东村2组"]
    for year, of in ((2025, group), (2024, group), (2025, other)):
        steps.sql(TALLY, of, year, EVERY_MONTH if of == other else [year - 2024, *[0] * 11])
    waiting = (("study", "2025-02-03"), ("study", "2025-12-31"), ("lecture", "2025-01-01"), ("study", "2024-12-31"))
    for kind, day in (*waiting, ("study", "2026-01-01")):
        steps.sql(RECORD, kind, day, "submitted", group)
    for stage in ("draft", "returned", "confirmed", "discarded"):
        steps.sql(RECORD, "study", "2025-03-03", stage, group)
    steps.sql(RECORD, "study", "2025-03-03", "submitted", other)
    return steps.cases(steps.open())[0]


def told_to(actor, case: int) -> dict[str, tuple[int, int]]:
    """What is done of each kind, and waits; where the case is seen."""
    with unit("assessment", actor) as session:
        found = queries.year_so_far(session, queries.case_seen(session, actor, case).Case)
    return {one.kind: (one.done, one.waiting) for one in found or () if one.done or one.waiting}


@pytest.mark.parametrize("who", ["organiser", "committee", "secretary", "leader"])
def test_the_year_of_the_group_is_told_to_whoever_reaches_it(lived: int, town: Town, who: str):
    actor = {"secretary": town.secretary("东村"), "leader": town.leader("东村1组")}.get(who) or getattr(town, who)

    assert told_to(actor, lived) == {"study": (1, 2), "lecture": (0, 1)}


def test_nothing_is_told_of_a_group_that_is_out_of_reach(lived: int, town: Town):
    asked = text("select activities.months_so_far(:group, 2025)"), {"group": town.units["东村1组"]}
    former = replace(town.leader("东村1组"), posts=())

    for actor in (town.outsider, town.secretary("西村"), town.leader("东村2组"), former):
        with unit("assessment", actor) as session:
            assert session.scalar(*asked) is None
    with unit("notify", town.organiser) as session, pytest.raises(ProgrammingError, match="permission denied"):
        session.scalar(*asked)


def test_whoever_has_left_his_group_is_not_told_that_it_held_nothing(lived: int, town: Town, steps: Steps):
    leader = town.leader("东村1组")
    steps.sql(
        "insert into office.account (id, person_id, login, password_hash, first_password, failures)"
        " values (%s, %s, 'former', '', false, 0)",
        leader.account_id,
        leader.person_id,
    )
    former = replace(leader, posts=())

    with unit("assessment", former) as session:
        assert queries.year_so_far(session, queries.case_seen(session, former, lived).Case) is None


def test_a_year_that_is_his_in_part_is_told_by_the_months_that_he_held_whole(lived: int, town: Town, steps: Steps):
    steps.sql("update activities.tally set done = %s where year = 2025 and kind = 'study'", EVERY_MONTH)

    def told(began: str | None, ended: str | None = None) -> tuple[int, int, int, list[int], list[tuple]]:
        days = "update assessment.leader_case set began_on = %s, ended_on = %s, part = %s where id = %s"
        steps.sql(days, began, ended, bool(began or ended), lived)
        with unit("assessment", town.organiser) as session:
            case = queries.case_seen(session, town.organiser, lived).Case
            found = {one.kind: one for one in queries.year_so_far(session, case) or ()}
            to_come = {one.kind: one.months for one in queries.to_come_for(session, case, date(2025, 11, 15))}
        missing = [each.duty.first_month for each in found["group_meeting"].missing]
        return found["study"].done, found["study"].owed, found["study"].waiting, missing, to_come.get("study", ())

    whole = told(None)
    assert whole[:3] == (12, 12, 2)
    assert whole[3][0] == 1
    assert told("2025-06-01") == (7, 7, 1, [*range(6, whole[3][-1] + 1)], whole[4])
    assert told("2025-06-02")[:2] == (6, 6)
    assert told("2020-01-01", "2025-09-01") == (8, 8, 1, [*range(1, 9)], ())
