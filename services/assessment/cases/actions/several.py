"""Several cases at once: each goes through or is refused by itself, for a refusal comes before anything is written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from services.assessment.cases import queries
from services.assessment.cases.models import Case
from services.assessment.cases.schemas import Outcome, Outcomes
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.queries import cycle_to_change
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach, Refusal


class OfCase(Protocol):
    """What is asked for one case."""

    @property
    def case_id(self) -> int:
        """The case."""
        ...


Asked = TypeVar("Asked", bound=OfCase)


def hold(session: Session, actor: Actor, case_ids: Iterable[int]) -> tuple[dict[int, Cycle], dict[int, Case]]:
    """Lock cases with their years, the years first: whoever ends a year waits here, and is waited for."""
    wanted = set(case_ids)
    years = queries.cycles_of_cases(session, actor, wanted)
    cycles = {year: cycle_to_change(session, actor, year) for year in years}
    return cycles, queries.cases_to_change(session, actor, wanted)


def hold_one(session: Session, actor: Actor, case_id: int) -> tuple[Cycle, Case]:
    """One case with its year, both locked; or OutOfReach."""
    cycles, cases = hold(session, actor, [case_id])
    if case_id not in cases:
        raise OutOfReach
    return cycles[cases[case_id].cycle_id], cases[case_id]


def each(cases: Mapping[int, Case], rows: Sequence[Asked], act: Callable[[Case, Asked], None]) -> Outcomes:
    """Do it for each row whose case is in reach, and say what came of each."""
    outcomes = [one(cases.get(row.case_id), row, act) for row in rows]
    return Outcomes(rows=outcomes, refused=sum(outcome.problem is not None for outcome in outcomes))


def one(case: Case | None, row: Asked, act: Callable[[Case, Asked], None]) -> Outcome:
    """One row: where its case stands now, or why it was refused."""
    try:
        if case is None:
            raise OutOfReach
        act(case, row)
    except Refusal as refusal:
        return Outcome(case_id=row.case_id, problem=refusal.detail, field=refusal.field)
    return Outcome(case_id=row.case_id, stage=case.stage)
