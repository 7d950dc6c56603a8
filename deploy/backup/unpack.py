"""From a backup's file to a folder that a server can start in."""

import gzip
import json
import tarfile
from pathlib import Path
from typing import Any

from deploy.backup import envelope
from deploy.backup.cluster import PIECE
from deploy.backup.refusals import Broken, said
from deploy.backup.take import CLUSTER, FACTS, LOG
from deploy.embedded import postgres_programs as programs

BODY = "body"


def unpack(file: Path, passphrase: str, into: Path) -> dict[str, Any]:
    """Open a backup into an empty folder; returns what it knows of itself. Raises WrongPassphrase, Broken, NoRoom."""
    _opened(file, passphrase, into)
    try:
        facts: dict[str, Any] = json.loads((into / FACTS).read_text())
    except (FileNotFoundError, ValueError):
        raise Broken from None
    (into / FACTS).unlink()
    give(into)
    return facts


def log_of(file: Path, passphrase: str, into: Path) -> Path:
    """Open only the log that a backup carries, from the one before it on; returns its folder. Raises as `unpack`."""
    (into / LOG).mkdir(parents=True)
    _opened(file, passphrase, into, only=f"{LOG}/")
    return into / LOG


def _opened(file: Path, passphrase: str, into: Path, *, only: str = "") -> None:
    with said():
        into.mkdir(mode=0o711, exist_ok=True)
    body = into / BODY
    envelope.unseal(file, passphrase, body)
    with said():
        _untar(body, into, only)
    body.unlink()


def _untar(body: Path, into: Path, only: str) -> None:
    try:
        with gzip.open(body) as packed, tarfile.open(fileobj=packed, mode="r|", bufsize=PIECE) as tar:
            for member in tar:
                if member.name.startswith(only):
                    tar.extract(member, into, filter=_ours)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError):
        raise Broken from None


def _ours(member: tarfile.TarInfo, into: str) -> tarfile.TarInfo:
    """Whose it is, is decided here, not in the file."""
    return tarfile.tar_filter(member, into).replace(uid=None, gid=None, uname=None, gname=None, deep=False)  # type: ignore[arg-type]


def give(folder: Path) -> None:
    """The user that PostgreSQL runs as owns what it works with."""
    (folder / LOG).mkdir(exist_ok=True)
    login = programs.unprivileged(folder / CLUSTER)
    for path in (folder / "postgres", *(folder / "postgres").rglob("*")):
        programs.give(path, login)
    (folder / CLUSTER).chmod(0o700)
