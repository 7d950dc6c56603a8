"""What may be read of rectifications and replacements: by the member, the branch and the township only."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, or_, select, text
from sqlalchemy.orm import aliased

from services.assessment.cases.models import Case
from services.assessment.cases.queries import BRANCH, OFFICE, steps_of
from services.assessment.cases.rules import CaseStage
from services.assessment.cycles.models import Cycle
from services.assessment.rectifications.models import Attachment, Rectification, Replacement, ReturnedReport
from services.assessment.rectifications.rules import OVER, RectificationStage, ReplacementStage
from services.assessment.schemes.rules import Grade
from shared import attachments, clock
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Person, Post, Unit, holds_on
from shared.roles import Role

Thing = TypeVar("Thing", Rectification, Replacement)
Graded = Grade | None
SORT = "rectification"
"""What its attachments call it."""

Branch, Group = aliased(Unit), aliased(Unit)


def visible(actor: Actor, model: type[Rectification] | type[Replacement]) -> ColumnElement[bool]:
    """Those of one's township or branch, and one's own."""
    units = actor.units_as(*OFFICE, *BRANCH)
    own = model.person_id == actor.person_id if actor.person_id is not None else false()
    return or_(model.township_id.in_(units), model.branch_id.in_(units), own)


def seen_by(actor: Actor) -> Select[Rectification]:
    """The rectifications of one's township or branch, and one's own."""
    found = select(Rectification)
    return found if actor.reach == "*" else found.where(visible(actor, Rectification))


def replacements_seen_by(actor: Actor) -> Select[Replacement]:
    """The proposed replacements of one's township or branch, and one's own."""
    found = select(Replacement)
    return found if actor.reach == "*" else found.where(visible(actor, Replacement))


def named(found: Select[Thing], model: type[Thing], actor: Actor) -> Select[*tuple[Any, ...]]:
    """With the names that people know them by; one's own too, even if one holds no post any more."""
    own = case((model.person_id == actor.person_id, actor.name), else_="")
    return (
        found.join(Branch, Branch.id == model.branch_id)
        .join(Group, Group.id == model.group_id)
        .outerjoin(Person, Person.id == model.person_id)
        .with_only_columns(
            model,
            Branch.name.label("branch"),
            Group.name.label("group"),
            func.coalesce(Person.name, own).label("person"),
        )
    )


# --- rectifications ---


def rectification_to_change(session: Session, actor: Actor, rectification_id: int) -> Rectification:
    """One rectification, locked, or OutOfReach."""
    found = session.scalar(seen_by(actor).where(Rectification.id == rectification_id).with_for_update())
    if found is None:
        raise OutOfReach
    return found


def rectification(session: Session, actor: Actor, rectification_id: int) -> Row[Any]:
    """One rectification with names, or OutOfReach."""
    found = session.execute(
        named(seen_by(actor).where(Rectification.id == rectification_id), Rectification, actor)
    ).one_or_none()
    if found is None:
        raise OutOfReach
    return found


def rectifications(
    session: Session,
    actor: Actor,
    *,
    after: int | None,
    limit: int,
    cycle_id: int | None = None,
    stage: RectificationStage | None = None,
) -> Sequence[Row[Any]]:
    """Those that fit, in the order of their ids."""
    asked = seen_by(actor).where(Rectification.id > (after or 0))
    wanted = ((Rectification.cycle_id, cycle_id), (Rectification.stage, stage))
    asked = asked.where(*(column == value for column, value in wanted if value is not None))
    return session.execute(named(asked, Rectification, actor).order_by(Rectification.id).limit(limit)).all()


def open_rectifications(session: Session, actor: Actor) -> Sequence[Row[Any]]:
    """Everything that is not over, the next deadline first."""
    asked = seen_by(actor).where(Rectification.stage.not_in(OVER))
    return session.execute(named(asked, Rectification, actor).order_by(Rectification.due_on, Rectification.id)).all()


def cleared_rectifications(session: Session, actor: Actor, *, after: int | None, limit: int) -> Sequence[Row[Any]]:
    """What is over, the newest first; `after` is the last one already seen."""
    asked = seen_by(actor).where(Rectification.stage.in_(OVER))
    asked = asked if after is None else asked.where(Rectification.id < after)
    return session.execute(named(asked, Rectification, actor).order_by(Rectification.id.desc()).limit(limit)).all()


def rectifications_of_cases(session: Session, actor: Actor, case_ids: Iterable[int]) -> dict[int, Rectification]:
    """The rectification of each of these cases that has one, by case; of several the last."""
    found = seen_by(actor).where(Rectification.case_id.in_(list(case_ids))).order_by(Rectification.id)
    return {row.case_id: row for row in session.scalars(found)}


def rectifications_of_cycle(session: Session, actor: Actor, cycle_id: int) -> Sequence[Rectification]:
    """All of a cycle, in the order of their ids."""
    return session.scalars(seen_by(actor).where(Rectification.cycle_id == cycle_id).order_by(Rectification.id)).all()


