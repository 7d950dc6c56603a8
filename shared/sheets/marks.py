"""What the library of cells does not tell of a file: what nobody sees, what is struck out, formulas that failed.

Read off the parts of the archive, start tag by start tag, and only where a part holds anything of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from zipfile import ZipFile

from shared.sheets.looks import Look
from shared.sheets.looks_xlsx import looks_of
from shared.sheets.tags import is_on, tags, told
from shared.tables.cells import FAILED, NEVER, STRUCK

_SIGNS = (b"hidden", b' ht="0', b" ht='0", b' width="0', b" width='0", b"<f", b":f", b'"e"', b"'e'", b"strike")
_ERRORS = (b'"e"', b"'e'")
_STYLE = re.compile(rb"\bs\s{0,3}=\s{0,3}[\"'](\d{1,6})")
_ROW = re.compile(rb"<(?:\w{1,9}:)?row[\s/>]")
_NO_SIZE = {"0", "0.0"}
MOST_COLUMNS = 256
"""Whatever is wider is refused by the reading of the values."""


@dataclass(slots=True)
class Marks:
    """Of a sheet, counted from 0: hidden rows and columns, marks of cells as (row, column, mark), and grey rows."""

    hidden: list[int] = field(default_factory=list)
    cells: list[tuple[int, int, str]] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    greyed: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Greys:
    """The rows of a sheet in which whatever is written is grey."""

    grey: set[int] = field(default_factory=set)
    other: set[int] = field(default_factory=set)

    def note(self, row: int, *, grey: bool) -> None:
        """A cell in which something is written."""
        (self.grey if grey else self.other).add(row)

    @property
    def rows(self) -> list[int]:
        """Those rows, in order."""
        return sorted(self.grey - self.other)


def marks_of(source: bytes) -> dict[str, Marks] | None:
    """The marks of each sheet of an .xlsx or .ods by its name; None where they cannot be told."""
    try:
        with ZipFile(BytesIO(source)) as archive:
            names = set(archive.namelist())
            if "content.xml" in names:
                from shared.sheets.marks_ods import marks_in  # noqa: PLC0415  few files are of that kind

                return marks_in(archive, names)
            return _Parts(archive, names).sheets() if "xl/workbook.xml" in names else None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  a part that does not hold together ends in any error; its values may be read
        return None


class _Parts:
    """The parts of an archive."""

    def __init__(self, archive: ZipFile, names: set[str]) -> None:
        self.archive, self.names = archive, names
        self.looks = looks_of(self.part("xl/styles.xml"))
        self.struck_texts = _struck_texts(self.part("xl/sharedStrings.xml"))

    def part(self, name: str) -> bytes:
        return self.archive.read(name) if name in self.names else b""

    def sheets(self) -> dict[str, Marks]:
        """Sheet by sheet, as the book names them."""
        targets = {}
        for name, attributes, _ in tags(self.part("xl/_rels/workbook.xml.rels")):
            if name == b"Relationship":
                said = told(attributes)
                targets[said.get("Id", "")] = said.get("Target", "")
        marks = {}
        for name, attributes, _ in tags(self.part("xl/workbook.xml")):
            if name == b"sheet":
                said = told(attributes)
                target = targets.get(next((value for key, value in said.items() if key.endswith(":id")), ""), "")
                path = target.removeprefix("/") if target.startswith("/") else f"xl/{target.removeprefix('./')}"
                marks[said.get("name", "")] = self.marks(self.part(path))
        return marks

    def marks(self, data: bytes) -> Marks:
        """The marks of one sheet."""
        looks = {name: look for name, look in self.looks.items() if b's="%s"' % name.encode() in data or b"s='" in data}
        if looks or self.struck_texts or any(sign in data for sign in _SIGNS):
            walk = _Walk(looks, self.struck_texts)
            return walk.over(data if self.struck_texts else _telling(data, looks))
        return Marks()


def _telling(data: bytes, looks: dict[str, Look]) -> bytes:
    """The sheet without the rows of which there is nothing to say: of most sheets that is nearly all."""
    first = _ROW.search(data)
    row = first[0][:-1] if first else b""
    if not first or data.count(row + b" ") + data.count(row + b">") != data.count(row + b' r="'):
        return data  # rows that have no number count from the one above
    signs = [*_SIGNS, *(b"s=%s%s%s" % (quote, name.encode(), quote) for name in looks for quote in (b'"', b"'"))]
    kept = {found for sign in signs for found in _rows_with(sign, data, row, first.start())}
    return data[: first.start()] + b"".join([data[start:end] for start, end in sorted(kept)])


def _rows_with(sign: bytes, data: bytes, row: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Where the rows begin and end in which a sign stands; by plain search, which is ten times as fast as a pattern."""
    while (at := data.find(sign, at)) >= 0:
        start, end = data.rfind(row, 0, at), data.find(row, at)
        at = len(data) if end < 0 else end
        yield start, at


