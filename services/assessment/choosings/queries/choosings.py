"""Choosings as they stand, with the names that people know them by, and the posts that they are about."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, text, tuple_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from services.assessment.cases.queries import BRANCH, OFFICE, steps_of
from services.assessment.choosings.models import Choosing, NotStanding
from services.assessment.choosings.queries.candidacies import one_of
from services.assessment.choosings.rules import OVER, WITHOUT_DAY, ChoosingStage
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Person, Post, Unit, UnitKind, holder_of, holds_on, lasts
from shared.people.terms import term_on
from shared.roles import Role

Branch, Group = aliased(Unit), aliased(Unit)
ALONE = text("select pg_advisory_xact_lock(hashtextextended('assessment.choosing.number', :number))")


def visible(actor: Actor) -> ColumnElement[bool]:
    """Those of one's township or branch, and those in which one is put forward oneself.

    What went back to the branch is its draft: whoever was put forward before does not see what is thought of him.
    """
    units = actor.units_as(*OFFICE, *BRANCH)
    here = or_(Choosing.township_id.in_(units), Choosing.branch_id.in_(units))
    if actor.person_id is None:
        return here
    return or_(here, and_(Choosing.person_id == actor.person_id, Choosing.stage != ChoosingStage.DRAFT))


def is_told_why(actor: Actor, row: Choosing) -> bool:
    """Whether somebody who sees a choosing reads its reasons: whoever is put forward has them from his branch."""
    held = actor.roles_over(row.branch_id, row.township_id)
    return row.person_id != actor.person_id or bool(held & {*OFFICE, *BRANCH})


def seen_by(actor: Actor) -> Select[Choosing]:
    """The choosings that somebody may see."""
    found = select(Choosing)
    return found if actor.reach == "*" else found.where(visible(actor))


def named(found: Select[Choosing], actor: Actor, *columns: InstrumentedAttribute[Any]) -> Select[*tuple[Any, ...]]:
    """With the names that people know them by; one's own too, even if one holds no post any more."""
    own = case((Choosing.person_id == actor.person_id, actor.name), else_=None)
    return (
        found.join(Branch, Branch.id == Choosing.branch_id)
        .join(Group, Group.id == Choosing.group_id)
        .outerjoin(Person, Person.id == Choosing.person_id)
        .with_only_columns(
            *(columns or (Choosing,)),
            Branch.name.label("branch"),
            Group.name.label("group"),
            func.coalesce(Person.name, own).label("person"),
        )
    )


def choosing(session: Session, actor: Actor, choosing_id: int) -> Row[Any]:
    """One choosing with names, or OutOfReach."""
    found = session.execute(named(seen_by(actor).where(Choosing.id == choosing_id), actor)).one_or_none()
    if found is None:
        raise OutOfReach
    return found


def choosing_to_change(session: Session, actor: Actor, choosing_id: int) -> Choosing:
    """One choosing, locked, as it stands now; or OutOfReach."""
    asked = seen_by(actor).where(Choosing.id == choosing_id).with_for_update()
    found = session.scalar(asked.execution_options(populate_existing=True))
    if found is None:
        raise OutOfReach
    return found


LIGHT = (
    "township_id",
    "branch_id",
    "group_id",
    "post",
    "reason",
    "stage",
    "person_id",
    "former_id",
    "due_on",
    "from_on",
)


def choosings_to_change(session: Session, actor: Actor, choosing_ids: Collection[int]) -> Sequence[Row[Any]]:
    """Those of these that may be seen, as they stand now, all locked in one order before any of them is touched."""
    session.flush()
    asked = seen_by(actor).where(one_of(Choosing.id, set(choosing_ids))).order_by(Choosing.id).with_for_update()
    return session.execute(asked.with_only_columns(Choosing.id, *(getattr(Choosing, name) for name in LIGHT))).all()


def choosings(
    session: Session, actor: Actor, *, after: int | None, limit: int, stage: ChoosingStage | None = None
) -> Sequence[Row[Any]]:
    """Those that fit, the newest first; `after` is the last one already seen."""
    asked = seen_by(actor)
    if after is not None:
        asked = asked.where(Choosing.id < after)
    if stage is not None:
        asked = asked.where(Choosing.stage == stage)
    return session.execute(named(asked, actor).order_by(Choosing.id.desc()).limit(limit)).all()


LISTED = (
    Choosing.id,
    Choosing.post,
    Choosing.reason,
    Choosing.stage,
    Choosing.due_on,
    Choosing.from_on,
)
"""What the list says of each, beside its names: it is looked at more often than anything else."""


def listed(
    session: Session, actor: Actor, *, after: int | None, limit: int, stage: ChoosingStage | None = None
) -> Sequence[Row[Any]]:
    """What is not over, by the day on which it is due, then by branch and group; what is over, the newest first.

    `after` is the last one seen.
    """
    over = stage in OVER
    place = (Choosing.id.desc(),) if over else (Choosing.due_on, Branch.sort_key, Group.sort_key, Choosing.id)
    asked = seen_by(actor).where(Choosing.stage.not_in(OVER) if stage is None else Choosing.stage == stage)
    if after is not None and over:
        asked = asked.where(Choosing.id < after)
    found = named(asked, actor, *LISTED)
    if after is not None and not over:
        last = named(seen_by(actor).where(Choosing.id == after), actor).with_only_columns(*place)
        found = found.where(tuple_(*place) > last.scalar_subquery())
    return session.execute(found.order_by(*place).limit(limit)).all()


