"""Files that were handed in: a refusal leaves none, what a kill leaves is swept, and a branch has so much room."""

import os
import threading
import time
from contextlib import suppress
from datetime import date

import psycopg
import pytest

from services.assessment.papers.writers import blank_form
from shared import daily, files, kept
from shared.db import before_commit, forget_connections, unit
from shared.files import Handed
from tests.pictures import photo
from tests.servers import Database
from tests.town import DONGLING, FIRST, SECOND, TOWNSHIP, Doors, Town
from tests.walking import at_once

PDF = b"%PDF-1.7\n%%EOF\n"
KILLED = 137


def on_disk() -> set[str]:
    """The names of all files, half-written ones too."""
    return {path.name for path in files.folder().rglob("*") if path.is_file()}


def grow_old() -> None:
    """Two days pass by on the disk."""
    for path in files.folder().rglob("*"):
        os.utime(path, times=(time.time() - 2 * kept.LEFT_SECONDS,) * 2)


def record(doors: Doors, town: Town, login: str = "diligent", group: str = FIRST) -> str:
    """Where the attachments of a new record are."""
    asked = {"group_id": town.groups[DONGLING, group], "kind": "study", "held_on": date(2025, 2, 20).isoformat()}
    made = getattr(doors, login).post("activities/activities", asked | {"submitted": True})
    return f"activities/activities/{made['id']}/attachments"


def decide(doors: Doors, town: Town, megabytes: int) -> None:
    decision = {"key": "files_mb", "value": megabytes, "reason": "磁盘不大。"}
    doors.keeper.post(f"activities/townships/{town.id}/settings", decision)


def killed_before_the_commit(town: Town, data: bytes) -> None:
    """Hand a file in, in a process that is gone once it is written."""
    child = os.fork()
    if child == 0:
        try:
            forget_connections()
            with unit("activities") as session:
                kept.keep(session, town.groups[DONGLING, FIRST], Handed(data, "照片.jpg"))
                before_commit(session, "kill", lambda: os._exit(KILLED))
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED


def swept(settle) -> set[str]:
    """What is left after the day's work."""
    daily.post("activities")
    settle()
    return on_disk()


def test_a_refused_file_leaves_nothing_whatever_it_is_refused_for(doors: Doors, town: Town):
    where = record(doors, town)
    doors.outsider.upload(where, "照片.jpg", photo(), 404)
    doors.member.upload(where, "照片.jpg", photo(), 404)
    doors.organiser.upload("assessment/papers/opinion/templates", "意见表.docx", PDF, 409)
    assert on_disk() == set()

    for number in range(5):
        doors.diligent.upload(where, f"{number}.jpg", photo(number))
    stood = on_disk()
    doors.diligent.upload(where, "多了.jpg", photo(9), 409)

    assert len(stood) == 5
    assert on_disk() == stood


def test_a_transaction_that_fails_at_its_end_leaves_nothing(town: Town):
    def breaks() -> None:
        with unit("activities") as session:
            kept.keep(session, town.groups[DONGLING, FIRST], Handed(photo(), "照片.jpg"))
            raise LookupError

    with pytest.raises(LookupError):
        breaks()

    assert on_disk() == set()


def test_what_a_kill_leaves_between_file_and_row_is_swept_a_day_later_and_nothing_else(
    doors: Doors, town: Town, settle
):
    doors.diligent.upload(record(doors, town), "照片.jpg", photo(1))
    doors.organiser.upload("assessment/papers/opinion/templates", "意见表.docx", blank_form())
    named = on_disk()
    killed_before_the_commit(town, photo(2))
    folder = next(path for path in files.folder().iterdir())
    (folder / f".{'0' * 64}.0badcafe").write_bytes(b"half")
    assert len(on_disk()) == len(named) + 2

    assert len(swept(settle)) == len(named) + 2  # somebody may be about to name them
    grow_old()
    with unit("activities") as session:
        assert kept.sweep(session) == 2

    assert on_disk() == named
    assert doors.diligent.ask("GET", "activities/attachments/1").content == photo(1)


def test_the_day_sweeps(town: Town, settle):
    killed_before_the_commit(town, photo())
    grow_old()

    assert swept(settle) == set()


