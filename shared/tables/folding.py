"""Characters that look like an ordinary one and are not it: made ordinary, so that search and ledgers find the name.

They come out of PDFs (radicals), old fonts (compatibility forms) and old systems (the private codes of GB 18030).
"""

from __future__ import annotations

import unicodedata

# Unicode's EquivalentUnifiedIdeograph.txt, as far as the radicals are whole characters.
_RADICALS = (
    "⺀冫⺁厂⺂乛⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺕彐⺖忄⺗㣺⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛"
    "⺨犭⺩王⺫目⺬示⺭礻⺯糹⺰纟⺱罓⺲罒⺶羊⺹耂⺺肀⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸"
    "⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
_PRIVATE_FIRST, _PRIVATE_LEAD, _PRIVATE_TRAIL, _PRIVATE = 0xE815, 0xFE, 0x50, 80
_LATER = {
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE81E: 0x9FB4,
    0xE826: 0x9FB5,
    0xE82B: 0x9FB6,
    0xE82C: 0x9FB7,
    0xE831: 0x215D7,
    0xE832: 0x9FB8,
    0xE83B: 0x2298F,
    0xE843: 0x9FB9,
    0xE854: 0x9FBA,
    0xE855: 0x241FE,
    0xE864: 0x9FBB,
}
"""Private codes of GB 18030-2000 that have a character of their own since Unicode 4.1, as Python's codec has not."""


def _private() -> dict[int, str]:
    """The private codes in which old systems keep 䶮 and its like: GB 18030 has them at FE50 to FEA0."""
    found: dict[int, str] = {}
    for at in range(_PRIVATE):
        trail = _PRIVATE_TRAIL + at + (_PRIVATE_TRAIL + at >= 0x7F)  # noqa: PLR2004  no second byte is 7F
        found[_PRIVATE_FIRST + at] = bytes((_PRIVATE_LEAD, trail)).decode("gb18030")
    return found | {code: chr(character) for code, character in _LATER.items()}


def _composed() -> dict[int, str]:
    """Kangxi radicals and compatibility ideographs."""
    codes = (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFADA), *range(0x2F800, 0x2FA1E), 0x2E9F, 0x2EF3)
    return {code: plain for code in codes if (plain := unicodedata.normalize("NFKC", chr(code))) != chr(code)}


_BY_HAND = dict(zip(map(ord, _RADICALS[::2]), _RADICALS[1::2], strict=True))
ORDINARY: dict[int, str] = {
    code: "".join(_BY_HAND.get(ord(c), c) for c in said) for code, said in (_private() | _composed() | _BY_HAND).items()
}
"""For str.translate: each such character → the ordinary one."""

DOT = "·"
DOTS = dict.fromkeys(map(ord, "•・‧∙⋅･⸱●᛫﹒ᐧ⦁ꞏ・᛫∘◦⸳"), DOT)
"""For str.translate: what people type and fonts show for the dot in a name → the one dot."""
NAME_DOTS = DOTS | dict.fromkeys(map(ord, "．."), DOT)
"""In a cell that holds a name alone a full stop is that dot too."""