def history(session: Session, actor: Actor, rectification_id: int) -> Sequence[Row[Any]]:
    """The steps of a rectification with who took them, in order."""
    row = rectification(session, actor, rectification_id)[0]
    return steps_of(session, f"rectification:{row.id}", units=units_of(row))


def units_of(row: Rectification | Replacement) -> tuple[int, ...]:
    """The units that it belongs to, from the group upwards."""
    return row.group_id, row.branch_id, row.township_id


def returned_reports(session: Session, actor: Actor, rectification_id: int) -> Sequence[ReturnedReport]:
    """What was reported before and sent back, the first one first."""
    mine = seen_by(actor).with_only_columns(Rectification.id).where(Rectification.id == rectification_id)
    found = select(ReturnedReport).where(ReturnedReport.rectification_id.in_(mine))
    return session.scalars(found.order_by(ReturnedReport.id)).all()


# Activities says it of groups that the reader reaches.
SINCE = text("select id, kind, held_on, topic, stage, present, expected from activities.records_since(:group, :since)")


def records_since(session: Session, row: Rectification) -> Sequence[Row[Any]]:
    """What the group of a rectification that was seen has on record since it was ordered."""
    return session.execute(SINCE, {"group": row.group_id, "since": row.ordered_on}).all()


def of_former_leaders(session: Session) -> Sequence[Rectification]:
    """What is still to be set right by whoever does not lead that group any more; asked by the system alone."""
    day = clock.today(session)
    leads = (
        select(Post.id)
        .where(Post.unit_id == Rectification.group_id, Post.person_id == Rectification.person_id)
        .where(Post.kind == Role.LEADER, holds_on(Post.starts_on, Post.ends_on, day))
    )
    found = select(Rectification).where(Rectification.stage.not_in(OVER), ~leads.exists())
    return session.scalars(found.order_by(Rectification.id).with_for_update()).all()


def unfounded(session: Session, cycle_id: int) -> Sequence[Rectification]:
    """Those of a year that are going on though its result is another by now; asked by the system alone."""
    still = select(Case.id).where(Case.cycle_id == cycle_id, Case.grade == Grade.INCOMPETENT)
    found = select(Rectification).where(
        Rectification.cycle_id == cycle_id, Rectification.stage.not_in(OVER), Rectification.case_id.not_in(still)
    )
    return session.scalars(found.order_by(Rectification.id).with_for_update()).all()


def is_taken_up(session: Session, case_id: int) -> bool:
    """Whether the result that a rectification follows from was final and is being decided again."""
    found = select(Case.id).join(Cycle, Cycle.id == Case.cycle_id).where(Case.id == case_id)
    return session.scalar(found.where(Cycle.reopened > 0, Case.stage != CaseStage.CLOSED)) is not None


# --- what shows that something was done ---


def evidence_files(session: Session, actor: Actor, rectification_id: int) -> list[Attachment]:
    """The files of a rectification, in the order in which they came."""
    mine = seen_by(actor).with_only_columns(Rectification.id).where(Rectification.id == rectification_id)
    return attachments.of(session, Attachment, SORT, mine)


def evidence_file(session: Session, actor: Actor, file_id: int) -> Attachment:
    """One file, or OutOfReach."""
    return attachments.one(session, Attachment, SORT, file_id, seen_by(actor).with_only_columns(Rectification.id))


# --- replacements ---


def replacement_to_change(session: Session, actor: Actor, replacement_id: int) -> Replacement:
    """One proposal, locked, or OutOfReach."""
    found = session.scalar(replacements_seen_by(actor).where(Replacement.id == replacement_id).with_for_update())
    if found is None:
        raise OutOfReach
    return found


def replacement(session: Session, actor: Actor, replacement_id: int) -> Row[Any]:
    """One proposal with names, or OutOfReach."""
    asked = replacements_seen_by(actor).where(Replacement.id == replacement_id)
    found = session.execute(named(asked, Replacement, actor)).one_or_none()
    if found is None:
        raise OutOfReach
    return found


def replacements(
    session: Session, actor: Actor, *, after: int | None, limit: int, stage: ReplacementStage | None = None
) -> Sequence[Row[Any]]:
    """The proposals, in the order of their ids."""
    asked = replacements_seen_by(actor).where(Replacement.id > (after or 0))
    if stage is not None:
        asked = asked.where(Replacement.stage == stage)
    return session.execute(named(asked, Replacement, actor).order_by(Replacement.id).limit(limit)).all()


def replacement_history(session: Session, actor: Actor, replacement_id: int) -> Sequence[Row[Any]]:
    """What was decided about a proposal, and by whom."""
    row = replacement(session, actor, replacement_id)[0]
    return steps_of(session, f"replacement:{row.id}", units=units_of(row))


