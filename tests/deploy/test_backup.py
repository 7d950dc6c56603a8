"""A backup of a running installation comes back: as it was, or at a moment since; or nothing is left of the attempt."""

import errno
import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.backup.refusals import BackupRefusal, Broken, Elsewhere, NoRoom, WrongPassphrase, said
from deploy.backup.restore import Source, restore
from deploy.backup.take import Taken, take
from deploy.backup.versions import carry_over, install_for, take_over
from deploy.box.state import Box, secret_key, secrets_of
from deploy.cli import safety
from deploy.embedded import postgres
from deploy.embedded.postgres import OWNER, Postgres
from tests.installed import copied

WORD = "hs7gk-only-for-tests"
TOWNSHIP = "insert into office.unit (id, kind, name, sort_key, founded_on) values (1, 'township', '清溪镇', 'q', now())"
HAPPENED = """
    insert into office.happening (service, fact, version, subject, unit_id, body)
    values ('activities', 'MessageRead', 1, %s, 1, '{}')"""
HAPPENINGS = "select array_agg(subject order by id) from office.happening where subject <> 'backup'"
LETTER = """
    with told as (
      insert into notify.message (happening_id, fact, telling, kind, unit_id, township_id, title, body, link)
      values (1, 'CycleOpened', %(kind)s || %(state)s, %(kind)s, 1, 1, '', '', '') returning id)
    insert into notify.delivery (message_id, channel, state) select id, 'mail', %(state)s from told"""
LETTERS = "select m.kind, d.state from notify.delivery d join notify.message m on m.id = d.message_id order by d.id"
AGAIN = "select payload -> 'deliveries' from notify.job where task = 'notify.resend_letters' and state = 'ready'"
PHOTO = "ab/abcdef"


@dataclass
class Lost:
    """What is left of an installation that was killed: its folder, a backup, a moment after that, and a later backup."""

    data: Path
    taken: Taken
    between: datetime
    later: Path

    @property
    def source(self) -> Source:
        return Source(self.taken.file, WORD)


@pytest.fixture(scope="module")
def lost(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lost]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(postgres.SETTINGS, "fsync", "off")  # a machine that goes on running forgets nothing
        data = copied(installed, tmp_path_factory.mktemp("lost") / "data")
        server = founded(data)
        try:
            with psycopg.connect(server.url(OWNER), autocommit=True) as owner:
                for kind, state in (("formal", "ready"), ("reminder", "sending"), ("formal", "sent")):
                    owner.execute(LETTER, {"kind": kind, "state": state})
                owner.execute(HAPPENED, ["before"])
                taken = take(box_of(data, server), data / "backups", WORD)
                owner.execute(HAPPENED, ["after the backup"])
                between = asked(owner, "select clock_timestamp()")[0][0]
                owner.execute(HAPPENED, ["too late"])
                later = take(box_of(data, server), data / "backups", WORD).file
                owner.execute(HAPPENED, ["last"])
        finally:
            server.kill()
        yield Lost(data, taken, between, later)


def founded(data: Path) -> Postgres:
    """A data folder with a file in it and a township in its database, whose server runs."""
    (data / "backups").mkdir()
    (data / "files" / PHOTO).parent.mkdir()
    (data / "files" / PHOTO).write_bytes(b"a photo")
    server = Postgres(data / "postgres", secrets=secrets_of(data))
    server.start()
    with psycopg.connect(server.url(OWNER)) as owner:
        owner.execute(TOWNSHIP)
    return server


def box_of(data: Path, server: Postgres) -> Box:
    return Box(data, os.getpid(), "", server.url(), server.url(OWNER), "", ports={"postgres": server.port})


def asked(connection: psycopg.Connection[Any], question: str) -> list[tuple[Any, ...]]:
    return connection.execute(question).fetchall()  # type: ignore[arg-type]


def answers(data: Path, *questions: str) -> list[list[tuple[Any, ...]]]:
    """What the database of a folder says."""
    server = Postgres(data / "postgres", secrets=secrets_of(data))
    server.start()
    try:
        with psycopg.connect(server.url(OWNER)) as owner:
            return [asked(owner, question) for question in questions]
    finally:
        server.stop()