def test_what_somebody_is_about_to_name_is_not_swept(town: Town, office: Database):
    killed_before_the_commit(town, photo())
    grow_old()
    with unit("activities") as session:
        stored = kept.keep(session, town.groups[DONGLING, FIRST], Handed(photo(), "照片.jpg"))
        with psycopg.connect(office.owner_url) as other:
            (free,) = other.execute("select pg_try_advisory_lock(%s)", [kept.LOCK]).fetchone()

    assert not free
    assert on_disk() == {stored.sha256}


def test_a_branch_has_so_much_room_and_is_told_who_may_give_more(doors: Doors, town: Town):
    decide(doors, town, 1)
    first, second = record(doors, town), record(doors, town, "negligent", SECOND)
    doors.diligent.upload(first, "记录.pdf", PDF + bytes(700_000))

    refused = doors.negligent.upload(second, "记录.pdf", PDF + bytes(700_001), 409)

    assert "支部的附件最多 1 MB，已有 0.7 MB，放不下这个文件（0.7 MB）" in refused["detail"]
    assert "安全管理员" in refused["detail"]
    assert len(on_disk()) == 1
    doors.diligent.upload(first, "又一次.pdf", PDF + bytes(700_000))  # it is there already
    doors.negligent.upload(second, "小.pdf", PDF)
    doors.organiser.upload("assessment/papers/opinion/templates", "意见表.docx", blank_form())  # the township's own

    decide(doors, town, 2)
    doors.negligent.upload(second, "记录.pdf", PDF + bytes(700_001))


def test_the_keeper_sees_who_has_how_much(doors: Doors, town: Town, visit):
    doors.diligent.upload(record(doors, town), "记录.pdf", PDF + bytes(3_145_728))
    doors.organiser.upload("assessment/papers/opinion/templates", "意见表.docx", blank_form())

    page = visit("keeper").get("/office/machine")

    assert DONGLING in page.text
    assert "3.0 MB" in page.text
    with unit("activities") as session:
        assert [name for name, _ in kept.used(session)] == [DONGLING, TOWNSHIP]


def test_a_table_that_names_files_tells_of_each(office: Database):
    asked = (
        "select c.table_schema || '.' || c.table_name, exists (select from pg_trigger t where t.tgname = 'kept'"
        " and t.tgrelid = format('%I.%I', c.table_schema, c.table_name)::regclass) from information_schema.columns c"
        " where c.column_name = 'sha256' and c.table_schema in ('office', 'activities', 'assessment', 'notify')"
        " and c.table_name not in ('kept_file', 'kept_bytes')"
    )
    with psycopg.connect(office.owner_url) as connection:
        told = dict(connection.execute(asked).fetchall())

    assert len(told) >= 3
    assert all(told.values()), told


def test_the_folder_holds_more_than_files_that_are_kept(office: Database):
    """What comes in on disk lies beside them, without a name; whatever else stands there is not swept."""
    beside = files.folder() / "beside"
    beside.parent.mkdir(parents=True)
    beside.write_bytes(b"x")
    grow_old()

    with unit("activities") as session:
        assert kept.sweep(session) == 0
    assert beside.exists()


def test_two_at_once_do_not_pass_the_room_of_a_branch_together(
    doors: Doors, town: Town, monkeypatch: pytest.MonkeyPatch
):
    """Each fits alone, also into another group of the branch; both would be written before either has committed."""
    one, other = (record(doors, town, "dongling", group) for group in (FIRST, SECOND))
    decide(doors, town, 1)
    write, both = files.write, threading.Barrier(2)

    def late(sha256: str, data: bytes) -> None:
        with suppress(threading.BrokenBarrierError):
            both.wait(1)
        write(sha256, data)

    monkeypatch.setattr(files, "write", late)
    large = [PDF + bytes([number]) * 600_000 for number in range(2)]
    answers = at_once(
        lambda: doors.dongling.ask("POST", one, files={"file": ("一.pdf", large[0])}),
        lambda: doors.dongling.ask("POST", other, files={"file": ("二.pdf", large[1])}),
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(on_disk()) == 1


def test_how_much_of_its_room_a_branch_has_used_is_told_to_programs_too(doors: Doors, town: Town):
    doors.diligent.upload(record(doors, town), "通知.pdf", PDF)
    decide(doors, town, 3)

    told = doors.keeper.get("activities/machine")

    assert told["files"] == [{"name": DONGLING, "used": len(PDF)}]
    assert told["files_most"] == 3 * 2**20
