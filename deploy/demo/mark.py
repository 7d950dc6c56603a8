"""A mark in the data folder: whether half a demo is in it, or a whole one. Without a mark it is somebody's own."""

import os
import shutil
from enum import StrEnum
from pathlib import Path

from deploy.embedded.postgres import Postgres

FILE = "demo.mark"
MADE = (
    "valkey",
    "mail",
    "seal",
    "files",
    "demo",
)  # beside the database; it goes last, so that a second attempt is known as one


class Mark(StrEnum):
    """How far a demo has come."""

    BEGUN = "begun"
    COMPLETE = "complete"


def read(data: Path) -> Mark | None:
    """What the mark of a folder says; None without one, or where nothing can be read: a box says why in a moment."""
    try:
        return Mark((data / FILE).read_text().strip())
    except (OSError, ValueError):
        return None


def write(data: Path, mark: Mark) -> None:
    """Set it, whole or not at all, also when the power goes."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = data / f"{FILE}.{os.getpid()}"
    with beside.open("w") as out:
        out.write(f"{mark}\n")
        out.flush()
        os.fsync(out.fileno())
    beside.replace(data / FILE)


def adopt(data: Path) -> None:
    """Somebody goes on with half a demo as it is: from now on it is his own, and never cleared away."""
    if read(data) is Mark.BEGUN:
        (data / FILE).unlink(missing_ok=True)


def has_installation(data: Path) -> bool:
    """Whether the folder holds a database."""
    return (data / "postgres" / "cluster").exists()


def clear_away(data: Path) -> None:
    """Remove half a demo; the secrets and the logs stay. To be called by whoever holds the folder's lock."""
    if read(data) is not Mark.BEGUN:
        raise ValueError("this is not half a demo")
    for name in MADE:
        shutil.rmtree(data / name, ignore_errors=True)
    postgres = Postgres(data / "postgres")
    postgres.end_predecessor()
    if postgres.cluster.exists():
        shutil.rmtree(postgres.cluster)
