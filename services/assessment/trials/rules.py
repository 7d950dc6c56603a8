"""A copy of a scheme with some of its figures changed, and whose grade moves by it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.assessment.schemes.rules import Grade, QuotaLine, Scheme, hundredths, quota_line, scheme_from, written
from shared.errors import Invalid
from shared.shapes import half_width

WHOLE = re.compile(r"\d{1,4}")
PERCENT_MAX = 100


POINTS = "分"


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure is called, what it counts, and between what it lies (points in hundredths)."""

    label: str
    unit: str
    least: int
    most: int


OF_INDICATOR = {
    "points": Bound("最高分值", POINTS, 1, 999_999),
    "each": Bound("每次", POINTS, 1, 999_999),
    "beyond": Bound("超过几次后计分", "次", 0, 1000),
    "full_at": Bound("出勤率达到多少即满分", "%", 1, 100),
    "hours": Bound("全年应满", "小时", 1, 1000),
    "missing_at_least": Bound("缺多少次否决", "次", 1, 1000),
}
OF_SCHEME = {
    "bonus_cap": Bound("加分合计上限", POINTS, 1, 999_999),
    "total_cap": Bound("总分上限", POINTS, 1, 999_999),
    "grades.excellent": Bound("优秀分数线", POINTS, 0, 999_999),
    "grades.competent": Bound("称职分数线", POINTS, 0, 999_999),
}
QUOTA = "excellent_percent"
OF_QUOTA = Bound("优秀比例", "%", 1, 100)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that may be changed: `study.points`, `grades.excellent`, `bonus_cap`; its label and its value."""

    name: str
    label: str
    value: str
    bound: Bound

    def read(self, text: str) -> str | int:
        """What somebody typed, as a scheme keeps it; or Invalid at this figure."""
        in_points = self.bound.unit == POINTS
        try:
            value = hundredths(text) if in_points else int(WHOLE.fullmatch(text)[0])  # type: ignore[index]
        except (ValueError, TypeError):
            kind = "数，最多两位小数" if in_points else "整数"
            raise Invalid(f"「{self.label}」应为{kind}。", field=self.name) from None
        if not self.bound.least <= value <= self.bound.most:
            shown = [written(each) if in_points else str(each) for each in (self.bound.least, self.bound.most)]
            raise Invalid(f"「{self.label}」应在 {shown[0]} 到 {shown[1]} 之间。", field=self.name)
        return written(value) if in_points else value


def figures_of(scheme: Scheme, *, percent: int) -> tuple[Figure, ...]:
    """Everything that may be changed, in the order of the scheme; `percent` is the quota on excellent."""
    return (*_of_indicators(scheme), *_of_whole(scheme), Figure(QUOTA, OF_QUOTA.label, str(percent), OF_QUOTA))


def _of_indicators(scheme: Scheme) -> Iterator[Figure]:
    for one in scheme.as_data()["indicators"]:
        for part, bound in OF_INDICATOR.items():
            if one.get(part) is not None:
                yield Figure(f"{one['key']}.{part}", f"{one['name']}：{bound.label}", str(one[part]), bound)


def _of_whole(scheme: Scheme) -> Iterator[Figure]:
    data = scheme.as_data()
    for name, bound in OF_SCHEME.items():
        place, part = _place(data, name)
        if place[part] is not None:
            yield Figure(name, bound.label, str(place[part]), bound)


def _place(data: dict[str, Any], name: str) -> tuple[dict[str, Any], str]:
    """Where in a scheme's data a figure stands."""
    first, _, rest = name.partition(".")
    if not rest:
        return data, first
    inside = data["grades"] if first == "grades" else next(each for each in data["indicators"] if each["key"] == first)
    return inside, rest


