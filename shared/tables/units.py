"""Names of branches and groups as people vary them: 第一党小组 = 一组 = 1组, 柳河村党支部 = 柳河村支部 = 柳河支部."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

from shared.tables.cells import compact, without_brackets
from shared.tables.dates import shown

NOTHING = frozenset(
    {"", "无", "/", "-", "—", "——", "\\", "不设", "未设", "未划分", "未分组", "不分组", "没有", "暂无", "空"}
)
"""What people put into a cell that does not apply."""
NO_UNIT = (
    NOTHING
    | {"请选择", "请填写", "待定", "待填", "待查", "待核实", "不详", "不明", "未知", "不清楚"}
    | {"未编组", "未编入", "暂未编组", "暂未分组", "待编组", "待分组", "无小组", "不设小组", "未设小组"}
    | {f"{no}党小组" for no in ("无", "没有", "不设", "未设", "未划分", "未编入", "暂未编入", "暂无")}
)
"""What people put where a unit belongs that is not there, not known yet, or was never chosen from its list."""
DITTO = frozenset({"同上", "同前", "〃", "″", '"', "''", "”", "“", "〞", "々"})
"""What people write for the same as in the row above."""

_BEGIN_NOTHING = frozenset(said[:1] for said in NOTHING) | frozenset(" \t\n\r\u3000")
_LONGEST_NOTHING = 12
"""Characters, with blanks between."""
_HAN = "\u3400-\u9fff\U00020000-\U0003ffff〇"
_PARTY = re.compile(r"^(?:中国共产党|中共)")
_BRANCH_ENDING = re.compile(r"(?:党支部委员会|支部委员会|党总支|总支|党支部|支部|党委)$")
_ABOVE = re.compile(r"^(?:.{1,12}?[省州盟市县区旗])?(.{1,8}?(?:街道|乡|镇))(党委|党工委|工委)?(?=(..))")
_REMARK = re.compile(
    r"[（(【\[](?:[^）)】\]]{0,12}(?:章|全称)|(?:组长|负责人|书记|人数|名称)[^）)】\]]{0,12}|[共计约]{0,2}\d{1,5}[名人户])[）)】\]]?"
)
"""Brackets that are no part of a name: （盖章）, （共12人）."""
_IN_BRACKETS = re.compile(r"[（(【\[]([^）)】\]]{1,20})[）)】\]]?")
_PLACE = re.compile(r"(?:村民委员会|居民委员会|村委会|居委会|社区|村|居)$")
_GROUP_NUMBER = re.compile(r"第?([\d一二三四五六七八九十]{1,6})(?:党小组|小组|党组|组)?")
_GROUP_ENDING = re.compile(r"(?:党小组|小组|党组|组)$")
_FRONT = re.compile(
    r"^(?:(?:\d{4}年(?:度)?|[一二三四五六七八九十]+[、.．]|\d+[、.．]|[（(][一二三四五六七八九十\d]+[）)]"
    r"|(?:填报单位|填报党组织|上报单位|所在党支部|所属党支部|党支部名称|支部名称|党组织名称|所在党小组|所属党小组|党小组名称"
    r"|党支部|支部|党组织|党小组|组织|单位|名称)[（(盖章）)]*[:：]))+"
)
_BRANCH_IN = re.compile(
    f"([{_HAN}A-Za-z0-9·]{{1,24}}?(?:党支部委员会|支部委员会|党总支|党支部|支部)(?:[（(][一二三四五六七八九十\\d]{{1,3}}[）)])?)(?!书记|名称|委员|大会)"
)
_NUMBERED_GROUP = re.compile(r"第?[一二三四五六七八九十0-9]{1,3}(?:党小组|小组|组)(?!长|组长|会|名称)")
_NAMED_GROUP = re.compile(f"[{_HAN}]{{1,10}}?党小组(?!长|组长|会|名称)")
_COUNT = re.compile(r"[（(]?(?:共|计|党员|人数[:：]?){0,4}(\d{1,6})(?:名|人)")
_GENERIC = re.compile(
    r"^(?:所在|所属|各|本|基层|农村|该|每个?|全体|党支部|支部|乡镇|村级?)+(?:党小组|党支部|支部)?$|^党小组$"
)

LONGEST_NUMBER = 6
_ONES = {c: i for i, c in enumerate("〇一二三四五六七八九")}


class UnitsFound(NamedTuple):
    """What a title or a row between the people names, with the number of people that it states."""

    branch: str = ""
    group: str = ""
    stated: int | None = None


def nothing(text: str) -> bool:
    """Whether a cell says that there is nothing to say."""
    if text.isalnum() or len(text) > _LONGEST_NOTHING:
        return text in NOTHING
    return text[:1] in _BEGIN_NOTHING and compact(text) in NOTHING


def no_unit(text: str) -> bool:
    """Whether a cell where a branch or a group belongs names none."""
    return text in NO_UNIT or (len(text) <= _LONGEST_NOTHING and compact(text) in NO_UNIT)


def chinese_number(text: str) -> int | None:
    """12 of "12" or "十二"; None for anything else."""
    if text.isdecimal():
        return int(text) if len(text) <= LONGEST_NUMBER else None
    if text in _ONES:
        return _ONES[text]
    tens, ten, ones = text.partition("十")
    if not ten or (tens and tens not in _ONES) or (ones and ones not in _ONES):
        return None
    return _ONES.get(tens, 1) * 10 + _ONES.get(ones, 0)


def _named(text: str) -> str:
    """A name without blanks and remarks; its brackets, which are part of it, of one form: （一） = (1)."""
    return _IN_BRACKETS.sub(_bracket, _REMARK.sub("", compact(text)))


def _bracket(found: re.Match[str]) -> str:
    number = chinese_number(found[1])
    return f"（{found[1] if number is None else number}）"


def _parted(name: str) -> tuple[str, str]:
    """A name and the brackets behind it."""
    end = len(name)
    while name[:end].endswith("）") and (start := name.rfind("（", 0, end)) > 0:
        end = start
    return name[:end], name[end:]


@lru_cache(maxsize=4_096)
def branch_key(name: str) -> str:
    """A branch's name without what people add and leave out: 中共, the word for branch, blanks; never its brackets."""
    plain, behind = _parted(_PARTY.sub("", _named(name)))
    return (_BRANCH_ENDING.sub("", plain) or plain) + behind


