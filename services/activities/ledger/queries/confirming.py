"""Who confirms a record: the branch's secretary, and when somebody else must."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased

from services.activities.ledger.models import Activity, Revision
from services.activities.ledger.queries.reach import seen_by
from services.activities.ledger.rules.stages import Stage
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.people import Account, Post, holder_of, holds_on
from shared.roles import Role

OWN = "这条记录是支部书记兼任党小组长时自己写的，请由乡镇组织委员确认或退回。"
BESIDE = "这个支部有书记，活动记录由支部书记确认或退回。"


def barred(session: Session, actor: Actor, found: Iterable[Activity]) -> dict[int, str]:
    """The records among these that somebody may not confirm or return although his office would let him, and why.

    Somebody else must have looked at a record before it counts: a secretary never confirms what he wrote as the
    leader of the group. The township's organiser does so then, and where the branch has no secretary. What a
    secretary wrote in place of a leader he may confirm: he answers for it in any case, and the history shows him twice.
    """
    records, today = list(found), clock.today(session)
    ids = [record.id for record in records]
    own = set(session.scalars(_own(actor, today).where(Activity.id.in_(ids))))
    secretaries = {
        branch_id: holder_of(session, branch_id, Role.SECRETARY, today) is not None
        for branch_id in sorted({record.branch_id for record in records})
    }
    told: dict[int, str] = {}
    for record in records:
        if Role.SECRETARY in actor.roles_over(record.branch_id):
            why = OWN if record.id in own else ""
        else:
            why = BESIDE if secretaries[record.branch_id] and record.id not in own else ""
        if why:
            told[record.id] = why
    return told


def waiting(session: Session, actor: Actor, *, limit: int) -> list[Activity]:
    """What waits for somebody to confirm or return it, the longest waiting first; a secretary's own is there too."""
    day = clock.today(session)
    secretary = select(Post.id).where(
        Post.unit_id == Activity.branch_id, Post.kind == Role.SECRETARY, holds_on(Post.starts_on, Post.ends_on, day)
    )
    stands_in = or_(~secretary.exists(), Activity.id.in_(_own(actor, day)))
    mine = Activity.branch_id.in_(actor.units_as(Role.SECRETARY))
    office = and_(Activity.township_id.in_(actor.units_as(Role.ORGANISER)), stands_in)
    query = seen_by(actor).where(Activity.stage == Stage.SUBMITTED, or_(mine, office))
    return list(session.scalars(query.order_by(Activity.submitted_at, Activity.id).limit(limit)))


def _own(actor: Actor, day: date) -> Select[int]:
    """The records in which the branch's secretary wrote who leads the group himself on that day."""
    secretary, leader = aliased(Post), aliased(Post)
    corrected = (
        select(Revision.number)
        .where(Revision.activity_id == Activity.id, Revision.replaced_by == Account.id)
        .correlate(Activity, Account)
        .exists()
    )
    return (
        seen_by(actor)
        .with_only_columns(Activity.id)
        .join(secretary, and_(secretary.unit_id == Activity.branch_id, secretary.kind == Role.SECRETARY))
        .join(leader, and_(leader.unit_id == Activity.group_id, leader.person_id == secretary.person_id))
        .join(Account, Account.person_id == secretary.person_id)
        .where(leader.kind.in_((Role.LEADER, Role.DEPUTY)))
        .where(holds_on(secretary.starts_on, secretary.ends_on, day), holds_on(leader.starts_on, leader.ends_on, day))
        .where(or_(Activity.written_by == Account.id, corrected))
    )
