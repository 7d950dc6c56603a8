"""The scorer as one set-based statement: the same formulas, written down as SQL. Builds text, and touches no database.

Only whole numbers and names that the scheme's shape has already checked (`[a-z_]+`) go into the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from services.assessment.schemes.rules.formulas import (
    Figures,
    Sql,
    base_of,
    bonus_of,
    least,
    total_of,
    value_of,
)
from services.assessment.schemes.rules.scheme import Earning, Hours, Indicator, Scheme, Veto
from services.assessment.schemes.rules.scoring import COLUMNS

NAME = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?")
RESULTS = ("total", "base", "bonus", "deducted", "vetoed", "grade", "items")
STEPS = ("earned", "applicable")
ZERO = Sql("0::bigint")


def columns(scheme: Scheme) -> tuple[str, ...]:
    """The bigint columns, never null, that the relation needs."""
    return tuple(f"{figure}_{kind}" for kind in scheme.kinds for figure in COLUMNS)


def frozen(scheme: Scheme, kinds: str) -> str:
    """`columns(scheme)` out of an array `figures` of frozen evidence; `kinds` is SQL for the kinds it is of, in order.

    A kind that it is not of, or no evidence at all, counts as nothing.
    """
    return ", ".join(
        f"coalesce(figures[(array_position({kinds}, '{kind}') - 1) * {len(COLUMNS)} + {at}], 0)::bigint"
        f" as {column}_{kind}"
        for kind in scheme.kinds
        for at, column in enumerate(COLUMNS, start=1)
    )


def score_sql(scheme: Scheme, *, relation: str = "t", keep: Sequence[str] = ()) -> str:
    """A SELECT of `keep` and of RESULTS over a relation with `columns(scheme)`; one row in, one row out.

    Each step is fenced by `offset 0`: the planner would otherwise copy every expression to each place that uses it.
    """
    kept = "".join(f"{named(column)}, " for column in keep)
    lines = ", ".join(f"{line(each)} as i_{each.key}" for each in scheme.indicators)
    total = total_of(scheme, Sql("base"), Sql("bonus"), Sql("deducted"))
    base = base_of(scheme, Sql("earned"), Sql("applicable"))
    return f"""
select {kept}total, base, bonus, deducted, vetoed, {grade(scheme)} as grade, {items(scheme)} as items from (
select *, case when base is not null then {total} end as total from (
select *, case when applicable > 0 then {base} end as base from (
select *, {sums(scheme)} from (
select {kept}{lines} from {named(relation)} offset 0) as lines offset 0) as sums offset 0) as bases offset 0) as totals
""".strip()


def named(name: str) -> str:
    """A name that is safe to write down."""
    if not NAME.fullmatch(name) or name in RESULTS + STEPS:
        raise ValueError(f"not a plain name: {name!r}")
    return name


def line(indicator: Indicator) -> str:
    """What one indicator comes to: null where it does not apply."""
    value = value_of(indicator, figures_of(indicator))
    amount = value.amount()
    worth = f"({amount} >= 0)" if isinstance(indicator, Veto) else amount
    return f"case when {value.applies} > 0 then {worth} end"


def figures_of(indicator: Indicator) -> Figures[Sql]:
    """The relation's columns, summed over the indicator's kinds."""
    rated = indicator.pro_rata if isinstance(indicator, Hours) else None
    met = [least(Sql(f"months_{kind}"), Sql(f"owed_{kind}")) for kind in indicator.evidence]
    return Figures(
        done=added(Sql(f"done_{kind}") for kind in indicator.evidence),
        met=added(met),
        owed=added(Sql(f"owed_{kind}") for kind in indicator.evidence),
        present=added(Sql(f"present_{kind}") for kind in indicator.evidence),
        expected=added(Sql(f"expected_{kind}") for kind in indicator.evidence),
        minutes=added(Sql(f"minutes_{kind}") for kind in indicator.evidence),
        months=Sql(f"owed_{rated}") if rated else ZERO,
        number=lambda whole: Sql(f"{int(whole)}::bigint"),
    )


def added(parts: Iterable[Sql]) -> Sql:
    """Their sum."""
    texts = [part.text for part in parts]
    return Sql(texts[0]) if len(texts) == 1 else Sql(f"({' + '.join(texts)})" if texts else ZERO.text)


def sums(scheme: Scheme) -> str:
    """What the lines come to together."""
    earned = added(value(each) for each in scheme.base)
    applicable = added(worth(each) for each in scheme.base)
    bonus = bonus_of(scheme, added(value(each) for each in scheme.bonuses))
    deducted = -added(value(each) for each in scheme.deductions)
    vetoed = " or ".join(f"coalesce(i_{each.key}, false)" for each in scheme.vetoes) or "false"
    parts = {
        "earned": earned,
        "applicable": applicable,
        "bonus": bonus,
        "deducted": deducted,
        "vetoed": f"({vetoed})",
    }
    return ", ".join(f"{part} as {name}" for name, part in parts.items())


def value(indicator: Indicator) -> Sql:
    """A line's value in a sum: what does not apply adds nothing."""
    return Sql(f"coalesce(i_{indicator.key}, 0)")


def worth(indicator: Earning) -> Sql:
    """A line's points where it applies."""
    return Sql(f"(case when i_{indicator.key} is not null then {indicator.points} else 0 end)::bigint")


def grade(scheme: Scheme) -> str:
    """The grade by the total and the vetoes."""
    return (
        "case when vetoed then 'incompetent' when total is null then null "
        f"when total >= {scheme.grades.excellent} then 'excellent' "
        f"when total >= {scheme.grades.competent} then 'competent' else 'incompetent' end"
    )


def items(scheme: Scheme) -> str:
    """What each indicator came to, as one JSON object."""
    pairs = ", ".join(f"'{each.key}', i_{each.key}" for each in scheme.indicators)
    return f"jsonb_build_object({pairs})"
