"""What fills an office's own paper, of Word or of Excel: run in a program of its own (shared.apart)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.errors import Invalid
from shared.print import in_excel, in_word
from shared.print.blanks import Filling, wrong
from shared.print.packed import UNREADABLE, packed, parts_of


def filled(template: bytes, *, words: Mapping[str, Any] | Sequence[Mapping[str, Any]], mark: str = "") -> bytes:
    """The document with these words in its blanks; of several, each from a new page on (Word only).

    `mark` says in its properties of which version of the paper it was made. Raises Invalid with what is wrong.
    """
    several = [words] if isinstance(words, Mapping) else list(words)
    try:
        made, fillings = _filled(template, several)
        fillings[0].refuse_strange()
        return packed(made, mark=mark)
    except Invalid as refused:
        raise Invalid(f"本单位的模板有误，不能填写：{refused.detail}请改正模板，或者先用系统自带的格式。") from None


def tried(template: bytes, *, words: Mapping[str, Any], needed: Mapping[str, str]) -> bytes:
    """Nothing, where a paper that somebody hands in may be used: it was filled once with words of nobody.

    Raises Invalid, at the field `file`, with what to change. `needed`: the blanks that must be there → their words.
    """
    _, fillings = _filled(template, [words])
    fillings[0].refuse_strange()
    fillings[0].refuse_missing(needed)
    return b""


def _filled(template: bytes, several: Sequence[Mapping[str, Any]]) -> tuple[dict[str, bytes], list[Filling]]:
    parts = parts_of(template)
    used, strange = set[str](), set[str]()
    fillings = [Filling(words, used=used, strange=strange) for words in several]
    try:
        if in_word.DOCUMENT in parts:
            return in_word.fill(parts, fillings), fillings
        if in_excel.BOOK in parts:
            return in_excel.fill(parts, fillings[0]), fillings
    except (Invalid, MemoryError):
        raise
    except Exception:  # noqa: BLE001  a part that is no such part ends in any error
        raise wrong(UNREADABLE) from None
    raise wrong(UNREADABLE)
