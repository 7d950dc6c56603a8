"""A Word document whose blanks are filled: text, headers, footers, notes, text boxes and properties."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy

from shared.print.blanks import Filling, Kind, Token, fill_children, filled_text, open_ends, tokens, wrong
from shared.print.packed import EMBEDDED, PROPERTIES, Element, filled_properties, is_xml, local_name, read, written

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
DOCUMENT = "word/document.xml"
BLOCKS = {f"{W}{name}" for name in ("p", "tbl", "sdt")}
HOLDERS = {f"{W}{name}" for name in ("body", "tc", "hdr", "ftr", "footnote", "endnote", "comment", "txbxContent")}
TEXT, PARAGRAPH, ROW, TABLE = f"{W}t", f"{W}p", f"{W}tr", f"{W}tbl"
_HARMLESS = re.compile(
    r"(?:=|(?:PAGE|NUMPAGES|SECTION|SECTIONPAGES|PAGEREF|NOTEREF|REF|STYLEREF|SEQ|TOC|TC|DATE|TIME|CREATEDATE|SAVEDATE"
    r"|PRINTDATE|EDITTIME|REVNUM|TITLE|SUBJECT|AUTHOR|KEYWORDS|COMMENTS|LASTSAVEDBY|DOCPROPERTY|NUMCHARS|NUMWORDS|EQ"
    r"|SYMBOL|ADVANCE|FORMTEXT|FORMCHECKBOX|FORMDROPDOWN)(?=[\s\\]|$))",
    re.IGNORECASE,
)
"""Fields that say something of the document itself; a text may be set with them."""
_TO_A_BOOKMARK = re.compile(r'HYPERLINK(?:\s+\\[lot]\s+(?:"[^"]*"|[^\s"\\]{1,80})|\s+\\[hmn])+', re.IGNORECASE)
_SAID = {"instrText", "delInstrText"}
_NESTED = "\0"
FIELDS = (
    "模板里有会链接到别处，或者系统不认识的域（{field}）。请在 Word 里选中它，按 Ctrl+Shift+F9 变成普通文字，再上传。"
)
_PRINTED = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\d*\.xml")
ON_EACH = "页眉、页脚里的填空各人不同，不能合成一个文件。请把这些填空移到正文，或者逐份下载。"


def fill(parts: dict[str, bytes], fillings: Sequence[Filling]) -> dict[str, bytes]:
    """Its parts, filled; of several fillings the text stands there once for each, from a new page on."""
    made = dict(parts)
    for data in filter(is_xml, parts.values()):
        _refuse_reaching(read(data))
    for name, data in parts.items():
        if name == DOCUMENT:
            root = read(data)
            _fill_document(root, fillings)
            made[name] = written(root)
        elif _PRINTED.fullmatch(name) or _has_text(name, data):
            made[name] = _fill_beside(data, fillings)
        elif name in PROPERTIES:
            made[name] = filled_properties(data, fillings[0])
    return made


def _has_text(name: str, data: bytes) -> bool:
    """Whether a further part of the text's kind, of whatever name, has paragraphs of its own."""
    return name.startswith("word/") and name.endswith(".xml") and any(True for _ in read(data).iter(TEXT))


def _refuse_reaching(root: Element) -> None:
    """No field takes anything from elsewhere, and no part is taken in whole."""
    if any(local_name(each) == "altChunk" for each in root.iter()):
        raise wrong(EMBEDDED)
    for said in map(str.strip, _fields(root)):
        if not (_HARMLESS.match(said) or _TO_A_BOOKMARK.fullmatch(said)):
            raise wrong(FIELDS.format(field=" ".join(said.replace(_NESTED, " ").split())[:30]))


def _fields(root: Element) -> Iterator[str]:
    """What each field is told to do, put together as Word does it: from its begin to where its result begins.

    A field within is a mark in the outer one, for what it comes to is not known; text outside any is told by itself.
    """
    open_fields: list[str | None] = []  # the words so far; none once the result has begun
    for each in root.iter():
        name = local_name(each)
        if name == "fldSimple":
            yield _attribute(each, "instr")
        elif name == "fldChar":
            yield from _turned(open_fields, _attribute(each, "fldCharType"))
        elif name in _SAID and not _goes_on(open_fields, each.text or ""):
            yield each.text or ""
    yield from (said for said in open_fields if said is not None)


def _turned(open_fields: list[str | None], kind: str) -> Iterator[str]:
    """A field begins, its result does, or it ends: what it is told to do is then whole."""
    if kind == "begin":
        _goes_on(open_fields, _NESTED)
        open_fields.append("")
    elif open_fields:
        said = open_fields.pop()
        if said is not None:
            yield said
        if kind == "separate":
            open_fields.append(None)


