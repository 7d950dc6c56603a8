"""Which code a box's programs run: a folder and its Python; and how another folder's is asked to take over."""

import json
import os
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ORDER = "successor.json"


@dataclass(frozen=True)
class Code:
    """A folder of the project, and the Python that has what it needs."""

    root: Path
    python: str


OURS = Code(Path(__file__).parent.parent.parent, sys.executable)


def order(data: Path, code: Code) -> None:
    """Ask the box of a folder to let that code take over."""
    beside = data / f"{ORDER}.{os.getpid()}"
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump({"root": str(code.root), "python": code.python}, out)
    beside.replace(data / ORDER)


def ordered(data: Path) -> Code | None:
    """What is asked for, until it is withdrawn: by root or by whoever runs the box, of others nothing is run."""
    file = data / ORDER
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = file.lstat()
        said = json.loads(file.read_text())
        trusted = stat.S_ISREG(found.st_mode) and found.st_uid in {0, os.geteuid()} and not found.st_mode & 0o022
        return Code(Path(said["root"]), str(said["python"])) if trusted else None
    return None


def withdraw(data: Path) -> None:
    """Nothing is asked for any more: it was carried out or refused, or was meant for an earlier run."""
    (data / ORDER).unlink(missing_ok=True)
