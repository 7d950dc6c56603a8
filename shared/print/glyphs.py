"""Which characters the fonts of the office can print: a name is never printed with a gap in it.

The fonts that are shipped have what GB 18030 has of the basic plane and some beyond it. Where Debian's fonts-hanazono
is installed, its rarer characters are printed too; without it they are named, and Word is offered, where the office's
machine has its own fonts.
"""

from __future__ import annotations

import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

WIDE = tuple(
    Path("/usr/share/fonts").joinpath(*place) for place in (("truetype", "hanazono"), ("opentype", "hanazono"))
)
"""Where fonts of wide coverage stand, if they are installed."""
SEGMENTED = 12
SHOWN = 5


def folders(shipped: Path) -> list[Path]:
    """Where fonts are looked for: those that are shipped, and those of wide coverage that there are."""
    return [shipped, *(folder for folder in WIDE if folder.is_dir())]


def unprintable(text: str, places: Iterable[Path]) -> list[str]:
    """The letters of a text that no font has, each once, in their order."""
    spans = [_spans(file) for folder in places for file in sorted([*folder.glob("*.otf"), *folder.glob("*.ttf")])]
    return [
        letter
        for letter in dict.fromkeys(text)
        if not letter.isascii() and unicodedata.category(letter)[0] == "L" and not _has(letter, spans)
    ]


def _has(letter: str, fonts: Iterable[tuple[list[int], list[int]]]) -> bool:
    code = ord(letter)
    for starts, ends in fonts:
        at = bisect_right(starts, code) - 1
        if at >= 0 and code <= ends[at]:
            return True
    return False


@lru_cache(maxsize=16)
def _spans(font: Path) -> tuple[list[int], list[int]]:
    """The first and the last characters of each span that a font has a glyph for, from its table of characters."""
    data = font.read_bytes()
    spans = sorted((start, end) for start, end in _groups(data) if end >= start)
    return [start for start, _ in spans], [end for _, end in spans]


def _groups(data: bytes) -> Iterator[tuple[int, int]]:
    (tables,) = struct.unpack_from(">H", data, 4)
    for at in range(12, 12 + 16 * tables, 16):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, at)
        if tag == b"cmap":
            yield from _mapped(data, offset)


def _mapped(data: bytes, offset: int) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(">H", data, offset + 2)
    for at in range(offset + 4, offset + 4 + 8 * count, 8):
        _, _, place = struct.unpack_from(">HHI", data, at)
        (kind,) = struct.unpack_from(">H", data, offset + place)
        if kind == SEGMENTED:
            (groups,) = struct.unpack_from(">I", data, offset + place + 12)
            for group in range(groups):
                start, end, _ = struct.unpack_from(">III", data, offset + place + 16 + 12 * group)
                yield start, end
