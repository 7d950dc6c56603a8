"""Columns recognised by what their heading means, then by what stands in them; never by their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from shared.tables.cells import Cell, Sheet, column_letters, compact
from shared.tables.placed import places
from shared.tables.telling import FEW, begins_note

SCANNED_ROWS = 60
"""A heading stands within so many rows from the top."""
HEADING_ROWS = 3
LONGEST_HEADING = 24
LEAST_COLUMNS = 3
MOST_KNOWN = 65_536
"""Texts of cells that are remembered, over all tables that a program reads."""
SURE, LOOSE, PARTLY, HARDLY = 1.0, 0.8, 0.6, 0.4
EVIDENCE_ROWS, EVIDENCE_SHARE = 120, 0.8

_BRACKETS = re.compile(r"[（(【\[<《][^）)】\]>》]*[）)】\]>》]?")
_DATA = re.compile(r"'?\d{8,}[Xx]?")
_NO_HEADING = re.compile(r"^(?:\d{8,18}[Xx]?|\d{4}-\d{2}-\d{2})$", re.MULTILINE)
_ORNAMENT = re.compile(r"[*★☆#:：、.。/\\|\"'“”‘’_-]")


@dataclass(frozen=True, slots=True)
class Field:
    """What a column can mean: headings that say so, or may where no other does, or never do; values that look it.

    `doubted`: a heading that only may mean it does not where values stand under it and none of them looks it.
    """

    key: str
    label: str
    names: tuple[str, ...]
    loose: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    evidence: Callable[[Cell], bool] | None = None
    doubted: bool = False


@dataclass(frozen=True)
class TableKind:
    """A kind of table: its fields, and what tells it from others.

    It has one of `anchors` and one of `marks`; a row counts by its `substance`; rows that share a merged cell of
    `single` are one entry. `mistaken`: the other kind that is handed in for it, known by `mistaken_by`, its headings.
    `apart`: whether a line by itself says that those below it are of another table.
    """

    noun: str
    fields: tuple[Field, ...]
    anchors: tuple[str, ...]
    marks: tuple[str, ...]
    substance: tuple[str, ...]
    single: str = ""
    other_tables: re.Pattern[str] | None = None
    mistaken: str = ""
    mistaken_by: frozenset[str] = frozenset()
    apart: Callable[[str], bool] | None = None

    @cached_property
    def names(self) -> dict[str, str]:
        """Every heading that names a field outright → the field."""
        pairs = [(name, one.key) for one in self.fields for name in (*one.names, *one.loose)]
        return dict(reversed(pairs))

    @cached_property
    def known(self) -> _Known:
        """For each text of a cell the field that it names outright where it stands as a heading."""
        return _Known(self.names)

    def exact(self, text: str) -> str | None:
        """The field that a heading names outright."""
        return self.names.get(plain_heading(text))


class ColumnUnderstood(NamedTuple):
    """What was made of a column, for the preview. `key` is None for one that was not understood."""

    sheet: str
    column: str
    heading: str
    key: str | None
    label: str
    by_values: bool = False


@dataclass(frozen=True)
class Layout:
    """Where what stands: the heading's rows (as indexes, `top` to before `below`) and each field's column index."""

    top: int
    below: int
    columns: dict[str, int]
    headings: tuple[str, ...]
    by_values: frozenset[str] = field(default_factory=frozenset)

    def places(self, always: str) -> str:
        """Where the fields of any of its rows stand, and one that always stands somewhere."""
        known = self._places.get(always)
        if known is None:
            columns = {always: 0, **self.columns}
            known = self._places[always] = places(0, {key: (0, column + 1) for key, column in columns.items()})
        return known

    @cached_property
    def _places(self) -> dict[str, str]:
        return {}

    def has_any(self, keys: frozenset[str]) -> bool:
        """Whether there is a column for any of some fields."""
        known = self._has.get(keys)
        if known is None:
            known = self._has[keys] = not keys.isdisjoint(self.columns)
        return known

    @cached_property
    def _has(self) -> dict[frozenset[str], bool]:
        return {}

    def heading_of(self, key: str) -> str:
        """The words over a field's column."""
        column = self.columns.get(key)
        return "" if column is None else self.headings[column]

    def plain_headings(self, kind: TableKind) -> tuple[str, ...]:
        """The headings, with the field's own name wherever a heading alone would not say which field it is."""
        keys = {column: key for key, column in self.columns.items()}
        labels = {f.key: f.label for f in kind.fields}
        return tuple(
            labels[keys[column]] if column in keys and kind.exact(heading) != keys[column] else heading
            for column, heading in enumerate(self.headings)
        )

    def understood(self, sheet: str, kind: TableKind) -> Iterator[ColumnUnderstood]:
        """Every column that has a heading or a meaning, in order."""
        keys = {column: key for key, column in self.columns.items()}
        labels = {f.key: f.label for f in kind.fields}
        for column, heading in enumerate(self.headings):
            key = keys.get(column)
            if key or heading:
                label = labels.get(key, "") if key else ""
                yield ColumnUnderstood(
                    sheet, column_letters(column + 1), heading, key, label, by_values=key in self.by_values
                )


