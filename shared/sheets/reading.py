"""An office file taken apart: what kind it is by its content, then its cells, within limits that each have a sentence.

Untrusted: only `shared/sheets/understanding.py` calls this, in a process with a ceiling on memory and time.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from shared.errors import Invalid
from shared.sheets.marks import Marks, marks_of
from shared.sheets.marks_xls import marks_of_old
from shared.tables.cells import MEANT_NOT, NEVER, Cell, Sheet, Workbook, address, cell_of, tidy

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 400 * 1024 * 1024
MOST_PARTS = 5_000
MOST_SHEETS, MOST_ROWS, MOST_COLUMNS = 200, 50_000, 256
MOST_CELLS = 1_500_000
"""In all sheets, blank ones among them: 20,000 people with 75 columns."""
LONGEST_CELL, MOST_TEXT = 10_000, 12_000_000
"""Characters in one cell, and in all."""

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED_PART = "EncryptedPackage".encode("utf-16-le")
SAVE_AS = "请用表格软件打开它，另存为 .xlsx 后再导入。"
SPLIT = "请删去多余的内容，或分成几个文件，另存为 .xlsx 后再导入。"
SENTENCES = {
    "empty": "这个文件是空的，没有内容。",
    "locked": "这个文件设了打开密码，无法读取。请去掉密码，另存为 .xlsx 后再导入。",
    "long": f"表格超过 {MOST_ROWS:,} 行。请删去末尾的多余行，或分成几个文件，另存为 .xlsx 后再导入。",
    "wide": f"表格超过 {MOST_COLUMNS} 列。请删去右边的多余列，另存为 .xlsx 后再导入。",
    "many": f"表格超过 {MOST_CELLS:,} 格（行数乘以列数）。{SPLIT}",
    "wordy": f"表格里的文字超过 {MOST_TEXT:,} 字。{SPLIT}",
    "sheets": f"文件里超过 {MOST_SHEETS} 张工作表。{SPLIT}",
    "large": f"文件超过 {LARGEST_FILE // 1024 // 1024} MB。请删去图片等多余内容，另存为 .xlsx 后再导入。",
    "bomb": f"这个文件解开后大得不合常理，没有读取。{SAVE_AS}",
    "web": f"这个文件其实是网页，只是名字像表格。{SAVE_AS}",
    "text": f"这个文件其实是文本（CSV），名字却是表格。{SAVE_AS}",
    "broken": f"这个文件打不开：可能没有传完整，或不是表格文件。{SAVE_AS}",
    "slow": f"这个文件太复杂，读了很久也没有读完，已经停下。{SPLIT}",
}

Rows = list[list[Any]]  # values as JSON can hold them; dates and times as a pair


@dataclass(slots=True)
class RawSheet:
    """One sheet as it was found: its rows from A1 on, and its merged ranges as ((top, left), (bottom, right))."""

    name: str
    rows: Rows
    visible: bool = True
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    marks: Marks = field(default_factory=Marks)
    blind: bool = False


@dataclass(slots=True)
class RawBook:
    """The sheets of a file."""

    sheets: list[RawSheet] = field(default_factory=list)


def refused(why: str) -> Invalid:
    """The refusal with one of the sentences."""
    return Invalid(SENTENCES[why], field="file")


def book_in(source: bytes, name: str) -> RawBook:
    """Every sheet of an .xls, .xlsx, .xlsb, .ods or .csv file. Raises Invalid with what to do."""
    if source.startswith(ZIP):
        _weigh(source)
    elif not source.startswith(OLE):
        return RawBook([_from_text(source, name)])
    elif LOCKED_PART in source:
        raise refused("locked")
    return RawBook(list(_sheets(source)))


def _weigh(source: bytes) -> None:
    """Refuse an archive that would unpack to something enormous."""
    try:
        parts = ZipFile(BytesIO(source)).infolist()
    except Exception:  # noqa: BLE001  whatever a damaged archive ends in: nothing of it is loaded here
        raise refused("broken") from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise refused("bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise refused("locked")


class _Scales:
    """What was read so far, against what may be."""

    def __init__(self) -> None:
        self.rows = self.cells = self.text = 0

    def measure(self, rows: int, columns: int) -> None:
        """A sheet's size, before its cells are looked at."""
        self.rows += rows
        self.cells += rows * columns
        for why, too_much in (
            ("long", self.rows > MOST_ROWS),
            ("wide", columns > MOST_COLUMNS),
            ("many", self.cells > MOST_CELLS),
        ):
            if too_much:
                raise refused(why)

    def weigh(self, name: str, rows: Rows) -> None:
        """The words in a sheet."""
        for r, row in enumerate(rows, start=1):
            length = len("".join([value for value in row if type(value) is str]))
            self.text += length
            if length > LONGEST_CELL:  # in one cell, or in all of the row
                lengths = [len(value) if isinstance(value, str) else 0 for value in row]
                if (longest := max(lengths)) > LONGEST_CELL:
                    raise _long_cell(name, address(r, lengths.index(longest) + 1), longest)
            if self.text > MOST_TEXT:
                raise refused("wordy")


def _long_cell(name: str, where: str, length: int) -> Invalid:
    said = f"工作表“{name[:31]}”的 {where} 里有 {length:,} 个字，一格最多 {LONGEST_CELL:,} 个字。请删短后再导入。"
    return Invalid(said, field="file")


