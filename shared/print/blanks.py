"""An office's own Word or Excel paper that only fills blanks: it names fields and repeats rows, and no more.

    {{姓名}}                        the field of that name
    {{#党员}} … {{/党员}}           what stands between, once for each: part of a line, rows of a table, or paragraphs
    {%tr for item in items %} {{ item.name }} {%tr endfor %}     the same, as papers were written before

Nothing is computed: what is no name is refused. Run in a program of its own (shared.apart), for whoever wrote the
paper may have meant it to grow. Every text of every part is looked at as it is filled, so that none is overlooked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from shared.errors import Invalid

ONLY_BLANKS = "模板里只能有填空和重复的行（{{#名称}} … {{/名称}}），请去掉别的写法。"
BADLY_WRITTEN = "模板里填空的写法不对：每个填空要写成 {{名称}}，两边的括号要成对。"
BROKEN = "模板里「{{{{#{name}}}}}」没有对应的「{{{{/{name}}}}}」。每一段重复的内容要有开头和结尾。"
TURNED = "模板里「{{{{/{name}}}}}」前面没有「{{{{#{name}}}}}」。每一段重复的内容要有开头和结尾。"
NAMED_MOST = 5
ROW, END = "item", "endfor"

_TOKEN = re.compile(r"\{\{([^{}]{0,200})\}\}|\{%([^{}]{0,200})%\}")
_MARKS = re.compile(r"\{\{|\}\}|\{%|%\}")
_UNSAID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What no document can hold."""
_NAME = re.compile(r"(?:item\.)?[^\W\d]\w{0,60}")
_ROWS = re.compile(r"(?:tr|p|tc)? ?for item in ([^\W\d]\w{0,60})")
_END = re.compile(r"(?:tr|p|tc)? ?endfor")


class Token(NamedTuple):
    """A place of a text from `start` to before `end`: a `blank`, the `open`ing of rows, or their `close`."""

    kind: str
    name: str
    start: int
    end: int


def wrong(sentence: str) -> Invalid:
    """What is to be changed in a paper that was handed in."""
    return Invalid(sentence, field="file")


def tokens(text: str) -> list[Token]:
    """The blanks of a text and the marks of its rows. Raises Invalid where there is anything else of the kind."""
    if "{" not in text and "}" not in text:
        return []
    found = [_token(match) for match in _TOKEN.finditer(text)]
    if _MARKS.search(_TOKEN.sub("", text)):
        raise wrong(BADLY_WRITTEN)
    return found


def _token(match: re.Match[str]) -> Token:
    start, end = match.span()
    if match[1] is None:
        said = " ".join(match[2].strip("- ").split())
        rows = _ROWS.fullmatch(said)
        if rows:
            return Token("open", rows[1], start, end)
        if _END.fullmatch(said):
            return Token("close", END, start, end)
        raise wrong(ONLY_BLANKS)
    said = match[1].strip()
    kind = {"#": "open", "/": "close"}.get(said[:1], "blank")
    name = said[1:].strip() if kind != "blank" else said
    if not _NAME.fullmatch(name) or (kind != "blank" and "." in name):
        raise wrong(ONLY_BLANKS)
    return Token(kind, name, start, end)


@dataclass(slots=True)
class Filling:
    """What a paper is filled with, and what it was found to ask for. `item`: the row that is being filled."""

    words: Mapping[str, Any]
    item: Mapping[str, Any] = field(default_factory=dict)
    inside: bool = False
    used: set[str] = field(default_factory=set)
    strange: set[str] = field(default_factory=set)

    def of(self, item: Mapping[str, Any]) -> Filling:
        """The same, for a row."""
        return Filling(self.words, item, inside=True, used=self.used, strange=self.strange)

    def value(self, name: str) -> str | int:
        """What a blank becomes; one that is not known is remembered."""
        plain = name.removeprefix("item.")
        if self.inside and plain in self.item:
            found: Any = self.item[plain]
        elif name in self.words and not isinstance(self.words[name], list):
            self.used.add(name)
            found = self.words[name]
        else:
            self.strange.add(name)
            return ""
        return found if isinstance(found, int) else _UNSAID.sub("", str(found))

    def rows(self, name: str) -> Sequence[Mapping[str, Any]]:
        """The rows of a name. Raises Invalid for rows in rows."""
        if self.inside:
            raise wrong(ONLY_BLANKS)
        found = self.words.get(name)
        if not isinstance(found, list):
            self.strange.add(f"#{name}")
            return []
        self.used.add(name)
        return found

    def refuse_strange(self) -> None:
        """Raises Invalid with the blanks that nobody fills."""
        if self.strange:
            named = "、".join(f"{{{{ {name[:40]} }}}}" for name in sorted(self.strange)[:NAMED_MOST])
            raise wrong(f"模板里有不认识的填空：{named}。请照「能用的填空」改正。")

    def refuse_missing(self, needed: Mapping[str, str]) -> None:
        """Raises Invalid with those without which the paper says nothing; each may stand under either of its names."""
        missing = [(name, word) for name, word in needed.items() if not {name, word} & self.used]
        if missing:
            named = "、".join(f"{word} {{{{ {name} }}}}" for name, word in missing)
            raise wrong(f"模板里缺少必须有的填空：{named}。请加上再上传。")


