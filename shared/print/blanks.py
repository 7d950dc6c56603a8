"""A Word template that only fills blanks: it names fields and repeats a row for each line of a sheet, and no more.

Run in a program of its own (shared.apart), for whoever wrote the template may have meant it to grow. Each part that is
rendered (the text, headers, footers, footnotes, the document's properties, of whatever encoding) is looked at as it is
about to be rendered, so that none is overlooked. What may be filled is told it.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, UndefinedError, meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from shared.errors import Invalid

LARGEST_UNPACKED = 20 * 2**20
ROWS, ROW = "items", "item"
ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For)
ONLY_BLANKS = "模板里只能有填空和按指标重复的行（for item in items），请去掉别的写法。"
UNREADABLE = "这个 Word 文档打不开。请在 Word 里打开，另存为 .docx 再上传。"
BROKEN = (BadZipFile, KeyError, ValueError, SyntaxError, OverflowError, TypeError, AttributeError, TemplateError)


class MoreThanBlanks(TemplateError):
    """A template holds something else than blanks and the repeated row."""


class Blanks(ImmutableSandboxedEnvironment):
    """Where templates are filled: each is looked at before it is, and what it names is remembered."""

    def __init__(self, **ways: Any) -> None:  # noqa: ANN401  whatever the sandbox takes
        super().__init__(**ways)
        self.used: set[str] = set()
        self.of_rows: set[str] = set()

    def from_string(self, source: Any, *args: Any, **ways: Any) -> Template:  # noqa: ANN401  as the sandbox has it
        """A template that holds blanks only. Raises MoreThanBlanks where it does not."""
        tree = self.parse(source)
        if not only_blanks(tree):
            raise MoreThanBlanks
        names = {each.name for each in tree.find_all(nodes.Name)}
        self.used |= meta.find_undeclared_variables(tree) | names - {ROW}
        self.of_rows |= {each.attr for each in tree.find_all(nodes.Getattr)}
        return super().from_string(source, *args, **ways)


def only_blanks(tree: nodes.Template) -> bool:
    """Whether there is nothing but blanks and the lines of a sheet one after another."""
    loops = list(tree.find_all(nodes.For))
    return (
        all(isinstance(node, ALLOWED) for node in tree.find_all(nodes.Node))
        and all(map(_is_row, loops))
        and all(isinstance(each.node, nodes.Name) and each.node.name == ROW for each in tree.find_all(nodes.Getattr))
        and not any(inner is not loop for loop in loops for inner in loop.find_all(nodes.For))
    )


def _is_row(loop: nodes.For) -> bool:
    names = [node.name for node in (loop.target, loop.iter) if isinstance(node, nodes.Name)]
    return names == [ROW, ROWS] and not (loop.test or loop.else_ or loop.recursive)


def filled(template: bytes, *, words: Mapping[str, Any]) -> bytes:
    """The document with these words in its blanks. Raises Invalid with what is wrong with the template."""
    document, filler = DocxTemplate(BytesIO(template)), _filler()
    try:
        document.render(dict(words), jinja_env=filler, autoescape=True)
    except BROKEN as wrong:
        raise Invalid(f"Word 模板有误（{_said(wrong)}），请改正模板，或者先用 PDF。") from None
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def tried(template: bytes, *, words: Mapping[str, Any], needed: Mapping[str, str]) -> bytes:
    """Nothing, where a template that somebody hands in may be used: it was filled once with words of nobody.

    Raises Invalid, at the field `file`, with what to change. `needed`: the blanks that must be there → their words.
    """
    _weigh(template)
    filler = _filler()
    try:
        DocxTemplate(BytesIO(template)).render(dict(words), jinja_env=filler, autoescape=True)
    except MoreThanBlanks:
        raise _wrong(ONLY_BLANKS) from None
    except UndefinedError:
        _refuse_wrong_blanks(filler, words, {})
        raise _wrong(ONLY_BLANKS) from None
    except TemplateError:
        raise _wrong("模板里填空的写法不对：每个填空要写成 {{ 名称 }}，两边的括号要成对。") from None
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001  whatever a broken document makes of the library
        raise _wrong(UNREADABLE) from None
    _refuse_wrong_blanks(filler, words, needed)
    return b""


def _filler() -> Blanks:
    return Blanks(autoescape=True, undefined=StrictUndefined)


def _weigh(template: bytes) -> None:
    """A document of ordinary size once it is unpacked, in the one encoding that word processors write."""
    try:
        with ZipFile(BytesIO(template)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise _wrong("模板展开后太大，不能使用。请从现在的模板重新改起。")
            parts = {name: packed.read(name).replace(b"\x00", b"") for name in packed.namelist()}
    except BROKEN:
        raise _wrong(UNREADABLE) from None
    # No word processor writes definitions of its own; where they stand, somebody put them there by hand.
    if any(b"<!DOCTYPE" in part or b"<!ENTITY" in part for part in parts.values()):
        raise _wrong("这个 Word 文档里有不该有的定义。请在 Word 里打开，另存为 .docx 再上传。")


def _refuse_wrong_blanks(filler: Blanks, words: Mapping[str, Any], needed: Mapping[str, str]) -> None:
    """Every blank is one that is filled, and those without which the form says nothing are there."""
    of_rows = words[ROWS][0].keys()
    strange = [*sorted(filler.used - words.keys()), *(f"{ROW}.{name}" for name in sorted(filler.of_rows - of_rows))]
    if strange:
        named = "、".join(f"{{{{ {name[:40]} }}}}" for name in strange[:5])
        raise _wrong(f"模板里有不认识的填空：{named}。请照下面「能用的填空」改正。")
    missing = [name for name in needed if name not in filler.used]
    if missing:
        named = "、".join(f"{needed[name]} {{{{ {name} }}}}" for name in missing)
        raise _wrong(f"模板里缺少必须有的填空：{named}。请加上再上传。")


def _said(wrong: Exception) -> str:
    """What is wrong with a template, without its text."""
    if isinstance(wrong, UndefinedError) and not isinstance(wrong, SecurityError):
        return f"没有这个填空：{str(wrong.message).partition(' is undefined')[0][:60]}"
    return "填空的写法不对" if isinstance(wrong, TemplateError | OverflowError | TypeError) else "不是能读的 .docx 文件"


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, field="file")
