"""Office files read and understood in a program of its own: a few at once, bounded in memory and time."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from shared.apart import Ceiling, Seats, Unfinished, apart
from shared.errors import Invalid
from shared.sheets.reading import LARGEST_FILE, RawBook, refused, workbook_of
from shared.sheets.understanding import ANSWER
from shared.sheets.wire import taken_in
from shared.tables import Workbook

Result = TypeVar("Result")
PROGRAM = "shared.sheets.understanding:understood"
# A reading is waited for less long than a transaction may stand idle; those who wait for it hold a connection each.
CEILING = Ceiling(memory=2**30, seconds=40, answer=ANSWER, patience=50)
SEATS = Seats(2, 2, 3.0, "现在正在读取别的表格，请过一分钟再试。")


def understood(
    source: Path | str | bytes, reader: Callable[..., Result], *, name: str = "", **asked: str | int
) -> Result:
    """What a pure `reader` of a house's rules makes of the workbook in a file, with what else it is `asked`.

    The reader is a function of a module, and answers a dataclass of plain values. `name`: what an uploaded file was
    called. Raises Invalid with what to do about the file, and Away where too many files are being read.
    """
    return _answer(source, name, reader=f"{reader.__module__}:{reader.__qualname__}", asked=asked, shape=_shape(reader))


def lines_understood(source: bytes, reader: Callable[..., Any], *, name: str = "", **asked: str | int) -> bytes:
    """The same as lines, to be kept and taken in again by `taken` without reading the file once more."""
    return _said(source, name, reader=f"{reader.__module__}:{reader.__qualname__}", asked=asked)


def taken(lines: bytes, reader: Callable[..., Result]) -> Result:
    """What a reader made of a file, from its lines. Raises ValueError where they are not those of its shape."""
    with _kept_whole():
        return taken_in(_shape(reader), BytesIO(lines))


@contextmanager
def _kept_whole() -> Iterator[None]:
    """Nothing of what is taken in is garbage yet: to look through it again and again for some is vain."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def read_workbook(source: Path | str | bytes, *, name: str = "") -> Workbook:
    """Every sheet of an .xls, .xlsx, .xlsb, .ods or .csv file, cell by cell."""
    return workbook_of(_answer(source, name, reader="", asked={}, shape=RawBook))


def _shape(reader: Callable[..., Result]) -> type[Result]:
    shape: type[Result] = get_type_hints(reader)["return"]
    return shape


def _answer(
    source: Path | str | bytes, name: str, *, reader: str, asked: dict[str, Any], shape: type[Result]
) -> Result:
    with _kept_whole():
        return taken_in(shape, BytesIO(_said(source, name, reader=reader, asked=asked)))


def _said(source: Path | str | bytes, name: str, *, reader: str, asked: dict[str, Any]) -> bytes:
    if not isinstance(source, bytes):
        path = Path(source)
        name = name or path.name
        source = _bytes_of(path)
    if not source:
        raise refused("empty")
    if len(source) > LARGEST_FILE:
        raise refused("large")
    try:
        return apart(PROGRAM, source, ceiling=CEILING, seats=SEATS, reader=reader, name=name[-200:], asked=asked)
    except Unfinished as ended:
        raise refused("slow" if ended.beyond else "broken") from None


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise refused("large")
        return path.read_bytes()
    except FileNotFoundError:
        raise Invalid(f"没有找到文件 {path.name}。", field="file") from None
    except OSError:
        raise Invalid(f"文件 {path.name} 读不出来，请检查它是否是一个文件、是否有权限。", field="file") from None
