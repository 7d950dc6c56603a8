"""An upgrade fills in what waits already: the same rows that would have been opened on the way."""

from collections.abc import Callable
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import psycopg

from shared import work
from shared.settings import SERVICES
from tests.servers import Database
from tests.town import DONGLING, FIRST, NANPING, SECOND, Doors, Town

ROOT = Path(__file__).parents[2]
ROWS = """
    select kind, subject, unit_id, township_id, post, barred_account_id, due_on, provisional
    from office.todo where closed_at is null order by kind, subject"""
NOMINATION = {"self_statement": "全年按月组织学习。", "grade": "competent", "reasons": "工作认真负责。"}


# The versions that this upgrade comes from kept the day of a notice in work of its own.
PRESSED_FOR = """
    insert into notify.job (task, key, payload, state, run_at, due_at)
    select distinct 'notify.escalate', concat_ws(':', split_part(subject, ':', 2), split_part(subject, ':', 3)),
      '{}'::jsonb, 'cancelled', now(), (due_on + time '08:00') at time zone 'Asia/Shanghai'
    from office.todo where kind = 'notify.acknowledge'"""


def fills() -> list[str]:
    """What the upgrades of the three services write."""
    found: list[str] = []
    written = ("*_what_waits.py", "*_what_was_taken_up_again.py")
    for file in [file for name in written for file in sorted(ROOT.glob(f"services/*/migrations/versions/{name}"))]:
        spec = spec_from_file_location(f"filling_{file.parts[-4]}", file)
        assert spec
        assert spec.loader
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        found += module.FILLS
    assert len(found) == 10
    return found


def put_much_before_people(doors: Doors, town: Town) -> None:
    """Records, a returned one, a year with a nomination by a stand-in, an act on an officer, dead work, notices."""
    record = {"group_id": town.groups[DONGLING, FIRST], "kind": "study", "held_on": "2025-11-20", "submitted": True}
    doors.diligent.post("activities/activities", record)
    returned = doors.diligent.post("activities/activities", record | {"held_on": "2025-11-21"})["id"]
    doors.dongling.post(f"activities/activities/{returned}/returns", {"reason": "缺主题"})
    where = town.groups[DONGLING, SECOND]
    doors.organiser.post(f"activities/units/{where}/posts", {"person_id": town.people["陆明"], "kind": "deputy"})
    doors.dongling.post("activities/activities", record | {"group_id": where})
    cycle = doors.organiser.post("assessment/cycles", {"township_id": town.id, "year": 2025})["id"]
    work.settle(SERVICES)
    cases = [row for row in doors.organiser.pages("assessment/cases", cycle_id=cycle) if row["branch"] == NANPING]
    rows = [{"case_id": row["id"], **NOMINATION} for row in cases]
    doors.organiser.post("assessment/nominations", {"rows": rows})
    doors.organiser.post(f"assessment/cycles/{cycle}/runs")
    doors.organiser.post(f"assessment/cycles/{cycle}/stops")
    act = {"act": "end_account", "person_id": town.people["沈清"], "reason": "调离"}
    doors.keeper.post(f"activities/townships/{town.id}/officer-acts", act)


def test_what_the_upgrades_fill_in_is_what_was_opened_on_the_way(
    doors: Doors, town: Town, office: Database, move_to: Callable[..., None]
):
    move_to(date(2025, 12, 1))
    put_much_before_people(doors, town)

    with psycopg.connect(office.owner_url) as connection:
        job = "update notify.job set state = 'dead' where id = (select min(id) from notify.job)"
        connection.execute(job)
        connection.execute(
            "update notify.delivery set state = 'failed' where id = (select min(id) from notify.delivery)"
        )
        opened = connection.execute(ROWS).fetchall()
        connection.execute(PRESSED_FOR)
        connection.execute("delete from office.todo")
        for statement in fills():
            connection.execute(statement)
        filled = connection.execute(ROWS).fetchall()

    assert filled == opened
    assert {row[0] for row in filled} == {
        "activities.agree",
        "activities.confirm",
        "activities.mend",
        "assessment.go_on",
        "assessment.nominate",
        "assessment.review",
        "notify.acknowledge",
        "notify.dead_work",
        "notify.letter",
    }