def test_it_comes_back_as_it_was_and_no_letter_goes_twice_unseen(lost: Lost, tmp_path: Path) -> None:
    restored = restore(lost.source, tmp_path / "back", at=None)

    happened, letters, again, told = answers(
        tmp_path / "back", HAPPENINGS, LETTERS, AGAIN, "select fact from office.happening where subject = 'backup'"
    )
    assert happened == [(["before"],)]
    assert letters == [("formal", "unknown"), ("reminder", "unknown"), ("formal", "sent")]
    assert again == [([2],)]  # a formal one waits for a person
    assert told == [("BackupRestored",)]
    assert (restored.letters, restored.verified.broken) == (2, ())
    assert (tmp_path / "back" / "files" / PHOTO).read_bytes() == b"a photo"
    assert secret_key(tmp_path / "back") == secret_key(lost.data)


def test_the_log_takes_it_to_a_moment_since(lost: Lost, tmp_path: Path) -> None:
    """The data folder is gone: the log stands in the next backup."""
    stick = tmp_path / "stick"
    stick.mkdir()
    for file in (lost.taken.file, lost.later):
        (stick / file.name).write_bytes(file.read_bytes())

    restore(Source(stick / lost.taken.file.name, WORD), tmp_path / "back", at=lost.between)

    assert answers(tmp_path / "back", HAPPENINGS) == [[(["before", "after the backup"],)]]


def test_where_nothing_came_after_the_moment_it_is_the_end_of_the_log(lost: Lost, tmp_path: Path) -> None:
    restore(lost.source, tmp_path / "back", at=datetime.now(UTC))

    assert answers(tmp_path / "back", HAPPENINGS) == [[(["before", "after the backup", "too late", "last"],)]]


def test_a_moment_before_the_backup_wants_an_earlier_one(lost: Lost, tmp_path: Path) -> None:
    with pytest.raises(BackupRefusal, match="更早的一份"):
        restore(lost.source, tmp_path / "back", at=datetime(2020, 1, 1, tzinfo=UTC))

    assert list(tmp_path.iterdir()) == []


def test_a_wrong_passphrase_leaves_nothing(lost: Lost, tmp_path: Path) -> None:
    with pytest.raises(WrongPassphrase, match="口令不对"):
        restore(Source(lost.taken.file, "another"), tmp_path / "back")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_stays_as_it_is(lost: Lost, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")

    with pytest.raises(BackupRefusal, match="已经有东西"):
        restore(lost.source, tmp_path)

    assert [each.name for each in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("harm", ["cut", "changed", "another file"])
def test_a_broken_file_is_said_and_leaves_nothing(lost: Lost, tmp_path: Path, harm: str) -> None:
    file = tmp_path / "broken.tar"
    sound = lost.taken.file.read_bytes()
    middle = len(sound) // 2
    harmed = {
        "cut": sound[:middle],
        "changed": sound[:middle] + bytes(each ^ 1 for each in sound[middle : middle + 9]) + sound[middle + 9 :],
        "another file": b"GIF89a" + bytes(1000),
    }
    file.write_bytes(harmed[harm])

    with pytest.raises(Broken, match="损坏"):
        restore(Source(file, WORD), tmp_path / "back")

    assert [each.name for each in tmp_path.iterdir()] == ["broken.tar"]


def test_where_it_does_not_fit_nothing_is_left(lost: Lost, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(BackupRefusal, match="放不下"):
            restore(lost.source, tmp_path / "back")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_a_sentence() -> None:
    with pytest.raises(NoRoom, match="磁盘空间不够"), said():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_another_server_is_its_administrators(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOZU_DATABASE_URL", "postgresql://somewhere/else")

    with pytest.raises(Elsewhere, match="管理员"):
        safety.restore(tmp_path / "file", tmp_path / "back", at=None, log=None, as_json=False)


def test_a_version_whose_programs_are_gone_is_named() -> None:
    with pytest.raises(BackupRefusal, match="PostgreSQL 9"):
        install_for(9)


def test_what_an_earlier_postgresql_held_is_carried_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postgres.SETTINGS, "fsync", "off")
    secrets = secrets_of(tmp_path)
    old = Postgres(tmp_path / "postgres", secrets=secrets, install=install_for(16))
    old.start()
    try:
        with psycopg.connect(old.url(OWNER)) as owner:
            assert owner.info.server_version // 10_000 == 16
            owner.execute("create role xiaozu_keeper")
            owner.execute("create table kept as select '张三' as name")
            owner.execute("alter table kept owner to xiaozu_keeper")
        carry_over(old, tmp_path)
    finally:
        old.stop()
    take_over(tmp_path)

    (version, kept, whose) = answers(
        tmp_path,
        "show server_version",
        "select name from kept",
        "select tableowner from pg_tables where tablename = 'kept'",
    )
    assert version[0][0].startswith("18")
    assert kept == [("张三",)]
    assert whose == [("xiaozu_keeper",)]
