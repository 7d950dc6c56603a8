"""Reading: what kind of file it is by its content, then its cells, with merged ranges filled."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from shared.errors import Invalid
from shared.tables.cells import Cell, Sheet, Value, Workbook, cell_of, sheet_from

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 400 * 1024 * 1024
MOST_PARTS = 5_000
MOST_ROWS = 50_000
MOST_SPREAD = 2_000_000
"""Cells filled from merged ranges, in all."""
PATIENCE = 90
"""Seconds for which the parser is waited for."""

PARSER = Path(__file__).with_name("child.py")
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED_PART = "EncryptedPackage".encode("utf-16-le")
SAVE_AS = "请用表格软件打开它，另存为 .xlsx 后再导入。"
SENTENCES = {
    "empty": "这个文件是空的，没有内容。",
    "locked": "这个文件设了打开密码，无法读取。请去掉密码，另存为 .xlsx 后再导入。",
    "long": f"表格超过 {MOST_ROWS:,} 行。请删去末尾的多余行，或分成几个文件，另存为 .xlsx 后再导入。",
    "large": f"文件超过 {LARGEST_FILE // 1024 // 1024} MB。请删去图片等多余内容，另存为 .xlsx 后再导入。",
    "bomb": f"这个文件解开后大得不合常理，没有读取。{SAVE_AS}",
    "web": f"这个文件其实是网页，只是名字像表格。{SAVE_AS}",
    "text": f"这个文件其实是文本（CSV），名字却是表格。{SAVE_AS}",
    "broken": f"这个文件打不开：可能没有传完整，或不是表格文件。{SAVE_AS}",
}


def read_workbook(source: Path | str | bytes, *, name: str = "") -> Workbook:
    """Every sheet of an .xls, .xlsx, .xlsb, .ods or .csv file. `name`: what an uploaded file was called."""
    if not isinstance(source, bytes):
        path = Path(source)
        name = name or path.name
        source = _bytes_of(path)
    if not source:
        raise _refused("empty")
    if len(source) > LARGEST_FILE:
        raise _refused("large")
    if source.startswith(ZIP):
        _weigh(source)
    elif not source.startswith(OLE):
        return _from_text(source, name)
    elif LOCKED_PART in source:
        raise _refused("locked")
    return Workbook([_sheet(one) for one in _parsed(source)])


def _refused(why: str) -> Invalid:
    return Invalid(SENTENCES[why], field="file")


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _refused("large")
        return path.read_bytes()
    except FileNotFoundError:
        raise Invalid(f"没有找到文件 {path.name}。", field="file") from None
    except OSError:
        raise Invalid(f"文件 {path.name} 读不出来，请检查它是否是一个文件、是否有权限。", field="file") from None


def _weigh(source: bytes) -> None:
    """Refuse an archive that would unpack to something enormous."""
    try:
        parts = ZipFile(BytesIO(source)).infolist()
    except (BadZipFile, ValueError, NotImplementedError):
        raise _refused("broken") from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise _refused("bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise _refused("locked")


def _parsed(source: bytes) -> list[dict[str, Any]]:
    """The sheets as the child process has them."""
    command = [sys.executable, "-I", str(PARSER), str(MOST_ROWS)]
    try:
        done = subprocess.run(command, input=source, capture_output=True, timeout=PATIENCE, check=True)  # noqa: S603
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise _refused("broken") from None
    if "refused" in answer:
        raise _refused(answer["refused"])
    sheets: list[dict[str, Any]] = answer["sheets"]
    return sheets


_MAKE: dict[str, Callable[[str], date | time]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
}


def _value(plain: Any) -> Value:  # noqa: ANN401
    if type(plain) is list:
        return _MAKE[plain[0]](plain[1])
    value: Value = plain
    return value


def _sheet(found: dict[str, Any]) -> Sheet:
    """The sheet with the value of each merged range in every cell of it."""
    rows = [
        [cell_of(_value(value), r, c) for c, value in enumerate(row, start=1)]
        for r, row in enumerate(found["rows"], start=1)
    ]
    budget = MOST_SPREAD
    for (top, left), (bottom, right) in found["merged"]:
        budget -= _spread(rows, top, left, bottom, right)
        if budget < 0:
            raise _refused("bomb")
    return Sheet(found["name"], rows, found["visible"])


def _spread(rows: list[list[Cell]], top: int, left: int, bottom: int, right: int) -> int:
    """Fill one merged range from its first cell; how many cells that took."""
    if top >= len(rows) or left >= len(rows[top]):
        return 0
    first = rows[top][left]
    filled = 0
    for row in rows[top : bottom + 1]:
        for column in range(left, min(right + 1, len(row))):
            here = row[column]
            if here is not first:
                row[column] = Cell(first.value, first.text, here.row, here.column, spread=True)
                filled += 1
    return filled


def _from_text(source: bytes, name: str) -> Workbook:
    """A CSV file; a web page or a text under a spreadsheet's name is refused."""
    text = _decoded(source)
    if text.lstrip()[:200].lstrip("\ufeff").startswith("<"):
        raise _refused("web")
    ending = Path(name).suffix.lower()
    if ending not in {"", ".csv", ".txt", ".tsv"}:
        raise _refused("text")
    heading = text.partition("\n")[0]
    delimiter = max(",\t;，", key=heading.count)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise _refused("broken") from None
    if len(rows) > MOST_ROWS:
        raise _refused("long")
    if not any(any(row) for row in rows):
        raise _refused("empty")
    return Workbook([sheet_from(Path(name).stem or "CSV", ([value or None for value in row] for row in rows))])


def _decoded(source: bytes) -> str:
    """The text in one of the encodings that office software writes."""
    encodings = ["utf-16"] if source[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = source.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _refused("broken")