def _goes_on(open_fields: list[str | None], said: str) -> bool:
    """Put more words to the innermost field, if there is one that is still being told."""
    if not open_fields or open_fields[-1] is None:
        return False
    open_fields[-1] += said
    return True


def _attribute(element: Element, name: str) -> str:
    """An attribute, in whichever of Word's namespaces."""
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _fill_document(root: Element, fillings: Sequence[Filling]) -> None:
    body = root.find(f"{W}body")
    if body is None:
        raise KeyError(DOCUMENT)
    pattern = [each for each in body if each.tag != f"{W}sectPr"]
    for more in fillings[1:]:
        section = body.find(f"{W}sectPr")
        copies = [_page_break(), *(deepcopy(each) for each in pattern)]
        for copy in copies:
            body.append(copy) if section is None else section.addprevious(copy)
        fill_children(body, copies, more, KIND)
    fill_children(body, pattern, fillings[0], KIND)


def _page_break() -> Element:
    return read(f'<w:p xmlns:w="{W[1:-1]}"><w:r><w:br w:type="page"/></w:r></w:p>'.encode())


def _fill_beside(data: bytes, fillings: Sequence[Filling]) -> bytes:
    """A header, a footer or notes: one for the whole document."""
    made = []
    for filling in fillings:
        root = read(data)
        _fill(root, filling)
        made.append(written(root))
    if any(each != made[0] for each in made):
        raise wrong(ON_EACH)
    return made[0]


# --- pieces of the text ---


def _fill(element: Element, filling: Filling) -> None:
    if element.tag == PARAGRAPH:
        _fill_paragraph(element, filling)
        for inner in _inner(element):
            _fill(inner, filling)
    elif element.tag == TABLE or element.tag in HOLDERS:
        fill_children(element, list(element), filling, KIND)
        if element.tag == f"{W}tc" and element.find(PARAGRAPH) is None:
            element.append(read(f'<w:p xmlns:w="{W[1:-1]}"/>'.encode()))
    else:
        for child in list(element):
            _fill(child, filling)


def _inner(paragraph: Element) -> Iterator[Element]:
    """What stands in text boxes of a paragraph."""
    return (each for each in list(paragraph.iter(f"{W}txbxContent")))


def _texts(paragraph: Element) -> list[Element]:
    """The texts of a paragraph itself, not those of text boxes in it."""
    return [each for each in paragraph.iter(TEXT) if next(each.iterancestors(PARAGRAPH)) is paragraph]


def _said(paragraph: Element) -> str:
    return "".join(each.text or "" for each in _texts(paragraph))


def _fill_paragraph(paragraph: Element, filling: Filling) -> None:
    text = _said(paragraph)
    found = tokens(text)
    if not found:
        return
    spans, index = [], 0
    while index < len(found):
        last = index
        while found[index].kind == "open" and found[last].kind != "close" and last + 1 < len(found):
            last += 1
        start, end = found[index].start, found[last].end
        spans.append((start, end, str(filled_text(text[start:end], filling))))
        index = last + 1
    _put(paragraph, spans)


def _put(paragraph: Element, spans: Sequence[tuple[int, int, str]]) -> None:
    """Words in place of spans of the text; what was written in several looks gets that of its beginning."""
    at = 0
    for node in _texts(paragraph):
        text = node.text or ""
        begin, end = at, at + len(text)
        at, kept, cursor = end, "", begin
        for start, stop, said in spans:
            if start >= end or stop <= begin:
                continue
            kept += text[cursor - begin : max(start, begin) - begin]
            kept += said if start >= begin else ""
            cursor = min(stop, end)
        _write(node, kept + text[cursor - begin :])


def _write(node: Element, text: str) -> None:
    """A text with its line breaks."""
    lines = text.split("\n")
    node.text = lines[0]
    node.set(SPACE, "preserve")
    for line in reversed(lines[1:]):
        more = deepcopy(node)
        more.text, more.tail = line, None
        node.addnext(more)
        node.addnext(read(f'<w:br xmlns:w="{W[1:-1]}"/>'.encode()))


# --- rows and paragraphs that are repeated ---


def _ends(element: Element) -> list[Token]:
    if element.tag == PARAGRAPH:
        return open_ends(tokens(_said(element)))
    if element.tag == ROW:
        return [token for each in element.iter(PARAGRAPH) for token in open_ends(tokens(_said(each)))]
    return []


def _strip(element: Element) -> None:
    """Take the marks of rows out that begin or end elsewhere."""
    for paragraph in [element] if element.tag == PARAGRAPH else list(element.iter(PARAGRAPH)):
        _put(paragraph, [(token.start, token.end, "") for token in open_ends(tokens(_said(paragraph)))])


def _is_bare(element: Element) -> bool:
    return not "".join(each.text or "" for each in element.iter(TEXT)).strip()


KIND = Kind(ends=_ends, strip=_strip, is_bare=_is_bare, fill=_fill)
