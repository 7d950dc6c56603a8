"""The same marks in an .xls: rows that nobody sees, cells struck out, formulas that failed.

A compound file (MS-CFB) holds a stream of records (MS-XLS, BIFF8); only those that tell are looked at. What an older
program wrote (BIFF5) tells nothing here, and neither does what does not hold together: its values are read as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import error, unpack_from

from shared.sheets.marks import Marks
from shared.tables.cells import FAILED, STRUCK

FREE, HEADER, ENTRY, BIFF8 = 0xFFFFFFF0, 512, 128, 0x0600
FONT, XF, BOUNDSHEET, ROW, BEGIN, END, LOCKED = 0x31, 0xE0, 0x85, 0x208, 0x809, 0x0A, 0x2F
NUMBER, LABEL, TEXT, SHORT, FORMULA, ERROR, SHORTS = 0x203, 0x204, 0xFD, 0x27E, 0x06, 0x205, 0xBD
CELLS = frozenset({NUMBER, LABEL, TEXT, SHORT, FORMULA, ERROR})
HIDDEN, STRIKE = 0x20, 0x08
SKIPPED_FONT = 4  # no font has this number
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def marks_of_old(source: bytes) -> dict[str, Marks] | None:
    """The marks of each sheet by its name; None where they cannot be told."""
    try:
        stream = _Compound(source).stream("Workbook")
        return _Book(stream).sheets() if stream else None
    except (error, IndexError, ValueError):
        return None


class _Compound:
    """A file system in a file: sectors that are chained by a table."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        shift, small = unpack_from("<HH", source, 30)
        if not (7 <= shift <= 16 and 5 <= small < shift):  # noqa: PLR2004  128 bytes to 64 KiB
            raise ValueError
        self.size, self.small = 1 << shift, 1 << small
        first, _, self.cutoff, minis, _, more = unpack_from("<IIIIII", source, 48)
        tables = [each for each in unpack_from("<109I", source, 76) if each < FREE]
        while more < FREE and len(tables) < len(source) // self.size:
            held = self._numbers(more)
            tables += [each for each in held[:-1] if each < FREE]
            more = held[-1]
        self.next = [number for each in tables for number in self._numbers(each)]
        self.entries = self._read(first)
        self.next_small = [number for each in self._chain(first=minis) for number in self._numbers(each)]

    def stream(self, name: str) -> bytes:
        """A stream of the root by its name, or nothing."""
        root = next(self._found(kind=5), None)
        found = next((each for each in self._found(kind=2) if each[0] == name), None)
        if root is None or found is None:
            return b""
        _, start, length = found
        if length >= self.cutoff:
            return self._read(start)[:length]
        small, said, at = self._read(root[1]), [], start
        while at < FREE and len(said) <= len(small) // self.small:
            said.append(small[at * self.small : (at + 1) * self.small])
            at = self.next_small[at]
        return b"".join(said)[:length]

    def _found(self, kind: int) -> Iterator[tuple[str, int, int]]:
        """Entries of a kind: name, first sector, length."""
        for at in range(0, len(self.entries) - ENTRY + 1, ENTRY):
            entry = self.entries[at : at + ENTRY]
            length = unpack_from("<H", entry, 64)[0]
            if entry[66] == kind and length <= 64:  # noqa: PLR2004  of its field
                start, size = unpack_from("<II", entry, 116)
                yield entry[: max(length - 2, 0)].decode("utf-16-le", errors="replace"), start, size

    def _chain(self, first: int) -> Iterator[int]:
        at, seen = first, 0
        while at < FREE and seen <= len(self.source) // self.size:  # a chain that bites its tail ends all the same
            yield at
            at, seen = self.next[at], seen + 1

    def _read(self, first: int) -> bytes:
        return b"".join(self._sector(each) for each in self._chain(first))

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self.size
        return self.source[at : at + self.size]

    def _numbers(self, number: int) -> tuple[int, ...]:
        return unpack_from(f"<{self.size // 4}I", self.source, (number + 1) * self.size)


class _Book:
    """The records of a workbook."""

    def __init__(self, stream: bytes) -> None:
        self.stream = stream

    def sheets(self) -> dict[str, Marks] | None:
        """Sheet by sheet, as the book names them."""
        places, fonts, looks = dict[str, int](), list[bool](), list[int]()
        for kind, data in self._records(0):
            if kind == LOCKED or (kind == BEGIN and unpack_from("<H", data)[0] != BIFF8):
                return None
            if kind == BOUNDSHEET:
                letters = "utf-16-le" if data[7] & 1 else "latin-1"
                places[data[8:].decode(letters, errors="replace")] = unpack_from("<I", data)[0]
            elif kind == FONT:
                fonts.append(bool(unpack_from("<H", data, 2)[0] & STRIKE))
            elif kind == XF:
                looks.append(unpack_from("<H", data)[0])
        struck = {at for at, font in enumerate(looks) if _is_struck(fonts, font)}
        return {name: self._marks(at, struck) for name, at in places.items()}

    def _records(self, at: int) -> Iterator[tuple[int, bytes]]:
        """What stands in one part of the stream, up to its end; charts within it are passed over."""
        depth = 0
        while at + 4 <= len(self.stream):
            kind, length = unpack_from("<HH", self.stream, at)
            depth += (kind == BEGIN) - (kind == END)
            if depth == 1 or kind == BEGIN:
                yield kind, self.stream[at + 4 : at + 4 + length]
            if depth <= 0:
                return
            at += 4 + length

    def _marks(self, at: int, struck: set[int]) -> Marks:
        """The marks of one sheet."""
        found = Marks()
        for kind, data in self._records(at):
            if kind == ROW:
                if unpack_from("<I", data, 12)[0] & HIDDEN:
                    found.hidden.append(unpack_from("<H", data)[0])
            elif kind in CELLS:
                row, column, look = unpack_from("<HHH", data)
                if mark := _failed(kind, data) or (STRUCK if look in struck else ""):
                    found.cells.append((row, column, mark))
            elif kind == SHORTS and struck:
                row, first = unpack_from("<HH", data)
                for number in range((len(data) - 6) // 6):
                    if unpack_from("<H", data, 4 + 6 * number)[0] in struck:
                        found.cells.append((row, first + number, STRUCK))
        return found


def _is_struck(fonts: list[bool], number: int) -> bool:
    at = number - (number > SKIPPED_FONT)
    return at < len(fonts) and fonts[at]


def _failed(kind: int, data: bytes) -> str:
    """The error that a cell shows, if it does."""
    if kind == ERROR and data[7]:
        return ERRORS.get(data[6], FAILED)
    if kind == FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:  # noqa: PLR2004  an error
        return ERRORS.get(data[8], FAILED)
    return ""