def changes_of(scheme: Scheme, asked: Mapping[str, str], *, percent: int) -> dict[str, str | int]:
    """What really differs of what was asked; a figure that the scheme does not have is refused by its name.

    The form sends every figure: one that is as it was is none that somebody fixed, so it may give way to the others.
    """
    known = {figure.name: figure for figure in figures_of(scheme, percent=percent)}
    for name in asked:
        if name not in known:
            raise Invalid(f"方案里没有「{name[:60]}」这个数值。", field=name[:60])
    typed = {name: str(half_width(text)).strip() for name, text in asked.items()}
    read = {name: known[name].read(text) for name, text in typed.items() if text}
    return {name: value for name, value in read.items() if str(value) != known[name].value}


def changed(scheme: Scheme, changes: Mapping[str, str | int]) -> Scheme:
    """The copy with the changes. Where the base no longer adds up, its other indicators give way in proportion."""
    data = scheme.as_data()
    for name, value in changes.items():
        place, part = _place(data, name)
        place[part] = value
    for key, points in rebalanced(scheme, changes).items():
        place, part = _place(data, f"{key}.points")
        place[part] = written(points)
    return scheme_from(data)


def rebalanced(scheme: Scheme, changes: Mapping[str, str | int]) -> dict[str, int]:
    """The points of the base indicators that nobody named, so that all add up to the full base again; hundredths."""
    fixed = {key: hundredths(changes[f"{key}.points"]) for key in _base(scheme) if f"{key}.points" in changes}
    rest = {key: points for key, points in _base(scheme).items() if key not in fixed}
    left = scheme.points - sum(fixed.values())
    if not fixed or left == sum(rest.values()):
        return {}
    if left < len(rest) or not rest:
        full, given = written(scheme.points), written(sum(fixed.values()))
        raise Invalid(
            f"基础指标满分合计应为 {full} 分，改动的几项已有 {given} 分，请调整。", field=f"{min(fixed)}.points"
        )
    return share_out(rest, left)


def _base(scheme: Scheme) -> dict[str, int]:
    return {each.key: each.points for each in scheme.base}


def share_out(weights: Mapping[str, int], whole: int) -> dict[str, int]:
    """A whole shared out by weights, each at least 1; what rounding leaves over or owes falls to the largest."""
    total = sum(weights.values())
    shares = {key: max(whole * weight // total, 1) for key, weight in weights.items()}
    while rest := whole - sum(shares.values()):
        largest = max(shares, key=lambda key: shares[key])
        shares[largest] += max(rest, -1)
    return shares


# --- whose grade moves ---


@dataclass(frozen=True, slots=True)
class Standing:
    """A leader by a scheme: total in hundredths, the grade that is proposed; the quota leaves no room, or cuts here."""

    total: int | None
    proposed: Grade | None
    over_quota: bool
    at_line: bool


def moves(before: Standing, after: Standing) -> bool:
    """Whether somebody stands otherwise: by the grade, or by the line of the quota."""
    return (before.proposed, before.over_quota, before.at_line) != (after.proposed, after.over_quota, after.at_line)


class Scored(NamedTuple):
    """A sheet by a scheme: total in hundredths, the grade that is proposed, and whether the leader takes part."""

    case_id: int
    total: int | None
    proposed: str | None
    vetoed: bool
    takes_part: bool


def standings(scored: Sequence[Scored], *, percent: int) -> dict[int, Standing]:
    """By case, with the line of the quota drawn as the run draws it."""
    taking = [(each.total, each.vetoed) for each in scored if each.total is not None and each.takes_part]
    line = quota_line(taking, percent=percent)
    return {each.case_id: _standing(each, line) for each in scored}


def _standing(scored: Scored, line: QuotaLine) -> Standing:
    grade = Grade(scored.proposed) if scored.proposed else None
    seeks = scored.takes_part and grade is Grade.EXCELLENT and scored.total is not None
    beyond, cut = line.beyond(scored.total or 0), line.cuts(scored.total or 0)
    return Standing(scored.total, grade, over_quota=seeks and beyond, at_line=seeks and cut)
