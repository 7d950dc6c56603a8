"""What is looked at of a candidate, each with its verdict and its ground. What is not known is never a pass. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from shared.roles import Role


class Verdict(StrEnum):
    """How a check came out."""

    PASS = "pass"  # noqa: S105  a verdict
    FAIL = "fail"
    WARN = "warn"
    UNKNOWN = "unknown"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return {"pass": "符合", "fail": "不符合", "warn": "请核对", "unknown": "不清楚"}[self.value]


class Rule(StrEnum):
    """What is looked at."""

    FULL_MEMBER = "full_member"  # (乡四（一）) a full member on the day
    OF_THE_GROUP = "of_the_group"
    NO_OTHER = "no_other"  # leads no other group (L)
    MAY_STAND = "may_stand"
    NOT_REPLACED = "not_replaced"
    SCHOOLING = "schooling"
    AGE = "age"


SAID: dict[Rule, str] = {
    Rule.FULL_MEMBER: "正式党员",
    Rule.OF_THE_GROUP: "编在本党小组",
    Rule.NO_OTHER: "没有担任别的党小组职务",
    Rule.MAY_STAND: "可以作为人选",
    Rule.NOT_REPLACED: "不是刚被调整的原任",
    Rule.SCHOOLING: "学历",
    Rule.AGE: "年龄",
}


class Check(NamedTuple):
    """One thing that was looked at: the verdict, and the fact that it rests on, in words."""

    rule: Rule
    verdict: Verdict
    ground: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the register knows of a candidate on the day from which he would hold the post.

    kind: of membership; None where he is no member that day. place: his group or branch. elsewhere: groups in which he
    holds a post of leader or deputy. beside: the other post of the same group, if he holds it. barred: the office has
    marked that he may not stand; why is nobody's to read. replaced: he is the one whom the committee replaced.
    filed: other groups for which he has been filed and does not hold the post yet.
    """

    kind: str | None
    place: str
    in_group: bool
    in_branch: bool
    elsewhere: Sequence[str]
    beside: Role | None
    barred: bool
    replaced: bool
    education: str | None
    born_on: date | None
    filed: Sequence[str] = ()


def checked(known: Known, on: date) -> list[Check]:
    """Everything that is looked at, in a steady order. Age and schooling are facts for the township's shares (T)."""
    return [
        _full_member(known, on),
        _of_the_group(known),
        _no_other(known),
        _said(Rule.MAY_STAND, not known.barred, "没有不宜提名的标记", "组织委员已标记不宜提名，请另提人选"),
        _said(Rule.NOT_REPLACED, not known.replaced, "不是", "是党委决定调整的原任，请另提人选"),
        Check(
            Rule.SCHOOLING,
            Verdict.PASS if known.education else Verdict.UNKNOWN,
            known.education or "名册没有登记学历，请先补登",
        ),
        _age(known.born_on, on),
    ]


def failing(checks: Sequence[Check]) -> list[Check]:
    """What stops a candidate."""
    return [check for check in checks if check.verdict is Verdict.FAIL]


def age_on(born_on: date, day: date) -> int:
    """Whole years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _said(rule: Rule, holds: bool, yes: str, no: str) -> Check:  # noqa: FBT001  the verdict itself
    return Check(rule, Verdict.PASS if holds else Verdict.FAIL, yes if holds else no)


def _full_member(known: Known, on: date) -> Check:
    day = f"{on.year}年{on.month}月{on.day}日"
    if known.kind is None:
        return Check(Rule.FULL_MEMBER, Verdict.FAIL, f"{day}不在册")
    if known.kind != "full":
        return Check(Rule.FULL_MEMBER, Verdict.FAIL, f"{day}是预备党员，组长、副组长由正式党员担任")
    return Check(Rule.FULL_MEMBER, Verdict.PASS, f"{day}是正式党员")


def _of_the_group(known: Known) -> Check:
    if known.in_group:
        return Check(Rule.OF_THE_GROUP, Verdict.PASS, known.place)
    if known.in_branch:
        return Check(Rule.OF_THE_GROUP, Verdict.WARN, f"编在本支部的{known.place}，不在本党小组")
    return Check(Rule.OF_THE_GROUP, Verdict.FAIL, "不编在本支部，请先办理调动")


def _no_other(known: Known) -> Check:
    if known.elsewhere:
        return Check(Rule.NO_OTHER, Verdict.FAIL, f"已担任{'、'.join(known.elsewhere)}的职务，请先免去")
    if known.filed:
        return Check(Rule.NO_OTHER, Verdict.FAIL, f"已备案到{'、'.join(known.filed)}任职，请先撤销那项备案")
    if known.beside is not None:
        said = f"现任本组{known.beside.chinese}，到任时原职务同时免去"
        return Check(Rule.NO_OTHER, Verdict.WARN, said)
    return Check(Rule.NO_OTHER, Verdict.PASS, "没有")


def _age(born_on: date | None, on: date) -> Check:
    if born_on is None:
        return Check(Rule.AGE, Verdict.UNKNOWN, "名册没有登记出生日期")
    return Check(Rule.AGE, Verdict.PASS, f"{age_on(born_on, on)}周岁")