def _below(name: str, townships: Collection[str] = ()) -> str:
    """A branch's key without the township in front, where that is one: known, or written in full (中共…, …乡党委…)."""
    key, official = branch_key(name), bool(_PARTY.match(compact(name)))
    if (
        (found := _ABOVE.match(key))
        and (official or found[2] or found[1] in townships)
        and not _PLACE.fullmatch(found[3])
    ):
        return key[found.start(3) :]
    for township in townships:
        if key.startswith(township) and len(key) > len(township) + 1:
            return key[len(township) :]
    return key


def townships_in(names: Iterable[str]) -> frozenset[str]:
    """What stands in front of several branches and ends as a township does: it is one, whoever says so."""
    fronts: dict[str, set[str]] = {}
    for key in dict.fromkeys(map(branch_key, names)):
        if found := _ABOVE.match(key):
            fronts.setdefault(found[1], set()).add(key)
    return frozenset(front for front, keys in fronts.items() if len(keys) > 1)


def _bare(key: str) -> str:
    """The key without the kind of place behind."""
    place = _PLACE.sub("", key)
    return place if len(place) > 1 else key


@lru_cache(maxsize=16_384)
def group_key(name: str, branch: str = "") -> str:
    """A group's name as it is compared within its branch: a numbered group is its number."""
    plain = _named(name)
    for front in (_named(branch), branch_key(branch)):
        if front and plain.startswith(front) and len(plain) > len(front):
            plain = plain.removeprefix(front).removeprefix("党支部").removeprefix("支部") or plain
    plain, behind = _parted(plain)
    if (found := _GROUP_NUMBER.fullmatch(plain)) and (number := chinese_number(found[1])) is not None:
        return f"#{number}{behind}"
    return (_GROUP_ENDING.sub("", plain) or plain) + behind


def match_branch(text: str, names: Iterable[str]) -> str | None:
    """The one name that this text means; None where none or several could be meant."""
    return Branches(names).meant(text)


class Branches:
    """The branches that a text can mean, by what is compared: made once for many texts."""

    def __init__(self, names: Iterable[str], townships: Collection[str] = ()) -> None:
        self.townships = townships
        self.by_key: dict[str, list[str]] = {}
        self.by_place: dict[str, list[str]] = {}
        self.by_bare: dict[str, list[str]] = {}
        for name in dict.fromkeys(names):
            key = branch_key(name)
            place = _below(name, townships)
            for known, said in ((self.by_key, key), (self.by_place, place), (self.by_bare, _bare(place))):
                known.setdefault(said, []).append(name)

    def meant(self, text: str) -> str | None:
        """The one branch that a text means; None where none or several could be meant."""
        key = branch_key(text)
        place = _below(text, self.townships)
        near = dict.fromkeys([*self.by_bare.get(place, ()), *self.by_place.get(_bare(place), ())])
        for found in (self.by_key.get(key), self.by_place.get(place), list(near)):
            if found:
                return found[0] if len(found) == 1 else None
        return None


def match_group(text: str, names: Iterable[str], branch: str = "") -> str | None:
    """The one group of a branch that this text means; None where none or several could be meant."""
    wanted = group_key(text, branch)
    found = [name for name in names if group_key(name, branch) == wanted]
    return found[0] if len(found) == 1 else None


