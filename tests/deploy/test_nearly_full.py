"""F20: before the disk is full writing stops, reading goes on, and what was kept back is given back."""

from pathlib import Path

import psycopg
import pytest

from deploy.box import box, room
from deploy.box.room import Room
from tests.deploy.started import eventually


class Disk:
    """A disk of which a test says how much is free; the reserve counts as it does on a real one."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.used, self.size = folder, 0, 10 * room.FULL
        monkeypatch.setattr(Room, "free", lambda _room: self.size - self.used - self.reserve)

    @property
    def reserve(self) -> int:
        kept = self.folder / "reserve"
        return kept.stat().st_blocks * 512 if kept.exists() else 0


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(tmp_path, monkeypatch)


def test_room_is_kept_back_given_back_and_kept_back_again(tmp_path: Path, disk: Disk) -> None:
    turned: list[bool] = []
    said: list[str] = []
    watched = Room(tmp_path, only_read=turned.append, say=said.append)

    watched.look()
    assert disk.reserve == room.RESERVE

    disk.used = disk.size - room.RESERVE - room.FULL + 1
    watched.look()
    watched.look()
    assert disk.reserve == 0
    assert turned == [True]

    disk.used -= room.FULL // 8  # room, but not for a reserve as well: it would go to and fro
    watched.look()
    assert turned == [True]

    disk.used = 0
    watched.look()
    assert turned == [True, False]
    assert disk.reserve == room.RESERVE
    assert [line[:4] for line in said] == ["磁盘只剩", "磁盘有空"]


def test_a_small_disk_without_room_for_a_reserve_is_written_to_all_the_same(tmp_path: Path, disk: Disk) -> None:
    turned: list[bool] = []
    disk.used = disk.size - room.FULL - 1

    Room(tmp_path, only_read=turned.append, say=lambda _text: None).look()

    assert turned == []
    assert disk.reserve == 0


def test_the_database_of_a_box_is_only_read_until_there_is_room(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("deploy.box.stack.Stack._migrate", lambda _self: None)
    with (
        box(tmp_path, say=said.append) as found,
        psycopg.connect(found.migrate_database_url, autocommit=True) as open_before,
    ):
        open_before.execute("create table kept (n int)")

        disk.used = disk.size - room.FULL
        eventually(lambda: "磁盘只剩" in "".join(said))
        eventually(lambda: open_before.execute("show transaction_read_only").fetchone() == ("on",))
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            open_before.execute("insert into kept values (1)")
        assert open_before.execute("select count(*) from kept").fetchone() == (0,)

        disk.used = 0
        eventually(lambda: open_before.execute("show transaction_read_only").fetchone() == ("off",))
        open_before.execute("insert into kept values (1)")


def test_a_box_that_starts_on_a_full_disk_can_be_read(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.box.stack.Stack._migrate", lambda _self: None)
    with box(tmp_path, say=lambda _text: None):
        pass
    disk.used = disk.size - room.FULL

    with box(tmp_path, say=lambda _text: None) as found, psycopg.connect(found.migrate_database_url) as connection:
        assert connection.execute("show transaction_read_only").fetchone() == ("on",)
    assert disk.reserve == 0