class _Walk:
    """One pass over the tags of a sheet."""

    def __init__(self, looks: dict[str, Look], struck_texts: frozenset[bytes]) -> None:
        self.looks, self.struck_texts = looks, struck_texts
        self.found, self.greys = Marks(), Greys()
        self.some_grey = any(look.grey for look in looks.values())

    def over(self, data: bytes) -> Marks:
        """The marks that are found."""
        row, cell = -1, _Cell()
        for name, attributes, text in tags(data):
            if name in {b"c", b"row"}:
                self.end(row, cell)
            if name == b"row":
                said = told(attributes)
                row, cell = int(said["r"]) - 1 if said.get("r", "").isdecimal() else row + 1, _Cell()
                if is_on(said.get("hidden", "0")) or said.get("ht") in _NO_SIZE:
                    self.found.hidden.append(row)
            elif name == b"c":
                cell = _Cell(cell.place + 1, attributes)
            elif name == b"col":
                self.column(told(attributes))
            else:
                cell.hold(name, attributes, text)
        self.end(row, cell)
        self.found.greyed = self.greys.rows
        return self.found

    def column(self, said: dict[str, str]) -> None:
        """Columns of one width."""
        first, last = said.get("min", ""), said.get("max", "")
        if first.isdecimal() and last.isdecimal() and (is_on(said.get("hidden", "0")) or said.get("width") in _NO_SIZE):
            self.found.columns += range(int(first) - 1, min(int(last), MOST_COLUMNS))

    def end(self, row: int, cell: _Cell) -> None:
        """Nothing more of a cell comes: what is to be said of it?"""
        if cell.attributes is None:
            return
        look = self.look(cell)
        if self.some_grey and (cell.valued or cell.runs):
            self.greys.note(row, grey=look.grey)
        failed = any(sign in cell.attributes for sign in _ERRORS)
        if not (look.mark or self.struck_texts or cell.formula or cell.struck or failed):
            return
        said = told(cell.attributes)
        if mark := self.mark(cell, said) or look.mark:
            self.found.cells.append((row, _column(said["r"]) if "r" in said else cell.place, mark))

    def look(self, cell: _Cell) -> Look:
        """How a cell looks."""
        style = _STYLE.search(cell.attributes or b"") if self.looks else None
        return self.looks.get(style[1].decode(), PLAIN) if style else PLAIN

    def mark(self, cell: _Cell, said: dict[str, str]) -> str:
        """The mark that a cell has by what stands in it."""
        if said.get("t") == "e":
            return unescape(cell.said.decode(errors="replace")) or FAILED
        if cell.formula and not cell.said and not (said.get("t") == "str" and cell.valued):
            return NEVER
        return STRUCK if (said.get("t") == "s" and cell.said in self.struck_texts) or cell.struck else ""


PLAIN = Look()


@dataclass(slots=True)
class _Cell:
    """A cell while its tags go by."""

    place: int = -1
    attributes: bytes | None = None
    said: bytes = b""
    valued: bool = False
    formula: bool = False
    runs: int = 0
    strikes: int = 0

    def hold(self, name: bytes, attributes: bytes, text: bytes) -> None:
        """One tag more."""
        if name == b"v":
            self.valued, self.said = True, text
        elif name == b"f":
            self.formula = True
        elif name == b"r":
            self.runs += 1
        elif name == b"strike":
            self.strikes += is_on(told(attributes).get("val", "1"))

    @property
    def struck(self) -> bool:
        """Whether every run of its own text is struck out."""
        return 0 < self.runs <= self.strikes


def _column(where: str) -> int:
    """The column of an address, counted from 0."""
    number = 0
    for letter in where.rstrip("0123456789"):
        number = number * 26 + ord(letter.upper()) - ord("A") + 1
    return number - 1


def _struck_texts(texts: bytes) -> frozenset[bytes]:
    """The numbers of the texts all of whose runs are struck out."""
    if b"strike" not in texts:
        return frozenset()
    found, at, text = set[bytes](), -1, _Cell()
    for name, attributes, said in (*tags(texts), (b"si", b"", b"")):
        if name != b"si":
            text.hold(name, attributes, said)
            continue
        if text.struck:
            found.add(str(at).encode())
        at, text = at + 1, _Cell()
    return frozenset(found)