def _sheets(source: bytes) -> Iterator[RawSheet]:
    from python_calamine import (  # noqa: PLC0415  only the child needs it
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    scales = _Scales()
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(source))
        marks = marks_of(source) if source.startswith(ZIP) else marks_of_old(source)
        if len(workbook.sheets_metadata) > MOST_SHEETS:
            raise refused("sheets")
        for meta in workbook.sheets_metadata:
            if meta.typ == SheetTypeEnum.WorkSheet:
                found = workbook.get_sheet_by_name(meta.name)
                rows = _rows(found, scales)
                scales.weigh(meta.name, rows)
                seen = meta.visible == SheetVisibleEnum.Visible
                merged = found.merged_cell_ranges or []
                known = (marks or {}).get(meta.name, Marks())
                yield RawSheet(meta.name, rows, seen, merged, known, blind=marks is None)
    except PasswordError:
        raise refused("locked") from None
    except (CalamineError, ValueError, OSError):
        raise refused("broken") from None


def _rows(found: CalamineSheet, scales: _Scales) -> Rows:
    """A sheet's rows from A1 on."""
    if not found.end:
        return []
    scales.measure(found.end[0] + 1, found.end[1] + 1)
    return [
        [(value or None) if type(value) is str else _plain(value) for value in row]
        for row in found.to_python(skip_empty_area=False)
    ]


def _plain(value: Any) -> Any:  # noqa: ANN401  whatever the library reads
    """A cell's value as JSON can hold it; dates and times as a pair."""
    if isinstance(value, datetime):
        return "datetime", value.replace(tzinfo=None).isoformat()
    if isinstance(value, date):
        return "date", value.isoformat()
    if isinstance(value, time):
        return "time", value.isoformat()
    if isinstance(value, timedelta) or (isinstance(value, float) and not isfinite(value)):
        return str(value)
    return None if value == "" else value


def _from_text(source: bytes, name: str) -> RawSheet:
    """A CSV file; a web page or a text under a spreadsheet's name is refused."""
    text = _decoded(source)
    if text.lstrip()[:200].lstrip("\ufeff").startswith("<"):
        raise refused("web")
    ending = Path(name).suffix.lower()
    if ending not in {"", ".csv", ".txt", ".tsv"}:
        raise refused("text")
    delimiter = max(",\t;，", key="\n".join(text.split("\n", 20)[:20]).count)
    csv.field_size_limit(LARGEST_FILE)
    raw = RawSheet(Path(name).stem or "CSV", [])
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            raw.rows.append([_typed(value) or None for value in row])
            if len(raw.rows) > MOST_ROWS:
                raise refused("long")
    except csv.Error:
        raise refused("broken") from None
    scales = _Scales()
    scales.measure(len(raw.rows), max((len(row) for row in raw.rows), default=0))
    scales.weigh(raw.name, raw.rows)
    if not any(any(row) for row in raw.rows):
        raise refused("empty")
    return raw


def _typed(value: str) -> str:
    """A value without the ="…" by which a number is kept as text."""
    return value[2:-1].replace('""', '"') if value.startswith('="') and value.endswith('"') else value


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
    raise refused("broken")


# --- cells with their texts ---


def workbook_of(book: RawBook) -> Workbook:
    """The sheets with the text and address of every cell, and the value of each merged range in every cell of it."""
    return Workbook([_sheet(raw) for raw in book.sheets])


_MAKE: dict[str, Callable[[str], date | time]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
}


def _cells(row: list[Any], r: int, width: int) -> list[Cell]:
    """One row as wide as all. Of 300,000 cells a table most are a few letters, or nothing: these at once."""
    cells, new = [], tuple.__new__
    for c, value in enumerate(row, start=1):
        if value is None:
            cells.append(new(Cell, (None, "", r, c, False, "")))
        elif type(value) is str and "#" not in value:
            cells.append(new(Cell, (value, tidy(value), r, c, False, "")))
        elif type(value) in {list, tuple}:
            cells.append(cell_of(_MAKE[value[0]](value[1]), r, c))
        else:
            cells.append(cell_of(value, r, c))
    cells += [new(Cell, (None, "", r, c, False, "")) for c in range(len(row) + 1, width + 1)]
    return cells


def _sheet(raw: RawSheet) -> Sheet:
    width = max((len(row) for row in raw.rows), default=0)
    rows = [_cells(row, r, width) for r, row in enumerate(raw.rows, start=1)]
    for r, c, mark in raw.marks.cells:
        _mark(rows, r, c, mark)
    for (top, left), (bottom, right) in raw.merged:
        _spread(rows, top, left, bottom, right)
    marks = raw.marks
    return Sheet(
        raw.name, rows, raw.visible, _from_one(marks.hidden), raw.blind, *map(_from_one, (marks.columns, marks.greyed))
    )


def _from_one(places: list[int]) -> frozenset[int]:
    """Rows or columns as people count them."""
    return frozenset(place + 1 for place in places)


def _mark(rows: list[list[Cell]], row: int, column: int, mark: str) -> None:
    """Mark a cell; where a formula gave nothing, its text is what one sees there."""
    if row < len(rows) and column < len(rows[row]):
        cell = rows[row][column]
        text = cell.text if mark in MEANT_NOT else cell.text or (mark if mark != NEVER else "公式没有计算")
        rows[row][column] = cell._replace(text=text, mark=mark if cell.text or text else "")


def _spread(rows: list[list[Cell]], top: int, left: int, bottom: int, right: int) -> None:
    """Fill one merged range from its first cell."""
    if top >= len(rows) or left >= len(rows[top]):
        return
    first = rows[top][left]
    for row in rows[top : bottom + 1]:
        for column in range(left, min(right + 1, len(row))):
            here = row[column]
            if here is not first:
                row[column] = Cell(first.value, first.text, here.row, here.column, spread=True, mark=first.mark)
