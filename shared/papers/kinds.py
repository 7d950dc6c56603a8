"""What a paper of the office is: its blanks by their words, the rows that repeat, and what it is filled with. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple

Form = Literal["docx", "xlsx", "pdf"]
Value = str | int | Decimal | None


class Blank(NamedTuple):
    """A field of a paper: its key in code, and its word, by which people name it and which heads its column.

    `width` in Chinese characters, of its column. `number`: it may be summed. `former`: what it was called; a paper
    that an office made with these words is filled as ever.
    """

    key: str
    word: str
    width: int = 8
    number: bool = False
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """What repeats in a paper: its name, and the fields of each row."""

    key: str
    word: str
    blanks: tuple[Blank, ...]


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper that the office prints.

    form: of the office's own, as a rule. must: keys without which it says nothing. who: one sentence on what it is for.
    wide: it is set on A3. sample: what is filled in where nobody is meant.
    """

    key: str
    title: str
    service: str
    form: Form
    about: str
    blanks: tuple[Blank, ...]
    rows: tuple[Rows, ...] = ()
    must: tuple[str, ...] = ()
    wide: bool = False
    sample: Mapping[str, str] = field(default_factory=dict)

    @property
    def needed(self) -> dict[str, str]:
        """The blanks that must be there, with their words."""
        words = {each.key: each.word for each in self.blanks} | {each.key: each.word for each in self.rows}
        return {key: words[key] for key in self.must}


@dataclass(frozen=True, slots=True)
class Filled:
    """What one paper says: a value for each blank, and for each kind of rows its rows, by their keys."""

    values: Mapping[str, Value]
    rows: Mapping[str, Sequence[Mapping[str, Value]]] = field(default_factory=dict)


def words_for(kind: PaperKind, filled: Filled) -> dict[str, Any]:
    """The same for what fills an office's own paper: each field under its key and under its word."""
    words: dict[str, Any] = dict(_both(kind.blanks, filled.values))
    for rows in kind.rows:
        said = [dict(_both(rows.blanks, row)) for row in filled.rows.get(rows.key, ())]
        words |= {rows.key: said, rows.word: said}
    return words


def _both(blanks: Sequence[Blank], values: Mapping[str, Value]) -> Iterator[tuple[str, str | int]]:
    for each in blanks:
        value = values.get(each.key)
        said = value if isinstance(value, int) else "" if value is None else str(value)
        yield each.key, said
        for word in (each.word, *each.former):
            yield word, said


def sample_of(kind: PaperKind) -> Filled:
    """A paper of nobody: each field says its own name, and of rows there are two."""
    values = {each.key: kind.sample.get(each.key, f"（{each.word}）") for each in kind.blanks}
    rows = {rows.key: [{each.key: f"（{each.word}{n}）" for each in rows.blanks} for n in (1, 2)] for rows in kind.rows}
    return Filled(values, rows)
