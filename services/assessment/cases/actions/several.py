"""Several cases at once: each goes through or is refused by itself, for a refusal comes before anything is written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from sqlalchemy import text

from services.assessment.cases import queries
from services.assessment.cases.models import Case
from services.assessment.cases.schemas import Outcome, Outcomes
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.queries import cycle_to_change
from services.assessment.cycles.rules import CycleStage
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfOrder, OutOfReach, Refusal
from shared.events import CaseMoved
from shared.moves import Moved

# The same rows as `announce` writes; nobody is told of a single case, so no work is left for anybody.
MOVE_ALL = text("""
    with gone as (
      update assessment.leader_case set stage = :after where cycle_id = :cycle and stage = :before
      returning id, group_id)
    insert into office.happening
      (service, fact, version, subject, unit_id, actor_id, step, stage_before, stage_after, body)
    select 'assessment', :fact, :version, 'case:' || id, group_id, cast(:actor as bigint), :step, :before, :after,
      jsonb_build_object('case_id', id, 'unit_id', group_id)
    from gone order by id""")


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
    if any(cycle.stage == CycleStage.RECALLED for cycle in cycles.values()):
        raise OutOfOrder("这一年度的公示已经撤回，等党委中止考核，不再办理。")
    return cycles, queries.cases_to_change(session, actor, wanted)


def hold_one(session: Session, actor: Actor, case_id: int) -> tuple[Cycle, Case]:
    """One case with its year, both locked; or OutOfReach."""
    cycles, cases = hold(session, actor, [case_id])
    if case_id not in cases:
        raise OutOfReach
    return cycles[cases[case_id].cycle_id], cases[case_id]


def move_all(session: Session, actor: Actor, cycle: Cycle, moved: Moved) -> None:
    """Every case of a year that stands where this step begins takes it: one statement, however many there are."""
    fact = {"fact": CaseMoved.__name__, "version": CaseMoved.version}
    step = {"step": moved.step, "before": moved.before, "after": moved.after}
    session.execute(MOVE_ALL, {"cycle": cycle.id, "actor": actor.account_id, **fact, **step})


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
