"""One leader's score sheet from a scheme and a group's tally of the year. A pure function: try any change on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from itertools import islice
from typing import Any

from services.assessment.schemes.rules.formulas import (
    Figures,
    base_of,
    bonus_of,
    total_of,
    value_of,
)
from services.assessment.schemes.rules.reasons import why
from services.assessment.schemes.rules.scheme import Attendance, ByHand, Hours, Indicator, Scheme, Veto


class Grade(StrEnum):
    """A leader's grade; members' grades are another set."""

    EXCELLENT = "excellent"
    COMPETENT = "competent"
    INCOMPETENT = "incompetent"

    @property
    def said(self) -> str:
        """As the office says it."""
        return {"excellent": "优秀", "competent": "称职", "incompetent": "不称职"}[self.value]


@dataclass(frozen=True, slots=True)
class KindTally:
    """A kind over a group's year: activities held, owed periods and those met, people present and expected, minutes."""

    done: int = 0
    months: int = 0
    owed: int = 0
    present: int = 0
    expected: int = 0
    minutes: int = 0
    ids: tuple[int, ...] = ()

    @classmethod
    def by_month(cls, counts: Sequence[int], periods: Iterable[tuple[int, int, int]]) -> KindTally:
        """From twelve counts and the periods owed, each (first month, last month, how many); months start at 1."""
        owed = list(periods)
        met = sum(min(sum(counts[first - 1 : last]), count) for first, last, count in owed)
        return cls(done=sum(counts), months=met, owed=sum(count for *_, count in owed))


Tally = Mapping[str, KindTally]

NOTHING = KindTally()
COLUMNS = tuple(each.name for each in fields(KindTally) if each.name != "ids")


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what it earned (negative where it took off), or none where it does not apply; and why.

    `evidence`: by kind, the numbers of the things behind it.
    `by_hand`: somebody typed it; `evidence` then has the number of the mark under the indicator's own name.
    `counts_people`: it goes by who came to activities, not by how many of those that were owed were held.
    """

    key: str
    name: str
    points: int
    earned: int | None
    vetoes: bool | None
    figures: Mapping[str, int]
    why: str
    evidence: Mapping[str, tuple[int, ...]]
    counts_people: bool
    kinds: tuple[str, ...]
    by_hand: bool = False

    @property
    def evidence_ids(self) -> tuple[int, ...]:
        """The numbers of everything behind it; of one kind no two are the same."""
        return tuple(number for numbers in self.evidence.values() for number in numbers)

    @property
    def applies(self) -> bool:
        """Whether it counts this year."""
        return self.earned is not None or self.vetoes is not None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole sheet, in hundredths of a point; `total` and `grade` are none where nothing could be assessed."""

    items: tuple[Item, ...]
    base: int | None
    bonus: int
    deducted: int
    total: int | None
    vetoed: bool
    grade: Grade | None

    @property
    def grade_said(self) -> str:
        """The grade as the office says it."""
        return self.grade.said if self.grade else "无法评定"

    @property
    def by_key(self) -> dict[str, int | bool | None]:
        """What each indicator came to, as the set-based statement gives it in `items`."""
        return {item.key: item.earned if item.vetoes is None else item.vetoes for item in self.items}


def tally_from(row: Mapping[str, int], ids: Mapping[str, Sequence[int]] | None = None) -> Tally:
    """A tally from flat columns such as `done_study`, the way they are frozen; other columns are left alone."""
    found: dict[str, dict[str, int]] = {}
    for column, value in row.items():
        figure, _, kind = column.partition("_")
        if figure in COLUMNS and kind:
            found.setdefault(kind, {})[figure] = value
    evidence = ids or {}
    return {kind: KindTally(**figures, ids=tuple(evidence.get(kind, ()))) for kind, figures in found.items()}


