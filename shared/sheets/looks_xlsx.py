"""The looks of cells that the styles of an .xlsx tell; those of which there is nothing to say are left out."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.sheets.looks import BLACK, NOTHING, WHITE, Look, Rgb, rgb, tinted
from shared.sheets.tags import is_on, tags, told

PARTS = frozenset({b"numFmts", b"fonts", b"fills", b"borders", b"cellStyleXfs", b"cellXfs", b"cellStyles", b"dxfs"})
THEME = (WHITE, BLACK, Rgb(0xE7, 0xE6, 0xE6), Rgb(0x44, 0x54, 0x6A))
"""The first four of every theme: paper, ink, and their lesser ones."""
INDEXED = {
    "0": BLACK,
    "1": WHITE,
    "8": BLACK,
    "9": WHITE,
    "22": Rgb(0xC0, 0xC0, 0xC0),
    "23": Rgb(0x80, 0x80, 0x80),
    "55": Rgb(0x96, 0x96, 0x96),
    "63": Rgb(0x33, 0x33, 0x33),
}
AUTOMATIC = "64"


@dataclass(slots=True)
class _Styles:
    """The styles while their tags go by."""

    formats: set[str] = field(default_factory=set)  # those by which nothing is shown
    struck: list[bool] = field(default_factory=list)
    inks: list[Rgb | None] = field(default_factory=list)
    papers: list[Rgb | None] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    solid: bool = False

    def take(self, part: bytes, name: bytes, attributes: bytes) -> None:
        """One tag of a part."""
        if part == b"numFmts" and name == b"numFmt":
            said = told(attributes)
            if said.get("formatCode") == NOTHING:
                self.formats.add(said.get("numFmtId", ""))
        elif part == b"fonts":
            self.font(name, attributes)
        elif part == b"fills":
            self.fill(name, attributes)
        elif part == b"cellXfs" and name == b"xf":
            self.looks.append(self.look(told(attributes)))

    def font(self, name: bytes, attributes: bytes) -> None:
        """One tag of the fonts."""
        if name == b"font":
            self.struck.append(False)
            self.inks.append(BLACK)
        elif self.inks and name == b"strike":
            self.struck[-1] = is_on(told(attributes).get("val", "1"))
        elif self.inks and name == b"color":
            self.inks[-1] = _colour(told(attributes), BLACK)

    def fill(self, name: bytes, attributes: bytes) -> None:
        """One tag of the fills; what is no even colour cannot be told."""
        if name == b"fill":
            self.papers.append(WHITE)
        elif self.papers and name == b"patternFill":
            self.papers[-1] = WHITE if told(attributes).get("patternType", "none") == "none" else None
            self.solid = told(attributes).get("patternType") == "solid"
        elif self.papers and name == b"fgColor" and self.solid:
            self.papers[-1] = _colour(told(attributes), None)
        elif self.papers and name == b"gradientFill":
            self.papers[-1] = None

    def look(self, said: dict[str, str]) -> Look:
        """The look of one format of cells."""
        font, paper = _number(said.get("fontId")), _number(said.get("fillId"))
        return Look(
            struck=font < len(self.struck) and self.struck[font],
            ink=self.inks[font] if font < len(self.inks) else BLACK,
            paper=self.papers[paper] if paper < len(self.papers) else WHITE,
            shows=said.get("numFmtId") not in self.formats,
        )


def looks_of(styles: bytes) -> dict[str, Look]:
    """The looks of which something is to be said, by the numbers by which cells name them."""
    found, part = _Styles(), b""
    for name, attributes, _ in tags(styles):
        if name in PARTS:
            part = name
        else:
            found.take(part, name, attributes)
    return {str(at): look for at, look in enumerate(found.looks) if not look.plain}


def _colour(said: dict[str, str], automatic: Rgb | None) -> Rgb | None:
    """A colour by its parts, its place in the theme or in the palette."""
    if said.get("auto") == "1" or said.get("indexed") == AUTOMATIC:
        return automatic
    found = rgb(said["rgb"]) if "rgb" in said else INDEXED.get(said.get("indexed", ""))
    if "theme" in said:
        place = _number(said["theme"])
        found = THEME[place] if place < len(THEME) else None
    try:
        return tinted(found, float(said.get("tint", "0")))
    except ValueError:
        return None


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < len("100000") else 0