def settle_names(texts: Iterable[str], townships: Collection[str] = ()) -> dict[str, str]:
    """Each spelling of a branch → the spelling to use: the most frequent, then the fullest, of those that mean it."""
    counted = Counter(texts)
    townships = {*townships, *townships_in(counted)}
    keys = {text: _below(text, townships) for text in counted}
    fuller: dict[str, list[str]] = {}
    for place in dict.fromkeys(keys.values()):
        if (bare := _bare(place)) != place:
            fuller.setdefault(bare, []).append(place)
    meant = {text: _place_meant(key, fuller.get(key, [])) for text, key in keys.items()}
    forms: dict[str, list[str]] = {}
    for text, place in meant.items():
        forms.setdefault(place, []).append(text)
    best = {
        place: max(
            (f for f in found if branch_key(f) == place or len(found) == 1), key=_weight(counted), default=found[0]
        )
        for place, found in forms.items()
    }
    return {text: _named_branch(best[place]) for text, place in meant.items()}


def _named_branch(name: str) -> str:
    """A place written where a branch should stand is that place's branch: 柳河村 → 柳河村党支部."""
    return name if re.search(r"支部|总支|党委|党组", name) else f"{name}党支部"


def named_group(name: str) -> str:
    """A bare number is the group of that number: 1 → 第一党小组."""
    number = chinese_number(name)
    return f"第{chinese_of(number)}党小组" if number else name


def chinese_of(number: int) -> str:
    """十二 for 12, up to 99."""
    tens, ones = divmod(number, 10)
    digits = ("", *"一二三四五六七八九")
    if not 0 < number < 100:  # noqa: PLR2004
        return str(number)
    return digits[ones] if not tens else f"{digits[tens] if tens > 1 else ''}十{digits[ones]}"


def _place_meant(key: str, fuller: list[str]) -> str:
    """柳河村 for 柳河 where only one place of that name is there; otherwise the key itself."""
    return fuller[0] if len(fuller) == 1 else key


def _weight(counted: Counter[str]) -> Callable[[str], tuple[int, bool, bool, int, str]]:
    return lambda form: (counted[form], form.endswith("党支部"), not _PARTY.match(form), len(form), form)


def units_in(text: str) -> UnitsFound:
    """The branch and group that a title, a sheet's name or a row between the people names."""
    branch = group = ""
    count = None
    for part in re.split(r"[\s;；，,]+", text):
        plain = _stripped(part)
        if not branch and (found := _BRANCH_IN.search(plain)):
            name = _stripped(found[1])
            branch = "" if _generic(name) else name
            plain = plain[found.end() :]
        group = group or _group_in(plain, named=bool(branch))
        if count is None and (counted := _COUNT.search(part)):
            count = int(counted[1])
    return UnitsFound(branch, group, count)


def _group_in(text: str, *, named: bool) -> str:
    """The group in a text; one without a number only where a branch stands before it or nothing else does."""
    if found := _NUMBERED_GROUP.search(text):
        return found[0]
    found = _NAMED_GROUP.match(text)
    alone = found is not None and not without_brackets(text[found.end() :])
    return found[0] if found and (named or alone) and not _generic(found[0]) else ""


def _generic(name: str) -> bool:
    """Whether a name is no branch's or group's own: 各党支部, 所在党小组."""
    return bool(_GENERIC.match(name))


@lru_cache(maxsize=4_096)
def split_unit(text: str) -> tuple[str, str]:
    """A cell that names branch and group together, as (branch, group)."""
    plain = compact(text)
    found = _BRANCH_IN.match(plain)
    if found and (rest := plain[found.end() :]) and rest.endswith("组"):
        return found[1], rest
    return plain, ""


def _stripped(text: str) -> str:
    """Without years, numbering and captions in front."""
    return _FRONT.sub("", text)


def branch_of_sheet(name: str) -> str:
    """The branch that a sheet's name means, or nothing: 柳河村 → 柳河村党支部."""
    if found := units_in(name).branch:
        return found
    plain = re.sub(
        r"\d+年?度?|花名册|名册|党员|台账|信息|登记|基本|情况|统计|一览|表|簿", "", without_brackets(compact(name))
    )
    if re.fullmatch(f"[{_HAN}]{{2,8}}", plain) and not re.search(
        r"汇总|合计|说明|目录|封面|名单|正式|预备|活动|记录|全[乡镇体部]|在册|在职|流动|退休|数据|总[表册]?$|通讯录|附件|新表|旧表|通用|网格",
        plain,
    ):
        return f"{plain}党支部"
    return ""


def unit_phrase(branch: str, group: str) -> str:
    """The unit in a sentence."""
    return shown(f"{branch}{group}", 40)
