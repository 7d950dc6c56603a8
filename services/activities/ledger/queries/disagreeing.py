"""Records that no longer agree with the register, because a change of a member was entered late."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import array

from services.activities.ledger.models import Activity, Attendance
from services.activities.ledger.queries.reach import seen_by
from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.stages import MOVES, Stage, Step
from services.activities.register import queries as register
from shared.access import Actor
from shared.db import Session
from shared.people import Membership, Unit, holds_on, names_of
from shared.roles import Role

MOST = 200


@dataclass(frozen=True, slots=True)
class Disagreeing:
    """A record that lists somebody who was not in the group on its day, or, `missing`, does not list one who was."""

    activity_id: int
    held_on: date
    kind: str
    stage: str
    group_name: str
    missing: bool
    may: bool  # whoever looks may correct it at this stage


def disagreeing(session: Session, actor: Actor, person_id: int) -> list[Disagreeing]:
    """The records written before a late change of somebody, of days from which it held; the latest first."""
    late = register.entered_late(session, actor, person_id)
    if not late:
        return []
    listed = exists().where(Attendance.activity_id == Activity.id, Attendance.person_id == person_id)
    here = or_(Unit.id == Activity.group_id, and_(Activity.group_ids.is_not(None), Unit.branch_id == Activity.group_id))
    belongs = exists().where(
        Membership.person_id == person_id,
        Membership.unit_id == Unit.id,
        here,
        holds_on(Membership.starts_on, Membership.ends_on, Activity.held_on.expression),
    )
    written = or_(*((Activity.held_on >= on) & (Activity.written_at < at) for on, at in late))
    query = (
        seen_by(actor)
        .add_columns(belongs)
        .where(Activity.stage.in_((Stage.SUBMITTED, Stage.CONFIRMED)), written, listed != belongs)
        .where(or_(listed, Activity.group_id.in_(_units_of(person_id))), Activity.kind != Kind.COMMITTEE_MEETING)
    )
    rows = session.execute(query.order_by(Activity.held_on.desc(), Activity.id).limit(MOST)).all()
    names = names_of(session, {each.group_id for each, _ in rows})
    return [
        Disagreeing(
            activity_id=each.id,
            held_on=each.held_on,
            kind=each.kind,
            stage=each.stage,
            group_name=names.get(each.group_id, ""),
            missing=missing,
            may=Step.CORRECT in MOVES.open_to(each.stage, roles=roles_over(actor, each)),
        )
        for each, missing in rows
    ]


def _units_of(person_id: int) -> Select[int]:
    """Every unit that somebody ever belonged to, and the branches of those."""
    units = select(Unit.id, Unit.branch_id).join(Membership, Membership.unit_id == Unit.id)
    mine = units.where(Membership.person_id == person_id).subquery()
    return select(func.unnest(array([mine.c.id, mine.c.branch_id])))


def roles_over(actor: Actor, activity: Activity) -> frozenset[Role]:
    """What somebody is over a record."""
    return actor.roles_over(activity.group_id, activity.branch_id, activity.township_id)
