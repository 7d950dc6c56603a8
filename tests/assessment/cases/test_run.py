"""The run: set-based, restartable, and the same bit for bit whoever runs it, however often."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from services.assessment.cases import actions
from services.assessment.cases import queries as queries_of_cases
from services.assessment.cases.queries import BoardOrder
from services.assessment.cycles import queries
from services.assessment.cycles.rules import chunk_of
from services.assessment.schemes.queries import scheme_of, scheme_seen
from services.assessment.schemes.rules import evidence_of, score, tally_from
from shared import work
from shared.access import SYSTEM
from shared.db import Session, unit
from shared.errors import NotYours, OutOfOrder
from shared.settings import settings
from tests.assessment.conftest import StandIn, Steps, Town, good_tally, tally_of
from tests.servers import Database

Sql = Callable[..., list[tuple]]

SHEETS = (
    "select case_id, base, bonus, deducted, total, vetoed, proposed, items, group_id, kinds, figures, ids"
    " from assessment.sheet s"
    " where run = (select run from assessment.cycle c where c.id = s.cycle_id) order by case_id"
)


@pytest.fixture
def small_chunks(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOZU_CHUNK_GROUPS", "1")
    settings.cache_clear()


def start(town: Town, cycle: int) -> None:
    with unit("assessment", town.organiser) as session:
        actions.start_run(session, town.organiser, cycle)


def state_of(sql: Sql, cycle: int) -> tuple[Any, ...]:
    return sql(
        "select stage, run, chunks, chunks_done, scored, assessed, excellent_allowed, digest from assessment.cycle"
        " where id = %s",
        cycle,
    )[0]


def test_every_case_gets_the_sheet_that_the_scorer_makes(town: Town, steps: Steps, sql: Sql):
    cycle = steps.open()

    steps.run(cycle)

    with unit("assessment") as session:
        found = queries.cycle_seen(session, SYSTEM, cycle)
        scheme = scheme_of(scheme_seen(session, SYSTEM, found.scheme_id))
    sheets = sql(SHEETS)
    assert len(sheets) == 6
    for case, base, bonus, deducted, total, vetoed, proposed, items, group, *evidence in sheets:
        asked = tally_of(group)
        assert {"g": group, **evidence_of(*evidence)} == asked
        sheet = score(scheme, tally_from({name: value for name, value in asked.items() if name != "ids"}))
        assert (base, bonus, deducted, total, vetoed) == (
            sheet.base,
            sheet.bonus,
            sheet.deducted,
            sheet.total,
            sheet.vetoed,
        )
        assert (proposed, items) == (sheet.grade, sheet.by_key), case


def test_a_finished_run_has_its_counts_quota_and_digest(town: Town, steps: Steps, sql: Sql):
    steps.activities.tally = good_tally
    cycle = steps.open()

    steps.run(cycle)

    stage, run, chunks, done, scored, assessed, allowed, digest = state_of(sql, cycle)
    assert (stage, run, chunks, done, scored, assessed, allowed) == ("rating", 1, 1, 1, 6, 6, 1)  # 30 % of 6
    assert len(digest) == 64
    facts = sql("select body->'branches' from office.happening where fact = 'CycleScored'")
    assert [sorted(count for _, count in branches) for (branches,) in facts] == [[1, 2, 3]]


def test_chunks_give_the_same_result_as_one_piece(town: Town, steps: Steps, sql: Sql, monkeypatch: pytest.MonkeyPatch):
    cycle = steps.open()
    steps.run(cycle)
    whole, digest = sql(SHEETS), state_of(sql, cycle)[-1]

    for size in ("1", "2", "4"):
        monkeypatch.setenv("XIAOZU_CHUNK_GROUPS", size)
        settings.cache_clear()
        steps.run(cycle)

        assert sql(SHEETS) == whole
        assert state_of(sql, cycle)[-1] == digest


@pytest.mark.usefixtures("small_chunks")
def test_what_is_told_twice_or_out_of_order_counts_once(town: Town, steps: Steps, activities: StandIn, sql: Sql):
    cycle = steps.open()
    start(town, cycle)
    activities.answer()
    answers = sql("select key, payload from assessment.job where task = 'assessment.score_chunk' order by id desc")
    with unit("activities") as session:
        for key, payload in answers:
            work.post(session, "assessment.score_chunk", key=f"again:{key}", payload=payload)

    activities.rest()

    stage, _, chunks, done, scored, *_ = state_of(sql, cycle)
    assert (stage, chunks, done, scored) == ("rating", 6, 6, 6)


@pytest.mark.usefixtures("small_chunks")
def test_a_run_killed_between_its_chunks_ends_with_the_same_digest(
    town: Town, steps: Steps, activities: StandIn, sql: Sql
):
    cycle = steps.open()
    steps.run(cycle)
    digest = state_of(sql, cycle)[-1]

    start(town, cycle)
    activities.answer()
    work.drain("assessment.score_chunk", seconds=0.01)
    assert state_of(sql, cycle)[0] == "collecting"
    activities.rest()

    assert state_of(sql, cycle)[-1] == digest


def test_a_chunk_that_dies_before_its_commit_leaves_nothing_behind(
    town: Town, steps: Steps, activities: StandIn, sql: Sql, monkeypatch: pytest.MonkeyPatch
):
    cycle = steps.open()
    start(town, cycle)
    activities.answer()

    class Died(BaseException):
        pass

    def die(point: str) -> None:
        if point == "before_commit":
            raise Died

    with monkeypatch.context() as patched:
        patched.setattr(work, "fail", die)
        with pytest.raises(Died):
            work.drain("assessment.score_chunk")
    assert sql("select count(*) from assessment.sheet") == [(0,)]
    assert state_of(sql, cycle)[3] == 0

    sql("update assessment.job set run_at = office.now() where state = 'ready' and task = 'assessment.score_chunk'")
    activities.rest()

    assert state_of(sql, cycle)[:5] == ("rating", 1, 1, 1, 6)


@pytest.mark.usefixtures("small_chunks")
def test_a_run_can_be_stopped_and_goes_on_where_it_stopped(town: Town, steps: Steps, activities: StandIn, sql: Sql):
    cycle = steps.open()
    start(town, cycle)
    with unit("assessment", town.organiser) as session:
        actions.stop_run(session, town.organiser, cycle)
    activities.rest()
    stage, _, chunks, done, *_ = state_of(sql, cycle)
    assert (stage, chunks, done) == ("stopped", 6, 4)  # what was asked for is scored, nothing more is asked for

    with unit("assessment", town.organiser) as session:
        actions.go_on(session, town.organiser, cycle)
    activities.rest()

    assert state_of(sql, cycle)[:5] == ("rating", 1, 6, 6, 6)


def test_a_run_stopped_after_its_last_chunk_still_ends(town: Town, steps: Steps, activities: StandIn, sql: Sql):
    cycle = steps.open()
    start(town, cycle)
    activities.answer()
    work.drain("assessment.score_chunk")
    with unit("assessment", town.organiser) as session:
        actions.stop_run(session, town.organiser, cycle)
    activities.rest()
    assert state_of(sql, cycle)[0] == "stopped"

    with unit("assessment", town.organiser) as session:
        actions.go_on(session, town.organiser, cycle)
    activities.rest()

    assert state_of(sql, cycle)[0] == "rating"


def test_a_group_that_nothing_was_said_of_is_not_scored_and_is_seen(
    town: Town, steps: Steps, activities: StandIn, sql: Sql
):
    silent = town.units["西村1组"]
    activities.tally = lambda group, seed: {"g": -1} if group == silent else tally_of(group, seed)
    cycle = steps.open()

    steps.run(cycle)

    assert sql("select total, proposed, kinds, figures, ids from assessment.sheet where group_id = %s", silent) == [
        (None, None, None, None, None)
    ]
    assert state_of(sql, cycle)[4:6] == (6, 5)
    with unit("assessment") as session:
        assert actions.verify_cycle(session, SYSTEM, cycle).sound


def test_a_township_without_leaders_has_a_run_that_ends(town: Town, steps: Steps, sql: Sql):
    sql("update office.post set ends_on = '2025-01-01' where kind = 'leader'")
    cycle = steps.open()

    steps.run(cycle)

    assert state_of(sql, cycle)[:5] == ("rating", 1, 0, 0, 0)


def test_it_runs_again_until_the_notice_and_a_decision_keeps_the_sheet_it_was_taken_on(
    town: Town, steps: Steps, activities: StandIn, sql: Sql, rated: int
):
    first, second = steps.cases(rated)[:2]
    steps.decide(first)
    before = state_of(sql, rated)[-1]
    activities.seed = 1

    steps.run(rated)

    with unit("assessment", town.committee) as session:
        rows = {row.id: row for row in queries_of_cases.board(session, town.committee, rated, BoardOrder.SCORE)}
        kept = queries_of_cases.case_seen(session, town.committee, first).Case
        run, items = queries_of_cases.explained(session, kept)
        checked = actions.verify_cycle(session, town.committee, rated)
    sheets = dict(sql("select case_id || ':' || run, total from assessment.sheet"))
    assert (kept.sheet_run, run, rows[first].total) == (1, 1, sheets[f"{first}:1"])
    assert (rows[first].total_later, rows[second].total_later) == (sheets[f"{first}:2"], None)
    assert rows[second].total == sheets[f"{second}:2"]
    assert items == items_of_run(town, sql, rated, first, 1)
    assert checked.sound
    assert checked.digest != before

    with unit("assessment", town.committee) as session:
        actions.reopen(session, town.committee, first, "按重新汇总的得分评定。")
        assert actions.verify_cycle(session, town.committee, rated).sound
    for case in steps.cases(rated):
        steps.decide(case)
    with unit("assessment", town.organiser) as session:
        actions.publish_notice(session, town.organiser, rated)
    with pytest.raises(OutOfOrder):
        start(town, rated)


def items_of_run(town: Town, sql: Sql, cycle: int, case: int, run: int) -> tuple[Any, ...]:
    """The lines of a case's sheet of a run, by the scorer, from the evidence as it is stored."""
    ((kinds, figures, ids),) = sql(
        "select kinds, figures, ids from assessment.sheet where case_id = %s and run = %s", case, run
    )
    with unit("assessment") as session:
        scheme = scheme_of(scheme_seen(session, SYSTEM, queries.cycle_seen(session, SYSTEM, cycle).scheme_id))
    evidence = evidence_of(kinds, figures, ids)
    numbers = evidence.pop("ids")
    return score(scheme, tally_from(evidence, numbers)).items


