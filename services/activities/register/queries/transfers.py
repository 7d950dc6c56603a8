"""Letters between townships: those that one's township sent, and those that came to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select

from services.activities.register.models import Transfer
from services.activities.register.queries.units import in_reach, seen_unit_ids
from services.activities.register.rules.transfers import UNDONE_WITHIN, Stage
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import there
from shared.people import Unit, UnitKind, names_of
from shared.roles import Role

SHOWN_MAX = 200
NOBODY = "一名党员"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A letter as its township sees it: `comes` where it came to it; `undoable`: whoever looks took him, of late.

    Where it came and he did not, nothing of him is said any more: no name, no dates.
    """

    id: int
    comes: bool
    person_id: int
    name: str
    kind: str
    sex: str | None
    born_on: date | None
    joined_on: date | None
    full_on: date | None
    unit_name: str
    to_name: str
    number: str
    basis: str
    dues_until: date
    starts_on: date
    stage: Stage
    why_not: str | None
    undoable: bool


def transfers_seen_by(actor: Actor) -> Select[Transfer]:
    """Those of the townships whose register somebody keeps."""
    if actor.reach == "*":
        return select(Transfer)
    mine = seen_unit_ids(actor).where(in_reach(actor, Role.ORGANISER), Unit.kind == UnitKind.TOWNSHIP)
    return select(Transfer).where(or_(Transfer.township_id.in_(mine), Transfer.to_township_id.in_(mine)))


def transfers(session: Session, actor: Actor) -> list[Sent]:
    """What was sent and what came, what waits first, then the latest; of a letter that came the township alone."""
    query = transfers_seen_by(actor).order_by(Transfer.stage != Stage.SENT, Transfer.id.desc()).limit(SHOWN_MAX)
    rows = session.scalars(query).all()
    names = names_of(session, {each for row in rows for each in (row.township_id, row.unit_id, row.to_township_id)})
    mine, now = set(actor.units_as(Role.ORGANISER)), clock.now(session)
    return [_sent(row, actor, names, comes=row.to_township_id in mine, now=now) for row in rows]


def _sent(row: Transfer, actor: Actor, names: Mapping[int, str], *, comes: bool, now: datetime) -> Sent:
    shown = Sent(
        id=row.id,
        comes=comes,
        person_id=row.person_id,
        name=row.name,
        kind=row.kind,
        sex=row.sex,
        born_on=row.born_on,
        joined_on=row.joined_on,
        full_on=row.full_on,
        unit_name=names[row.township_id if comes else row.unit_id],
        to_name=names[row.to_township_id],
        number=row.number,
        basis=row.basis,
        dues_until=row.dues_until,
        starts_on=row.starts_on,
        stage=Stage(row.stage),
        why_not=row.why_not,
        undoable=row.stage == Stage.TAKEN
        and row.taken_by == actor.account_id
        and row.taken_at is not None
        and now <= row.taken_at + UNDONE_WITHIN,
    )
    if comes and shown.stage not in {Stage.SENT, Stage.TAKEN}:
        return replace(shown, name=NOBODY, sex=None, born_on=None, joined_on=None, full_on=None, basis="")
    return shown


def transfer_to_change(session: Session, actor: Actor, transfer_id: int) -> Transfer:
    """One of them, locked."""
    query = transfers_seen_by(actor).where(Transfer.id == transfer_id)
    return there(session.scalars(query.with_for_update()).one_or_none(), "这封介绍信")


def transfer_waiting(session: Session, person_id: int) -> Transfer | None:
    """The letter by which somebody is to go, not answered yet."""
    query = select(Transfer).where(Transfer.person_id == person_id, Transfer.stage == Stage.SENT)
    return session.scalars(query).one_or_none()


def came_by_transfer(session: Session, person_id: int, township_id: int) -> bool:
    """Whether somebody belongs to a township by a letter that was taken."""
    query = select(func.count()).where(
        Transfer.person_id == person_id, Transfer.to_township_id == township_id, Transfer.stage == Stage.TAKEN
    )
    return bool(session.scalar(query))


def other_townships(session: Session, township_id: int) -> list[tuple[int, str]]:
    """The other townships of the installation, by name: what stands on a door is no secret."""
    query = select(Unit.id, Unit.name).where(
        Unit.kind == UnitKind.TOWNSHIP, Unit.id != township_id, Unit.dissolved_on.is_(None)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Unit.sort_key, Unit.id))]
