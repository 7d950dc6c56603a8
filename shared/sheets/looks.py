"""How a cell looks, as far as it tells whether its text is seen, and is meant to count. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from shared.tables.cells import STRUCK, UNSEEN


class Rgb(NamedTuple):
    """A colour, each part 0 to 255."""

    red: int
    green: int
    blue: int


BLACK, WHITE = Rgb(0, 0, 0), Rgb(255, 255, 255)
NEARLY = 8
"""Colours that differ by no more in any part are one to the eye."""
GREYS = range(0x60, 0xE0)
"""Neither the black in which people write nor the tint of every second row."""
NOTHING = ";;;"
"""The format of numbers by which a cell shows nothing at all."""


@dataclass(frozen=True)
class Look:
    """What a cell's style says; a colour that cannot be told is None."""

    struck: bool = False
    ink: Rgb | None = BLACK
    paper: Rgb | None = WHITE
    shows: bool = True

    @cached_property
    def mark(self) -> str:
        """The mark of a cell that looks so, if it has one."""
        if not self.shows or (self.ink and self.paper and _same(self.ink, self.paper)):
            return UNSEEN
        return STRUCK if self.struck else ""

    @cached_property
    def grey(self) -> bool:
        """Whether it is grey on white, or black on grey, as people mark what counts no more."""
        return not self.mark and (_grey(self.ink) or _grey(self.paper))

    @property
    def plain(self) -> bool:
        """Whether there is nothing to be said of it."""
        return not self.mark and not self.grey


def _same(one: Rgb, other: Rgb) -> bool:
    return all(abs(mine - its) <= NEARLY for mine, its in zip(one, other, strict=True))


def _grey(colour: Rgb | None) -> bool:
    return colour is not None and max(colour) - min(colour) <= NEARLY and colour.red in GREYS


def rgb(text: str) -> Rgb | None:
    """A colour as files write it: FFD9D9D9, #d9d9d9."""
    digits = text.removeprefix("#")[-6:]
    try:
        return Rgb(*bytes.fromhex(digits))
    except (ValueError, TypeError):
        return None


def tinted(colour: Rgb | None, tint: float) -> Rgb | None:
    """A colour made lighter (up to 1) or darker (down to -1)."""
    if colour is None:
        return None
    return Rgb(*(round(part + (255 - part) * tint if tint > 0 else part * (1 + tint)) for part in colour))
