"""What no words about a view may hold: whoever spoke. Names, numbers and doors are found, and taken out. Pure.

Patterns are linear. They cannot find every name: the form says why none belongs there.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from shared.errors import Invalid

SAID_LENGTH_MAX: Final = 500
WIDE = str.maketrans("０１２３４５６７８９Ｘｘ－　", "0123456789Xx- ")
SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱郭何罗宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪"
    "任姜范姚谭廖邹熊陆郝孔崔康邱秦江史顾侯邵孟钱汤尹黎常武乔贺赖龚"
)
CALLED: Final = (
    "某某|某|大爷|大妈|大叔|大婶|大娘|大伯|大哥|大姐|大嫂|奶奶|爷爷|阿姨|叔叔|伯伯|婶子|嫂子|婆婆|老师|师傅|医生|"
    "先生|女士|老汉|老太|书记|主任|组长|家的|家里|家门口"
)
NUMBER, DOOR, NAME = "号码", "门牌", "姓名或者称呼"
INSTEAD = {NUMBER: "（号码略）", DOOR: "（住处略）", NAME: "一名群众"}
PATTERNS: Final = (
    (NUMBER, re.compile(r"[0-9]{6}[ -]?[0-9]{8}[ -]?[0-9]{3}[0-9Xx]")),
    (NUMBER, re.compile(r"1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}")),
    (NUMBER, re.compile(r"0[0-9]{2,3}[ -][0-9]{7,8}")),
    (NUMBER, re.compile(r"[0-9]{7,18}")),
    (NUMBER, re.compile(r"[〇零一二三四五六七八九幺]{7,18}")),
    (DOOR, re.compile(r"[0-9]{1,4}(?:栋|幢|号楼)[0-9]{0,4}")),
    (DOOR, re.compile(r"[0-9]{1,4}(?:单元|室|号院|号门|号家|号户|号屋|号住户)")),
    (DOOR, re.compile(r"[组巷弄路街屯][0-9]{1,4}号")),
    (NAME, re.compile(f"[{SURNAMES}](?:{CALLED})")),
    (NAME, re.compile(f"[老小阿][{SURNAMES}]")),
)
OF_SOMEBODY: Final = re.compile(
    r"(?:1[3-9][0-9]{9}|[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx])"
)
"""The whole of a number that is a telephone or of an identity card: that of a case is long as well."""
BETWEEN: Final = re.compile(r"[ -]")
NOTHING: Final = frozenset(
    {
        "",
        "无",
        "没有",
        "暂无",
        "无意见",
        "没有意见",
        "没意见",
        "一切正常",
        "正常",
        "无异常",
        "没有问题",
        "无问题",
        "群众满意",
        "满意",
    }
    | {"都满意", "都很好", "很好", "平安无事", "未发现问题", "无事", "没事", "无情况", "没有情况"}
)
WHILE: Final = ("本月", "本周", "这个月", "今天", "目前", "暂时", "群众", "大家")
NOT_A_WORD = re.compile(r"[^\w]")
CONFIRM: Final = "；确实不是的，请勾选“提示的字不是人名，也不是住处”。"
SIGNS: Final = 8
"""So many finds are named in a refusal."""


class Mark(NamedTuple):
    """Something found in words: where, and what it is. A number is never let through, the others where confirmed."""

    start: int
    end: int
    what: str
    found: str


def marks_in(said: str, names: Iterable[str] = ()) -> list[Mark]:
    """What in these words may tell of whom they are; `names`: those of the register that whoever writes reaches."""
    plain = said.translate(WIDE)
    found = [Mark(*each.span(), what, each.group()) for what, pattern in PATTERNS for each in pattern.finditer(plain)]
    for name in names:
        found += [Mark(at, at + len(name), NAME, name) for at in _places(said, name)]
    return _apart(found)


def _places(said: str, name: str) -> Iterable[int]:
    at = said.find(name) if name else -1
    while at >= 0:
        yield at
        at = said.find(name, at + len(name))


def _apart(found: list[Mark]) -> list[Mark]:
    """Of marks that overlap the first, and of those that begin together the longest."""
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def cleaned(said: str, names: Iterable[str] = ()) -> str:
    """The same with words in their place that say nothing of anybody."""
    for mark in reversed(marks_in(said, names)):
        said = f"{said[: mark.start]}{INSTEAD[mark.what]}{said[mark.end :]}"
    return said


def says_nothing(said: str) -> bool:
    """Whether these words say that there is nothing to say."""
    bare = NOT_A_WORD.sub("", said)
    for word in WHILE:
        bare = bare.removeprefix(word)
    return bare in NOTHING


def check_words(said: str, names: Iterable[str] = (), *, confirmed: bool = False, field: str = "said") -> str:
    """The words as they may be kept. Raises Invalid at `field` with what was found, or where they say nothing.

    `confirmed`: whoever writes says that what looks like a name or a door is none; a number never passes.
    """
    text = said.strip()
    if says_nothing(text):
        raise Invalid("没有意见就不用记。一个月没有人提意见是正常的，不会因此扣分。", field=field)
    if len(text) > SAID_LENGTH_MAX:
        raise Invalid(f"请用几句话写清楚是什么事，不超过 {SAID_LENGTH_MAX} 字。", field=field)
    marks = [mark for mark in marks_in(text, names) if mark.what == NUMBER or not confirmed]
    if marks:
        shown = "、".join(dict.fromkeys(f"“{mark.found}”" for mark in marks[:SIGNS]))
        said = f"这里好像写了姓名、号码或者门牌：{shown}。只记事，不记人：请改成“一名群众”“路口那一户”这样的话"
        may = "，号码请去掉。" if any(mark.what == NUMBER for mark in marks) else CONFIRM
        raise Invalid(said + may, field=field)
    return text


def check_number(number: str) -> str:
    """The number that another office gave it. Raises Invalid at `number` where it is somebody's own, or his name."""
    text = number.strip()
    plain = BETWEEN.sub("", text.translate(WIDE))
    if OF_SOMEBODY.fullmatch(plain) or any(mark.what == NAME for mark in marks_in(text)):
        raise Invalid("这里只填对方单位给的编号，不写电话、身份证号和姓名。", field="number")
    return text
