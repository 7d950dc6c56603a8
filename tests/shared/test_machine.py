"""The keepers hear of their machine: once when it gets worse, once when it is well again, on a page and by message."""

from collections.abc import Callable
from datetime import date

import psycopg

from deploy.box import tell
from tests.browsing import Visitor
from tests.conftest import only_read
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