def filled_text(text: str, filling: Filling) -> str | int:
    """A text with its blanks filled, and what it repeats within itself; a number where it was one blank and no more."""
    found = tokens(text)
    if len(found) == 1 and found[0].kind == "blank" and found[0].start == 0 and found[0].end == len(text):
        return filling.value(found[0].name)
    parts, at, index = [], 0, 0
    while index < len(found):
        token = found[index]
        parts.append(text[at : token.start])
        if token.kind == "blank":
            parts.append(str(filling.value(token.name)))
        else:
            index = _closing(found, index)
            inner = text[token.end : found[index].start]
            parts += [str(filled_text(inner, filling.of(item))) for item in filling.rows(token.name)]
        at, index = found[index].end, index + 1
    return "".join([*parts, text[at:]])


def _closing(found: Sequence[Token], index: int) -> int:
    """Which token closes the one that opens here, with nothing opened between."""
    opened = found[index]
    if opened.kind == "close":
        raise wrong(TURNED.format(name=opened.name))
    for at in range(index + 1, len(found)):
        if found[at].kind == "open":
            raise wrong(ONLY_BLANKS)
        if found[at].kind == "close":
            if found[at].name not in {opened.name, END}:
                raise wrong(BROKEN.format(name=opened.name))
            return at
    raise wrong(BROKEN.format(name=opened.name))


def open_ends(found: Sequence[Token]) -> list[Token]:
    """The marks of rows that begin or end elsewhere than in the same text."""
    left: list[Token] = []
    for token in found:
        if token.kind == "close" and left and left[-1].kind == "open" and token.name in {left[-1].name, END}:
            left.pop()
        elif token.kind != "blank":
            left.append(token)
    return left


class Kind(NamedTuple):
    """How rows of a kind of document are handled: what is open in one, taking its marks out, whether it is bare."""

    ends: Callable[[Any], list[Token]]
    strip: Callable[[Any], None]
    is_bare: Callable[[Any], bool]
    fill: Callable[[Any, Filling], None]


def fill_children(parent: Any, children: Sequence[Any], filling: Filling, kind: Kind) -> None:  # noqa: ANN401  an element
    """Fill pieces that stand one below another; those between the marks of rows stand there once for each row."""
    waiting = iter(list(children))
    for child in waiting:
        ends = kind.ends(child)
        if not ends:
            kind.fill(child, filling)
            continue
        _repeat(parent, list(_block(child, ends, waiting, kind)), ends[0].name, filling, kind)


def _block(first: Any, ends: list[Token], following: Iterator[Any], kind: Kind) -> Iterator[Any]:  # noqa: ANN401
    """From the piece in which rows begin to the one in which they end."""
    if ends[0].kind == "close":
        raise wrong(TURNED.format(name=ends[0].name))
    yield first
    marks = list(ends)
    while marks[-1].kind != "close":
        child = next(following, None)
        if child is None:
            raise wrong(BROKEN.format(name=ends[0].name))
        marks += kind.ends(child)
        yield child
    if [mark.kind for mark in marks] != ["open", "close"]:
        raise wrong(ONLY_BLANKS)
    if marks[1].name not in {marks[0].name, END}:
        raise wrong(BROKEN.format(name=ends[0].name))


def _repeat(parent: Any, block: list[Any], name: str, filling: Filling, kind: Kind) -> None:  # noqa: ANN401
    """Put a block once for each row where it stood."""
    for edge in {id(each): each for each in (block[0], block[-1])}.values():
        kind.strip(edge)
    kept = [each for each in block if not (each in (block[0], block[-1]) and kind.is_bare(each))]
    for item in filling.rows(name):
        for each in kept:
            copy = deepcopy(each)
            block[0].addprevious(copy)
            kind.fill(copy, filling.of(item))
    for each in block:
        parent.remove(each)