@lru_cache(maxsize=16_384)
def plain_heading(text: str) -> str:
    """A heading without blanks, brackets and ornament."""
    return _ORNAMENT.sub("", _BRACKETS.sub("", compact(text)))


@lru_cache(maxsize=65_536)
def _score(one: Field, text: str) -> float:
    """How surely a heading means a field: 0 to 1."""
    plain = plain_heading(text)
    if not plain or len(plain) > LONGEST_HEADING or any(word in plain for word in one.never):
        return 0.0
    if plain in one.names:
        return SURE - one.names.index(plain) / 1000
    if plain in one.loose:
        return LOOSE - one.loose.index(plain) / 1000
    for names, base in ((one.names, PARTLY), (one.loose, HARDLY)):
        lengths = [len(name) for name in names if name in plain]
        if lengths:
            return base + 0.1 * max(lengths) / len(plain)
    return 0.0


def find_layout(sheet: Sheet, kind: TableKind, *, only_at: int | None = None) -> Layout | None:
    """The heading whose columns are best understood, or None where this is no such table."""
    tops = range(min(SCANNED_ROWS, len(sheet.rows))) if only_at is None else [only_at]
    best: tuple[float, Layout] | None = None
    again = _once_more(sheet, kind) if only_at is None else set()
    for top in tops:
        if _headings_named(sheet.rows[top], kind) == 0:
            continue
        for below in range(top + 1, min(top + HEADING_ROWS, len(sheet.rows)) + 1):
            if not again.isdisjoint(range(top, below)):
                continue  # what stands above it would be lost
            scored = _layout_at(sheet, kind, top, below)
            if scored and (best is None or scored[0] > best[0] + 1e-9):
                best = scored
    return _with_evidence(sheet, kind, best[1]) if best else None


def _once_more(sheet: Sheet, kind: TableKind) -> set[int]:
    """The rows in which a heading from further up stands again, word for word: neither a heading nor half of one."""
    seen: set[tuple[str, ...]] = set()
    found = set()
    for at, row in enumerate(sheet.rows[: SCANNED_ROWS + HEADING_ROWS]):
        if names_columns(row, kind):
            words = tuple(cell.text for cell in row)
            if words in seen:
                found.add(at)
            seen.add(words)
    return found


def taken_for(sheet: Sheet, kind: TableKind) -> str:
    """What is to be said of a sheet of the other kind that is handed in for this one."""
    for row in sheet.rows[:SCANNED_ROWS] if sheet.visible else ():
        named = {plain_heading(cell.text) for cell in row if 0 < len(cell.text) <= LONGEST_HEADING}
        if len(named & kind.mistaken_by) >= LEAST_COLUMNS and not (named & _names_of(kind)):
            return f"工作表“{sheet.name}”是{kind.mistaken}，不是{kind.noun}，没有读入；请改选“{kind.mistaken}”再上传"
    return ""


def _names_of(kind: TableKind) -> set[str]:
    """The headings by which this kind is known."""
    return {name for one in kind.fields if one.key in kind.anchors for name in one.names}


def names_columns(row: list[Cell], kind: TableKind) -> bool:
    """Whether a row in the midst of a table is a heading again."""
    return _headings_named(row, kind) >= LEAST_COLUMNS


def stands_in_no_heading(said: str) -> bool:
    """Whether one of the words of a row, a line each, is a number of somebody or a day: of most rows of data."""
    return bool(_NO_HEADING.search(said))


