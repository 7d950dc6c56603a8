"""What may be read of the cases: by the member, the branch and the township only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, text
from sqlalchemy.orm import aliased

from services.assessment.cases.models import Case, Published, Sheet
from services.assessment.cases.queries.told import (
    BRANCH,
    IN_FORCE,
    OFFICE,
    as_told,
    in_office,
    known,
    reaches,
    run_told,
    stage_told,
)
from services.assessment.cases.rules import CaseStage, Proposed, Quota
from services.assessment.cycles.models import Cycle
from services.assessment.schemes.rules import Grade, places
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.evidence import KINDS
from shared.people import Account, Membership, Person, Unit, holds_on

ALL_STAGES = tuple(CaseStage)
AFTER_DECISION = (CaseStage.NOTICE, CaseStage.CLOSED)

Branch, Group = aliased(Unit), aliased(Unit)
BY_TOTAL = (
    Sheet.total.is_(None),
    Sheet.vetoed,
    Sheet.total.desc().nulls_last(),
    Branch.sort_key,
    Branch.id,
    Group.sort_key,
    Case.id,
)
"""The best first, those with a veto behind them, then whoever has no total; equals as the register has their units."""
BRANCH_NAME = func.coalesce(Published.branch, Branch.name)
"""As it was published; until then as it is called. So are group and person."""
GROUP_NAME = func.coalesce(Published.group, Group.name)


WITHOUT_A_GRADE = and_(Case.stage.in_([CaseStage.NOTICE, CaseStage.CLOSED]), Case.grade.is_(None))
"""Who is not assessed this year: he takes no place, and does not count in the quota."""


def seen_by(actor: Actor, of: type[Case] = Case) -> Select[Case]:
    """The cases of one's township or branch, and one's own. `of`: as another part of the statement calls them."""
    standing = select(of).where(of.stage != CaseStage.WITHDRAWN)
    if actor.reach == "*":
        return standing
    units = actor.units_as(*OFFICE, *BRANCH)
    return standing.where(or_(of.township_id.in_(units), of.branch_id.in_(units), of.person_id == actor.person_id))


def case_to_change(session: Session, actor: Actor, case_id: int) -> Case:
    """One case, locked until the transaction ends, as it stands now; or OutOfReach."""
    found = cases_to_change(session, actor, [case_id])
    if case_id not in found:
        raise OutOfReach
    return found[case_id]


def cases_to_change(session: Session, actor: Actor, case_ids: Iterable[int]) -> dict[int, Case]:
    """Those of these cases that the actor sees, locked in a steady order."""
    found = seen_by(actor).where(Case.id.in_(set(case_ids))).order_by(Case.id).with_for_update()
    return {case.id: case for case in session.scalars(found.execution_options(populate_existing=True))}


def cycles_of_cases(session: Session, actor: Actor, case_ids: Iterable[int]) -> list[int]:
    """The years that these cases belong to, in a steady order."""
    found = seen_by(actor).with_only_columns(Case.cycle_id).where(Case.id.in_(set(case_ids)))
    return list(session.scalars(found.distinct().order_by(Case.cycle_id)))


def listed(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Cases with names, one's own also if one holds no post any more; and the sheet that they rest on."""
    told = known(actor)
    own = case((Case.person_id == actor.person_id, actor.name), else_="")
    return (
        seen_by(actor)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .outerjoin(Sheet, and_(Sheet.cycle_id == Case.cycle_id, Sheet.run == run_told(actor), Sheet.case_id == Case.id))
        .join(Branch, Branch.id == Case.branch_id)
        .join(Group, Group.id == Case.group_id)
        .outerjoin(Person, Person.id == Case.person_id)
        .outerjoin(Published, Published.case_id == Case.id)
        .with_only_columns(
            Case,
            BRANCH_NAME.label("branch"),
            GROUP_NAME.label("group"),
            func.coalesce(Published.person, Person.name, own).label("person"),
            Sheet.base,
            Sheet.bonus,
            Sheet.deducted,
            Sheet.total,
            Sheet.vetoed,
            Sheet.proposed,
            Sheet.items,
            and_(told, over_quota()).label("over_quota"),  # whom the line leaves out moves it for the others
            and_(told, at_line()).label("at_line"),
            told.label("known"),
        )
    )


def over_quota() -> ColumnElement[bool]:
    """Excellent by the sheet, but with a total below the last one that the quota allows."""
    beyond = or_(Cycle.quota_line.is_(None), Sheet.total < Cycle.quota_line)
    return func.coalesce(and_(Sheet.proposed == Grade.EXCELLENT, beyond, ~WITHOUT_A_GRADE), False)


def at_line() -> ColumnElement[bool]:
    """Excellent by the sheet, and one of several with the same total between whom the line would cut."""
    cut = and_(Cycle.quota_tied > 0, Sheet.total == Cycle.quota_line)
    return func.coalesce(and_(Sheet.proposed == Grade.EXCELLENT, cut, ~WITHOUT_A_GRADE), False)


