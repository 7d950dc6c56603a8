"""Links of members to cells, as far as one sees the members."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, Select, func, not_, or_, select, text

from services.activities.grid.models import CellLink, Linked
from services.activities.grid.rules import AGREE, Level, Sort, Stage
from services.activities.register import queries as register
from services.activities.register.models import CellName, CellUnit
from services.activities.register.queries.cells import SEES_CELLS, cells_on
from shared import clock, switches
from shared.access import SYSTEM, Actor
from shared.db import Session, beyond
from shared.errors import there
from shared.lists import PAGE_ROWS
from shared.people import Membership, Person, Unit, holds_on
from shared.systems import System

OWN = text("select cell_id, cell, extent, sort, doors, households, starts_on, calls from activities.own_cells()")


def seen_by(actor: Actor) -> Select[CellLink]:
    """The links of the members whom somebody reaches in a post of the groups' work."""
    if actor.reach == "*":
        return select(CellLink)
    people = select(Person.id).where(Person.unit_id.in_(select(Unit.id).where(register.in_reach(actor, *SEES_CELLS))))
    return select(CellLink).where(CellLink.person_id.in_(people))


def _named(asked: Select[CellLink]) -> Select[CellLink, str, int]:
    return asked.join(Person, Person.id == CellLink.person_id).add_columns(Person.name, Person.unit_id)


def _linked(rows: Sequence[Row[CellLink, str, int]]) -> list[Linked]:
    return [
        Linked(
            row.id,
            row.cell_id,
            row.person_id,
            name,
            unit_id,
            Sort(row.sort),
            row.doors,
            row.households,
            Stage(row.stage),
            row.starts_on,
            row.ends_on,
        )
        for row, name, unit_id in rows
    ]


def _belongs(day: date) -> ColumnElement[bool]:
    """Whoever has a link is a member in its township on a day."""
    asked = _memberships().where(holds_on(Membership.starts_on, Membership.ends_on, day))
    return asked.correlate(CellLink).exists()


