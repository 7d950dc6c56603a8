"""The keepers hear of their machine: once when it gets worse, once when it is well again, on a page and by message."""

from collections.abc import Callable
from datetime import date

import psycopg
import pytest
from sqlalchemy import text

from deploy import doctor
from deploy.box import tell
from shared import daily, machine, work
from shared.access import SYSTEM
from shared.db import unit
from shared.settings import SERVICES
from tests.browsing import Visitor
from tests.conftest import Doors, only_read
from tests.servers import Database
from tests.town import Town


def told(office: Database) -> list[tuple[str, str]]:
    """Whom the messages went to, and their titles."""
    with psycopg.connect(office.owner_url) as connection:
        return connection.execute("""
            select a.login, m.title from notify.message m join office.account a on a.person_id = m.person_id
            where m.fact = 'MachineChanged' order by m.id""").fetchall()


def test_a_change_is_told_once_to_each_keeper_and_again_when_it_is_over(
    office: Database, town: Town, settle: Callable[[], None]
) -> None:
    for change in ("disk_well", "disk_low", "disk_low", "disk_nearly_full", "disk_well", "disk_well", "disk_low"):
        tell.main("disk", change)
    settle()

    assert [title for login, title in told(office) if login == "keeper"] == [
        "服务器磁盘可用空间不到一成",
        "服务器磁盘可用空间不到百分之一",
        "服务器磁盘空间恢复正常",
        "服务器磁盘可用空间不到一成",
    ]
    assert {login for login, _ in told(office)} <= {"keeper", "neighbour_keeper", "outsider"}


def test_a_program_that_falls_again_and_again_is_told_of_once_an_hour(
    office: Database, town: Town, settle: Callable[[], None], move_to: Callable[..., None]
) -> None:
    tell.main("web", "program_replaced")
    tell.main("web", "program_replaced")
    tell.main("worker", "program_replaced")
    move_to(date(2025, 3, 3), hour=11)
    tell.main("web", "program_replaced")
    settle()

    assert len([login for login, _ in told(office) if login == "keeper"]) == 3


def test_it_is_told_even_while_nothing_else_is_written(
    office: Database, town: Town, visit: Callable[..., Visitor]
) -> None:
    with only_read(office):
        tell.main("disk", "disk_nearly_full")

        assert "磁盘可用空间不到百分之一" in visit("keeper").get("/office/machine").text


# --- F12: the database's clock jumps ---

HOUR = 3600.0
NOW = 100 * HOUR  # seconds that this run of the machine lasts


def look(boot: str = "this run", seconds: float = NOW) -> bool:
    """One look at the clock; whether a jump waits for a person afterwards."""
    with unit("keeper") as session:
        machine.look_at_clock(session, boot, seconds)
        return machine.clock_jump(session) is not None


def set_clock(office: Database, hours: float) -> None:
    """As if the database's clock had been set: what was seen of it before is now that much behind."""
    with psycopg.connect(office.owner_url, autocommit=True) as owner:
        owner.execute("update office.clock_seen set at = at - make_interval(secs => %s)", [hours * HOUR])


@pytest.mark.parametrize(("hours", "jumped"), [(3, True), (-3, True), (1, False), (-1, False), (48, True)])
def test_a_jump_while_the_machine_runs_is_found(office: Database, hours: float, jumped: bool) -> None:
    look()
    set_clock(office, hours)

    assert look(seconds=NOW + 2) is jumped
    assert look(seconds=NOW + 4) is jumped  # and found once: it stays until somebody has looked


def test_a_machine_that_slept_or_was_off_for_two_days_is_the_usual_case(office: Database) -> None:
    look()
    set_clock(office, 48)
    assert not look(seconds=NOW + 48 * HOUR)  # asleep: the machine's own count goes on

    set_clock(office, 48)
    assert not look(boot="the next run", seconds=30)


def test_a_clock_that_is_earlier_than_it_was_ever_seen_is_a_jump_even_after_a_start(office: Database) -> None:
    look()
    set_clock(office, -3)

    assert look(boot="the next run", seconds=30)


def test_what_cannot_be_taken_back_waits_until_a_keeper_has_confirmed(
    office: Database, town: Town, doors: Doors, settle: Callable[[], None]
) -> None:
    with unit("notify") as session:
        work.post(session, "notify.keep_notices", key="due", payload={})
        work.post(session, "notify.resend_letters", key="asked", payload={"deliveries": []})
    look()
    set_clock(office, 3)
    look(seconds=NOW + 2)

    settle()
    assert tried(office) == {"due": False, "asked": True}
    assert "jumps of the clock" in doctor.examine(rest_seconds=0)["I3"]
    assert doors.keeper.get("activities/machine")["clock_jumped_at"]
    doors.organiser.post("activities/machine/clock-confirmations", status=403)

    doors.keeper.post("activities/machine/clock-confirmations")
    settle()
    assert tried(office)["due"]
    assert not look(seconds=NOW + 4)
    assert "服务器的时间跳变，请确认" in [title for _, title in told(office)]


def tried(office: Database) -> dict[str, bool]:
    with psycopg.connect(office.owner_url) as connection:
        asked = "select key, attempts > 0 from notify.job where key in ('due', 'asked')"
        return dict(connection.execute(asked).fetchall())


def test_whoever_sits_at_the_machine_confirms_it_too(office: Database, town: Town) -> None:
    look()
    set_clock(office, -3)
    assert look(seconds=NOW + 2)

    with unit("keeper") as session:
        assert machine.confirm_clock(session, SYSTEM, machine.townships(session))
        assert not machine.confirm_clock(session, SYSTEM, machine.townships(session))
        audited = "select count(*) from office.happening where body ->> 'change' = 'clock_confirmed'"
        assert session.scalar(text(audited)) == 2
    assert not look(seconds=NOW + 4)


def test_all_that_is_done_daily_waits_too() -> None:
    waiting = {name for name, kind in work.TASKS.items() if kind.timed}

    assert waiting >= daily.DAILY
    assert waiting >= {"notify.transmit", "activities.regroup", "assessment.open_cycle", "notify.remind_township"}
    assert {name.split(".")[0] for name in waiting} == set(SERVICES)
