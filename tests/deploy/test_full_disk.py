"""F20, F27: a disk that is really full, as small as a box can be: told before, read from all the same, nothing lost."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from deploy.box import Box, box, room, strain
from tests.deploy.started import eventually, gone
from tests.installed import copied

MIB = 2**20
SIZE = 1024 * MIB  # a tenth of it is more than what is kept free of writing: it is told while it can be saved
TOWNSHIP = """insert into office.unit (kind, name, sort_key, rule_set, founded_on)
    values ('township', '柳河乡', '', 'zhen', '2020-01-01')"""
TOLD = "select body ->> 'change' from office.happening where fact = 'MachineChanged' order by id"


class Disk:
    """A file system of its own, in memory: only what is written takes any."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], check=True)

    def unmount(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    @property
    def free(self) -> int:
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def leave(self, left: int) -> None:
        """Somebody else's files take all but so much."""
        with (self.folder / "films").open("ab") as out:
            out.truncate(0)
            while (taken := self.free - left) > 0:
                with suppress(OSError):  # somebody has just written: less is free than there was
                    os.posix_fallocate(out.fileno(), 0, taken)
                    return


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "disk")
    yield made
    made.unmount()


def ask(found: Box, question: str) -> list[str]:
    with psycopg.connect(found.migrate_database_url, autocommit=True) as connection:
        cursor = connection.execute(question)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root mounts a disk; tests/deploy/test_nearly_full.py says one is full"
)
def test_a_disk_that_is_full_is_told_before_and_read_from_and_nothing_is_lost(
    installed: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strain, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(strain, "AGAIN_SECONDS", 0.2)
    data, said = copied(installed, disk.folder / "data"), list[str]()
    with box(data, say=said.append) as found:
        ask(found, TOWNSHIP)
        ask(found, "create table kept (n int); insert into kept select generate_series(1, 1000)")

        disk.leave(SIZE // 12)
        eventually(lambda: ask(found, TOLD) == ["disk_low"])
        ask(found, "insert into kept values (1001)")

        disk.leave(room.FULL // 2)
        eventually(lambda: "磁盘只剩" in "".join(said))
        disk.leave(0)  # the reserve, which was given back, is gone as well
        assert disk.free == 0
        assert ask(found, "select count(*) from kept") == [1001]
        eventually(
            lambda: ask(found, "show transaction_read_only") == ["on"]
        )  # the server reads its settings by itself
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            ask(found, "insert into kept values (1002)")

        broker = psutil.Process(found.pids["valkey"])
        broker.send_signal(signal.SIGKILL)
        eventually(lambda: gone(broker))
        eventually(lambda: listens(found))
        assert ask(found, "select count(*) from kept") == [1001]

        disk.leave(SIZE // 2)
        eventually(lambda: "磁盘有空间了" in "".join(said))
        eventually(lambda: ask(found, "show transaction_read_only") == ["off"])
        ask(found, "insert into kept values (1002)")
        eventually(lambda: ask(found, TOLD)[-1] == "disk_well")

    with box(data, say=said.append) as again:
        assert ask(again, "select count(*) from kept") == [1002]


def listens(found: Box) -> bool:
    """Whether the broker is there again, as another process."""
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # one that has just ended
            ports = {each.laddr.port for each in child.net_connections("tcp") if each.status == psutil.CONN_LISTEN}
            if found.ports["valkey"] in ports:
                return True
    return False