def proposals_after(session: Session, cycle: Cycle) -> Sequence[Replacement]:
    """Undecided proposals of a year or a later one, about whoever has a case in it; asked by the system alone."""
    there = select(Case.person_id).where(Case.cycle_id == cycle.id)
    found = select(Replacement).where(
        Replacement.stage == ReplacementStage.PROPOSED,
        Replacement.person_id.in_(there),
        Replacement.year >= cycle.year,
    )
    return session.scalars(found.order_by(Replacement.id).with_for_update()).all()


def succeeded(session: Session, row: Replacement) -> bool:
    """Whether somebody else is to lead the group of a replacement, from whatever day."""
    day = clock.today(session)
    other = select(Post.id).where(
        Post.unit_id == row.group_id,
        Post.person_id != row.person_id,
        Post.kind == Role.LEADER,
        or_(Post.ends_on.is_(None), Post.ends_on > day),
    )
    return session.scalar(other.limit(1)) is not None


FILED = text("""
    select filing_number, stage in ('filed', 'seating', 'unseated') as filed from assessment.choosing
    where replacement_id = :replacement order by id for update""")


def filed_for(session: Session, row: Replacement) -> str | None:
    """The number under which whoever follows is filed already, where leaders are chosen (choosings stand above).

    What is chosen for it is locked, after the replacement itself: whoever files it meanwhile is waited for, or waits.
    """
    found = session.execute(FILED, {"replacement": row.id}).all()
    return next((number for number, filed in found if filed), None)


def to_settle(session: Session) -> Sequence[Replacement]:
    """What is decided, of a group that has a leader again or is no more; asked by the system alone.

    Whoever was replaced may be appointed anew by procedure: the group waits for nobody then, either.
    """
    day = clock.today(session)
    anew = or_(Post.person_id != Replacement.person_id, Post.starts_on >= Replacement.effective_on)
    other = (
        select(Post.id)
        .where(Post.unit_id == Replacement.group_id, anew)
        .where(Post.kind == Role.LEADER, holds_on(Post.starts_on, Post.ends_on, day))
    )
    gone = select(Unit.id).where(Unit.id == Replacement.group_id, Unit.dissolved_on <= day)
    found = select(Replacement).where(
        Replacement.stage == ReplacementStage.DECIDED,
        Replacement.effective_on <= day,
        or_(other.exists(), gone.exists()),
    )
    return session.scalars(found.order_by(Replacement.id).with_for_update()).all()


def rests_on_open_grades(session: Session, row: Replacement) -> bool:
    """Whether a grade that a proposal rests on was final and is being decided again."""
    found = (
        select(Case.id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .where(Case.person_id == row.person_id, Case.year <= row.year, Cycle.reopened > 0)
        .where(Case.stage.not_in([CaseStage.CLOSED, CaseStage.ENDED, CaseStage.WITHDRAWN]))
    )
    return session.scalar(found.limit(1)) is not None


# --- what the two-year rule looks at ---


FINAL_INCOMPETENT = and_(Case.stage == CaseStage.CLOSED, Case.grade == Grade.INCOMPETENT)


def to_be_ordered(session: Session, cycle_id: int) -> Sequence[Case]:
    """The closed cases of a cycle that were graded incompetent and have nothing ordered for it.

    What ended was for another decision where the grade was decided later. Asked by the system alone.
    """
    ordered = select(Rectification.id).where(
        Rectification.case_id == Case.id,
        or_(
            Rectification.stage != RectificationStage.ENDED,
            Rectification.ended_at.is_(None),
            Rectification.ended_at >= Case.decided_at,
        ),
    )
    found = select(Case).where(Case.cycle_id == cycle_id, FINAL_INCOMPETENT, ~ordered.exists())
    return session.scalars(found.order_by(Case.id)).all()


def incompetent_since(session: Session, cycle: Cycle) -> Sequence[Case]:
    """The closed incompetent cases of a year, and those of later years about whoever has a case in it.

    Those for which a proposal stands or was decided are not among them. Asked by the system alone.
    """
    there = select(Case.person_id).where(Case.cycle_id == cycle.id, FINAL_INCOMPETENT)
    stands = select(Replacement.id).where(Replacement.case_id == Case.id, Replacement.stage != ReplacementStage.ENDED)
    found = select(Case).where(FINAL_INCOMPETENT, Case.person_id.in_(there), Case.year >= cycle.year, ~stands.exists())
    return session.scalars(found.order_by(Case.id)).all()


def histories(session: Session, person_ids: Sequence[int], *, until: int) -> dict[int, list[tuple[int, Grade | None]]]:
    """The final grades of these people up to a year; asked by the system alone."""
    found = select(Case.person_id, Case.year, Case.grade).where(
        Case.person_id.in_(person_ids), Case.stage == CaseStage.CLOSED, Case.year <= until
    )
    grades: dict[int, list[tuple[int, Grade | None]]] = {}
    for person_id, year, grade in session.execute(found.order_by(Case.year, Case.id)):
        grades.setdefault(person_id, []).append((year, Grade(grade) if grade else None))
    return grades