def test_an_answer_to_an_earlier_run_is_left_aside(town: Town, steps: Steps, activities: StandIn, sql: Sql):
    cycle = steps.open()
    steps.run(cycle)
    late = sql("select payload from assessment.job where task = 'assessment.score_chunk'")[0][0]
    activities.seed = 1
    steps.run(cycle)
    after = sql(SHEETS)

    with unit("activities") as session:
        work.post(session, "assessment.score_chunk", key="late", payload=late)
    activities.rest()

    assert sql(SHEETS) == after


def test_the_result_is_computed_again_bit_for_bit(town: Town, rated: int):
    with unit("assessment", town.organiser) as session:
        checked = actions.verify_cycle(session, town.organiser, rated)

    assert checked.sound
    assert (checked.cases, checked.equal, checked.differing) == (6, 6, ())


@pytest.mark.parametrize(
    "change",
    [
        "total = coalesce(total, 0) + 1",
        "proposed = 'excellent', vetoed = false, total = null",
        "items = items || '{\"study\": 1}'",
        "figures[25] = 13, figures[8] = 1, figures[9] = 12",  # service done; group_meeting met and owed
    ],
)
def test_a_figure_or_a_piece_of_evidence_that_was_altered_is_found(
    town: Town, steps: Steps, sql: Sql, change: str, rated: int
):
    victim = steps.cases(rated)[2]
    sql(f"update assessment.sheet set {change} where case_id = %s", victim)

    with unit("assessment", town.organiser) as session:
        checked = actions.verify_cycle(session, town.organiser, rated)

    assert checked.differing == (victim,)


