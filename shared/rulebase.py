"""The rules as dated data: a national floor, and a local set over it that may be stricter but never looser.

Every rule says its article, its source and its mark: T the text that the product carries out, N a national rule read
in a reprint, L a local choice. What is judged by rules keeps their `fingerprint`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from itertools import combinations
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StringConstraints, model_validator

from shared.documents import fingerprint, read_document
from shared.errors import Invalid, OutOfReach, Refusal

NATIONAL: Final = "national"
LOCAL: Final = ("xiang", "zhen")
DEFAULTS: Final = "系统默认"
OWN: Final = "本乡镇"
# Values that are codes, in words; the rest is said by the rule itself.
CODES: Final = {
    "branch_nominates": "支部提名",
    "group_elects": "党小组选举",
    "leader": "党小组长",
    "aged": "年老体弱",
    "ill": "患病",
    "away": "外出",
    "True": "是",
    "False": "否",
}
UNWRITTEN: Final = frozenset({DEFAULTS, OWN})  # sources that are no document: their "article" says it alone


class Mark(StrEnum):
    """Where a figure is from."""

    TEXT = "T"
    NATIONAL = "N"
    LOCAL = "L"


class Per(StrEnum):
    """The period that a cadence repeats in; each length is made of whole shorter ones."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months long."""
        return {"month": 1, "quarter": 3, "half": 6, "year": 12}[self.value]


class Bearer(StrEnum):
    """Who owes what a rule asks for."""

    GROUP = "group"
    BRANCH = "branch"
    BRANCH_WITH_GROUPS = "branch_with_groups"
    LEADER = "leader"
    MEMBER = "member"
    TOWNSHIP = "township"


class Direction(StrEnum):
    """Which way a local rule may leave the floor."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXACTLY = "exactly"
    INCLUDES = "includes"
    CHOICE = "choice"


class Band(BaseModel):
    """One step of a table such as dues: up to and including `up_to` (none = without end), at `rate` per cent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    up_to: Decimal | None
    rate: Decimal


Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*(\.[a-z][a-z_]*)*$", max_length=60)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Value = StrictBool | StrictInt | str | tuple[StrictInt, ...] | tuple[str, ...] | tuple[Band, ...]


