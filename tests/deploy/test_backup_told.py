"""What came of a backup: on the audit, on the keeper's page, and in his inbox when there is none."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg

from deploy.backup.telling import tell_failed, tell_taken, tell_unwritten
from tests.servers import Database
from tests.town import Doors, Town

FILE = "小组备份-20261129-020000.tar"


def test_the_keeper_sees_the_last_good_one(visit: Any, town: Town) -> None:
    assert "还没有备份" in visit("keeper").get("/office/machine").text

    tell_taken(FILE, 6_000_000, "2026-11-29T02:00:00+08:00")

    page = visit("keeper").get("/office/machine").text
    assert FILE in page
    assert "5.7 MB" in page
    assert "没有备份" not in page


def test_one_that_grows_old_is_said(visit: Any, town: Town, office: Database) -> None:
    tell_taken(FILE, 6_000_000, "2026-11-29T02:00:00+08:00")
    with psycopg.connect(office.owner_url) as owner:
        owner.execute("update office.happening set written_at = written_at - %s", [timedelta(days=3)])

    assert "3 天没有备份" in visit("keeper").get("/office/machine").text


def test_the_keeper_is_told_of_one_that_failed(doors: Doors, visit: Any, settle: Callable[[], None]) -> None:
    tell_failed("磁盘空间不够。")
    settle()

    [message] = doors.keeper.get("notify/inbox")["rows"]
    assert message["title"] == "系统没有备份成功"
    assert "磁盘空间不够。" in message["body"]
    assert "磁盘空间不够。" in visit("keeper").get("/office/machine").text
    assert doors.organiser.get("notify/inbox")["rows"] == []


def test_the_audit_says_it_in_words(doors: Doors) -> None:
    tell_taken(FILE, 6_000_000, "2026-11-29T02:00:00+08:00")

    [row] = doors.auditor.get("activities/audit", fact="BackupTaken")["rows"]
    assert row["words"] == "备份"


def test_the_keeper_is_told_once_that_nobody_has_the_passphrase_on_paper(doors: Doors, settle: Any) -> None:
    tell_unwritten()
    tell_unwritten()
    settle()

    [message] = doors.keeper.get("notify/inbox")["rows"]
    assert message["title"] == "备份口令还没有人抄下来"
    assert "--sheet" in message["body"]