def evidence_of(kinds: Sequence[str], figures: Sequence[int], ids: Sequence[int]) -> dict[str, Any]:
    """Frozen evidence by name, `done_study` and so on, with the ids of each kind's activities.

    `figures` are COLUMNS kind by kind; of `ids`, each kind has as many as were done.
    """
    numbers, records = iter(figures), iter(ids)
    named: dict[str, Any] = {f"{column}_{kind}": next(numbers) for kind in kinds for column in COLUMNS}
    return {**named, "ids": {kind: list(islice(records, named[f"done_{kind}"])) for kind in kinds}}


def score(scheme: Scheme, tally: Tally) -> Sheet:
    """The score sheet; the formulas and their order are those of `formulas`."""
    items = tuple(item_of(indicator, tally) for indicator in scheme.indicators)
    earned = {item.key: item.earned for item in items if item.earned is not None}
    base = base_from(scheme, earned)
    bonus = bonus_of(scheme, sum(earned.get(each.key, 0) for each in scheme.bonuses))
    deducted = -sum(earned.get(each.key, 0) for each in scheme.deductions)
    total = None if base is None else total_of(scheme, base, bonus, deducted)
    vetoed = any(item.vetoes for item in items)
    return Sheet(items, base, bonus, deducted, total, vetoed, grade_of(scheme, total, vetoed=vetoed))


def item_of(indicator: Indicator, tally: Tally) -> Item:
    """One line of the sheet."""
    figures = figures_of(indicator, tally)
    value = value_of(indicator, figures)
    amount = value.amount() if value.applies > 0 else None
    veto = isinstance(indicator, Veto)
    return Item(
        key=indicator.key,
        name=indicator.name,
        points=getattr(indicator, "points", 0),
        earned=None if veto else amount,
        vetoes=amount >= 0 if veto and amount is not None else None,
        figures=shown(indicator, figures),
        why=why(indicator, figures, amount),
        evidence={kind: ids for kind in indicator.evidence if (ids := tally.get(kind, NOTHING).ids)},
        counts_people=isinstance(indicator, Attendance),
        kinds=indicator.kinds,
        by_hand=isinstance(indicator, ByHand),
    )


def figures_of(indicator: Indicator, tally: Tally) -> Figures[int]:
    """The tally's figures, summed over the indicator's kinds."""
    kinds = [tally.get(kind, NOTHING) for kind in indicator.evidence]
    rated = indicator.pro_rata if isinstance(indicator, Hours) else None
    return Figures(
        done=sum(each.done for each in kinds),
        met=sum(min(each.months, each.owed) for each in kinds),
        owed=sum(each.owed for each in kinds),
        present=sum(each.present for each in kinds),
        expected=sum(each.expected for each in kinds),
        minutes=sum(each.minutes for each in kinds),
        months=tally.get(rated, NOTHING).owed if rated else 0,
        number=int,
    )


def shown(indicator: Indicator, figures: Figures[int]) -> dict[str, int]:
    """The figures behind a line, for the page and the file; of what was typed, the points as they were typed."""
    if isinstance(indicator, ByHand):
        return {"done": figures.done, "typed": figures.present}
    names = ("done", "met", "owed", "missing", "present", "expected", "minutes")
    return {name: getattr(figures, name) for name in names}


def base_from(scheme: Scheme, earned: Mapping[str, int]) -> int | None:
    """The base, or none where no base indicator applies."""
    applying = [each for each in scheme.base if each.key in earned]
    if not applying:
        return None
    return base_of(scheme, sum(earned[each.key] for each in applying), sum(each.points for each in applying))


def grade_of(scheme: Scheme, total: int | None, *, vetoed: bool) -> Grade | None:
    """The grade that is proposed; a person decides."""
    if vetoed:
        return Grade.INCOMPETENT
    if total is None:
        return None
    if total >= scheme.grades.excellent:
        return Grade.EXCELLENT
    return Grade.COMPETENT if total >= scheme.grades.competent else Grade.INCOMPETENT
