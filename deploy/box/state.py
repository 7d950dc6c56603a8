"""What one folder says about its box: the lock of the one who runs it, where it can be reached, who uses it."""

import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from deploy.embedded.secrets import Secrets

OWNERS = ("XIAOZU_MIGRATE_DATABASE_URL", "XIAOZU_APP_PASSWORD", "XIAOZU_BACKUP_PASSPHRASE")
FOLDERS = ("postgres", "valkey", "mail", "files", "seal", "log")


class BoxRefusal(Exception):
    """The box cannot be had; the text is for people, the code for the shell."""

    code = 1


class AlreadyRunning(BoxRefusal):
    """Somebody else runs the box of this folder."""

    code = 3


class PortInUse(BoxRefusal):
    """The port that was asked for is taken."""

    code = 4


class FolderClosed(BoxRefusal):
    """The folder belongs to somebody else, or part of it is missing."""

    code = 5


@dataclass(frozen=True)
class Box:
    """A running box, as another process can know it."""

    data: Path
    pid: int
    started_at: str
    database_url: str
    migrate_database_url: str
    redis_url: str
    url: str = ""
    addresses: list[str] = field(default_factory=list)
    ports: dict[str, int] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)
    code: str = ""  # the folder whose code the programs run
    refused: str = ""  # why the code that was to take over did not

    @property
    def serves(self) -> bool:
        """Whether it has the web."""
        return "web" in self.pids

    @property
    def works(self) -> bool:
        """Whether somebody does the work that stands in rows."""
        return "worker" in self.pids

    def environment(self) -> dict[str, str]:
        """The settings that lead a process to this box; the owner's login is for the migration alone."""
        return {
            "XIAOZU_DATA": str(self.data),
            "XIAOZU_DATABASE_URL": self.database_url,
            "XIAOZU_REDIS_URL": self.redis_url,
            "XIAOZU_SECRET_KEY": os.environ.get("XIAOZU_SECRET_KEY") or secret_key(self.data),
        }

    def write(self) -> None:
        """Let others know; only the owner may read it, for it has passwords in it."""
        beside = self.data / f"box.{os.getpid()}"
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(asdict(self), out, default=str, indent=1)
        beside.replace(self.data / "box.json")

    @classmethod
    def read(cls, data: Path) -> "Box | None":
        """What was written last; None when there is nothing, or nothing readable."""
        with suppress(OSError, ValueError, TypeError):
            said = json.loads((data / "box.json").read_text())
            known = {each.name: said[each.name] for each in fields(cls) if each.name in said}  # a later box says more
            return cls(**known | {"data": Path(said["data"])})
        return None


def inherited() -> dict[str, str]:
    """Of this process's settings, those that its programs may know: nobody but the box and the migration owns."""
    return {name: value for name, value in os.environ.items() if name not in OWNERS}


def secrets_of(data: Path) -> Secrets:
    """The secrets of the box."""
    return Secrets(data / "secrets.json")


def secret_key(data: Path) -> str:
    """The key of the personal fields: 32 random bytes in base64, made once. Without it they cannot be read again."""
    return secrets_of(data).get("secret_key", new_key)


def new_key() -> str:
    """A fresh one."""
    import base64

    return base64.b64encode(os.urandom(32)).decode()


def prepare_folder(data: Path) -> None:
    """Make the folders of an installation; refuse one of which an essential part is missing."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in FOLDERS:
            (data / name).mkdir(mode=0o700, exist_ok=True)
        (data / "log" / ".writable").touch(mode=0o600)
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        msg = f"不能使用数据文件夹 {data}：它属于别的用户，或者不是文件夹。请换一个（--data），或换回原来的用户。"
        raise FolderClosed(msg) from error
    if (data / "postgres" / "cluster").exists() and not (data / "secrets.json").exists():
        msg = f"{data} 里有数据库，却没有 secrets.json（口令和密钥）。请从备份恢复这个文件，再启动。"
        raise FolderClosed(msg)


def tighten(data: Path) -> bool:
    """Close the folder, and what is in it, to everybody else; returns whether any of it was open.

    Where root's programs run without rights, their group may pass through the folder, but not look into it.
    """
    passing = stat.S_IXGRP if os.geteuid() == 0 else 0
    return any([_closed(data, passing), *(_closed(path) for path in _below(data))])


def _below(folder: Path) -> Iterator[Path]:
    """Everything but the cluster, on which its server insists itself, and what a link leads to."""
    for path in folder.iterdir():
        if path.is_symlink() or path.name == "cluster":
            continue
        yield path
        if path.is_dir():
            yield from _below(path)


def _closed(path: Path, allowed: int = 0) -> bool:
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & 0o077 & ~allowed:
        return False
    path.chmod(mode & (0o700 | allowed))
    return True


@contextmanager
def unseen() -> Iterator[None]:
    """Whatever is written in here, by us and by what we start, is for its owner only."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def locked(file: Path, how: int = fcntl.LOCK_EX | fcntl.LOCK_NB) -> Iterator[bool]:
    """Hold a lock on a file while the block runs, if it can be had; the kernel lets go when the holder dies."""
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        msg = f"不能使用 {file}：它属于别的用户。"
        raise FolderClosed(msg) from error
    try:
        try:
            fcntl.flock(descriptor, how)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)
