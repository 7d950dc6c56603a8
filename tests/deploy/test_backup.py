"""A backup of a running installation comes back: as it was, or at a moment since; or nothing is left of the attempt."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from deploy.backup.refusals import BackupRefusal, Broken, WrongPassphrase
from deploy.backup.restore import Source, restore
from deploy.backup.take import Taken, take
from deploy.box.state import Box, prepare_folder, secret_key, secrets_of
from deploy.embedded.postgres import OWNER, Postgres
from deploy.migrate import upgrade_all

WORD = "hs7gk-only-for-tests"
HAPPENED = """
    insert into office.happening (service, fact, version, subject, unit_id, body)
    values ('activities', 'MessageRead', 1, %s, 1, '{}')"""
SEALED = "select array_agg(subject order by id) from office.happening"
PHOTO = "ab/abcdef"


@dataclass
class Lost:
    """What is left of an installation that was killed: its folder, a backup, and a moment after that."""

    data: Path
    taken: Taken
    between: datetime


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Lost:
    data = tmp_path_factory.mktemp("lost") / "data"
    prepare_folder(data)
    (data / "files" / PHOTO).parent.mkdir()
    (data / "files" / PHOTO).write_bytes(b"a photo")
    secret_key(data)
    server = Postgres(data / "postgres", secrets=secrets_of(data), durable=False)
    server.start()
    try:
        upgrade_all(server.url(OWNER))
        with psycopg.connect(server.url(OWNER), autocommit=True) as owner:
            owner.execute(HAPPENED, ["before"])
            (data / "backups").mkdir()
            box = Box(data, os.getpid(), "", server.url(), server.url(OWNER), "", ports={"postgres": server.port})
            taken = take(box, data / "backups", WORD)
            owner.execute(HAPPENED, ["after the backup"])
            between = owner.execute("select clock_timestamp()").fetchone()[0]
            owner.execute(HAPPENED, ["too late"])
    finally:
        server.kill()
    return Lost(data, taken, between)


def happened(data: Path) -> list[str]:
    """What the database of a folder knows of."""
    server = Postgres(data / "postgres", secrets=secrets_of(data))
    server.start()
    try:
        with psycopg.connect(server.url(OWNER)) as owner:
            return owner.execute(SEALED).fetchone()[0]
    finally:
        server.stop()


def test_it_comes_back_as_it_was(lost: Lost, tmp_path: Path) -> None:
    restored = restore(Source(lost.taken.file, WORD), tmp_path / "back")

    assert happened(tmp_path / "back") == ["before"]
    assert (tmp_path / "back" / "files" / PHOTO).read_bytes() == b"a photo"
    assert secret_key(tmp_path / "back") == secret_key(lost.data)
    assert not restored.verified.broken


def test_the_log_takes_it_to_a_moment_since(lost: Lost, tmp_path: Path) -> None:
    restore(Source(lost.taken.file, WORD), tmp_path / "back", at=lost.between)

    assert happened(tmp_path / "back") == ["before", "after the backup"]


def test_where_nothing_came_after_the_moment_the_log_ends(lost: Lost, tmp_path: Path) -> None:
    restore(Source(lost.taken.file, WORD), tmp_path / "back", at=datetime.now(UTC))

    assert happened(tmp_path / "back") == ["before", "after the backup", "too late"]


def test_a_wrong_passphrase_leaves_nothing(lost: Lost, tmp_path: Path) -> None:
    with pytest.raises(WrongPassphrase, match="口令不对"):
        restore(Source(lost.taken.file, "another"), tmp_path / "back")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_stays_as_it_is(lost: Lost, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")

    with pytest.raises(BackupRefusal, match="已经有东西"):
        restore(Source(lost.taken.file, WORD), tmp_path)

    assert [each.name for each in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("harm", ["cut", "changed", "another file"])
def test_a_broken_file_is_said_and_leaves_nothing(lost: Lost, tmp_path: Path, harm: str) -> None:
    file = tmp_path / "broken.tar"
    sound = lost.taken.file.read_bytes()
    middle = len(sound) // 2
    file.write_bytes(
        {
            "cut": sound[:middle],
            "changed": sound[:middle] + bytes(each ^ 1 for each in sound[middle : middle + 9]) + sound[middle + 9 :],
            "another file": b"GIF89a" + bytes(1000),
        }[harm]
    )

    with pytest.raises(Broken, match="损坏"):
        restore(Source(file, WORD), tmp_path / "back")

    assert [each.name for each in tmp_path.iterdir()] == ["broken.tar"]