def cases_page(
    session: Session,
    actor: Actor,
    *,
    cycle_id: int | None = None,
    branch_id: int | None = None,
    stage: CaseStage | None = None,
    after: int | None = None,
    limit: int = 50,
) -> Sequence[Row[Any]]:
    """Cases that fit as the reader has them, in the order of their ids."""
    found = listed(actor).where(Case.id > (after or 0)).order_by(Case.id).limit(limit)
    wanted = ((Case.cycle_id, cycle_id), (Case.branch_id, branch_id), (stage_told(actor), stage))
    rows = session.execute(found.where(*(column == value for column, value in wanted if value is not None))).all()
    return [as_told(session, row) for row in rows]


def case_seen(session: Session, actor: Actor, case_id: int) -> Row[Any]:
    """One case with names and sheet, or OutOfReach."""
    found = session.execute(listed(actor).where(Case.id == case_id)).one_or_none()
    if found is None:
        raise OutOfReach
    return as_told(session, found)


def results(session: Session, actor: Actor, cycle_id: int) -> Sequence[Row[Any]]:
    """A cycle's cases in the order of their totals, equal ones unit by unit; for the township's own file."""
    found = listed(actor).where(Case.cycle_id == cycle_id).order_by(*BY_TOTAL)
    if actor.reach != "*":
        found = found.where(reaches(actor, *OFFICE))  # a place among a part would mean nothing
    return session.execute(found).all()


def places_of(rows: Iterable[Row[Any]]) -> dict[int, int]:
    """The places of all the rows of `results`, by case; whoever is not assessed takes none."""
    taking = (row for row in rows if not (row.Case.stage in AFTER_DECISION and row.Case.grade is None))
    return places({row.Case.id: (row.total, bool(row.vetoed)) for row in taking})


def sheet_of(session: Session, case: Case, cycle: Cycle) -> Sheet | None:
    """The sheet that a case that was seen rests on."""
    return session.get(Sheet, (cycle.id, case.sheet_run or cycle.run, case.id))


def later_sheet(session: Session, actor: Actor, case: Case, cycle: Cycle) -> Sheet | None:
    """The sheet of the last run, where a case was decided on an earlier one: for the office, that may take it up."""
    if case.sheet_run in (None, cycle.run) or not in_office(actor, case.township_id):
        return None
    return session.get(Sheet, (cycle.id, cycle.run, case.id))


def cycle_of_case(session: Session, case: Case) -> Cycle:
    """The year of a case that was seen."""
    return session.get_one(Cycle, case.cycle_id)


def things_called(session: Session, evidence: Iterable[Mapping[str, Iterable[int]]]) -> dict[str, dict[int, date]]:
    """By kind, the day of each thing behind figures that the reader reaches, in the order of their days.

    The topic that keeps a kind says it, in the database; a statement a topic, whatever the number of figures.
    """
    asked: dict[str, set[int]] = {}
    for kinds in evidence:
        for kind, numbers in kinds.items():
            if kind in KINDS and KINDS[kind].called:
                asked.setdefault(KINDS[kind].called, set()).update(numbers)
    found: dict[str, dict[int, date]] = {}
    for function, numbers in asked.items():
        said = text(f"select id, kind, held_on from {function}(:ids) order by held_on, id")  # a name of the catalogue
        for row in session.execute(said, {"ids": sorted(numbers)}):
            found.setdefault(row.kind, {})[row.id] = row.held_on
    return found


def select_sheets(cycle_id: int) -> Select[Sheet]:
    """The sheets that a year's cases rest on, in the order in which they are sealed; of a year that was seen."""
    return (
        select(Sheet)
        .join(Case, Case.id == Sheet.case_id)
        .join(Cycle, Cycle.id == Sheet.cycle_id)
        .where(Sheet.cycle_id == cycle_id, Sheet.run == IN_FORCE)
        .order_by(Sheet.case_id)
    )


def proposals(session: Session, cases: Iterable[Case]) -> dict[int, Proposed]:
    """What each case's sheet proposes; a case without a sheet is missing."""
    found = (
        select(Sheet.case_id, Sheet.proposed, over_quota(), at_line())
        .join(Case, Case.id == Sheet.case_id)
        .join(Cycle, Cycle.id == Sheet.cycle_id)
        .where(Sheet.case_id.in_([case.id for case in cases]), Sheet.cycle_id == Case.cycle_id, Sheet.run == IN_FORCE)
    )
    return {case: Proposed(grade, over, tied) for case, grade, over, tied in session.execute(found)}


