"""A paper that ships, set once: as a Word document, for the office to edit and to be filled, and as PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from shared import print as press
from shared.papers.kinds import Filled, PaperKind, words_for

PRINTED = Path(press.__file__).with_name("paper.typ")
BLANK = re.compile(r"\{\{([^{}#/]{1,40})\}\}")
OPENS, CLOSES = re.compile(r"\{\{#([^{}]{1,40})\}\}"), re.compile(r"\{\{/[^{}]{1,40}\}\}")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text, with its blanks. `right`: who signs and the day; `plain`: without an indent."""

    text: str
    look: Literal["title", "heading", "line", "plain", "right"] = "line"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `widths`: of its columns, as parts; the last cell of a shorter row is as wide as what is left.

    head: its first row heads it. A row between `{{#名单}}` and `{{/名单}}` is there for each of these.
    """

    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    head: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands on a paper from top to bottom. `official`: a notice or a decision, set by GB/T 9704."""

    parts: tuple[Line | Grid, ...]
    official: bool = False


def as_word(layout: Layout) -> bytes:
    """The paper with its blanks, as .docx."""
    from shared.print.letters import Letter  # noqa: PLC0415  python-docx is worth its half second here alone

    letter = Letter(official=layout.official)
    for part in layout.parts:
        if isinstance(part, Grid):
            letter.grid(part.rows, part.widths, head=part.head)
        elif part.look in {"plain", "right"}:
            letter.aside(part.text, right=part.look == "right")
        else:
            {"title": letter.title, "heading": letter.heading, "line": letter.line}[part.look](part.text)
    return letter.data()


def as_pdf(layout: Layout, kind: PaperKind, several: Sequence[Filled], *, made_at: datetime) -> bytes:
    """The paper filled in, each of several from a new page on."""
    papers = [[_set(part, words_for(kind, each)) for part in layout.parts] for each in several]
    return press.pdf(PRINTED, {"official": layout.official, "papers": papers}, made_at=made_at)


def _set(part: Line | Grid, words: Mapping[str, Any]) -> dict[str, Any]:
    """A part with its blanks filled, as the press reads it."""
    if isinstance(part, Line):
        return {"look": part.look, "text": _said(part.text, words)}
    rows = [_cells(row, filled, len(part.widths)) for row in part.rows for filled in _each(row, words)]
    return {"look": "grid", "widths": part.widths, "head": part.head, "rows": rows}


def _each(row: Sequence[str], words: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The words for each line that a row stands for."""
    opened = OPENS.match(row[0])
    if opened is None:
        yield words
    else:
        yield from ({**words, **each} for each in words[opened[1]])


def _cells(row: Sequence[str], words: Mapping[str, Any], columns: int) -> list[dict[str, Any]]:
    spans = [*(1 for _ in row[:-1]), columns - len(row) + 1]
    return [{"text": _said(text, words), "span": span} for text, span in zip(row, spans, strict=True)]


def _said(text: str, words: Mapping[str, Any]) -> str:
    plain = CLOSES.sub("", OPENS.sub("", text))
    return BLANK.sub(lambda blank: str(words[blank[1]]), plain)
