"""What the library of cells does not tell of a file: rows that nobody sees, cells struck out, formulas that failed.

Read off the parts of the archive, start tag by start tag, and only where a part holds anything of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from shared.tables.cells import FAILED, NEVER, STRUCK

_TAG = re.compile(rb"<(?:\w{1,9}:)?(\w{1,20})([^<>\w][^<>]*)?>([^<]*)")
"""A start tag: its name, its attributes, the text behind it. It looks no further than the next tag."""
_ATTRIBUTE = re.compile(rb"([A-Za-z:]{1,30})\s{0,3}=\s{0,3}(?:\"([^\"<]*)\"|'([^'<]*)')")
_OFF = {"0", "false"}
_SIGNS = (b"hidden", b' ht="0', b" ht='0", b"<f", b":f", b'"e"', b"'e'", b"strike")
_ERRORS = (b'"e"', b"'e'")

Tags = Iterator[tuple[bytes, bytes, bytes]]


@dataclass(slots=True)
class Marks:
    """Of a sheet, counted from 0: the rows that are hidden, and the marks of cells as (row, column, mark)."""

    hidden: list[int] = field(default_factory=list)
    cells: list[tuple[int, int, str]] = field(default_factory=list)


def marks_of(source: bytes) -> dict[str, Marks] | None:
    """The marks of each sheet of an .xlsx or .ods by its name; None for kinds of files that are not looked into."""
    try:
        with ZipFile(BytesIO(source)) as archive:
            names = set(archive.namelist())
            if "content.xml" in names:
                from shared.sheets.marks_ods import marks_in  # noqa: PLC0415  few files are of that kind

                return marks_in(archive, names)
            return _Parts(archive, names).sheets() if "xl/workbook.xml" in names else None
    except (BadZipFile, ValueError, KeyError, OSError, NotImplementedError):
        return {}  # the reading of the values says what is wrong with it


class _Parts:
    """The parts of an archive."""

    def __init__(self, archive: ZipFile, names: set[str]) -> None:
        self.archive, self.names = archive, names
        self.struck = _struck_looks(self.part("xl/styles.xml"))
        self.struck_texts = _struck_texts(self.part("xl/sharedStrings.xml"))

    def part(self, name: str) -> bytes:
        return self.archive.read(name) if name in self.names else b""

    def sheets(self) -> dict[str, Marks]:
        """Sheet by sheet, as the book names them."""
        targets = {}
        for name, attributes, _ in _tags(self.part("xl/_rels/workbook.xml.rels")):
            if name == b"Relationship":
                told = _told(attributes)
                targets[told.get("Id", "")] = told.get("Target", "")
        marks = {}
        for name, attributes, _ in _tags(self.part("xl/workbook.xml")):
            if name == b"sheet":
                told = _told(attributes)
                target = targets.get(next((said for key, said in told.items() if key.endswith(":id")), ""), "")
                path = target.removeprefix("/") if target.startswith("/") else f"xl/{target.removeprefix('./')}"
                marks[told.get("name", "")] = self.marks(self.part(path))
        return marks

    def marks(self, data: bytes) -> Marks:
        """The marks of one sheet."""
        found = Marks()
        if not (self.struck or self.struck_texts or any(sign in data for sign in _SIGNS)):
            return found
        row, cell = -1, _Cell()
        for name, attributes, text in _tags(data):
            if name in {b"c", b"row"}:
                self.end(found, row, cell)
            if name == b"row":
                told = _told(attributes)
                row, cell = int(told["r"]) - 1 if told.get("r", "").isdecimal() else row + 1, _Cell()
                if told.get("hidden", "0") not in _OFF or told.get("ht") in {"0", "0.0"}:
                    found.hidden.append(row)
            elif name == b"c":
                cell = _Cell(cell.place + 1, attributes)
            else:
                cell.hold(name, attributes, text)
        self.end(found, row, cell)
        return found

    def end(self, found: Marks, row: int, cell: _Cell) -> None:
        """Nothing more of a cell comes: what is to be said of it?"""
        if cell.attributes is None:
            return
        looked_at = self.struck or self.struck_texts or cell.formula or cell.struck
        told = _told(cell.attributes) if looked_at or any(sign in cell.attributes for sign in _ERRORS) else {}
        mark = ""
        if told.get("t") == "e":
            mark = unescape(cell.said.decode(errors="replace")) or FAILED
        elif cell.formula and not cell.said and not (told.get("t") == "str" and cell.valued):
            mark = NEVER
        elif told.get("s") in self.struck or (told.get("t") == "s" and cell.said in self.struck_texts) or cell.struck:
            mark = STRUCK
        if mark:
            found.cells.append((row, _column(told["r"]) if "r" in told else cell.place, mark))


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
            self.strikes += _on(attributes)

    @property
    def struck(self) -> bool:
        """Whether every run of its own text is struck out."""
        return 0 < self.runs <= self.strikes


def _tags(data: bytes) -> Tags:
    return ((found[1], found[2] or b"", found[3]) for found in _TAG.finditer(data))


def _told(attributes: bytes) -> dict[str, str]:
    """The attributes of an element."""
    return {
        name.decode(): unescape((one or other).decode(errors="replace"))
        for name, one, other in _ATTRIBUTE.findall(attributes)
    }


def _on(attributes: bytes) -> bool:
    return _told(attributes).get("val", "1") not in _OFF


def _column(where: str) -> int:
    """The column of an address, counted from 0."""
    number = 0
    for letter in where.rstrip("0123456789"):
        number = number * 26 + ord(letter.upper()) - ord("A") + 1
    return number - 1


def _struck_looks(styles: bytes) -> frozenset[str]:
    """The numbers of the looks of cells whose font is struck out."""
    if b"strike" not in styles:
        return frozenset()
    struck, looks = set[str](), set[str]()
    part, fonts, at = b"", -1, -1
    for name, attributes, _ in _tags(styles):
        if name in {b"fonts", b"fills", b"cellStyleXfs", b"cellXfs", b"cellStyles", b"dxfs"}:
            part = name
        elif name == b"font" and part == b"fonts":
            fonts += 1
        elif name == b"strike" and part == b"fonts" and _on(attributes):
            struck.add(str(fonts))
        elif name == b"xf" and part == b"cellXfs":
            at += 1
            if _told(attributes).get("fontId") in struck:
                looks.add(str(at))
    return frozenset(looks)


def _struck_texts(texts: bytes) -> frozenset[bytes]:
    """The numbers of the texts all of whose runs are struck out."""
    if b"strike" not in texts:
        return frozenset()
    found, at, text = set[bytes](), -1, _Cell()
    for name, attributes, said in (*_tags(texts), (b"si", b"", b"")):
        if name != b"si":
            text.hold(name, attributes, said)
            continue
        if text.struck:
            found.add(str(at).encode())
        at, text = at + 1, _Cell()
    return frozenset(found)
