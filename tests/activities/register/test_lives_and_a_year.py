"""A year of assessment in the middle of lives: whoever comes and goes while it runs, register and year stay whole."""

from contextlib import suppress
from datetime import timedelta
from random import Random

import psycopg
import pytest

from deploy import doctor
from services.assessment.cases import actions as year
from services.assessment.cases import queries as cases
from services.assessment.cases.queries import roster
from services.assessment.cases.rules import Channel
from services.assessment.cases.schemas import Decision, Filing, Nomination
from services.assessment.cycles import queries as cycles
from services.assessment.schemes.rules import Grade
from shared import clock
from shared.access import SYSTEM
from shared.db import unit
from shared.errors import Refusal
from shared.roles import Role
from tests.activities.register.test_lives import WHOLE, step

STEPS = 60
WHY = "会议研究决定。"
YEAR_WHOLE = {
    "more or fewer on the list than it counts": """
        select id from assessment.cycle y
        where cases <> (select count(*) from assessment.leader_case c where c.cycle_id = y.id)""",
    "more or fewer sheets than it counts": """
        select id from assessment.cycle y where stage in ('rating', 'notice', 'closed')
          and scored <> (select count(*) from assessment.sheet s where s.cycle_id = y.id and s.run = y.run)""",
    "over, with a case that is not": """
        select c.id from assessment.leader_case c join assessment.cycle y on y.id = c.cycle_id
        where y.stage in ('closed', 'ended', 'withdrawn') and c.stage <> y.stage""",
    "listed twice for one stretch": """
        select 1 from assessment.leader_case group by cycle_id, group_id, post_id having count(*) > 1""",
    "decided by nobody": "select id from assessment.leader_case where grade is not null and decided_by is null",
}


def year_step(session, place, chance: Random, cycle) -> None:
    """One thing that somebody does in the year, which may be refused."""
    office, committee = place.organiser, place.actor("干事", (Role.COMMITTEE, place.township))
    listed = cases.cases_page(session, SYSTEM, cycle_id=cycle.id)
    one = chance.choice(listed).Case if listed else None
    act = chance.randrange(11)
    match act:
        case 0:
            group = chance.choice([place.group, place.sister, place.other_group])
            known = [each.post_id for each in roster.candidates(session, cycle, group)]
            year.list_leaders(session, office, cycle.id, group, known[-1:])
        case 1 | 2 if one:
            said = Nomination(self_statement="按月开展。", grade=Grade.COMPETENT, reasons="认真。")
            year.nominate(session, place.secretary if one.branch_id == place.branch else office, one.id, said)
        case 3 | 4 if one:
            year.accept(session, office, one.id, Filing())
        case 5:
            year.start_run(session, office, cycle.id)
        case 6 | 7 if one:
            grade = chance.choice([Grade.COMPETENT, Grade.INCOMPETENT])
            year.decide(session, committee, one.id, Decision(grade=grade, reason=WHY))
        case 8 if one:
            year.exempt(session, committee, one.id, "任职时间短。")
        case 9:
            year.publish_notice(session, office, cycle.id)
        case _ if one:
            year.raise_objection(session, place.secretary, one.id, channel=Channel.LETTER, matter="次数不实。")


@pytest.fixture
def amiss(office):
    """What is wrong with register and year, by name."""

    def asked() -> dict[str, list[tuple]]:
        with psycopg.connect(office.owner_url) as connection:
            whole = WHOLE | YEAR_WHOLE
            return {name: rows for name, sql in whole.items() if (rows := connection.execute(sql).fetchall())}

    return asked


@pytest.mark.parametrize("seed", [1, 2])
def test_whoever_comes_and_goes_while_a_year_runs_register_and_year_stay_whole(
    seed, *, place, working, amiss, move_to, settle
):
    chance, done = Random(seed), 0
    with unit("assessment", place.organiser) as session:
        today = clock.today(session)
        cycle_id = year.open_cycle(session, place.organiser, township_id=place.township, year=today.year - 1).id
    for _ in range(STEPS):
        if chance.random() < 0.4:
            with suppress(Refusal), working(place.organiser) as session:
                step(session, place, chance, today)
        else:
            with suppress(Refusal), unit("assessment") as session:
                year_step(session, place, chance, cycles.cycle_seen(session, SYSTEM, cycle_id))
                done += 1
        if chance.random() < 0.2:
            today += timedelta(days=1)
            move_to(today)
        settle()
        assert amiss() == {}
    assert done > STEPS / 12
    committee = place.actor("干事", (Role.COMMITTEE, place.township))
    for end in (year.recall_notice, year.end_cycle):
        with suppress(Refusal), unit("assessment", committee) as session:
            end(session, committee, cycle_id, "村级区划调整。")
    settle()

    assert amiss() == {}
    with unit("keeper") as session:
        for check in (doctor.waiting_is_what_stands, doctor.histories_are_paths, doctor.posts_are_single):
            assert check(session) == doctor.OK
        assert cycles.cycle_seen(session, SYSTEM, cycle_id).stage == "ended"
