"""The shape of a scheme: what is measured, what it is worth, and what the total means. Data, versioned by year."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from services.assessment.schemes.rules.points import Points, SomePoints, written
from shared.documents import check_document, fingerprint, read_document

TITLE = "考核方案"
MOST_INDICATORS = 40
PARTS = re.compile(r"\d+|[^\W\d_]+")
BY_HAND = "by_hand_"
"""What stands before the key of an indicator whose points are typed: so its evidence is called on a sheet."""

Key = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$", max_length=40)]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$", max_length=40)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Kinds = Annotated[tuple[Kind, ...], Field(min_length=1, max_length=12)]
Times = Annotated[StrictInt, Field(ge=1, le=1000)]
Percent = Annotated[StrictInt, Field(ge=1, le=100)]
Year = Annotated[StrictInt, Field(ge=1949, le=9999)]


def misfit(field: str, said: str) -> PydanticCustomError:
    """What does not hold together, and at which field that is best mended."""
    return PydanticCustomError("misfit", "{said}", {"said": said, "field": field})


class Part(BaseModel):
    """Nothing may stand in a scheme that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Indicator(Part):
    """One line of the score sheet, over the activities of some kinds."""

    key: Key
    name: Name
    kinds: Kinds

    @model_validator(mode="after")
    def names_a_kind_once(self) -> Self:
        """A kind that stood twice would count twice."""
        if len(set(self.kinds)) < len(self.kinds):
            raise misfit("kinds", f"「{self.name}」的活动类型重复")
        if any(kind.startswith(BY_HAND) for kind in self.kinds):
            raise misfit("kinds", f"「{self.name}」的活动类型不能以 {BY_HAND} 开头")
        return self

    @property
    def evidence(self) -> tuple[str, ...]:
        """What its figures on a sheet are called: its kinds of activities."""
        return self.kinds


class Earning(Indicator):
    """Earns up to `points`: part of the base, or a bonus on top of it."""

    points: SomePoints
    bonus: bool = False


class Share(Earning):
    """Held of what was owed."""

    measure: Literal["share"]


class Attendance(Earning):
    """Present of those who were expected; `full_at` per cent earn everything."""

    measure: Literal["attendance"]
    full_at: Percent = 100


class PerItem(Earning):
    """So many points for each activity after the first `beyond`."""

    measure: Literal["per_item"]
    each: SomePoints
    beyond: Annotated[StrictInt, Field(ge=0, le=1000)] = 0


class Hours(Earning):
    """Hours held of the hours asked for; `pro_rata` names a monthly kind whose owed months shorten the year."""

    measure: Literal["hours"]
    hours: Times
    pro_rata: Kind | None = None


class ByHand(Earning):
    """Points that the system cannot compute and a person types, once a leader: a branch's survey, a township's spots.

    by: who types them. It looks at no activities: what is computed from those is never typed.
    """

    measure: Literal["by_hand"]
    by: Literal["branch", "township"]
    kinds: Annotated[tuple[Kind, ...], Field(max_length=0)] = ()

    @property
    def evidence(self) -> tuple[str, ...]:
        """What was typed, under the indicator's own key."""
        return (f"{BY_HAND}{self.key}",)


class Deduct(Indicator):
    """Takes points off for each that is missing, `points` at most; it never earns any."""

    measure: Literal["deduct"]
    each: SomePoints
    points: SomePoints


class Veto(Indicator):
    """So many missing, and the grade is incompetent whatever the total."""

    measure: Literal["veto"]
    missing_at_least: Times


AnyIndicator = Annotated[Share | Attendance | PerItem | Hours | ByHand | Deduct | Veto, Field(discriminator="measure")]


class Grades(Part):
    """From how many points on a total is excellent, and competent; below that it is not."""

    excellent: Points = 9000
    competent: Points = 6000

    @model_validator(mode="after")
    def stand_in_order(self) -> Self:
        """Excellent asks for more than competent."""
        if self.excellent <= self.competent:
            raise misfit("excellent", "优秀的分数线应高于称职的分数线")
        return self


