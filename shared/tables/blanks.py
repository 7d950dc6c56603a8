"""Tables to be filled in: their columns, an example, and what may be chosen. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToFill:
    """A column to fill in: its heading, an example, and the words to choose from, if it has some."""

    word: str
    example: str
    choices: Sequence[str] = ()
    must: bool = False


@dataclass(frozen=True, slots=True)
class BlankTable:
    """A table that somebody fills in: what it is called, and its columns."""

    title: str
    columns: Sequence[ToFill]
