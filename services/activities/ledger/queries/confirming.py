"""Who confirms a record: the branch's secretary, and when somebody else must."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Subquery, and_, func, or_, select

from services.activities.ledger.models import Activity, Revision
from services.activities.ledger.queries.books import lists_of, names_on
from services.activities.ledger.queries.reach import seen_by
from services.activities.ledger.queries.records import form_with, forms_handed_in
from services.activities.ledger.rules.changes import Changed, changes
from services.activities.ledger.rules.stages import LEADERS, MOVES, Stage, Step
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.people import Account, Post, holder_of, holds_on
from shared.roles import Role
from shared.standing_in import SEAT

OWN = "这条记录是您任党小组长（副组长）或者代行时自己写的，请由乡镇组织委员确认或退回。"
OF_OFFICE = "这条记录是您任党小组长（副组长）或者代行时自己写的，请由支部书记或者其他组织委员确认或退回。"
BESIDE = "这个支部有书记，活动记录由支部书记确认或退回。"


def open_steps(session: Session, actor: Actor, found: Activity) -> tuple[list[str], str]:
    """The steps open to somebody on a record, and why he may not confirm it although his office would let him."""
    roles = actor.roles_over(found.group_id, found.branch_id, found.township_id)
    steps = MOVES.open_to(found.stage, roles=roles)
    why_not = barred(session, actor, [found]).get(found.id, "") if Step.CONFIRM in steps else ""
    wrote = found.written_by == actor.account_id
    not_his = (set() if wrote else {Step.WITHDRAW}) | ({Step.CONFIRM, Step.RETURN} if why_not else set())
    return [step for step in steps if step not in not_his], why_not


def barred(session: Session, actor: Actor, found: Iterable[Activity]) -> dict[int, str]:
    """The records among these that somebody may not confirm or return although his office would let him, and why.

    Somebody else must have looked at a record before it counts: nobody confirms what he wrote as the leader of the
    group, or while he stood in for its leader, however he came to the secretary's seat. The township's organiser does
    so then, and where the branch has no secretary. What a secretary wrote as secretary, because a leader could not, he
    may confirm: he answers for it in any case, and the history shows him twice.
    """
    records, today = list(found), clock.today(session)
    ids = [record.id for record in records]
    left, mine = set(session.scalars(_own(actor, today, Activity.id.in_(ids)))), _mine(session, actor, ids)
    secretaries = {
        branch_id: holder_of(session, branch_id, Role.SECRETARY, today) is not None
        for branch_id in sorted({record.branch_id for record in records})
    }
    told: dict[int, str] = {}
    for record in records:
        secretary = Role.SECRETARY in actor.roles_over(record.branch_id)
        if record.id in mine:
            told[record.id] = OWN if secretary else OF_OFFICE
        elif not secretary and secretaries[record.branch_id] and record.id not in left:
            told[record.id] = BESIDE
    return told


def waiting(session: Session, actor: Actor, *, limit: int) -> list[Activity]:
    """What waits for somebody to confirm or return it, the longest waiting first; a secretary's own is there too."""
    day = clock.today(session)
    secretary = select(Post.id).where(
        Post.unit_id == Activity.branch_id, Post.kind == Role.SECRETARY, holds_on(Post.starts_on, Post.ends_on, day)
    )
    stands_in = or_(~secretary.exists(), Activity.id.in_(_own(actor, day, Activity.stage == Stage.SUBMITTED)))
    mine = Activity.branch_id.in_(actor.units_as(Role.SECRETARY))
    office = and_(Activity.township_id.in_(actor.units_as(Role.ORGANISER)), stands_in)
    query = seen_by(actor).where(Activity.stage == Stage.SUBMITTED, or_(mine, office))
    return list(session.scalars(query.order_by(Activity.submitted_at, Activity.id).limit(limit)))


def corrected(session: Session, actor: Actor, found: Iterable[Activity]) -> dict[int, list[Changed]]:
    """Of those of these records that were handed in before: what is written otherwise since."""
    records = [each for each in found if each.revision > 1]
    before = forms_handed_in(session, actor, [each.id for each in records])
    lists, names = lists_of(session, actor, before), names_on(session, actor, before).people
    return {
        each.id: changes(before[each.id], form_with(each, lists.get(each.id, [])), names)
        for each in records
        if each.id in before
    }


def led_by_writer(session: Session, actor: Actor, activity_ids: Iterable[int]) -> dict[int, int]:
    """Who may not confirm these records: the account that wrote in each while it led its group.

    Where several did, that of the branch's present secretary, then the latest.
    """
    day = clock.today(session)
    wrote = _by_leaders(actor, Activity.id.in_(list(activity_ids))).subquery()
    query = select(wrote.c.id, wrote.c.account_id).outerjoin(SEAT, _is_secretary(wrote, day))
    return {row[0]: row[1] for row in session.execute(query.order_by(SEAT.c.unit_id.is_not(None), wrote.c.at))}


def _mine(session: Session, actor: Actor, ids: list[int]) -> set[int]:
    """The records in which somebody wrote himself while he led the group."""
    wrote = _by_leaders(actor, Activity.id.in_(ids)).subquery()
    return set(session.scalars(select(wrote.c.id).where(wrote.c.person_id == actor.person_id)))


def _own(actor: Actor, day: date, *which: ColumnElement[bool]) -> Select[int]:
    """The records in which whoever sits as the branch's secretary wrote while he led the group himself."""
    wrote = _by_leaders(actor, *which).subquery()
    return select(wrote.c.id).join(SEAT, _is_secretary(wrote, day))


def _is_secretary(wrote: Subquery, day: date) -> ColumnElement[bool]:
    seat = SEAT.c
    here = and_(seat.unit_id == wrote.c.branch_id, seat.person_id == wrote.c.person_id, seat.kind == Role.SECRETARY)
    return and_(here, holds_on(seat.starts_on, seat.ends_on, day))


def _by_leaders(actor: Actor, *which: ColumnElement[bool]) -> Select[Any]:
    """Who wrote in records, at first or to correct them, on a day on which he led their group or stood in for it."""
    seen = seen_by(actor).where(*which)
    record = (Activity.id, Activity.group_id, Activity.branch_id)
    written = seen.with_only_columns(*record, Activity.written_by.label("account_id"), Activity.written_at.label("at"))
    corrected = seen.join(Revision, Revision.activity_id == Activity.id).with_only_columns(
        *record, Revision.replaced_by, Revision.replaced_at
    )
    wrote = written.union_all(corrected).subquery()
    day = func.timezone(str(clock.OFFICE_ZONE), wrote.c.at).cast(Date)
    return (
        select(wrote.c.id, wrote.c.branch_id, wrote.c.account_id, wrote.c.at, Account.person_id)
        .join(Account, Account.id == wrote.c.account_id)
        .join(SEAT, and_(SEAT.c.person_id == Account.person_id, SEAT.c.unit_id == wrote.c.group_id))
        .where(SEAT.c.kind.in_(LEADERS), holds_on(SEAT.c.starts_on, SEAT.c.ends_on, day))
    )
