"""Posts, kinds of members, circumstances and schooling, as they are abbreviated in rosters."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from services.activities.register.rules.elsewhere import names_guests
from shared.tables import compact


class Held(StrEnum):
    """The posts that a roster can state; the same words as in shared.people."""

    LEADER = "leader"
    DEPUTY = "deputy"
    SECRETARY = "secretary"
    COMMITTEE_MEMBER = "committee_member"


class Kind(StrEnum):
    """The two kinds of members."""

    FULL = "full"
    PROBATIONARY = "probationary"


class Hindrance(StrEnum):
    """Why a member is not expected; the same words as in shared.people."""

    AGED = "aged"
    ILL = "ill"
    AWAY = "away"
    CARING = "caring"


SINGLE = {Held.LEADER: "党小组长", Held.DEPUTY: "党小组副组长", Held.SECRETARY: "支部书记"}
"""The posts that one person holds at a time."""
OF_GROUP = frozenset({Held.LEADER, Held.DEPUTY})

_ANY = ".{0,40}"  # a title is a few words: what is longer names no post of ours
_ENDING = rf"(?:[（(]{_ANY}[）)])?"
_NUMBERED = r"(?:第?[一二三四五六七八九十\d]{1,4})?"
_POSTS: tuple[tuple[re.Pattern[str], Held | None], ...] = tuple(
    (re.compile(pattern + _ENDING), held)
    for pattern, held in (
        (rf"(?:(?:原|前)任?(?=党|支|书|组|副|小组|村)|曾任|离任|退休){_ANY}|{_ANY}第一书记|团{_ANY}", None),
        (
            rf"{_ANY}(?:村民|居民|互助|生产)小?组组?长|{_ANY}[乡镇]党委{_ANY}|{_ANY}党总支{_ANY}|(?:妇女|网格|民兵){_ANY}",
            None,
        ),
        (rf"{_ANY}党小组副组?长|{_NUMBERED}(?:小组|党组|组)?副组长|副(?:党?小组|党组)长", Held.DEPUTY),
        (rf"{_ANY}党小组组?长|{_NUMBERED}(?:小组|党组|组)组?长", Held.LEADER),
        (rf"{_ANY}副书记|{_ANY}支部副{_ANY}", Held.COMMITTEE_MEMBER),
        (
            rf"(?:{_ANY}(?:村|社区))?(?:党支部|支部|党)?(?:代理?)?书记|{_ANY}支部书记|支书|{_ANY}(?:村|社区)支书",
            Held.SECRETARY,
        ),
        (rf"{_ANY}支部委员|支委会?(?:委员|成员)?|支部成员|(?:{_ANY}支部)?委员", Held.COMMITTEE_MEMBER),
        (rf"(?:{_ANY}支部)?(?:组织|宣传|纪检|纪律检查|青年|统战|保密|群工|生活|学习|组宣)委员", Held.COMMITTEE_MEMBER),
    )
)
_NO_POST = frozenset(
    {"无", "/", "-", "—", "——", "党员", "普通党员", "一般党员", "群众", "没有", "否", "暂无", "正式党员", "预备党员"}
)
_SPLIT = re.compile(r"[、,，;；/\\\n+&]|兼任?|(?<=[长记员书委])(?: |和|及)")


@dataclass(frozen=True, slots=True)
class PostHeld:
    """A post in the member's group or branch, with the words that stood there; of a 支委 what he answers for."""

    kind: Held
    title: str
    duties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PostsRead:
    """The posts in a cell: those of the group and branch, and other words that are none of them."""

    held: tuple[PostHeld, ...] = ()
    others: tuple[str, ...] = ()


@lru_cache(maxsize=1_024)
def posts_in(text: str) -> PostsRead:
    """The posts in a text: 组长、支委 → leader and committee member; 村民小组长 is another's."""
    held: dict[Held, PostHeld] = {}
    others = []
    for part in _SPLIT.split(text):
        title = compact(part).strip("。.：:")
        if not title or title in _NO_POST:
            continue
        kind = _post(title)
        if kind is None:
            others.append(title)
        elif kind in held:
            held[kind] = replace(held[kind], duties=held[kind].duties | _duties(kind, title))
        else:
            held[kind] = PostHeld(kind, title, _duties(kind, title))
    return PostsRead(tuple(held.values()), tuple(others))


def _post(title: str) -> Held | None:
    for pattern, held in _POSTS:
        if pattern.fullmatch(title):
            return held
    return None


_DUTIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("deputy_secretary", re.compile(r"副书记|支部副")),
    ("organisation", re.compile(r"组织|组宣")),
    ("publicity", re.compile(r"宣传|组宣")),
    ("discipline", re.compile(r"纪检|纪律检查")),
)
"""What a member of a branch's committee answers for, by the words of his title."""


def duties_in(text: str) -> frozenset[str]:
    """What somebody answers for, by the words of a title or of a column of its own."""
    return frozenset(duty for duty, pattern in _DUTIES if pattern.search(text))


