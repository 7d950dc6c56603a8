"""An Excel workbook whose blanks are filled: cells, headers and footers, text boxes and properties.

A row that is repeated pushes what stands below it down, with its merged cells. Formulas are refused, in cells and in
whatever else has them: they would point at other rows afterwards, and a total is a blank like any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from shared.print.blanks import Filling, Kind, Token, fill_children, filled_text, tokens, wrong
from shared.print.packed import PROPERTIES, Element, filled_properties, is_xml, local_name, read, written

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
BOOK, STRINGS = "xl/workbook.xml", "xl/sharedStrings.xml"
FORMULA = "模板里有公式（{where}）。请删去公式，合计也写成填空。"
TABLES = "模板里有“表格”或透视表。请在 Excel 里把表格转换为普通区域，再上传。"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_WITHIN = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_SHEET_NAME, _END = r"(?:(?:'[^'\[\]|]{1,80}'|[\w.]{1,80})!)?", r"\$?(?:[A-Z]{1,3}(?:\$?\d{1,7})?|\d{1,7})"
_RANGE = rf"{_SHEET_NAME}(?:{_END}(?::{_END})?|#REF!)"
_CONSTANT = r'"[^"]*"|-?\d{1,20}(?:\.\d{1,20})?(?:E[+-]?\d{1,3})?|TRUE|FALSE|#NAME\?'
_PLAIN = re.compile(rf"=?(?:{_CONSTANT}|\(?{_RANGE}(?:,{_RANGE})*\)?)", re.IGNORECASE)
_TOLD = {"definedName", "f", "formula", "formula1", "formula2"}
_BELOW = ("conditionalFormatting", "dataValidations", "hyperlinks", "rowBreaks", "ignoredErrors", "protectedRanges")
"""What names rows of a sheet and would be wrong once they move."""


class Rows(NamedTuple):
    """Where the rows of a sheet are now: their new numbers by the old one, each copy with its own."""

    places: dict[int, list[int]]

    def of(self, number: int) -> list[int]:
        """The new numbers of a row, one at least."""
        if number in self.places:
            return self.places[number]
        before = max((each for each in self.places if each < number), default=0)
        return [(self.places[before][-1] if before else 0) + number - before]


def fill(parts: dict[str, bytes], filling: Filling) -> dict[str, bytes]:
    """Its parts, filled."""
    made = dict(parts)
    if any(name.startswith(("xl/tables/", "xl/pivotTables/", "xl/pivotCache/")) for name in parts):
        raise wrong(TABLES)
    for data in filter(is_xml, parts.values()):
        _refuse_formulas(read(data))
    strings = [_text_of(each) for each in read(parts[STRINGS])] if STRINGS in parts else []
    for name, data in parts.items():
        if _SHEET.fullmatch(name):
            made[name] = _fill_sheet(data, strings, filling)
        elif name.startswith("xl/drawings/") and name.endswith(".xml"):
            made[name] = _fill_texts(data, f"{A}p", f"{A}t", filling)
        elif name in PROPERTIES:
            made[name] = filled_properties(data, filling)
        elif name == BOOK:
            made[name] = _without_areas(data)
    made.pop("xl/calcChain.xml", None)
    return made


def _refuse_formulas(root: Element) -> None:
    """Names, data validations, conditional formats, charts and text boxes say constants and ranges, no formula."""
    for each in root.iter():
        name, said = local_name(each), []
        if name in _TOLD:
            said = [each.text or ""]
        elif name == "cfvo":
            said = [each.get("val", "")] if each.get("type") == "formula" else []
        else:
            said = [each.get("textlink", ""), each.get("macro", "")]
        if all(not text.strip() or _PLAIN.fullmatch(text.strip()) for text in said):
            continue
        raise wrong(FORMULA.format(where=_where(each, name)))


def _where(element: Element, name: str) -> str:
    """Where somebody finds a formula."""
    cell = element.getparent()
    if name == "definedName":
        return f"名称“{element.get('name', '')}”"
    if name == "f" and cell is not None and cell.tag == f"{S}c":
        return str(cell.get("r", ""))
    return "数据验证、条件格式或图形里"


def _fill_sheet(data: bytes, strings: Sequence[str], filling: Filling) -> bytes:
    root = read(data)
    for cell in root.iter(f"{S}c"):
        if cell.find(f"{S}f") is not None:
            raise wrong(FORMULA.format(where=cell.get("r", "")))
        _unshare(cell, strings)
    for each in root.iter():
        if each.tag in {f"{S}{place}{side}" for place in ("odd", "even", "first") for side in ("Header", "Footer")}:
            each.text = str(filled_text(each.text or "", filling))
    rows = root.find(f"{S}sheetData")
    if rows is None:
        return written(root)
    before = [_number(row) for row in rows]
    fill_children(rows, list(rows), filling, KIND)
    moved = _renumber(rows, before)
    if moved:
        _move(root, moved)
    return written(root)


def _text_of(element: Element) -> str:
    """A text with its runs put together, without how it is pronounced."""
    return "".join(
        each.text or "" for each in element.iter(f"{S}t") if not any(True for _ in each.iterancestors(f"{S}rPh"))
    )


def _unshare(cell: Element, strings: Sequence[str]) -> None:
    """A text with blanks stands in its own cell."""
    kind, value = cell.get("t"), cell.find(f"{S}v")
    if kind == "s" and value is not None and (value.text or "").isdecimal():
        text = strings[int(value.text or 0)]
    elif kind in {"inlineStr", "str"}:
        text = _text_of(cell) if kind == "inlineStr" else (value.text or "" if value is not None else "")
    else:
        return
    if tokens(text):
        _write(cell, text)


def _write(cell: Element, said: str | int) -> None:
    for child in list(cell):
        cell.remove(child)
    if isinstance(said, int):
        cell.attrib.pop("t", None)
        read_in(cell, "v").text = str(said)
    else:
        cell.set("t", "inlineStr")
        text = read_in(read_in(cell, "is"), "t")
        text.text = said
        text.set(SPACE, "preserve")


def read_in(parent: Element, name: str) -> Element:
    """A new element in another."""
    made = parent.makeelement(f"{S}{name}", {})
    parent.append(made)
    return made


def _fill_texts(data: bytes, paragraph: str, text: str, filling: Filling) -> bytes:
    """A text box: what was written in several looks gets that of its beginning."""
    root = read(data)
    for each in root.iter(paragraph):
        nodes = list(each.iter(text))
        said = "".join(node.text or "" for node in nodes)
        if tokens(said):
            nodes[0].text = str(filled_text(said, filling))
            for node in nodes[1:]:
                node.text = ""
    return written(root)


def _without_areas(data: bytes) -> bytes:
    """Areas of print may end before the rows do: then everything is printed."""
    root = read(data)
    for names in root.findall(f"{S}definedNames"):
        for each in list(names):
            if each.get("name") == "_xlnm.Print_Area":
                names.remove(each)
        if not len(names):
            root.remove(names)
    return written(root)


# --- rows ---


def _ends(row: Element) -> list[Token]:
    return [token for cell in row.iter(f"{S}is") for token in tokens(_text_of(cell)) if token.kind != "blank"]


def _strip(row: Element) -> None:
    for cell in row.iter(f"{S}c"):
        if cell.get("t") == "inlineStr":
            text, at, kept = _text_of(cell), 0, ""
            for token in tokens(text):
                if token.kind != "blank":
                    kept, at = kept + text[at : token.start], token.end
            _write(cell, kept + text[at:])


def _is_bare(row: Element) -> bool:
    return not any(
        (_text_of(cell).strip() if cell.get("t") == "inlineStr" else cell.findtext(f"{S}v") or "")
        for cell in row.iter(f"{S}c")
    )


def _fill(row: Element, filling: Filling) -> None:
    for cell in row.iter(f"{S}c"):
        if cell.get("t") == "inlineStr" and tokens(text := _text_of(cell)):
            _write(cell, filled_text(text, filling))


def _number(row: Element) -> int:
    return int(row.get("r", "0"))


def _renumber(rows: Element, before: Sequence[int]) -> Rows | None:
    """Number the rows and their cells anew; nothing where none has moved."""
    now = [_number(row) for row in rows]
    if now == list(before):
        return None
    gone, last, at, places = set(before) - set(now), 0, 0, dict[int, list[int]]()
    for row in rows:
        number = _number(row)
        at += number - last - sum(last < each < number for each in gone) if number > last else 1
        last = number
        places.setdefault(number, []).append(at)
        row.set("r", str(at))
        for cell in row:
            cell.set("r", cell.get("r", "").rstrip("0123456789") + str(at))
    return Rows(places)


def _move(root: Element, moved: Rows) -> None:
    for name in _BELOW:
        for each in root.findall(f"{S}{name}"):
            root.remove(each)
    for each in root.findall(f"{S}dimension"):
        root.remove(each)
    for merged in root.findall(f"{S}mergeCells"):
        spans = [_WITHIN.fullmatch(each.get("ref", "")) for each in merged]
        for child in list(merged):
            merged.remove(child)
        refs = [ref for span in spans if span for ref in _moved(span, moved)]
        for ref in refs:
            merged.append(merged.makeelement(f"{S}mergeCell", {"ref": ref}))
        if refs:
            merged.set("count", str(len(refs)))
        else:
            root.remove(merged)


def _moved(span: re.Match[str], moved: Rows) -> list[str]:
    left, first, right, last = span.groups()
    tops, bottoms = moved.of(int(first)), moved.of(int(last))
    pairs = zip(tops, bottoms, strict=True) if len(tops) == len(bottoms) else [(tops[0], bottoms[-1])]
    return [f"{left}{top}:{right}{bottom}" for top, bottom in pairs]


KIND = Kind(ends=_ends, strip=_strip, is_bare=_is_bare, fill=_fill)
