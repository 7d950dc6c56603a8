"""Whatever leaders, secretaries and the township do with views in whatever order: every path is in the table."""

import contextlib
from datetime import date, timedelta
from random import Random

import psycopg
import pytest

from deploy import doctor
from services.activities.concerns import actions
from services.activities.concerns.rules import MOVES
from services.activities.concerns.schemas import (
    Answer,
    Closing,
    Designation,
    Holding,
    Merging,
    MoreTime,
    Outside,
    Said,
    Telling,
    Why,
)
from shared.db import unit
from shared.errors import Refusal
from shared.moves import Moved
from shared.workdays import Workdays
from tests.activities.concerns.conftest import MONDAY, People
from tests.servers import Database
from tests.town import XIHE

STEPS = 120
WHY = Said(said="情况有变化。")
TAKEN = (
    "select subject, step, stage_before, stage_after from office.happening where subject like 'concern:%' order by id"
)
HELD = """
    select c.id, c.opened_on, c.ended_on, array_agg(array[h.starts_on, coalesce(h.ends_on, office.today())] order by h.id)
    from activities.concern c join activities.concern_holding h on h.matter_id = c.id where c.reopened_on is null
    group by c.id"""


class Chance:
    """One thing after another, none of which is bound to be allowed."""

    def __init__(self, people: People, seed: int) -> None:
        self.people, self.chance, self.day, self.views = people, Random(seed), MONDAY, []
        self.who = [people.leader, people.secretary, people.organiser, people.neighbour]

    def acts(self, day: date):
        """What may be tried with a view."""
        people, other = self.people, self.chance.choice(self.views)
        units = [people.branch, people.town.units[XIHE], people.town.id]
        return [
            (actions.settle, WHY),
            (actions.pass_on,),
            (actions.accept,),
            (actions.accept,),
            (actions.give_back, WHY),
            (actions.designate, Designation(unit_id=self.chance.choice(units), said="由这里办理。")),
            (actions.pass_up, WHY),
            (actions.send_out, Outside(outside="供电所")),
            (actions.answer, Answer(result="solved", said="已经修好。")),
            (actions.answer, Answer(result="explained", said="已经说明。")),
            (actions.tell, Telling(on=day, way="visit")),
            (actions.close, Closing(satisfied="yes")),
            (actions.reopen, WHY),
            (actions.merge, Merging(into=other)),
            (actions.withdraw, WHY),
            (actions.ask_for_time, MoreTime(until=day + timedelta(days=9), why="等配件。")),
            (actions.grant_time,),
            (actions.refuse_time, Why(why="不用等。")),
            (actions.say_whether_it_holds, Holding(holds="yes")),
        ]

    def go_on(self) -> None:
        """One step by somebody, then perhaps some days."""
        if not self.views or self.chance.random() < 0.1:
            self.views.append(self.people.note(passes=self.chance.random() < 0.5))
        act, *given = self.chance.choice(self.acts(self.day))
        with contextlib.suppress(Refusal):
            self.people.does(self.chance.choice(self.who), act, self.chance.choice(self.views), *given)
        if self.chance.random() < 0.1:
            self.day += timedelta(days=self.chance.randint(1, 9))
            self.people.move_to(self.day)
            with unit("activities") as session:
                actions.keep_concerns(session)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_path_is_in_the_table_holders_days_add_up_and_what_is_over_is_silent(
    people: People, office: Database, seed: int
):
    chance = Chance(people, seed)
    for _ in range(STEPS):
        chance.go_on()

    paths: dict[str, list[Moved]] = {}
    with psycopg.connect(office.owner_url) as connection:
        for subject, step, before, after in connection.execute(TAKEN):
            if step is not None:
                paths.setdefault(subject, []).append(Moved(step, before, after))
        held = connection.execute(HELD).fetchall()
    assert len(paths) > 3
    assert all(MOVES.is_path(path) for path in paths.values()), paths
    for number, opened, ended, spans in held:
        days = Workdays()
        last = ended or chance.day
        assert sum(days.between(*span) for span in spans) == days.between(opened, last), number
    found = doctor.examine()
    assert (found["I1"], found["I9"]) == (doctor.OK, doctor.OK)