def _headings_named(row: list[Cell], kind: TableKind) -> int:
    known = kind.known
    return len({key for cell in row if (key := known[cell.text]) and isinstance(cell.value, str)})


class _Known(dict[str, str | None]):
    """The field that a text names outright as a heading, worked out once a text."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self.names = names

    def __missing__(self, text: str) -> str | None:
        named = text and len(text) <= LONGEST_HEADING and not text[0].isdigit()
        found = self.names.get(plain_heading(text)) if named else None
        if len(self) < MOST_KNOWN:
            self[text] = found
        return found


def _layout_at(sheet: Sheet, kind: TableKind, top: int, below: int) -> tuple[float, Layout] | None:
    """How well the rows from `top` to before `below` do as a heading."""
    if any(_DATA.fullmatch(compact(cell.text)) for row in sheet.rows[top + 1 : below] for cell in row):
        return None  # a number of somebody stands in no heading
    if any(_notes(row, kind) for row in sheet.rows[top + 1 : below]):
        return None  # nor does what is said below a table
    stacks = [_stack(sheet, column, top, below) for column in range(len(sheet.rows[top]))]
    claims = []
    for column, stack in enumerate(stacks):
        for one in kind.fields:
            score = max((_score(one, text) for text in ("".join(stack), *stack[-1:])), default=0.0)
            if score:
                claims.append((-score, column, one.key))
    columns: dict[str, int] = {}
    total = 0.0
    sample = sheet.rows[below : below + EVIDENCE_ROWS]
    # Where the heading stands once more it says nothing of what is below it.
    blank = [
        not any(row[column].text and compact(row[column].text) not in stack for row in sample)
        for column, stack in enumerate(stacks)
    ]
    for negative, column, key in sorted(claims, key=lambda claim: (claim[0], blank[claim[1]], claim[1:])):
        if key not in columns and column not in columns.values():
            columns[key] = column
            total -= negative
    if len(columns) < LEAST_COLUMNS or not columns.keys() & set(kind.anchors) or not columns.keys() & set(kind.marks):
        return None
    headings = tuple("".join(stack) for stack in stacks)
    return total, Layout(top, below, columns, headings)


def _notes(row: list[Cell], kind: TableKind) -> bool:
    """注：…, 填表人：… alone in a row, or nearly; 联系电话 is a heading."""
    own = [cell for cell in row if cell.text and not cell.spread]
    said = [cell.text for cell in own[:FEW] if plain_heading(cell.text) not in kind.names]
    return len(own) <= FEW + 1 and any(map(begins_note, said))


def _stack(sheet: Sheet, column: int, top: int, below: int) -> list[str]:
    """The distinct texts over a column, from the top down."""
    texts: list[str] = []
    for row in sheet.rows[top:below]:
        text = compact(row[column].text)
        if plain_heading(text) and text not in texts:
            texts.append(text)
    return texts


def _with_evidence(sheet: Sheet, kind: TableKind, layout: Layout) -> Layout:
    """The layout with fields that no heading named but whose values give them away."""
    sample = sheet.rows[layout.below : layout.below + EVIDENCE_ROWS]
    columns = {key: c for key, c in layout.columns.items() if not _belied(kind, layout, key, sample)}
    found = set()
    free = [c for c in range(len(layout.headings)) if c not in columns.values()]
    for one in kind.fields:
        if one.evidence is None or one.key in columns:
            continue
        shares = [(share, -c) for c in free if (share := _share(sample, c, one.evidence)) >= EVIDENCE_SHARE]
        if shares:
            column = -max(shares)[1]
            columns[one.key] = column
            free.remove(column)
            found.add(one.key)
    return Layout(layout.top, layout.below, columns, layout.headings, frozenset(found))


def _belied(kind: TableKind, layout: Layout, key: str, sample: list[list[Cell]]) -> bool:
    """Whether nothing under a heading looks what it only may mean."""
    one, column = next(each for each in kind.fields if each.key == key), layout.columns[key]
    if not one.doubted or one.evidence is None or plain_heading(layout.headings[column]) in one.names:
        return False
    return any(row[column].text for row in sample) and not _share(sample, column, one.evidence)


def _share(rows: list[list[Cell]], column: int, evidence: Callable[[Cell], bool]) -> float:
    """The share of a column's values that look right."""
    cells = [row[column] for row in rows if row[column].text]
    return sum(map(evidence, cells)) / len(cells) if cells else 0.0