def _duties(kind: Held, title: str) -> frozenset[str]:
    return duties_in(title) if kind is Held.COMMITTEE_MEMBER else frozenset()


_NOT_A_MEMBER = re.compile(r"积极分子|发展对象|申请人|群众|团员|民主党派|非党")


class NoMember(ValueError):
    """The word names somebody who is no member, or nothing known."""


@lru_cache(maxsize=1_024)
def kind_in(text: str, *, question: str = "") -> Kind | None:
    """The kind of member in a cell; None where nothing is said. `question`: the heading, for answers of yes and no."""
    plain = compact(text)
    if not plain or plain in {"/", "-", "—"}:
        return None
    if plain in {"是", "√", "否", "×"} and "是否" in question:
        yes = plain in {"是", "√"}
        return Kind.PROBATIONARY if yes == ("预备" in question) else Kind.FULL
    if "预备" in plain and "转" not in plain:
        return Kind.PROBATIONARY
    if names_guests(plain):
        raise NoMember(f"“{plain[:12]}”的组织关系不在这里，不列入党员花名册；请放在“流入党员”工作表里再导入")
    if _NOT_A_MEMBER.search(plain):
        raise NoMember(f"“{plain[:12]}”不是党员，不列入党员花名册")
    if "正式" in plain or "党员" in plain:
        return Kind.FULL
    raise NoMember(f"党员类别“{plain[:12]}”看不懂，请写正式党员或预备党员")


_BACK = re.compile(r"已?(?:返乡|返回|回村|回乡|回来)|已康复|痊愈|无(?:外出|疾病)|不再外出|非流动|^否$")
_HINDRANCES = (
    (Hindrance.CARING, re.compile(r"照顾|照料|照看|陪护|护理|孕期|怀孕|哺乳|产假")),
    (Hindrance.AGED, re.compile(r"年老|高龄|年迈|体弱|年事已高|行动不便")),
    (
        Hindrance.ILL,
        re.compile(r"重病|大病|卧病|卧床|失能|瘫痪|患病|患有|住院|癌|中风|偏瘫|长期生病|因病|残疾|失智|痴呆"),
    ),
    (Hindrance.AWAY, re.compile(r"流动党员|外出|务工|打工|在外|外地|经商|县外|省外|国外|出国")),
)
_GONE = re.compile(
    r"去世|死亡|病故|病逝|亡故|逝世|已故|离世|身故|已转出|转出|转往|转至|已转到|除名|开除|退党|自行脱党|出党|^(?:亡|故|殁|死|已转)$"
)
_NOT_GONE = re.compile(
    r"[父母妻夫儿]|子女|女(?![，,、;；/）)]|$)|配偶|家属|爱人|老伴|兄|弟|姐|妹|未|没|待|拟|申请|准备|正在|不[再能予]|转入|转来|取消|撤销|恢复|留党|因.{0,4}去世.{0,4}照|若|如"
)
_LEFT = re.compile(r"去世|死亡|病故|亡故|逝世|已转出|转出|开除|除名|停止党籍|退党|自行脱党|失联")


def hindrances_in(text: str) -> tuple[Hindrance, ...]:
    """What a remark says of why a member is not expected."""
    if not text:
        return ()
    plain = compact(text)
    if _BACK.search(plain):
        return ()
    found = [kind for kind, pattern in _HINDRANCES if pattern.search(plain)]
    if Hindrance.CARING in found:
        found = [kind for kind in found if kind is not Hindrance.ILL]
    return tuple(found)


@lru_cache(maxsize=1_024)
def says_gone(text: str) -> bool:
    """Whether words say outright that somebody is on the roll no more: 已故, 2025年3月转出, not 父亲去世."""
    plain = compact(text)
    return bool(_GONE.search(plain)) and not _NOT_GONE.search(plain)


def says_left(text: str) -> bool:
    """Whether a remark says that somebody may no longer be on the roll."""
    return bool(_LEFT.search(compact(text)))


_SCHOOLING = (
    ("研究生", re.compile(r"研究生|硕士|博士")),
    ("大专", re.compile(r"大专|专科|高职")),
    ("本科", re.compile(r"本科|大学|学士")),
    ("中专", re.compile(r"中专|中等专业|中师|中技|技校|职高|职业高中|职中")),
    ("高中", re.compile(r"高中")),
    ("初中", re.compile(r"初中|初级中学")),
    ("小学", re.compile(r"小学|初小|高小")),
    ("文盲", re.compile(r"文盲|不识字|无学历|没上过学")),
)


@lru_cache(maxsize=1_024)
def schooling_in(text: str) -> str | None:
    """The schooling in the office's own steps; other words as they stand; None where nothing is said."""
    plain = compact(text)
    if plain in {"", "/", "-", "—", "无"}:
        return None
    return next((step for step, pattern in _SCHOOLING if pattern.search(plain)), plain)
