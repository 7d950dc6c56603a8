"""A template that an office hands in, looked at before it may be used.

It is a Word document that only fills blanks: it names fields, repeats the lines of the score sheet and asks whether
something is there. It cannot loop in loops, compute, or grow: such a template is refused, whoever wrote it.
"""

from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from services.assessment.papers.schemas import BLANKS, LINE_BLANKS, MUST, SAMPLE
from services.assessment.papers.writers.opinion import as_word
from shared import files
from shared.errors import Invalid

if TYPE_CHECKING:
    from jinja2 import nodes

LARGEST = 2 * 2**20
LARGEST_UNPACKED = 20 * 2**20
ITEMS = "items"
ALLOWED = (
    *("Template", "Output", "TemplateData", "Name", "Getattr", "For", "If"),
    *("Not", "And", "Or", "Compare", "Operand", "Const"),
)


def checked(template: bytes) -> None:
    """Raises Invalid, at the field `file`, with what to change."""
    _weigh(template)
    tree = _tree_of(template)
    _refuse_more_than_blanks(tree)
    _refuse_wrong_blanks(tree)
    as_word(SAMPLE, template)


def _weigh(template: bytes) -> None:
    """A Word document of ordinary size, also once it is unpacked."""
    if len(template) > LARGEST:
        raise _wrong(f"模板超过 {LARGEST // 2**20} MB，请去掉大的图片再上传。")
    if files.kind_of(template) != "docx":
        raise _wrong("这不是 Word 文档（.docx），或者文档里有宏。请在 Word 里另存为 .docx 再上传。")
    with ZipFile(BytesIO(template)) as packed:
        if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
            raise _wrong("模板展开后太大，不能使用。请从现在的模板重新改起。")
        # No word processor writes definitions of its own; where they stand, somebody put them there by hand.
        if any(b"<!DOCTYPE" in packed.read(part) for part in packed.namelist() if part.endswith((".xml", ".rels"))):
            raise _wrong("这个 Word 文档里有不该有的定义。请在 Word 里打开，另存为 .docx 再上传。")


def _tree_of(template: bytes) -> "nodes.Template":
    """What stands in the document, its headers and footers, as a tree of blanks."""
    from docxtpl import DocxTemplate  # noqa: PLC0415  a third of a second that only Word is worth
    from jinja2 import Environment, TemplateError  # noqa: PLC0415

    try:
        document: Any = DocxTemplate(BytesIO(template))
        document.init_docx()
        text = document.patch_xml(document.get_xml())
        for uri in (document.HEADER_URI, document.FOOTER_URI):
            text += "".join(document.patch_xml(document.get_part_xml(part)) for _, part in _parts(document, uri))
        return Environment(autoescape=True).parse(text)
    except TemplateError:
        raise _wrong("模板里填空的写法不对：每个填空要写成 {{ 名称 }}，两边的括号要成对。") from None
    except Exception:  # noqa: BLE001  whatever a broken document makes of the library
        raise _wrong("这个 Word 文档打不开。请在 Word 里打开，另存为 .docx 再上传。") from None


def _parts(document: Any, uri: str) -> list[tuple[str, Any]]:  # noqa: ANN401  docxtpl tells no type of it
    return list(document.get_headers_footers(uri))


def _refuse_more_than_blanks(tree: "nodes.Template") -> None:
    """Nothing but blanks, the lines of the sheet one after another, and whether something is there."""
    from jinja2 import nodes  # noqa: PLC0415

    loops = list(tree.find_all(nodes.For))
    plain = all(
        isinstance(loop.target, nodes.Name)
        and isinstance(loop.iter, nodes.Name)
        and loop.iter.name == ITEMS
        and not loop.recursive
        and not any(True for each in loop.body for _ in each.find_all(nodes.For))
        for loop in loops
    )
    # Whether one is larger would depend on what a year says: a blank holds words, and words are only the same or not.
    ordered = any(each.op not in ("eq", "ne") for each in tree.find_all(nodes.Operand))
    nested = any(isinstance(each, nodes.For) for loop in loops for each in loop.body)
    if not plain or nested or ordered or any(type(node).__name__ not in ALLOWED for node in tree.find_all(nodes.Node)):
        raise _wrong(
            "模板里只能有填空、按指标重复的行（for item in items）和「有没有」「是不是」的判断，请去掉别的写法。"
        )


def _refuse_wrong_blanks(tree: "nodes.Template") -> None:
    """Every blank is one that is filled, and those without which the form says nothing are there."""
    from jinja2 import meta, nodes  # noqa: PLC0415

    used = meta.find_undeclared_variables(tree)
    lines = {node.attr for node in tree.find_all(nodes.Getattr)}
    strange = [*sorted(used - set(BLANKS)), *(f"item.{name}" for name in sorted(lines - set(LINE_BLANKS)))]
    if strange:
        named = "、".join(f"{{{{ {name[:40]} }}}}" for name in strange[:5])
        raise _wrong(f"模板里有不认识的填空：{named}。请照下面「能用的填空」改正。")
    missing = [name for name in MUST if name not in used]
    if missing:
        named = "、".join(f"{BLANKS[name]} {{{{ {name} }}}}" for name in missing)
        raise _wrong(f"模板里缺少必须有的填空：{named}。请加上再上传。")


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, field="file")
