"""Trying a change of the scheme on a year, and keeping one for a later year. No year that was opened is ever moved."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from services.assessment.cases.queries import OFFICE, results
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.queries import cycle_of, cycle_seen
from services.assessment.schemes.actions import keep_scheme, refuse_hidden
from services.assessment.schemes.models import StoredScheme
from services.assessment.schemes.queries import scheme_of, scheme_seen
from services.assessment.schemes.rules import EXAMPLE, Grade, Scheme
from services.assessment.trials import queries
from services.assessment.trials.rules import (
    PERCENT_MAX,
    QUOTA,
    Figure,
    Standing,
    changed,
    changes_of,
    figures_of,
    moves,
    standings,
)
from services.assessment.trials.schemas import Changed, Next, Trial, TrialRow
from shared.access import SYSTEM, Actor
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.roles import Role

MAY_TRY = frozenset({*OFFICE, Role.SYSTEM})


def figures(session: Session, actor: Actor, cycle_id: int) -> tuple[Figure, ...]:
    """What may be changed in the scheme of a year, with the values that it has."""
    cycle, scheme = found(session, actor, cycle_id)
    return figures_of(scheme, percent=cycle.excellent_percent)


def try_changes(session: Session, actor: Actor, cycle_id: int, asked: Mapping[str, str]) -> Trial:
    """Whose grade would move in a year if its scheme were changed so."""
    cycle, scheme = found(session, actor, cycle_id)
    if cycle.digest is None:
        raise OutOfOrder("这一年还没有完成汇总计分，汇总以后才能试算。")
    changes = changes_of(scheme, asked, percent=cycle.excellent_percent)
    other = changed(scheme, changes)
    percent = int(changes.get(QUOTA, cycle.excellent_percent))
    before = standings(queries.scored_by(session, cycle, scheme), percent=cycle.excellent_percent)
    after = standings(queries.scored_by(session, cycle, other), percent=percent)
    rows = [row_of(row, before, after) for row in results(session, actor, cycle_id) if row.Case.id in before]
    return Trial(
        cycle_id=cycle.id,
        year=cycle.year,
        changed=differing(scheme, other, changes, percents=(cycle.excellent_percent, percent)),
        assessed=cycle.assessed,
        allowed_before=cycle.excellent_allowed,
        allowed_after=cycle.assessed * percent // PERCENT_MAX,
        grades_before=counted(before.values()),
        grades_after=counted(after.values()),
        movers=sum(row.moves for row in rows),
        rows=sorted(rows, key=lambda row: (not row.moves, row.total_after is None, -(row.total_after or 0))),
    )


def found(session: Session, actor: Actor, cycle_id: int) -> tuple[Cycle, Scheme]:
    """A year and its scheme, for the township's own office."""
    cycle = cycle_seen(session, actor, cycle_id)
    if not actor.roles_over(cycle.township_id) & MAY_TRY:
        raise NotYours("试算由乡镇组织委员或党委办理。")
    return cycle, scheme_of(scheme_seen(session, SYSTEM, cycle.scheme_id))


def row_of(row: Any, before: Mapping[int, Standing], after: Mapping[int, Standing]) -> TrialRow:  # noqa: ANN401  a row of a query
    """A leader by both."""
    old, new = before[row.Case.id], after[row.Case.id]
    return TrialRow(
        case_id=row.Case.id,
        branch=row.branch,
        group=row.group,
        leader=row.person,
        total_before=old.total,
        total_after=new.total,
        proposed_before=old.proposed,
        proposed_after=new.proposed,
        over_quota_before=old.over_quota,
        over_quota_after=new.over_quota,
        at_line_before=old.at_line,
        at_line_after=new.at_line,
        moves=moves(old, new),
    )


def counted(standing: Iterable[Standing]) -> dict[Grade, int]:
    """How many of each grade."""
    counts = Counter(each.proposed for each in standing)
    return {grade: counts[grade] for grade in Grade}


def differing(
    scheme: Scheme, other: Scheme, changes: Mapping[str, str | int], *, percents: tuple[int, int]
) -> list[Changed]:
    """Every figure that differs, also where it gave way to another."""
    old, new = (figures_of(each, percent=percent) for each, percent in zip((scheme, other), percents, strict=True))
    return [
        Changed(
            name=one.name,
            label=one.label,
            unit=one.bound.unit,
            before=one.value,
            after=two.value,
            asked=one.name in changes,
        )
        for one, two in zip(old, new, strict=True)
        if one.value != two.value
    ]


# --- kept for a later year ---


def keep_for_next_year(session: Session, actor: Actor, cycle_id: int, asked: Next) -> StoredScheme:
    """Store the changed scheme as the township's own, from a year on that comes after this one."""
    cycle, scheme = found(session, actor, cycle_id)
    changes = changes_of(scheme, asked.changes, percent=cycle.excellent_percent)
    if not changes:
        raise Invalid("没有改动任何数值，不用另存方案。", field="changes")
    year = asked.year_from or cycle.year + 1
    if year <= cycle.year or cycle_of(session, SYSTEM, township_id=cycle.township_id, year=year):
        raise Invalid(f"新方案只能用于{cycle.year}年度以后、还没有启动的年度，已经启动的年度不变。", field="year_from")
    renamed = {
        "name": asked.name or scheme.name.replace(EXAMPLE, "") or scheme.name,
        "version": asked.version or str(year),
        "year_from": year,
        "year_to": None,
    }
    kept = keep_scheme(
        session,
        actor,
        changed(scheme, changes).model_copy(update=renamed),
        township_id=cycle.township_id,
        unit_id=cycle.township_id,
    )
    refuse_hidden(session, cycle.township_id, kept)
    return kept
