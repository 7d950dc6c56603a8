"""What several pages of a year show: the year with what waits, and the sentence about several done at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from services.assessment.cases import queries
from services.assessment.cases.queries import Line, ToCome
from services.assessment.cases.rules import Awaits, CaseStage, awaits
from services.assessment.cases.schemas import Outcomes
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.rules import MOVES, OFFICE, WAITING, WITHDRAWN_WITHIN, CycleStage, CycleStep
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import Invalid, NotYours
from shared.progress import Progress
from shared.roles import Role

UNDECIDED = (CaseStage.NOMINATION, CaseStage.REVIEW, CaseStage.RATING)


@dataclass
class Year:
    """A township's year as a page shows it; what a page does not show is not asked for."""

    session: Session
    actor: Actor
    cycle: Any

    @cached_property
    def township(self) -> str:
        """Its name, in that year."""
        return cycles.called(self.session, self.cycle.id)

    @cached_property
    def run(self) -> Progress:
        """How far the run is."""
        return cycles.progress(self.session, self.cycle)

    @cached_property
    def to_come(self) -> list[ToCome]:
        """What was not due yet on the day of the last run, until its results are published."""
        early = self.cycle.run_on is not None and self.stage in WAITING
        return queries.still_to_come(self.session, self.cycle) if early else []

    @cached_property
    def untyped(self) -> dict[str, int] | None:
        """Of how many leaders whom the reader sees nothing is typed yet, by indicator; none: there is none to type."""
        if self.stage not in WAITING or not queries.by_hand(self.session, self.cycle):
            return None
        return queries.without_marks(self.session, self.actor, self.cycle)

    @cached_property
    def branches(self) -> Sequence[Any]:
        """How many leaders of each branch stand at each stage."""
        return queries.by_branch(self.session, self.actor, self.cycle.id)

    def count_in(self, rows: Sequence[Line]) -> None:
        """Count in lines that were read already, instead of asking once more; the branches as the register has them."""
        found: dict[tuple[str, int], dict[str, Any]] = {}
        for row in rows:
            place = row.branch_key, row.branch_id
            branch = found.get(place)
            if branch is None:
                branch = {stage.value: 0 for stage in CaseStage} | {"branch_id": row.branch_id, "branch": row.branch}
                found[place] = branch
            branch[row.stage] += 1
        self.branches = [SimpleNamespace(**found[place]) for place in sorted(found)]

    @cached_property
    def objections(self) -> Sequence[Any]:
        """Those that wait for an answer, or to be acted on."""
        return queries.objections_in(self.session, self.actor, self.cycle.id, waiting=True)

    @property
    def office(self) -> bool:
        """Whether this is the township's own desk."""
        return bool(self.actor.roles_over(self.cycle.township_id) & OFFICE)

    @property
    def branch(self) -> bool:
        """Whether the reader works in a branch of the township."""
        return bool(self.actor.units_as(*queries.BRANCH))

    @cached_property
    def led(self) -> list[Any]:
        """The leaders of the reader's own branches."""
        mine = self.actor.units_as(*queries.BRANCH)
        rows = queries.leaders(self.session, self.actor, self.cycle.id) if mine else []
        return [row for row in rows if row.branch_id in mine]

    @property
    def reviews(self) -> bool:
        """Whether the reader reviews nominations."""
        return Role.ORGANISER in self.actor.roles_over(self.cycle.township_id)

    def count(self, *stages: str) -> int:
        """How many leaders stand at one of these stages, as far as the reader sees them."""
        return sum(getattr(row, stage) for row in self.branches for stage in stages)

    @property
    def stage(self) -> CycleStage:
        """Where the year stands."""
        return CycleStage(self.cycle.stage)

    @property
    def awaits(self) -> Awaits:
        """What it waits for."""
        return awaits(self.stage, nominations=self.count("nomination"), reviews=self.count("review"))

    @property
    def now(self) -> int:
        """The place of the present in the calendar; behind its last entry once the year is final."""
        return list(Awaits).index(self.awaits) + (self.stage is CycleStage.CLOSED)

    @cached_property
    def steps(self) -> list[CycleStep]:
        """The steps that would go through now: the buttons."""
        allowed = MOVES.open_to(self.cycle.stage, roles=self.actor.roles_over(self.cycle.township_id))
        return [step for step in allowed if self._goes_through(step)]

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether its opening is so young, and nobody has handed anything in."""
        opening = cycles.opening_of_cycle(self.session, self.actor, self.cycle.id)
        if (
            opening is None
            or opening.opened_at is None
            or self.count("review", "rating", CaseStage.NOTICE, CaseStage.CLOSED)
        ):
            return False
        return clock.now(self.session) - opening.opened_at <= WITHDRAWN_WITHIN

    def _goes_through(self, step: CycleStep) -> bool:
        match step:
            case CycleStep.PUBLISH:
                return not self.count(*UNDECIDED)
            case CycleStep.WITHDRAW:
                return self.can_be_withdrawn
            case CycleStep.RECALL:
                return not self.cycle.reopened
            case CycleStep.CLOSE:
                over = self.cycle.notice_to is not None and clock.today(self.session) > self.cycle.notice_to
                return over and not self.objections and not self.count(*UNDECIDED)
        return True


def year_of(session: Session, actor: Actor, cycle_id: int) -> Year:
    """A year that the actor sees, or OutOfReach."""
    return Year(session, actor, cycles.cycle_seen(session, actor, cycle_id))


def office_only(actor: Actor, cycle: Any) -> None:  # noqa: ANN401  a cycle that was seen
    """The township's own desk: a branch has its own pages."""
    if not actor.roles_over(cycle.township_id) & OFFICE:
        raise NotYours("这一页由组织委员和党委办理，您没有这个职务。")


def chosen(numbers: list[int]) -> list[int]:
    """What was ticked; at least one."""
    if not numbers:
        raise Invalid("请先勾选要办理的党小组长。", field="case_ids")
    return numbers


def said_of(outcomes: Outcomes, done: str) -> str:
    """What came of several, without a name; where none went through, the refusal itself."""
    refused = [row for row in outcomes.rows if row.problem]
    if len(refused) == len(outcomes.rows):
        raise Invalid(refused[0].problem or "", field=refused[0].field)
    sentence = f"已{done} {len(outcomes.rows) - len(refused)} 名。"
    problems = list(dict.fromkeys(row.problem for row in refused if row.problem))
    return sentence + (f"还有 {len(refused)} 名没有办成：{' '.join(problems[:3])}" if refused else "")
