"""An office document as it is packed: weighed before it is unpacked, its parts read as XML that defines nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile

from lxml import etree

from shared.print.blanks import Filling, filled_text, wrong

LARGEST_UNPACKED = 20 * 2**20
UNREADABLE = "这个文档打不开。请在 Word 或者 Excel 里打开，另存为 .docx 或 .xlsx 再上传。"
DEFINING = "这个文档里有不该有的定义。请在 Word 或者 Excel 里打开，另存一份再上传。"
LINKED = "模板里有链接到别处的图片、对象或数据。请删去，或者改成放在文件里的图片，再上传。"
EMBEDDED = "模板里嵌有别的文件或控件。请删去再上传。"
CORE = "docProps/core.xml"
PROPERTIES = (CORE, "docProps/app.xml", "docProps/custom.xml")
_CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_INSIDE = re.compile(r"(?:^|/)(?:embeddings|activeX|ctrlProps|externalLinks|connections\.xml|queryTables)(?:/|$)")
_HARMLESS = ("/hyperlink",)
_READER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)

Element: TypeAlias = Any
"""Of lxml, which tells no types."""


def parts_of(document: bytes) -> dict[str, bytes]:
    """Its parts by their names. Raises Invalid where it is no document, too large, or leads out of itself."""
    parts = _unpacked(document)
    if parts is None:
        raise wrong("模板展开后太大，不能使用。请从现在的模板重新改起。")
    plain = (part.replace(b"\x00", b"") for part in parts.values())
    # No word processor writes definitions of its own; where they stand, somebody put them there by hand.
    if any(b"<!DOCTYPE" in part or b"<!ENTITY" in part for part in plain):
        raise wrong(DEFINING)
    if any(map(_INSIDE.search, parts)):
        raise wrong(EMBEDDED)
    for name, data in parts.items():
        if name.endswith(".rels"):
            _refuse_links(read(data))
    return parts


def _unpacked(document: bytes) -> dict[str, bytes] | None:
    """The parts; None where they are too large to be."""
    try:
        with ZipFile(BytesIO(document)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                return None
            return {name: packed.read(name) for name in packed.namelist()}
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  a damaged archive ends in any error
        raise wrong(UNREADABLE) from None


def _refuse_links(relations: Element) -> None:
    for each in relations:
        if each.get("TargetMode") == "External" and not str(each.get("Type", "")).endswith(_HARMLESS):
            raise wrong(LINKED)


def read(data: bytes) -> Element:
    """A part as XML. Raises Invalid where it is none."""
    try:
        return etree.fromstring(data, _READER)
    except etree.XMLSyntaxError:
        raise wrong(UNREADABLE) from None


def is_xml(data: bytes) -> bool:
    """Whether a part is XML, whatever it is called: it begins as one in any encoding."""
    return data[:64].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def local_name(element: Element) -> str:
    """What an element is called, in whichever namespace; a comment is called nothing."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def written(root: Element) -> bytes:
    """A part as it is packed."""
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made


def filled_properties(data: bytes, filling: Filling) -> bytes:
    """A part with properties of the document, such as its title, filled."""
    root = read(data)
    for each in root.iter():
        if each.text and "{" in each.text:
            each.text = str(filled_text(each.text, filling))
    return written(root)


def packed(parts: Mapping[str, bytes], *, mark: str = "") -> bytes:
    """The document of these parts; `mark`: of which version of the office's own paper it was made."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, _marked(data, mark) if mark and name == CORE else data)
    return target.getvalue()


def _marked(properties: bytes, mark: str) -> bytes:
    root = read(properties)
    for former in root.findall(f"{_CORE}version"):
        root.remove(former)
    etree.SubElement(root, f"{_CORE}version").text = mark
    return written(root)
