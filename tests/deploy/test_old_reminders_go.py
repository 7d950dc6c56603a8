"""An upgrade calls off the reminders that the version before left, and says nothing twice that it had said."""

from collections.abc import Callable
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import psycopg

from shared import daily, waiting, work
from shared.db import unit
from shared.roles import Role
from shared.settings import SERVICES
from shared.todos import Thing
from tests.servers import Database
from tests.town import DONGLING, FIRST, Town

ROOT = Path(__file__).parents[2] / "services"
LEFT = """
    insert into assessment.job (task, key, payload, run_at) values
      ('assessment.remind', 'cycle:1:nominations:2025-12-12', '{"cycle_id": 1}', '2025-12-12 09:00+08'),
      ('assessment.remind_of_rectification', 'rectification:1:1:2025-12-12', '{}', '2025-12-12 09:00+08');
    insert into notify.job (task, key, payload) values
      ('notify.hear', 'happening:999999', '{"fact": "NominationsOverdue", "version": 2, "body": {}, "happening": 1}')"""
TOLD = "select count(*) from notify.message where fact = 'TodosReminded'"


def migration(path: str) -> ModuleType:
    spec = spec_from_file_location("migration", ROOT / path)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_the_version_before_left_is_called_off_and_not_said_again(
    town: Town, office: Database, move_to: Callable[..., None]
):
    def told_on(day: int) -> int:
        move_to(date(2025, 12, day))
        for service in SERVICES:
            daily.post(service)
        work.settle(SERVICES)
        with psycopg.connect(office.owner_url) as connection:
            return connection.execute(TOLD).fetchall()[0][0]

    move_to(date(2025, 12, 1))
    with unit("assessment") as session:
        thing = Thing("case:999999", town.groups[DONGLING, FIRST], due_on=date(2025, 12, 15))
        waiting.begin_waiting(session, "assessment.nominate", Role.SECRETARY, [thing])
    move_to(date(2025, 12, 9))
    with psycopg.connect(office.owner_url) as connection:
        connection.execute(LEFT)
        connection.execute(migration("assessment/migrations/versions/2026_11_30_reminders_go.py").CALL_OFF)
        connection.execute(migration("notify/migrations/versions/2026_11_30_reminded.py").CARRY_OVER)

    assert [told_on(day) for day in (9, 10, 12)] == [0, 0, 1]  # five working days before it was said by the old version
    with psycopg.connect(office.owner_url) as connection:
        for service in SERVICES:
            asked = f"select key from {service}.job where state = 'dead'"
            assert connection.execute(asked).fetchall() == []
