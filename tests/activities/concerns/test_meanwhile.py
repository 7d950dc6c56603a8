"""What happens meanwhile: workers are killed, a year is not published yet, a group goes elsewhere."""

from collections.abc import Callable
from datetime import date

import psycopg

from deploy import doctor
from services.activities.concerns import actions
from services.activities.concerns.schemas import Closing, Telling
from services.activities.register import actions as register
from services.activities.register.rules.regrouping import Move
from shared.db import unit
from tests.activities.concerns.conftest import MONDAY, People
from tests.activities.concerns.test_moves import SOLVED, WHY, accepted
from tests.browsing import Visitor
from tests.faults.test_failpoints import POINTS, Killer
from tests.servers import Database
from tests.town import XIHE

TOLD = """
    select m.telling, count(*) from notify.message m where m.fact = 'ConcernMoved' group by 1 order by 1"""
TWICE = "select subject, kind from office.todo where subject like 'concern:%' and closed_at is null group by 1, 2 having count(*) > 1"
TUESDAY = date(2025, 3, 4)


class Strikes:
    """A worker killed at each point of each kind of work after every act."""

    def __init__(self, database: Database) -> None:
        self.killer = Killer(database)

    def after(self, act: Callable[[], object]) -> None:
        act()
        self.killer.died.clear()
        self.killer.rest()


def test_with_workers_killed_between_the_acts_nothing_waits_twice_and_nothing_is_forgotten(
    people: People, office: Database
):
    strikes = Strikes(office)
    view = people.note(passes=False)
    strikes.after(lambda: people.does(people.leader, actions.pass_on, view))
    assert people.desk(people.secretary) == [("accept", date(2025, 3, 6))]
    strikes.after(lambda: people.does(people.secretary, actions.give_back, view, WHY))
    strikes.after(lambda: people.does(people.leader, actions.pass_on, view))
    strikes.after(lambda: people.does(people.secretary, actions.accept, view))
    strikes.after(lambda: people.does(people.secretary, actions.answer, view, SOLVED))
    strikes.after(lambda: people.does(people.leader, actions.tell, view, Telling(on=MONDAY, way="visit")))
    strikes.after(lambda: people.does(people.leader, actions.close, view, Closing(satisfied="yes")))
    people.move_to(date(2025, 4, 1))
    strikes.after(lambda: None)  # the day on which is asked whether it is so
    assert people.desk(people.leader) == [("again", None)]

    with psycopg.connect(office.owner_url) as connection:
        assert connection.execute(TWICE).fetchall() == []
        told = dict(connection.execute(TOLD).fetchall())
        died = {point for name, point in strikes.killer.died if name == "activities.keep_concerns"}
    assert (told["returned"], told["to_tell"]) == (1, 1)
    assert died == set(POINTS)
    with unit("keeper") as session:
        assert doctor.waiting_is_what_stands(session) == doctor.OK


def test_a_day_in_a_year_that_is_not_published_is_provisional(people: People, visit: Callable[..., Visitor]):
    people.move_to(date(2026, 12, 31))
    view = people.note()
    row = people.row(view)
    assert row.due_provisional
    assert row.due_on is not None
    assert row.due_on.year == 2027
    assert "（暂定）" in visit("diligent").get(f"/activities/concerns/{view}").text


def test_where_the_group_has_gone_to_another_branch_the_one_that_has_its_views_answers_and_tells(people: People):
    view, noted = accepted(people), people.note(passes=False)
    people.move_to(TUESDAY)
    people.does(
        people.organiser,
        register.regroup,
        Move(group_id=people.group, branch_id=people.town.units[XIHE], name="迁来的党小组", on=TUESDAY),
    )
    people.does(people.secretary, actions.answer, view, SOLVED)
    told = Telling(on=TUESDAY, way="notice", satisfied="yes")
    people.does(people.secretary, actions.tell, view, told)
    people.does(people.secretary, actions.pass_on, noted)
    assert (people.row(view).stage, people.row(noted).stage) == ("closed", "passed")
    with unit("keeper") as session:
        assert doctor.waiting_is_what_stands(session) == doctor.OK