def _memberships() -> Select[int]:
    """Those of a link's member in the link's township."""
    return (
        select(Membership.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(
            Membership.person_id == CellLink.person_id,
            or_(Unit.township_id == CellLink.township_id, Unit.id == CellLink.township_id),
        )
    )


def links_in(session: Session, actor: Actor, cell_ids: Collection[int], day: date) -> list[Linked]:
    """Who has to do with some cells on a day, and is a member of their township still; by pinyin."""
    asked = seen_by(actor).where(CellLink.cell_id.in_(cell_ids), holds_on(CellLink.starts_on, CellLink.ends_on, day))
    named = _named(asked.where(_belongs(day))).order_by(CellLink.sort.desc(), Person.pinyin, CellLink.id)
    return _linked(session.execute(named).all())


def links_of(session: Session, actor: Actor, person_id: int) -> list[Linked]:
    """What a member has had to do with cells, the latest first."""
    asked = _named(seen_by(actor).where(CellLink.person_id == person_id))
    return _linked(session.execute(asked.order_by(CellLink.id.desc())).all())


def proposed(session: Session, actor: Actor, *, after: int | None = None, limit: int = PAGE_ROWS) -> list[Linked]:
    """What waits to be agreed to, the oldest first."""
    asked = _named(seen_by(actor).where(CellLink.stage == Stage.PROPOSED, CellLink.id > (after or 0)))
    return _linked(session.execute(asked.order_by(CellLink.id).limit(limit)).all())


def proposed_count(session: Session, actor: Actor) -> int:
    """How many wait to be agreed to."""
    asked = seen_by(actor).where(CellLink.stage == Stage.PROPOSED)
    return session.scalar(asked.with_only_columns(func.count())) or 0


def proposed_in(session: Session, township_id: int) -> list[CellLink]:
    """All that waits to be agreed to in a township; locked."""
    asked = select(CellLink).where(CellLink.township_id == township_id, CellLink.stage == Stage.PROPOSED)
    return list(session.scalars(asked.order_by(CellLink.id).with_for_update()))


def link(session: Session, actor: Actor, link_id: int) -> Linked:
    """One link, or OutOfReach."""
    found = _linked(session.execute(_named(seen_by(actor).where(CellLink.id == link_id))).all())
    return there(found[0] if found else None, "这项网格联系")


def link_to_change(session: Session, actor: Actor, link_id: int) -> CellLink:
    """One of them, locked."""
    asked = seen_by(actor).where(CellLink.id == link_id).with_for_update()
    return there(session.scalars(asked.execution_options(populate_existing=True)).one_or_none(), "这项网格联系")


def may_agree(session: Session, actor: Actor, link_id: int) -> bool:
    """Whether somebody says whether it holds: the secretary, or the township."""
    unit = session.get_one(Unit, link(session, actor, link_id).unit_id)
    return bool(actor.roles_over(unit.id, unit.branch_id, unit.township_id) & AGREE)


def belongs(session: Session, person_id: int, township_id: int) -> bool:
    """Whether somebody is a member of a township today."""
    held = holds_on(Membership.starts_on, Membership.ends_on, clock.today(session))
    asked = select(Membership.id).join(Unit, Unit.id == Membership.unit_id)
    in_it = or_(Unit.township_id == township_id, Unit.id == township_id)
    return session.scalar(select(asked.where(Membership.person_id == person_id, in_it, held).exists())) or False


def residence_to_end(session: Session, person_id: int) -> CellLink | None:
    """Where a member lives until now; locked."""
    asked = select(CellLink).where(
        CellLink.person_id == person_id,
        CellLink.sort == Sort.RESIDENCE,
        CellLink.stage == Stage.IN_FORCE,
        CellLink.ends_on.is_(None),
    )
    return session.scalars(asked.with_for_update()).one_or_none()


def alike(session: Session, person_id: int, sort: Sort, cell_id: int) -> CellLink | None:
    """The same link that holds or is proposed already; of residence any that is proposed."""
    asked = select(CellLink).where(CellLink.person_id == person_id, CellLink.sort == sort, CellLink.ends_on.is_(None))
    if sort is Sort.RESIDENCE:
        asked = asked.where(or_(CellLink.cell_id == cell_id, CellLink.stage == Stage.PROPOSED))
    else:
        asked = asked.where(CellLink.cell_id == cell_id)
    return session.scalars(asked).first()


def held_until(session: Session, person_id: int, sort: Sort, cell_id: int) -> date | None:
    """Until when the same link held that has ended; of residence any."""
    asked = select(func.max(CellLink.ends_on)).where(CellLink.person_id == person_id, CellLink.sort == sort)
    if sort is not Sort.RESIDENCE:
        asked = asked.where(CellLink.cell_id == cell_id)
    found: date | None = session.scalar(asked.where(CellLink.ends_on > CellLink.starts_on))
    return found


def first_day(session: Session, person_id: int) -> date | None:
    """Since when somebody is a member, as far as is known."""
    asked = select(func.min(func.least(Membership.starts_on, Person.joined_on))).join(
        Person, Person.id == Membership.person_id
    )
    found: date | None = session.scalar(asked.where(Membership.person_id == person_id))
    return found


def links_to_carry(session: Session, cell_ids: Collection[int]) -> list[CellLink]:
    """What holds or is proposed in some cells of those who are members still; locked."""
    asked = select(CellLink).where(CellLink.cell_id.in_(cell_ids), CellLink.ends_on.is_(None))
    return list(
        session.scalars(asked.where(_belongs(clock.today(session))).order_by(CellLink.id).with_for_update(of=CellLink))
    )


def links_left(session: Session, cell_ids: Collection[int] | None = None) -> list[tuple[CellLink, date | None]]:
    """What holds or is proposed of those who are members no more, and since when; of some cells or of all; locked."""
    since = _memberships().with_only_columns(func.max(Membership.ends_on)).correlate(CellLink).scalar_subquery()
    asked = select(CellLink, since).where(CellLink.ends_on.is_(None), not_(_belongs(clock.today(session))))
    if cell_ids is not None:
        asked = asked.where(CellLink.cell_id.in_(cell_ids))
    return [(row, left) for row, left in session.execute(asked.order_by(CellLink.id).with_for_update(of=CellLink))]


def latest_day(session: Session, cell_ids: Collection[int]) -> date | None:
    """The last day on which a link, a unit or a name of some cells began or ended."""
    days = [
        session.scalar(select(func.max(func.greatest(row.starts_on, row.ends_on))).where(row.cell_id.in_(cell_ids)))
        for row in (CellLink, CellUnit, CellName)
    ]
    return max((each for each in days if each is not None), default=None)


def doors_beside(session: Session, row: CellLink) -> list[str]:
    """The doors of the other links of the same cell that hold or are proposed."""
    asked = select(CellLink.doors).where(
        CellLink.cell_id == row.cell_id, CellLink.id != row.id, CellLink.ends_on.is_(None), CellLink.doors != ""
    )
    return list(session.scalars(asked))


def members_for(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """Whom somebody may link: the members whom he reaches, by pinyin, with their unit."""
    today = clock.today(session)
    units = select(Unit.id).where(register.in_reach(actor, *SEES_CELLS))
    asked = (
        select(Person.id, Person.name, Unit.whole_name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.unit_id.in_(units), holds_on(Membership.starts_on, Membership.ends_on, today))
    )
    return [(row[0], f"{row[1]}（{row[2]}）") for row in session.execute(asked.order_by(Person.pinyin, Person.id))]


class Own(NamedTuple):
    """A cell of one's own, with who looks after it."""

    cell_id: int
    cell: str
    extent: str
    sort: str
    doors: str
    households: int | None
    starts_on: date
    calls: str


def own_cells(session: Session) -> list[Own]:
    """One's own cells, with whom to call there; the database itself asks who it is."""
    return [Own(*row) for row in session.execute(OWN)]


def own_choices(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The cells among which a member says where he lives: those of his township where the grid is on."""
    with beyond(session):
        unit = session.scalar(select(Person.unit_id).where(Person.id == actor.person_id))
        township = session.scalar(select(func.coalesce(Unit.township_id, Unit.id)).where(Unit.id == unit))
        if township is None or not switches.is_on(session, System.GRID, township):
            return []
        rows = cells_on(session, SYSTEM, township, clock.today(session))
    return [(row.id, row.name) for row in rows if row.level != Level.VILLAGE]
