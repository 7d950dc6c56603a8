"""The day of beginning: what was due before it is neither owed nor overdue, on no page, in no reminder and no score."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text, update

from services.activities.duties import queries as duties
from services.activities.duties.actions import collect_tallies
from services.activities.ledger import actions as ledger
from services.activities.ledger.rules import read_ledger
from services.activities.register import actions as register
from services.activities.register import queries
from shared import rule_versions
from shared.access import SYSTEM
from shared.db import unit
from shared.duties import State
from shared.people import Unit
from shared.sheets import read_workbook
from tests.conftest import START
from tests.town import DONGLING, FIRST, Town, ledger_file, year_of_meetings

BEGINS = date(2025, 3, 1)


@pytest.fixture
def begun(town: Town) -> Town:
    """清溪镇, founded years ago, keeps its book here from 1 March."""
    with unit("activities") as session:
        session.execute(update(Unit).where(Unit.id == town.id).values(begins_on=BEGINS))
    return town


def states(town: Town, year: int) -> dict[State, set[int]]:
    """The months in which something of the first group fell due, by how it stands."""
    found: dict[State, set[int]] = {}
    with unit("activities") as session:
        (group,) = duties.year_of_units(session, SYSTEM, town.groups[DONGLING, FIRST], year)
        for each in group.standings:
            found.setdefault(each.state, set()).add(each.duty.last_month)
    return found


def test_before_it_everything_that_was_not_held_is_overdue(town: Town):
    assert states(town, 2025)[State.MISSING] == {1, 2}


def test_what_was_due_before_it_is_not_there_at_all(begun: Town):
    found = states(begun, 2025)

    assert State.MISSING not in found
    assert min(month for months in found.values() for month in months) == BEGINS.month
    assert states(begun, 2024) == {}


def test_no_branch_is_reminded_of_it_and_none_is_asked_to_make_it_up(begun: Town):
    with unit("activities") as session:
        assert duties.gaps(session, SYSTEM, begun.id, 2024) == []
        assert all(
            each.duty.due.day >= BEGINS
            for gap in duties.gaps(session, SYSTEM, begun.id, 2025)
            for each in gap.standings
        )
        due = {duty.due.day for duty in rule_versions.calendar(session, begun.id, 2025)}
        assert min(due) >= BEGINS


def test_it_is_no_part_of_a_score(begun: Town):
    """What the year-end run is told of January and February, which were due before: nothing was owed."""
    with unit("activities") as session:
        groups = [begun.groups[DONGLING, FIRST]]
        collect_tallies(session, cycle_id=1, run=1, chunk=1, year=2024, groups=groups)
        session.execute(text("set local role xiaozu_keeper"))
        told = session.scalar(
            text("select payload -> 'tallies' -> 0 ->> 1 from assessment.job where key like 'cycle:1:%'")
        )
    figures = [int(each) for each in told.strip("{}").split(",")]
    assert figures[2::6] == [0] * len(figures[2::6])


def test_the_neighbour_is_not_touched(begun: Town):
    with unit("activities") as session:
        neighbour = session.execute(
            text("select id from office.unit where kind = 'township' and id <> :id"), begun.__dict__ | {"id": begun.id}
        ).scalar_one()
        assert rule_versions.begins_on(session, neighbour) is None
        assert min(duty.due.day for duty in rule_versions.calendar(session, neighbour, 2025)) < BEGINS


# --- an old ledger moves it ---


def test_an_old_ledger_moves_it_earlier_and_the_history_says_so(begun: Town, tmp_path):
    file = tmp_path / "活动台账2024.xlsx"
    file.write_bytes(ledger_file(2024, year_of_meetings(2024, {(DONGLING, FIRST): 5})))
    read = read_ledger(read_workbook(file), year=2024)
    with unit("activities") as session:
        plan = ledger.commit_ledger(session, SYSTEM, begun.id, read)
    first = min(each.held_on for each in plan.activities)

    with unit("activities") as session:
        assert rule_versions.begins_on(session, begun.id) == first
        assert "begins" in [line.body.get("change") for line in queries.history(session, SYSTEM, begun.id)]
    assert State.DONE in states(begun, 2024)


def test_nothing_moves_it_later(begun: Town):
    with unit("activities") as session:
        assert not register.begin_earlier(session, SYSTEM, begun.id, START + timedelta(days=30))
        assert rule_versions.begins_on(session, begun.id) == BEGINS


def test_a_township_of_before_has_none_and_gets_none(town: Town):
    with unit("activities") as session:
        assert not register.begin_earlier(session, SYSTEM, town.id, date(2020, 1, 1))
        assert rule_versions.begins_on(session, town.id) is None
