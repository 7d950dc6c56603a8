"""Office files read and understood in a program of its own: one after another, bounded in memory and time."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from shared.errors import Away, Invalid
from shared.sheets.child import TOO_MUCH
from shared.sheets.reading import LARGEST_FILE, RawBook, refused, workbook_of
from shared.sheets.wire import REFUSED, taken_in
from shared.tables import Workbook

Result = TypeVar("Result")
READER = Path(__file__).with_name("child.py")
PATIENCE = 50
"""Seconds for which a reading is waited for: less than a transaction may stand idle."""
AT_ONCE, WAITING, WAIT = 2, 2, 3.0
"""Readings at once, how many more may wait, and for how many seconds: each holds a connection meanwhile."""
BUSY = "现在正在读取别的表格，请过一分钟再试。"
ENDED = {-signal.SIGXCPU, -signal.SIGKILL, TOO_MUCH}
"""How a child ends that took too long, or too much."""

_seats = threading.BoundedSemaphore(AT_ONCE)
_queue = threading.BoundedSemaphore(AT_ONCE + WAITING)


def understood(
    source: Path | str | bytes, reader: Callable[..., Result], *, name: str = "", **asked: str | int
) -> Result:
    """What a pure `reader` of a house's rules makes of the workbook in a file, with what else it is `asked`.

    The reader is a function of a module, and answers a dataclass of plain values. `name`: what an uploaded file was
    called. Raises Invalid with what to do about the file, and Away where too many files are being read.
    """
    return _answer(source, name, reader=f"{reader.__module__}:{reader.__qualname__}", asked=asked, shape=_shape(reader))


def read_workbook(source: Path | str | bytes, *, name: str = "") -> Workbook:
    """Every sheet of an .xls, .xlsx, .xlsb, .ods or .csv file, cell by cell."""
    return workbook_of(_answer(source, name, reader="", asked={}, shape=RawBook))


def _shape(reader: Callable[..., Result]) -> type[Result]:
    shape: type[Result] = get_type_hints(reader)["return"]
    return shape


def _answer(
    source: Path | str | bytes, name: str, *, reader: str, asked: dict[str, Any], shape: type[Result]
) -> Result:
    if not isinstance(source, bytes):
        path = Path(source)
        name = name or path.name
        source = _bytes_of(path)
    if not source:
        raise refused("empty")
    if len(source) > LARGEST_FILE:
        raise refused("large")
    question = json.dumps({"reader": reader, "name": name[-200:], "asked": asked}).encode()
    with _seat():
        lines = BytesIO(_run(question + b"\n" + source))
    first = lines.readline()
    if first.startswith(REFUSED):
        raise Invalid(json.loads(first.partition(b"\t")[2]), field="file")
    lines.seek(0)
    return taken_in(shape, lines)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise refused("large")
        return path.read_bytes()
    except FileNotFoundError:
        raise Invalid(f"没有找到文件 {path.name}。", field="file") from None
    except OSError:
        raise Invalid(f"文件 {path.name} 读不出来，请检查它是否是一个文件、是否有权限。", field="file") from None


@contextmanager
def _seat() -> Iterator[None]:
    """One of the few that are read at once. Raises Away where none comes free in a moment."""
    if not _queue.acquire(blocking=False):
        raise Away(BUSY)
    try:
        if not _seats.acquire(timeout=WAIT):
            raise Away(BUSY)
        try:
            yield
        finally:
            _seats.release()
    finally:
        _queue.release()


def _run(question: bytes) -> bytes:
    """What the child answers; it inherits no setting, so that it knows no secret."""
    command = [sys.executable, "-I", "-B", str(READER)]
    try:
        done = subprocess.run(command, input=question, capture_output=True, timeout=PATIENCE, env={}, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise refused("slow") from None
    if done.returncode:
        raise refused("slow" if done.returncode in ENDED else "broken")
    return done.stdout
