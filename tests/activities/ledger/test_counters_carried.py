"""The counters of before become those by month, and back: what stands in a database is carried, not lost."""

from datetime import date
from importlib import util
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text

from services.activities.ledger.rules import Kind
from tests.activities.ledger.test_ledger_actions import assert_counted, confirm, record

STEP = Path(__file__).parents[3] / "services/activities/migrations/versions/2026-11-30_evidence_by_month.py"


def test_what_was_counted_by_the_year_is_spread_over_its_months_and_summed_again(office, place, working, move_to):
    move_to(date(2025, 12, 1))
    ids = [record(working, place, absent=["甲乙"]), record(working, place, held_on=date(2025, 5, 6), kind=Kind.LECTURE)]
    ids.append(record(working, place, held_on=date(2025, 11, 3)))
    confirm(working, place, *ids)
    before = assert_counted(working)
    found = util.spec_from_file_location("step", STEP)
    step = util.module_from_spec(found)
    found.loader.exec_module(step)
    engine = create_engine(office.owner_url.replace("postgresql://", "postgresql+psycopg://"))

    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        step.downgrade()
        connection.execute(text("select set_config('app.reach', '*', true)"))
        summed = text("select kind, by_month[11], present, expected, minutes, activity_ids from activities.tally")
        rows = {kind: tuple(row) for kind, *row in connection.execute(summed.columns())}
        assert rows["study"] == (1, 9, 10, 180, sorted([ids[0], ids[2]]))
        assert connection.scalar(text("select activities.year_so_far(:g, 2025)"), {"g": place.group})["study"] == {
            "by_month": [0, 1, *[0] * 8, 1, 0],
            "present": 9,
            "expected": 10,
            "waiting": None,
        }
        step.upgrade()

    engine.dispose()
    assert assert_counted(working) == before
