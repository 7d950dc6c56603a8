"""What of views counts in a leader's year: passed on and told in time; never how many, and nothing that goes past him."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import text

from deploy import doctor
from services.activities.concerns import actions
from services.activities.concerns.schemas import Answer, Said, Telling
from services.assessment.cases import actions as cases
from services.assessment.schemes.actions import store_scheme
from shared.access import SYSTEM
from shared.db import unit
from shared.errors import Invalid
from tests.activities.concerns.conftest import MONDAY, People
from tests.town import FIRST, XIHE

TALLIES = text(
    "select kind, done[3] as n from activities.tally where kind like 'concern%' and group_id = :group order by kind"
)
SCHEME = """
key: views
name: 看上交的方案
version: "1"
year_from: 2025
applies_to: leader
points: 100
indicators:
  - {key: passed, name: 群众意见上交, measure: per_item, each: 1, kinds: [concern_passed], points: 100}
"""


def counted(people: People) -> dict[str, int]:
    with unit("activities") as session:
        return {row.kind: row.n for row in session.execute(TALLIES, {"group": people.group})}


def test_views_passed_on_and_answers_told_count_and_what_is_withdrawn_leaves_no_trace(people: People):
    view = people.note()
    people.note(kind="conduct", said="办事拖拉。", past="secretary")
    assert counted(people) == {"concern_passed": 1}
    people.does(people.secretary, actions.accept, view)
    people.does(people.secretary, actions.answer, view, Answer(result="explained", said="已经说明。"))
    people.does(people.leader, actions.tell, view, Telling(on=MONDAY, way="visit", satisfied="yes"))
    assert counted(people) == {"concern_passed": 1, "concern_told": 1}
    people.does(people.leader, actions.reopen, view, Said(said="情况有变。"))
    people.does(people.secretary, actions.accept, view)
    people.does(people.secretary, actions.answer, view, Answer(result="solved", said="已经办好。"))
    assert counted(people) == {"concern_passed": 1}  # the answer that counts is not told yet
    people.does(people.leader, actions.withdraw, view, Said(said="记错了。"))
    assert counted(people) == {}
    assert doctor.examine()["I1"] == doctor.OK


def test_no_scheme_counts_how_many(people: People):
    with unit("assessment") as session, pytest.raises(Invalid, match="不能按次计分"):
        store_scheme(session, SYSTEM, SCHEME, township_id=people.town.id)


def test_the_desk_agrees_with_the_table(people: People):
    people.note()
    view = people.note(passes=False)
    people.does(people.leader, actions.settle, view, Said(said="当场办好。"))
    people.move_to(date(2025, 3, 5))
    assert doctor.examine()["I9"] == doctor.OK


OF_SHARES = """
key: views
name: 看按时的方案
version: "1"
year_from: 2025
applies_to: leader
points: 100
indicators:
  - {key: study, name: 集中学习, measure: share, kinds: [study], points: 40}
  - {key: passed, name: 群众意见上交, measure: share, kinds: [concern_passed], points: 30}
  - {key: told, name: 群众意见反馈, measure: share, kinds: [concern_told], points: 30}
"""
SHEET = text(
    "select s.items from assessment.sheet s join assessment.leader_case c on c.id = s.case_id where c.group_id = :group"
)


def test_a_leaders_year_has_the_share_in_time_and_who_was_told_nothing_of_what_was_never_asked(
    people: People, settle: Callable[[], None]
):
    in_time = people.note()
    late = people.note(kind="farming", passes=False)
    people.does(people.secretary, actions.accept, in_time)
    people.does(people.secretary, actions.answer, in_time, Answer(result="explained", said="已经说明。"))
    people.does(people.leader, actions.tell, in_time, Telling(on=MONDAY, way="visit"))
    people.move_to(date(2025, 3, 10))
    people.does(people.leader, actions.pass_on, late)
    people.move_to(date(2025, 11, 3))
    people.note(kind="land", passes=False)  # its days are not over
    with unit("assessment") as session:
        store_scheme(session, SYSTEM, OF_SHARES, township_id=people.town.id)
        cycle = cases.open_cycle(session, SYSTEM, township_id=people.town.id, year=2025).id
    with unit("assessment") as session:
        cases.start_run(session, SYSTEM, cycle)
    settle()

    with unit("assessment") as session:
        (items,) = session.execute(SHEET, {"group": people.group}).scalars()
        (none,) = session.execute(SHEET, {"group": people.town.groups[XIHE, FIRST]}).scalars()
        assert cases.verify_cycle(session, SYSTEM, cycle).sound
    assert (items["passed"], items["told"]) == (1500, 3000)
    assert (none["passed"], none["told"]) == (None, None)
