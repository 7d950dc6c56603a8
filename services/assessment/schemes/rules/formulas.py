"""What each measure comes to: every formula once, computed by whole numbers or written down as SQL.

All figures are whole numbers, points in hundredths. Over the kinds of an indicator, each figure is the sum over the
kinds; before that, `met` of each kind is limited to its `owed`. missing = owed - met.

    round_half_up(n, d) = (2n + d) div (2d)                      for n >= 0, d > 0

    measure      applies when    value
    share        owed > 0        round_half_up(points * met, owed)
    attendance   expected > 0    round_half_up(points * min(100 * present, full_at * expected), full_at * expected)
    hours        always          round_half_up(points * min(minutes, 60 * hours), 60 * hours)
      pro rata   months > 0      round_half_up(points * min(12 * minutes, 60 * hours * months), 60 * hours * months)
                                 (months = owed of the kind that `pro_rata` names)
    per_item     always          min(each * max(done - beyond, 0), points)
    by_hand      done > 0        min(present, points)                      (done: 1 where it was typed; present: what)
    deduct       owed > 0        -min(each * missing, points)
    veto         owed > 0        missing >= missing_at_least

An indicator that does not apply has no value, which is not zero. Then, in this order:

    base      = round_half_up(sum of base values * scheme.points, sum of points of the base indicators that apply)
                no value when none applies
    bonus     = sum of bonus values, at most bonus_cap
    deducted  = -(sum of deduct values)
    total     = max(base + bonus - deducted, 0), then at most scheme.points, or total_cap where over_base is set
                no value when base has none
    grade     = incompetent if any veto holds; else none if total has no value; else excellent from grades.excellent
                on, competent from grades.competent on, otherwise incompetent
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from services.assessment.schemes.rules.scheme import (
    Attendance,
    ByHand,
    Deduct,
    Earning,
    Hours,
    Indicator,
    PerItem,
    Scheme,
    Share,
    Veto,
)

FULL = 100
MONTHS = 12
MINUTES = 60


@dataclass(frozen=True, slots=True)
class Sql:
    """A whole-number expression of SQL. Made of column names and integers only, every step in brackets."""

    text: str

    def __add__(self, other: Sql | int) -> Sql:
        return Sql(f"({self} + {other})")

    def __radd__(self, other: int) -> Sql:
        return Sql(f"({other} + {self})")

    def __sub__(self, other: Sql | int) -> Sql:
        return Sql(f"({self} - {other})")

    def __mul__(self, other: Sql | int) -> Sql:
        return Sql(f"({self} * {other})")

    def __rmul__(self, other: int) -> Sql:
        return Sql(f"({other} * {self})")

    def __floordiv__(self, other: Sql | int) -> Sql:
        return Sql(f"({self} / {other})")

    def __neg__(self) -> Sql:
        return Sql(f"(-{self})")

    def __str__(self) -> str:
        return self.text


N = TypeVar("N", int, Sql)


@dataclass(frozen=True, slots=True)
class Figures(Generic[N]):
    """The figures of an indicator, summed over its kinds."""

    done: N
    met: N
    owed: N
    present: N
    expected: N
    minutes: N
    months: N
    number: Callable[[int], N]

    @property
    def missing(self) -> N:
        """What was owed and not held."""
        return self.owed - self.met


@dataclass(frozen=True, slots=True)
class Value(Generic[N]):
    """What an indicator comes to; it applies where `applies` is above zero. A veto holds from an amount of zero on."""

    amount: Callable[[], N]
    applies: N


def least(a: N, b: N | int) -> N:
    """The smaller."""
    return Sql(f"least({a}, {b})") if isinstance(a, Sql) else min(a, b)


def most(a: N, b: N | int) -> N:
    """The larger."""
    return Sql(f"greatest({a}, {b})") if isinstance(a, Sql) else max(a, b)


def round_half_up(n: N, d: N) -> N:
    """The quotient n ÷ d to the nearest whole number, a half upwards."""
    return (2 * n + d) // (2 * d)


def value_of(indicator: Indicator, figures: Figures[N]) -> Value[N]:
    """The indicator's value by its measure's formula."""
    match indicator:
        case Share():
            return proportion(indicator, figures.met, figures.owed)
        case Attendance():
            full = indicator.full_at * figures.expected
            return proportion(indicator, least(FULL * figures.present, full), full)
        case Hours():
            return hours(indicator, figures)
        case PerItem() | ByHand():
            return capped(indicator, figures)
        case Deduct():
            return Value(lambda: -least(indicator.each * figures.missing, indicator.points), figures.owed)
        case Veto():
            return Value(lambda: figures.missing - indicator.missing_at_least, figures.owed)
    raise TypeError(f"no formula for {type(indicator).__name__}")


def proportion(indicator: Earning, part: N, whole: N) -> Value[N]:
    """The indicator's points in proportion; it applies where the whole is not nothing."""
    return Value(lambda: round_half_up(indicator.points * part, whole), whole)


def capped(indicator: PerItem | ByHand, figures: Figures[N]) -> Value[N]:
    """So many points for each, or as many as were typed where some were; no more than the indicator is worth."""
    if isinstance(indicator, ByHand):
        return Value(lambda: least(figures.present, indicator.points), figures.done)
    counted = most(figures.done - indicator.beyond, 0)
    return Value(lambda: least(indicator.each * counted, indicator.points), figures.number(1))


def hours(indicator: Hours, figures: Figures[N]) -> Value[N]:
    """Minutes of the minutes asked for; with `pro_rata`, of as many twelfths of them as there were months owed."""
    asked = MINUTES * indicator.hours
    if indicator.pro_rata is None:
        return proportion(indicator, least(figures.minutes, asked), figures.number(asked))
    whole = asked * figures.months
    return proportion(indicator, least(MONTHS * figures.minutes, whole), whole)


def base_of(scheme: Scheme, earned: N, applicable: N) -> N:
    """What was earned, scaled from the points that apply to the full base."""
    return round_half_up(earned * scheme.points, applicable)


def bonus_of(scheme: Scheme, earned: N) -> N:
    """The bonus, capped."""
    return earned if scheme.bonus_cap is None else least(earned, scheme.bonus_cap)


def total_of(scheme: Scheme, base: N, bonus: N, deducted: N) -> N:
    """The total: never below nothing, then capped."""
    total = most(base + bonus - deducted, 0)
    return total if scheme.cap is None else least(total, scheme.cap)
