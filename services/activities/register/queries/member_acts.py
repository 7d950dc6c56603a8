"""What became, or is to become, of memberships: acts on members, as those see them who see the member's unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, Select, cast, exists, or_, select

from services.activities.register.models import MemberAct
from services.activities.register.queries.members import person_in_reach
from services.activities.register.queries.units import seen_unit_ids, within
from services.activities.register.rules.membership import ARRIVALS, LEAVES, UNDONE_WITHIN, Stage, Turn
from shared import clock
from shared.access import Actor
from shared.audit import Happening
from shared.db import Session
from shared.errors import there
from shared.people import Account, Circumstance, Membership, Person, Post, Unit, lasts, names_of

REGROUPED = ("split", "merge", "move", "dissolve")
"""Changes of a unit by which its members go elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One of them in words; `undoable`: whoever looks may take it back."""

    id: int
    person_id: int
    name: str
    turn: Turn
    stage: Stage
    starts_on: date
    unit_id: int
    unit_name: str
    to_unit_id: int | None
    to_name: str
    basis: str
    number: str
    elsewhere: str
    decided_on: date | None
    dues_until: date | None
    asked_at: datetime
    asked_by: str | None
    failed_why: str | None
    undoable: bool
    late: bool

    @property
    def title(self) -> str:
        """What it is: 许安调动到第二党小组."""
        if self.turn in {Turn.MOVED, Turn.RETURNED}:
            return f"{self.name}{'调动到' if self.turn is Turn.MOVED else '重新编入'}{self.to_name}"
        return f"{self.name}：{self.turn.chinese}"


def acts_seen_by(actor: Actor) -> Select[MemberAct]:
    """Those of the units that somebody sees, and those by which a member comes to one of them."""
    if actor.reach == "*":
        return select(MemberAct)
    units = seen_unit_ids(actor)
    return select(MemberAct).where(or_(MemberAct.unit_id.in_(units), MemberAct.to_unit_id.in_(units)))


def acts_of(session: Session, actor: Actor, person_id: int) -> list[Act]:
    """Whatever was written of somebody's membership, the latest first."""
    query = acts_seen_by(actor).where(MemberAct.person_id == person_id)
    return in_words(session, actor, session.scalars(query.order_by(MemberAct.id.desc())).all())


def acts_by_file(session: Session, actor: Actor, handed_id: int) -> Sequence[MemberAct]:
    """What was done, or waits for its day, as a file proposed it; the latest first."""
    holds = MemberAct.stage.in_([Stage.PLANNED, Stage.DONE])
    query = acts_seen_by(actor).where(MemberAct.handed_id == handed_id, holds)
    return session.scalars(query.order_by(MemberAct.id.desc())).all()


def leavers(session: Session, actor: Actor, unit_id: int, *, start: date, end: date) -> list[Act]:
    """Who left the roll of a unit and of what lies below it in a period, both days counted, in order of the days."""
    below = seen_unit_ids(actor).where(within(unit_id))
    query = acts_seen_by(actor).where(
        MemberAct.stage == Stage.DONE,
        MemberAct.turn.in_(LEAVES),
        MemberAct.unit_id.in_(below),
        MemberAct.starts_on.between(start, end),
    )
    return in_words(session, actor, session.scalars(query.order_by(MemberAct.starts_on, MemberAct.id)).all())


def acts_ahead(session: Session, actor: Actor, unit_id: int) -> list[Act]:
    """What is arranged for members of a unit and of what lies below it, or could not be done; the next first."""
    below = seen_unit_ids(actor).where(within(unit_id))
    query = acts_seen_by(actor).where(
        MemberAct.stage.in_((Stage.PLANNED, Stage.FAILED)),
        or_(MemberAct.unit_id.in_(below), MemberAct.to_unit_id.in_(below)),
    )
    return in_words(session, actor, session.scalars(query.order_by(MemberAct.starts_on, MemberAct.id)).all())


def in_words(session: Session, actor: Actor, rows: Sequence[MemberAct]) -> list[Act]:
    """The same with the names of people and units."""
    if not rows:
        return []
    now, today = clock.now(session), clock.today(session)
    units = names_of(session, {each for row in rows for each in (row.unit_id, row.to_unit_id or 0)})
    people = _named(session, Person.id.in_({row.person_id for row in rows}))
    writers = _named(session, Account.id.in_({row.asked_by for row in rows if row.asked_by}), by_account=True)
    return [
        Act(
            id=row.id,
            person_id=row.person_id,
            name=people.get(row.person_id, "一名党员"),
            turn=Turn(row.turn),
            stage=Stage(row.stage),
            starts_on=row.starts_on,
            unit_id=row.unit_id,
            unit_name=units.get(row.unit_id, ""),
            to_unit_id=row.to_unit_id,
            to_name=units.get(row.to_unit_id or 0, ""),
            basis=row.basis,
            number=row.number,
            elsewhere=row.elsewhere,
            decided_on=row.decided_on,
            dues_until=row.dues_until,
            asked_at=row.asked_at,
            asked_by=writers.get(row.asked_by or 0),
            failed_why=row.failed_why,
            undoable=row.stage == Stage.DONE
            and row.turn not in ARRIVALS
            and row.asked_by == actor.account_id
            and row.done_at is not None
            and now <= row.done_at + UNDONE_WITHIN,
            late=row.stage == Stage.PLANNED and row.starts_on <= today,
        )
        for row in rows
    ]


def _named(session: Session, which: ColumnElement[bool], *, by_account: bool = False) -> dict[int, str]:
    """Names by person, or by account."""
    query = select(Account.id if by_account else Person.id, Person.name)
    query = query.join(Account, Account.person_id == Person.id) if by_account else query
    return {row[0]: row[1] for row in session.execute(query.where(which))}