class Rule(BaseModel):
    """One figure, in force on [effective_from, effective_to); an open end is a date that the source does not give."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Key
    title: Name
    value: Value
    unit: str = ""
    per: Per | None = None
    direction: Direction
    generally: bool = False
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")] | None = None
    bearer: Bearer | None = None
    article: Name
    source: Name
    mark: Mark
    effective_from: date | None = None
    effective_to: date | None = None

    @model_validator(mode="after")
    def holds_together(self) -> Self:
        """A cadence is a number of times in a period that somebody owes; an interval ends after it starts."""
        if self.kind and not (self.per and self.bearer and type(self.value) is int and self.value > 0):
            raise ValueError(f"「{self.key}」规定了活动类型，就要写明次数 value、周期 per 和责任主体 bearer")
        if self.effective_from and self.effective_to and self.effective_to <= self.effective_from:
            raise ValueError(f"「{self.key}」的失效日期不晚于生效日期")
        if self.direction in {Direction.AT_LEAST, Direction.AT_MOST} and self.number is None:
            raise ValueError(f"「{self.key}」要比较宽严，value 应为数字")
        return self

    @property
    def number(self) -> Fraction | None:
        """The value as an exact number, or none when it is not one."""
        if isinstance(self.value, bool | tuple):
            return None
        try:
            return Fraction(self.value)
        except (ValueError, ZeroDivisionError):
            return None

    def in_force(self, on: date) -> bool:
        """Whether this rule holds on that day."""
        return (self.effective_from or date.min) <= on < (self.effective_to or date.max)

    def meets(self, other: Rule) -> bool:
        """Whether there is a day on which both are in force."""
        start = max(self.effective_from or date.min, other.effective_from or date.min)
        return start < min(self.effective_to or date.max, other.effective_to or date.max)

    def said(self) -> str:
        """The rule as it is named in a sentence: title, figure, source, article."""
        return f"{self.title}（{self.figure()}，{self.cited}）"

    @property
    def cited(self) -> str:
        """Where it stands: the article of its document, or the words alone of what stands in none."""
        return self.article if self.source in UNWRITTEN else f"{self.source}{self.article}"

    def figure(self) -> str:
        """The figure in words, such as 每半年至少 1 次."""
        period = {"month": "每月", "quarter": "每季度", "half": "每半年", "year": "每年"}.get(self.per or "", "")
        bound = {"at_least": "至少 ", "at_most": "至多 "}.get(self.direction, "")
        value = "、".join(map(str, self.value)) if isinstance(self.value, tuple) else str(self.value)
        return f"{period}{bound}{value}{' ' if self.unit else ''}{self.unit}"

    def in_words(self) -> str:
        """What it asks for, in words also where its value is a code."""
        values = self.value if isinstance(self.value, tuple) else (self.value,)
        if any(str(each) in CODES for each in values):
            return "、".join(CODES.get(str(each), str(each)) for each in values)
        return self.figure()


class RuleSet(BaseModel):
    """A named, versioned set of rules, as it stands in a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]
    title: Name
    version: Name
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def says_each_thing_once(self) -> Self:
        """No two rules of one key on one day."""
        for one, two in combinations(sorted(self.rules, key=lambda rule: rule.key), 2):
            if one.key == two.key and one.meets(two):
                raise ValueError(f"「{one.key}」在同一时间有两条规定：{one.said()}、{two.said()}")
        return self


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds on one day: the floor, with the local set laid over it."""

    local: str | None
    versions: Mapping[str, str]
    by_key: Mapping[str, Rule]

    def rule(self, key: str) -> Rule:
        """The rule of this key; asking for one that no set has is a fault of the program."""
        return self.by_key[key]

    def integer(self, key: str) -> int:
        """The value of a rule that counts something."""
        value = self.by_key[key].value
        if type(value) is not int:
            raise TypeError(f"{key} is not a whole number: {value!r}")
        return value

    def is_so(self, key: str) -> bool:
        """The value of a rule that says yes or no."""
        value = self.by_key[key].value
        if type(value) is not bool:
            raise TypeError(f"{key} is no choice of yes and no: {value!r}")
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """The value of a rule that lists words."""
        value = self.by_key[key].value
        return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)

    def numbers(self, key: str) -> tuple[int, ...]:
        """The value of a rule that lists whole numbers."""
        return tuple(map(int, self.words(key)))

    def cadences(self, *bearers: Bearer) -> tuple[Rule, ...]:
        """The rules that make an activity owed, by whom; all of them when nobody is named."""
        owed = (rule for rule in self.by_key.values() if rule.kind)
        return tuple(rule for rule in owed if not bearers or rule.bearer in bearers)

    @property
    def fingerprint(self) -> str:
        """A stable hash of what holds, to be kept with whatever is judged by it."""
        return fingerprint([as_data(self.by_key[key]) for key in sorted(self.by_key)])


@dataclass(frozen=True, slots=True, eq=False)  # each is like itself alone: what was made of it can be kept with it
class RuleBook:
    """A floor and the local set over it, on every date. Made by `lay_over`, so never looser than the floor."""

    floor: RuleSet
    local: RuleSet | None = None
    later: tuple[tuple[date, RuleSet], ...] = ()  # versions of the local set, each from its day on

    def local_on(self, day: date) -> RuleSet | None:
        """The local set of that day: the last version whose day has come."""
        return next((each for start, each in reversed(self.later) if start <= day), self.local)

    def on(self, day: date) -> Rules:
        """What holds on that day."""
        local = self.local_on(day)
        sets = [self.floor, *([local] if local else [])]
        return Rules(
            local=local.name if local else None,
            versions={each.name: each.version for each in sets},
            by_key={rule.key: rule for each in sets for rule in each.rules if rule.in_force(day)},
        )

    @property
    def fingerprint(self) -> str:
        """A stable hash of every set in full, for a span of time that more than one version covers."""
        later = [[start.isoformat(), as_data(each)] for start, each in self.later]
        return fingerprint(*(as_data(each) for each in (self.floor, self.local) if each), *later)


def as_data(part: BaseModel) -> dict[str, Any]:
    """Plain data without defaults, so that a field added later does not change the hash of what was there."""
    return part.model_dump(mode="json", exclude_defaults=True)


def read_rules(text: str) -> RuleSet:
    """A rule set from its YAML, or `Invalid` in Chinese."""
    return read_document(text, RuleSet, title="制度文件")


def lay_over(floor: RuleSet, local: RuleSet | None, later: tuple[tuple[date, RuleSet], ...] = ()) -> RuleBook:
    """The local set over the floor, or a refusal that names the first pair where the local rule is looser.

    `later`: versions of the local set by the day from which each holds, in their order.
    """
    for each in (local, *(version for _, version in later)):
        for rule in each.rules if each else ():
            for above in floor.rules:
                if above.key == rule.key and above.meets(rule):
                    refuse_looser(rule, above)
    return RuleBook(floor, local, later)


def refuse_looser(rule: Rule, above: Rule) -> None:
    """Refuse a local rule that asks less than the one above it, or that cannot be compared with it."""
    if above.direction is Direction.CHOICE:
        return
    if (rule.unit, rule.direction, rule.kind) != (above.unit, above.direction, above.kind):
        raise Refusal(
            f"本地规定「{rule.said()}」与上位规定「{above.said()}」的单位、方向或类型不同，无法比较宽严，不能采用。"
        )
    if not STRICT_ENOUGH[above.direction](rule, above):
        raise Refusal(
            f"本地规定「{rule.said()}」比上位规定「{above.said()}」宽松，不能采用；本地规定只能更严，不能放宽。"
        )


def often_enough(rule: Rule, above: Rule) -> bool:
    """At least as much in every period of the one above, and as firm."""
    if rule.generally and not above.generally:
        return False
    if rule.per is None or above.per is None:
        return rule.per is above.per and exact(rule) >= exact(above)
    times, rest = divmod(above.per.months, rule.per.months)
    return rest == 0 and exact(rule) * times >= exact(above)


def little_enough(rule: Rule, above: Rule) -> bool:
    """At most as much, in the same period, and as firm."""
    return rule.per is above.per and rule.generally <= above.generally and exact(rule) <= exact(above)


def exact(rule: Rule) -> Fraction:
    """The number of a rule whose shape has been checked to have one."""
    return rule.number or Fraction(0)


STRICT_ENOUGH: Mapping[Direction, Callable[[Rule, Rule], bool]] = {
    Direction.AT_LEAST: often_enough,
    Direction.AT_MOST: little_enough,
    Direction.EXACTLY: lambda rule, above: (rule.value, rule.per) == (above.value, above.per),
    Direction.INCLUDES: lambda rule, above: set(listed(rule)) >= set(listed(above)),
}


def listed(rule: Rule) -> tuple[str, ...]:
    """The words of a list, or the one word that stands alone."""
    return tuple(map(str, rule.value)) if isinstance(rule.value, tuple) else (str(rule.value),)


@lru_cache(maxsize=8)
def shipped(name: str) -> RuleSet:
    """A rule set that ships with the product."""
    if name not in {NATIONAL, *LOCAL}:
        raise OutOfReach(f"没有名为「{name}」的制度版本，可用的有：{'、'.join(LOCAL)}。")
    rules = read_rules(files("shared").joinpath("rules_data", f"{name}.yaml").read_text("utf-8"))
    if rules.name != name:
        raise Invalid(f"制度文件 {name}.yaml 里写的名称是「{rules.name}」。")
    return rules


@lru_cache(maxsize=8)
def book(local: str | None = None) -> RuleBook:
    """The shipped floor with a shipped local set over it."""
    return lay_over(shipped(NATIONAL), shipped(local) if local else None)


def effective(on: date, local: str | None = None) -> Rules:
    """What holds on a day under a local set."""
    return book(local).on(on)
