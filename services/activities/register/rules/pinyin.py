"""The order in which people expect names: by pinyin, surnames read as surnames, numbers by their size.

A person's is kept syllable by syllable, so that he is found by the first letters of these as well.
"""

from __future__ import annotations

import re
from functools import lru_cache

SURNAMES = {
    "单": "shan",
    "仇": "qiu",
    "解": "xie",
    "曾": "zeng",
    "区": "ou",
    "查": "zha",
    "朴": "piao",
    "盖": "ge",
    "尉迟": "yu chi",
    "万俟": "mo qi",
}
NUMBER_WIDTH = 3
_ONES = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_LETTERS = re.compile(r"[A-Za-z]{2,10}")
_NUMERAL = re.compile(r"\d+|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]")


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """A person's name as it is sorted: `shan xiao hong` for 单小红."""
    for length in (2, 1):
        surname = name[:length]
        if surname in SURNAMES and len(name) > length:
            return f"{SURNAMES[surname]} {plain(name[length:], ' ')}"
    return f"{plain(name[:1])} {plain(name[1:], ' ')}".strip()


def initials(letters: str) -> str | None:
    """The pattern of `name_key` for whoever's syllables begin with these letters; nothing where they cannot be any."""
    if not _LETTERS.fullmatch(letters):
        return None
    return "^" + r"[^ ]* (· )?".join(letters.lower())


@lru_cache(maxsize=4096)
def by_number(name: str) -> str:
    """A name as it is sorted where nobody has kept its pinyin: its numbers by their size, 第二网格 before 第十网格."""
    return _NUMERAL.sub(lambda found: f"{value_of(found[0]):0{NUMBER_WIDTH}}", name)


@lru_cache(maxsize=4096)
def unit_key(name: str) -> str:
    """A unit's name as it is sorted: 第二党小组 before 第十党小组, 2组 before 10组."""
    return plain(by_number(name))


def plain(text: str, between: str = "") -> str:
    """Pinyin without tones, syllables apart by `between`; what is no Chinese stays."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  its dictionary is large, and only writers of names need it

    return between.join(lazy_pinyin(text, style=Style.NORMAL)).lower()


def value_of(numeral: str) -> int:
    """12 of `12` or `十二`."""
    if numeral.isdigit():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return _ONES[numeral]
    return (_ONES[tens] if tens else 1) * 10 + (_ONES[ones] if ones else 0)