class Going(NamedTuple):
    """How many choosings of a branch are at a stage, and how many of them are overdue."""

    branch_id: int
    stage: str
    way: str
    many: int
    late: int


def going_on(session: Session, actor: Actor, day: date) -> list[Going]:
    """What is not over, counted by branch, stage and way."""
    late = func.count().filter(Choosing.due_on < day, Choosing.stage.not_in(WITHOUT_DAY))
    by = (Choosing.branch_id, Choosing.stage, Choosing.way)
    asked = seen_by(actor).where(Choosing.stage.not_in(OVER)).with_only_columns(*by, func.count(), late)
    return [Going(*row) for row in session.execute(asked.group_by(*by).order_by(*by))]


def history(session: Session, actor: Actor, choosing_id: int) -> Sequence[Row[Any]]:
    """The steps of a choosing with who took them, in order."""
    row = choosing(session, actor, choosing_id)[0]
    return steps_of(session, f"choosing:{row.id}", units=(row.group_id, row.branch_id, row.township_id))


def shares_number(session: Session, row: Choosing) -> bool:
    """Whether another choosing that has not ended stands under the same number.

    Asked by one at a time for each number: of two that end at once, the second sees that the first has.
    """
    session.execute(ALONE, {"number": row.number_id})
    others = select(Choosing.id).where(Choosing.number_id == row.number_id, Choosing.id != row.id)
    return session.scalar(others.where(Choosing.stage != ChoosingStage.ENDED).limit(1)) is not None


# --- the register, as far as a choosing is about it ---


def group_there(session: Session, actor: Actor, group_id: int) -> Unit:
    """A group of one's branch or township, or OutOfReach."""
    units = actor.units_as(Role.ORGANISER, Role.SECRETARY)
    found = select(Unit).where(Unit.id == group_id, Unit.kind == UnitKind.GROUP)
    if actor.reach != "*":
        found = found.where(or_(Unit.township_id.in_(units), Unit.branch_id.in_(units)))
    unit = session.scalar(found)
    if unit is None:
        raise OutOfReach
    return unit


def name_of(session: Session, person_id: int | None) -> str:
    """Somebody's name, if he is in reach; else empty."""
    return session.scalar(select(Person.name).where(Person.id == person_id)) or ""


def post_of(session: Session, group_id: int, post: str, day: date) -> Post | None:
    """Whoever holds a post of a group on a day or is to take it up; of several the last."""
    found = select(Post).where(Post.unit_id == group_id, Post.kind == post, lasts(Post.starts_on, Post.ends_on, day))
    return session.scalars(found.order_by(Post.starts_on.desc(), Post.id.desc()).limit(1)).one_or_none()


def last_day_of_term(session: Session, group_id: int, day: date) -> date | None:
    """The last day of the term that the branch of a group has on a day, where one is entered."""
    term = term_on(session, session.get_one(Unit, group_id), day)
    return None if term is None else term.due_on


def standing_of(session: Session, actor: Actor, person_id: int, day: date) -> tuple[Person, NotStanding | None]:
    """Somebody of one's township, locked, and the mark that he may not stand, if he bears one."""
    units = actor.units_as(Role.ORGANISER)
    home = select(Unit.id).where(or_(Unit.id.in_(units), Unit.township_id.in_(units)))
    person = session.scalar(select(Person).where(Person.id == person_id, Person.unit_id.in_(home)))
    if person is None:
        raise OutOfReach
    running = select(NotStanding).where(
        NotStanding.person_id == person_id, holds_on(NotStanding.starts_on, NotStanding.ends_on, day)
    )
    return person, session.scalar(running.with_for_update())


def groups_for(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The groups in which somebody may let a choosing begin, by their whole names."""
    units = actor.units_as(Role.ORGANISER, Role.SECRETARY)
    found = select(Group.id, Branch.name, Group.name).join(Branch, Branch.id == Group.branch_id)
    found = found.where(or_(Group.township_id.in_(units), Group.branch_id.in_(units)), Group.dissolved_on.is_(None))
    rows = session.execute(found.order_by(Branch.sort_key, Group.sort_key, Group.id))
    return [(group_id, f"{branch} · {name}") for group_id, branch, name in rows]


def acting_for(session: Session, row: Choosing, day: date) -> tuple[str, str] | None:
    """Who does a vacant leader's work meanwhile, by post and name: the deputy, else the secretary."""
    if row.post != Role.LEADER or post_of(session, row.group_id, row.post, day) is not None:
        return None
    for unit_id, kind in ((row.group_id, Role.DEPUTY), (row.branch_id, Role.SECRETARY)):
        holder = holder_of(session, unit_id, kind, day)
        if holder is not None:
            return kind.chinese, name_of(session, holder)
    return None
