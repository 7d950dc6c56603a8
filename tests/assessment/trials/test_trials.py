"""What a change of the scheme would do to a year: computed from its evidence, stored nowhere, kept only for later."""

from datetime import date

import pytest

from services.assessment.cases.actions import verify_cycle
from services.assessment.cycles.queries import cycle_seen
from services.assessment.schemes.queries import scheme_in_force, scheme_of
from services.assessment.schemes.rules import evidence_of, score, tally_from
from services.assessment.trials import actions
from services.assessment.trials.schemas import Next, Trial
from shared.access import SYSTEM, Actor
from shared.db import unit
from shared.errors import Conflict, Invalid, NotYours, OutOfOrder, OutOfReach
from tests.assessment.conftest import Steps, Town

CHANGE = {"study.points": "40", "grades.excellent": "70", "grades.competent": "50", "excellent_percent": "50"}


def tried(actor: Actor, cycle: int, **asked: str) -> Trial:
    with unit("assessment", actor) as session:
        return actions.try_changes(session, actor, cycle, {key.replace("__", "."): text for key, text in asked.items()})


def kept(actor: Actor, cycle: int, asked: Next):
    with unit("assessment", actor) as session:
        row = actions.keep_for_next_year(session, actor, cycle, asked)
        return row.id, row.name, row.version, row.year_from


def everything(sql) -> list:
    tables = ("scheme", "cycle", "leader_case", "sheet", "job")
    return [sql(f"select * from assessment.{table} order by 1, 2, 3") for table in tables] + [
        sql("select count(*) from office.happening")
    ]


def test_nothing_changed_moves_nobody(town: Town, rated: int):
    trial = tried(town.organiser, rated)

    assert (trial.movers, trial.changed) == (0, [])
    assert len(trial.rows) == 6
    assert all(row.total_before == row.total_after for row in trial.rows)
    assert trial.grades_before == trial.grades_after


def test_a_trial_is_what_the_scorer_makes_of_the_frozen_evidence(town: Town, sql, rated: int):
    before = everything(sql)

    trial = tried(town.committee, rated, **CHANGE)

    assert everything(sql) == before
    assert {each.name for each in trial.changed if each.asked} == set(CHANGE)
    assert {each.name for each in trial.changed if not each.asked} >= {"group_meeting.points"}
    with unit("assessment") as session:
        row = cycle_seen(session, SYSTEM, rated)
        scheme = actions.changed(*scheme_and_changes(session, row))
    frozen = sql("select case_id, kinds, figures, ids from assessment.sheet where cycle_id = %s", rated)
    evidence = {case: evidence_of(*arrays) for case, *arrays in frozen}
    stored = {row[0]: row[1:] for row in sql("select case_id, total, proposed from assessment.sheet")}
    for line in trial.rows:
        sheet = score(scheme, tally_from(evidence[line.case_id]))
        assert (line.total_after, line.proposed_after) == (sheet.total, sheet.grade)
        assert (line.total_before, line.proposed_before) == stored[line.case_id]
    assert trial.movers == sum(row.moves for row in trial.rows) > 0
    assert [row.moves for row in trial.rows] == sorted([row.moves for row in trial.rows], reverse=True)
    assert (trial.allowed_before, trial.allowed_after) == (1, 3)


def scheme_and_changes(session, cycle):
    scheme = scheme_of(actions.scheme_seen(session, SYSTEM, cycle.scheme_id))
    return scheme, actions.changes_of(scheme, CHANGE, percent=cycle.excellent_percent)


def test_a_group_that_nothing_was_said_of_has_no_total_in_a_trial_either(steps: Steps, town: Town, sql, rated: int):
    sql("alter table assessment.sheet disable trigger all")
    case = steps.cases(rated)[0]
    sql(
        "update assessment.sheet set kinds = null, figures = null, ids = null, total = null, proposed = null where case_id = %s",
        case,
    )

    line = next(row for row in tried(town.organiser, rated, study__points="30").rows if row.case_id == case)

    assert (line.total_before, line.total_after, line.proposed_after) == (None, None, None)


def test_only_the_townships_office_tries_and_only_after_the_run(steps: Steps, town: Town):
    cycle = steps.open()
    with pytest.raises(OutOfOrder):
        tried(town.organiser, cycle)
    for actor, refusal in (
        (town.secretary("东村"), NotYours),
        (town.leader("东村1组"), NotYours),
        (town.outsider, OutOfReach),
    ):
        with pytest.raises(refusal):
            tried(actor, cycle)
        with pytest.raises(refusal):
            kept(actor, cycle, Next(changes={"study.points": "30"}))


def test_a_trial_is_kept_for_the_next_year_and_moves_no_year_that_was_opened(town: Town, sql, rated: int):
    before = sql("select scheme_id, digest from assessment.cycle where id = %s", rated)

    scheme_id, name, version, year = kept(town.committee, rated, Next(changes={"study.points": "36"}))

    assert (name, version, year) == ("党小组长年度考核方案", "2026", 2026)
    assert sql("select scheme_id, digest from assessment.cycle where id = %s", rated) == before
    with unit("assessment") as session:
        assert verify_cycle(session, SYSTEM, rated).sound
        next_year = scheme_in_force(session, town.id, 2026)
        assert next_year is not None
        assert next_year.id == scheme_id
        assert {each.key: each.points for each in scheme_of(next_year).base}["study"] == 3600
        this_year = scheme_in_force(session, town.id, 2025)
        assert this_year is not None
        assert this_year.id == before[0][0]
    assert len(sql("select 1 from office.happening where fact = 'SchemeStored' and actor_id is not null")) == 1


def test_what_would_never_hold_is_refused_and_not_stored(town: Town, sql, rated: int):
    kept(town.committee, rated, Next(changes={"study.points": "36"}, version="2026.2"))
    count = sql("select count(*) from assessment.scheme")

    for asked, refusal, field in (
        (Next(changes={}), Invalid, "changes"),
        (Next(changes={"study.points": "30"}, year_from=2025), Invalid, "year_from"),
        (Next(changes={"study.points": "30"}, version="2026.1"), Conflict, "version"),
    ):
        with pytest.raises(refusal) as refused:
            kept(town.committee, rated, asked)
        assert refused.value.field == field
    assert sql("select count(*) from assessment.scheme") == count


def test_a_year_that_was_opened_meanwhile_keeps_its_scheme(steps: Steps, town: Town, move_to):
    cycle = steps.to_rating(2025)
    move_to(date(2026, 1, 5))
    steps.open(2026)

    with pytest.raises(Invalid, match="还没有启动"):
        kept(town.committee, cycle, Next(changes={"study.points": "30"}))
    assert kept(town.committee, cycle, Next(changes={"study.points": "30"}, year_from=2027))[3] == 2027