def by_total(session: Session, actor: Actor, cycle: Cycle, case_ids: Iterable[int]) -> list[int]:
    """Those of these cases of a year that the actor sees, by their totals, the highest first, without a sheet last."""
    found = (
        seen_by(actor)
        .with_only_columns(Case.id)
        .outerjoin(Sheet, and_(Sheet.cycle_id == cycle.id, Sheet.run == cycle.run, Sheet.case_id == Case.id))
        .where(Case.cycle_id == cycle.id, Case.id.in_(set(case_ids)))
        .order_by(Sheet.total.desc().nulls_last(), Case.id)
    )
    return list(session.scalars(found))


def to_rate(session: Session, actor: Actor, cycle: Cycle, *, over: bool) -> list[int]:
    """The cases of a year that wait for the committee and have a proposal, those over the quota or the others.

    Those between whom its line would cut are among neither.
    """
    found = (
        seen_by(actor)
        .with_only_columns(Case.id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(Sheet, and_(Sheet.cycle_id == Case.cycle_id, Sheet.run == Cycle.run, Sheet.case_id == Case.id))
        .where(Case.cycle_id == cycle.id, Case.stage == CaseStage.RATING, Sheet.proposed.is_not(None))
        .where(over_quota() if over else ~over_quota() & ~at_line())
        .order_by(Case.id)
    )
    return list(session.scalars(found))


def quota_of(session: Session, cycle: Cycle) -> Quota:
    """How many of a cycle may be excellent, and are."""
    given = select(func.count()).where(Case.cycle_id == cycle.id, Case.grade == Grade.EXCELLENT)
    return Quota(
        assessed=cycle.assessed,
        percent=cycle.excellent_percent,
        allowed=cycle.excellent_allowed,
        given=session.scalar(given) or 0,
    )


def filed_in(session: Session, cycle_id: int) -> dict[int, str]:
    """The filing numbers of a year that was seen, by case."""
    found = select(Case.id, Case.filing_number).where(Case.cycle_id == cycle_id, Case.filing_number.is_not(None))
    return {case: number or "" for case, number in session.execute(found)}


def branches_at(session: Session, cycle_id: int, *stages: CaseStage) -> list[list[int]]:
    """The branches with cases at these stages, and how many: [[branch, cases]…]."""
    found = (
        select(Case.branch_id, func.count())
        .where(Case.cycle_id == cycle_id, Case.stage.in_(stages))
        .group_by(Case.branch_id)
        .order_by(Case.branch_id)
    )
    return [[branch, count] for branch, count in session.execute(found)]


def people_at(session: Session, cycle_id: int, *stages: CaseStage) -> list[int]:
    """Whose cases stand at these stages: those who are told of their own year."""
    found = select(Case.person_id).where(Case.cycle_id == cycle_id, Case.stage.in_(stages))
    return sorted(set(session.scalars(found)))


def grades_by_branch(session: Session, cycle_id: int, stage: CaseStage) -> list[list[int]]:
    """What came of a cycle's cases at a stage: [[branch, excellent, competent, incompetent]…]."""
    counts = [func.count().filter(Case.grade == grade) for grade in Grade]
    found = select(Case.branch_id, *counts).where(Case.cycle_id == cycle_id, Case.stage == stage)
    rows = session.execute(found.group_by(Case.branch_id).order_by(Case.branch_id))
    return [list(row) for row in rows]


def branch_names(session: Session, branch_ids: Iterable[int], *, limit: int = 5) -> str:
    """The names of some branches, as a sentence has them."""
    ids = list(branch_ids)
    names = session.scalars(select(Unit.name).where(Unit.id.in_(ids)).order_by(Unit.sort_key, Unit.id).limit(limit))
    return "、".join(names) + (f"等{len(ids)}个支部" if len(ids) > limit else "")


def branches_belonged_to(session: Session, actor: Actor, on: date) -> frozenset[int]:
    """The branches in which somebody is a member or holds a post: he reviews none of these."""
    member = select(Membership.unit_id).where(
        Membership.person_id == actor.person_id, holds_on(Membership.starts_on, Membership.ends_on, on)
    )
    posts = [unit_id for _, unit_id in actor.posts]
    found = select(func.coalesce(Unit.branch_id, Unit.id)).where(or_(Unit.id.in_(posts), Unit.id.in_(member)))
    return frozenset(session.scalars(found))


def account_of(session: Session, person_id: int) -> int | None:
    """The account of whom a case is about, if he has one: he never decides on himself."""
    return session.scalar(select(Account.id).where(Account.person_id == person_id))


def grades_by_year(session: Session, person_id: int) -> list[tuple[int, Grade | None]]:
    """A person's final grades, year by year; none in a year in which he was not assessed."""
    found = select(Case.year, Case.grade).where(Case.person_id == person_id, Case.stage == CaseStage.CLOSED)
    rows = session.execute(found.order_by(Case.year, Case.id))
    return [(year, Grade(grade) if grade else None) for year, grade in rows]
