"""What people type of a leader's year: the branch its survey, the township its spot scores; once, with a basis."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.dialects.postgresql import insert

from services.assessment.cases import queries
from services.assessment.cases.actions.several import hold
from services.assessment.cases.actions.waits import let_typing_wait
from services.assessment.cases.models import Case, Mark
from services.assessment.cases.rules.marks import Mistyped, field_of, refuse_beyond
from services.assessment.cases.schemas import MarkCorrection, MarkOf
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.queries import cycle_seen
from services.assessment.cycles.rules import WAITING
from services.assessment.schemes.rules import ByHand
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfOrder, OutOfReach
from shared.events import MarkCorrected, MarksGiven
from shared.roles import Role

TYPED = "已经录入过；填错了的，请打开这名党小组长更正，写明原因。"


def give_marks(session: Session, actor: Actor, cycle_id: int, rows: Sequence[MarkOf]) -> int:
    """Type the points of several leaders, all or none; returns how many. Raises Mistyped with a sentence a field."""
    cycle, cases = _held(session, actor, cycle_id, [row.case_id for row in rows])
    indicators = {each.key: each for each in queries.by_hand(session, cycle)}
    there = queries.marks_in_force(session, actor, cycle.id)
    desk = Typist(session, actor, {case.branch_id for case in cases.values()})
    problems: dict[str, str] = {}
    for row in rows:
        try:
            _refuse(desk, cases, indicators, row, typed=(row.case_id, row.key) in there)
        except Invalid as refusal:
            problems[field_of("points", row.case_id, row.key)] = refusal.detail
        there[row.case_id, row.key] = Mark()
    if problems:
        raise Mistyped(problems)
    _keep(session, actor, cycle, cases, rows)
    return len(rows)


def correct_mark(session: Session, actor: Actor, mark_id: int, asked: MarkCorrection) -> Mark:
    """Type another in the place of one that was wrong, with a reason; the first one stays on record."""
    former = queries.mark_to_correct(session, actor, mark_id)
    cycle, cases = _held(session, actor, former.cycle_id, [former.case_id])
    indicator = next((each for each in queries.by_hand(session, cycle) if each.key == former.key), None)
    if indicator is None or queries.is_corrected(session, former):
        raise OutOfOrder("这一项已经更正过，请打开最新的一条。")
    case = cases[former.case_id]
    Typist(session, actor, [case.branch_id]).refuse_unless_his(case, indicator)
    refuse_beyond(asked.points, indicator)
    made = Mark(
        cycle_id=cycle.id,
        case_id=case.id,
        group_id=case.group_id,
        key=former.key,
        points=asked.points,
        basis=asked.basis,
        given_by=actor.account_id,
        corrects=former.id,
        corrected_why=asked.reason,
    )
    session.add(made)
    session.flush()
    fact = MarkCorrected(unit_id=case.group_id, case_id=case.id, mark_id=made.id)
    announce(session, fact, by=actor, reason=asked.reason)
    return made


def _held(session: Session, actor: Actor, cycle_id: int, case_ids: Sequence[int]) -> tuple[Cycle, Mapping[int, Case]]:
    """The year and its cases, locked; refused once its results are public."""
    cycle_seen(session, actor, cycle_id)
    cycles, cases = hold(session, actor, case_ids)
    if not cases or set(cycles) != {cycle_id}:
        raise OutOfReach
    if cycles[cycle_id].stage not in WAITING:
        raise OutOfOrder("考核结果已经公示，不能再录入或者更正评分。")
    return cycles[cycle_id], cases


def _refuse(
    desk: "Typist", cases: Mapping[int, Case], indicators: Mapping[str, ByHand], row: MarkOf, *, typed: bool
) -> None:
    """Say why not, if this cannot be typed so."""
    if row.case_id not in cases:
        raise OutOfReach
    if row.key not in indicators:
        raise Invalid("本年度的方案里没有这一项手工录入的评分。")
    desk.refuse_unless_his(cases[row.case_id], indicators[row.key])
    if typed:
        raise Invalid(TYPED)
    refuse_beyond(row.points, indicators[row.key])


class Typist:
    """Whoever types, and what of some branches is his to type."""

    def __init__(self, session: Session, actor: Actor, branch_ids: Iterable[int]) -> None:
        self.session, self.actor = session, actor
        self.secretaries = queries.holders_of(session, branch_ids, Role.SECRETARY)
        self.organisers: dict[int, set[int]] = {}

    def refuse_unless_his(self, case: Case, indicator: ByHand) -> None:
        """The branch types its survey and the organiser the township's scores; nobody types his own."""
        if case.person_id == self.actor.person_id:
            raise NotYours("这是您本人的评分，应当回避，请由组织委员、其他组织委员或者党委录入。")
        if not self.types(case.branch_id, case.township_id, case.person_id, indicator):
            who = "支部书记" if indicator.by == "branch" else "组织委员"
            raise NotYours(f"「{indicator.name}」由{who}录入。")

    def types(self, branch_id: int, township_id: int, person_id: int, indicator: ByHand) -> bool:
        """Whether it is his to type: the organiser types for a branch without a secretary, and of a secretary."""
        if person_id == self.actor.person_id:
            return False
        if indicator.by == "branch":
            if Role.SECRETARY in self.actor.roles_over(branch_id):
                return True
            held = self.secretaries.get(branch_id)
            if held is not None and person_id not in held:
                return False
        roles = self.actor.roles_over(township_id)
        return Role.ORGANISER in roles or (
            Role.COMMITTEE in roles and not self._organisers_of(township_id).difference({person_id})
        )

    def _organisers_of(self, township_id: int) -> set[int]:
        """Who is organiser there: where there is none but whom it is about, it waits for the committee."""
        if township_id not in self.organisers:
            found = queries.holders_of(self.session, [township_id], Role.ORGANISER)
            self.organisers[township_id] = found.get(township_id, set())
        return self.organisers[township_id]


def _keep(session: Session, actor: Actor, cycle: Cycle, cases: Mapping[int, Case], rows: Sequence[MarkOf]) -> None:
    """All in one statement, told once: each mark says by itself who typed it and when."""
    if not rows:
        return
    values = [
        {
            "cycle_id": cycle.id,
            "case_id": row.case_id,
            "group_id": cases[row.case_id].group_id,
            "key": row.key,
            "points": row.points,
            "basis": row.basis,
            "given_by": actor.account_id,
        }
        for row in rows
    ]
    session.execute(insert(Mark), values)
    branches = {cases[row.case_id].branch_id for row in rows}
    where = branches.pop() if len(branches) == 1 else cycle.township_id
    let_typing_wait(session, cycle, {row.case_id for row in rows})
    told = MarksGiven(unit_id=where, cycle_id=cycle.id, given=len(rows), cases=sorted({row.case_id for row in rows}))
    announce(session, told, by=actor)
