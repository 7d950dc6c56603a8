"""F20: while a database may only be read, people read, and whoever wants to save is told why he cannot."""

import errno

import pytest
from psycopg.errors import DiskFull, ReadOnlySqlTransaction
from sqlalchemy import text
from sqlalchemy.exc import InternalError, OperationalError

from deploy import sweep
from services.activities.ledger import actions
from shared import daily, queue, work
from shared.db import unit
from shared.errors import Full
from shared.settings import SERVICES
from shared.troubles import Trouble, trouble_of
from tests.conftest import Doors, only_read
from tests.servers import Database
from tests.town import DONGLING, FIRST, Town

COUNTS = """
    select (select count(*) from office.happening), (select count(*) from office.seal),
      (select count(*) from activities.job where state = 'done'), (select max(attempts) from activities.job),
      (select max(at) from office.heartbeat)"""


def study(town: Town) -> dict[str, object]:
    group = town.groups[DONGLING, FIRST]
    return {"group_id": group, "kind": "study", "held_on": "2025-02-20", "submitted": True}


def counted() -> tuple[object, ...]:
    with unit("keeper") as session:
        return tuple(session.execute(text(COUNTS)).one())


def test_people_read_and_are_told_why_nothing_is_saved(office: Database, town: Town, doors: Doors) -> None:
    doors.diligent.get("activities/activities", group_id=town.groups[DONGLING, FIRST])
    before = counted()

    with only_read(office):
        assert doors.diligent.get("activities/activities", group_id=town.groups[DONGLING, FIRST])["rows"] == []
        refused = doors.diligent.post("activities/activities", study(town), status=507, key="kept")
        assert refused["detail"] == Full().detail

    assert counted()[0] == before[0]
    doors.diligent.post("activities/activities", study(town), key="kept")


def test_somebody_can_still_sign_in_and_out(office: Database, doors: Doors) -> None:
    with only_read(office):
        doors.organiser.sign_in()
        doors.organiser.get("activities/sittings/me")
        assert doors.organiser.ask("DELETE", "activities/sittings").status_code == 204


def test_that_a_sitting_is_in_use_is_not_noted_where_it_cannot_be(office: Database, doors: Doors) -> None:
    doors.organiser.get("activities/sittings/me")
    with only_read(office, later_minutes=5):
        doors.organiser.get("activities/sittings/me")


def test_background_work_waits_quietly_and_counts_no_attempt(office: Database, town: Town, doors: Doors) -> None:
    doors.diligent.post("activities/activities", study(town))
    before = counted()

    with only_read(office):
        sweep.once(SERVICES)
        work.settle(SERVICES)
        for service in SERVICES:
            daily.post(service)
            queue._signed.clear()
            queue._give_sign(service)

    assert counted() == before


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("", {}, DiskFull()),
        InternalError("", {}, ReadOnlySqlTransaction()),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
def test_a_disk_that_is_full_already_is_said_in_the_same_words(
    error: Exception, town: Town, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(actions, "record_activity", fail)

    assert doors.diligent.post("activities/activities", study(town), status=507)["detail"] == Full().detail


def test_work_that_met_a_full_disk_says_so() -> None:
    assert trouble_of(InternalError("", {}, ReadOnlySqlTransaction())) is Trouble.FULL