def entered_late(session: Session, actor: Actor, person_id: int) -> list[tuple[date, datetime]]:
    """What was done with somebody after the day on which it held: (that day, when it was done)."""
    query = acts_seen_by(actor).with_only_columns(MemberAct.starts_on, MemberAct.done_at)
    query = query.where(MemberAct.person_id == person_id, MemberAct.stage.in_((Stage.DONE, Stage.UNDONE)))
    acts = [(on, at) for on, at in session.execute(query) if at is not None]
    known = [*acts, *_regrouped(session, actor, person_id), *_moved(session, actor, person_id)]
    return [(on, at) for on, at in known if at >= clock.moment(on + timedelta(days=1))]


def _moved(session: Session, actor: Actor, person_id: int) -> list[tuple[date, datetime]]:
    """When a roster, or a branch that was dissolved, moved somebody: (that day, when it was written)."""
    query = select(cast(Happening.body["on"].as_string(), Date), Happening.at).where(
        Happening.fact == "PersonChanged",
        Happening.subject == f"person:{person_id}",
        Happening.body["change"].as_string() == "moved",
        Happening.unit_id.in_(seen_unit_ids(actor)),
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _regrouped(session: Session, actor: Actor, person_id: int) -> list[tuple[date, datetime]]:
    """When groups that somebody came to or left on a day were regrouped: (that day, when it was written)."""
    on = cast(Happening.body["on"].as_string(), Date)
    went = exists().where(
        Membership.person_id == person_id,
        Membership.unit_id == Happening.unit_id,
        or_(Membership.starts_on == on, Membership.ends_on == on),
    )
    query = select(on, Happening.at).where(
        Happening.fact == "UnitChanged",
        Happening.body["change"].as_string().in_(REGROUPED),
        Happening.unit_id.in_(seen_unit_ids(actor)),
        went,
    )
    return [(row[0], row[1]) for row in session.execute(query.distinct())]


def act_waiting(session: Session, person_id: int) -> MemberAct | None:
    """What is arranged for somebody and waits for its day."""
    query = select(MemberAct).where(MemberAct.person_id == person_id, MemberAct.stage == Stage.PLANNED)
    return session.scalars(query).one_or_none()


def act_after(session: Session, act: MemberAct) -> MemberAct | None:
    """A later act on the same member that was done."""
    query = select(MemberAct).where(MemberAct.person_id == act.person_id, MemberAct.stage == Stage.DONE)
    return session.scalars(query.where(MemberAct.id > act.id).order_by(MemberAct.id).limit(1)).one_or_none()


def member_act_to_change(session: Session, actor: Actor, act_id: int) -> MemberAct:
    """One of them, locked."""
    query = acts_seen_by(actor).where(MemberAct.id == act_id).with_for_update()
    return there(session.scalars(query).one_or_none(), "这项党员变动")


def member_to_change(session: Session, actor: Actor, person_id: int) -> Person:
    """Somebody who may be seen, locked: one act on him at a time."""
    person = person_in_reach(session, actor, person_id)
    session.refresh(person, with_for_update=True)
    return person


def has_left(session: Session, person_id: int) -> date | None:
    """Since when somebody who was a member belongs nowhere any more; None where he does, or never did."""
    query = select(Membership.starts_on, Membership.ends_on).where(Membership.person_id == person_id)
    rows = session.execute(query).all()
    ended = [(since, until) for since, until in rows if until is not None]
    if len(ended) < len(rows):
        return None
    lasting = [until for since, until in ended if until > since]  # what was taken back left an empty span
    return max(lasting or [until for _, until in ended], default=None)


def members_spans(session: Session, person_id: int) -> Sequence[Membership]:
    """Every membership of somebody's, locked."""
    query = select(Membership).where(Membership.person_id == person_id).order_by(Membership.starts_on, Membership.id)
    return session.scalars(query.with_for_update()).all()


def posts_from(session: Session, person_id: int, on: date) -> Sequence[Post]:
    """The posts that somebody holds anywhere on a day or later, locked."""
    query = select(Post).where(Post.person_id == person_id, lasts(Post.starts_on, Post.ends_on, on))
    return session.scalars(query.order_by(Post.id).with_for_update()).all()


def circumstances_open(session: Session, person_id: int) -> Sequence[Circumstance]:
    """What keeps somebody away now, locked."""
    query = select(Circumstance).where(Circumstance.person_id == person_id, Circumstance.ends_on.is_(None))
    return session.scalars(query.order_by(Circumstance.id).with_for_update()).all()


def circumstance(session: Session, circumstance_id: int) -> Circumstance:
    """One that an act ended."""
    return session.get_one(Circumstance, circumstance_id, with_for_update=True)


def account_of(session: Session, person_id: int) -> Account | None:
    """Somebody's account, locked."""
    return session.scalars(select(Account).where(Account.person_id == person_id).with_for_update()).one_or_none()


def post_with_unit(session: Session, post_id: int) -> tuple[Post, Unit]:
    """A post that an act ended, locked, with its unit."""
    query = select(Post, Unit).join(Unit, Unit.id == Post.unit_id).where(Post.id == post_id)
    post, unit = session.execute(query.with_for_update(of=Post)).one()
    return post, unit


def successor(session: Session, post: Post) -> str | None:
    """Who holds the single post after it was left, by name."""
    query = (
        select(Person.name)
        .join(Post, Post.person_id == Person.id)
        .where(Post.unit_id == post.unit_id, Post.kind == post.kind, Post.id != post.id)
        .where(lasts(Post.starts_on, Post.ends_on, post.ends_on or post.starts_on))
    )
    return session.scalars(query.order_by(Post.id).limit(1)).one_or_none()