def test_the_house_itself_cannot_change_a_sheet(town: Town, office: Database, rated: int):

    with psycopg.connect(office.app_url) as connection:
        connection.execute("set role xiaozu_assessment")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("update assessment.sheet set total = 10000")


def test_only_the_office_runs_it(town: Town, steps: Steps):
    cycle = steps.open()
    secretary = town.secretary("东村")

    with pytest.raises(NotYours), unit("assessment", secretary) as session:
        actions.start_run(session, secretary, cycle)


def test_no_statement_of_the_run_is_for_a_single_group(
    town: Town, steps: Steps, activities: StandIn, monkeypatch: pytest.MonkeyPatch
):
    cycle = steps.open()
    start(town, cycle)
    activities.answer()
    said: list[str] = []
    execute = Session.execute

    def counting(session: Session, *args: Any, **kwargs: Any) -> Any:
        said.append(str(args[0]))
        return execute(session, *args, **kwargs)

    monkeypatch.setattr(Session, "execute", counting)
    work.drain("assessment.score_chunk")

    assert sum("insert into assessment.sheet" in statement for statement in said) == 1
    assert len(said) < 25


@pytest.mark.parametrize(
    ("groups", "pieces"), [(1, 1), (60, 6), (200, 10), (1000, 10), (1001, 1), (12_000, 3)], ids=str
)
def test_a_township_is_run_in_tenths_and_a_county_in_large_pieces(groups: int, pieces: int):
    assert -(-groups // chunk_of(groups, most=5000)) == pieces