class Scheme(Part):
    """How a year of leaders is scored. `points` is the full base; totals pass it only where `over_base` says so."""

    key: Key
    name: Name
    version: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    year_from: Year
    year_to: Year | None = None
    applies_to: Literal["leader"]
    points: SomePoints
    over_base: bool = False
    total_cap: SomePoints | None = None
    bonus_cap: SomePoints | None = None
    grades: Grades = Grades()
    excellent_percent: Percent | None = None
    indicators: Annotated[tuple[AnyIndicator, ...], Field(min_length=1, max_length=MOST_INDICATORS)]

    @model_validator(mode="after")
    def adds_up(self) -> Self:
        """The base indicators are worth the base; nothing stands twice; caps and grades can be reached."""
        keys = [each.key for each in self.indicators]
        if len(set(keys)) < len(keys):
            raise misfit("add", f"指标的 key 重复：{'、'.join(sorted({key for key in keys if keys.count(key) > 1}))}")
        worth = sum(each.points for each in self.base)
        if worth != self.points:
            raise misfit("points", f"基础指标分值合计 {written(worth)} 分，与满分 {written(self.points)} 分不一致")
        if self.year_to is not None and self.year_to < self.year_from:
            raise misfit("year_to", "适用的结束年度早于开始年度")
        if self.total_cap is not None and not (self.over_base and self.total_cap >= self.points):
            raise misfit("total_cap", "总分上限只能用于允许超过满分的方案，且不低于满分")
        if self.cap is not None and self.grades.excellent > self.cap:
            raise misfit("excellent", "优秀的分数线高于总分上限，谁也达不到")
        return self

    @property
    def base(self) -> tuple[Earning, ...]:
        """The indicators that make up the full base."""
        return tuple(each for each in self.indicators if isinstance(each, Earning) and not each.bonus)

    @property
    def bonuses(self) -> tuple[Earning, ...]:
        """The indicators that add to it."""
        return tuple(each for each in self.indicators if isinstance(each, Earning) and each.bonus)

    @property
    def deductions(self) -> tuple[Deduct, ...]:
        """The indicators that only take off."""
        return tuple(each for each in self.indicators if isinstance(each, Deduct))

    @property
    def vetoes(self) -> tuple[Veto, ...]:
        """The indicators that override the total."""
        return tuple(each for each in self.indicators if isinstance(each, Veto))

    @property
    def by_hand(self) -> tuple[ByHand, ...]:
        """The indicators whose points a person types."""
        return tuple(each for each in self.indicators if isinstance(each, ByHand))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of evidence that the scheme looks at, sorted: of activities, and what is typed."""
        rated = (kind for each in self.indicators if isinstance(each, Hours) for kind in [each.pro_rata] if kind)
        return tuple(sorted({kind for each in self.indicators for kind in each.evidence}.union(rated)))

    @property
    def cap(self) -> int | None:
        """The highest total, or none without a limit."""
        return self.total_cap if self.over_base else self.points

    @property
    def fingerprint(self) -> str:
        """A stable hash of the scheme, kept with the results that it made."""
        return fingerprint(self.as_data(exclude_defaults=True))

    def as_data(self, *, exclude_defaults: bool = False) -> dict[str, Any]:
        """Plain data as it is stored; `scheme_from` reads it back to the same scheme."""
        return self.model_dump(mode="json", exclude_defaults=exclude_defaults)

    def applies_in(self, year: int) -> bool:
        """Whether the scheme is for that year."""
        return self.year_from <= year and (self.year_to is None or year <= self.year_to)


def read_scheme(text: str) -> Scheme:
    """A scheme from its YAML, or `Invalid` in Chinese."""
    return read_document(text, Scheme, title=TITLE)


def scheme_from(data: object) -> Scheme:
    """A scheme from stored or posted data, or `Invalid` in Chinese."""
    return check_document(data, Scheme, title=TITLE)


def for_year(schemes: Iterable[Scheme], year: int) -> Scheme | None:
    """The scheme for a year: of those that apply, the one that applies since last, then the highest version."""
    fitting = [scheme for scheme in schemes if scheme.applies_in(year)]
    return max(fitting, key=lambda scheme: (scheme.year_from, version_parts(scheme.version)), default=None)


def version_parts(version: str) -> tuple[tuple[int, str], ...]:
    """A version in parts that stand in order as people count: 9 before 10, 2025.9 before 2025.10."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in PARTS.findall(version))
