"""What may be read of the cycles."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, func, select, text

from services.assessment.cycles.models import Cycle, Opening
from services.assessment.cycles.rules import (
    OFFICE,
    STANDING,
    WAITING,
    Calendar,
    CycleStage,
    CycleStep,
    OpeningStage,
    calendar_of,
)
from services.assessment.schemes.queries import townships_of
from shared import clock, people, rule_versions
from shared.access import SYSTEM, Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Unit, UnitKind
from shared.progress import Progress
from shared.roles import Role
from shared.rulebase import Rules
from shared.workdays import Workdays


def seen_by(actor: Actor) -> Select[Cycle]:
    """The cycles of the townships in which somebody holds a post."""
    standing = select(Cycle).where(Cycle.stage != CycleStage.WITHDRAWN)
    return standing if actor.reach == "*" else standing.where(Cycle.township_id.in_(townships_of(actor)))


def cycles_page(session: Session, actor: Actor, *, after: int | None, limit: int) -> list[Cycle]:
    """The cycles, newest first; `after` is the last one already seen."""
    found = seen_by(actor).order_by(Cycle.id.desc()).limit(limit)
    return list(session.scalars(found.where(Cycle.id < after) if after else found))


def cycle_seen(session: Session, actor: Actor, cycle_id: int) -> Cycle:
    """One cycle, or OutOfReach."""
    return found_or_refused(session.scalar(seen_by(actor).where(Cycle.id == cycle_id)))


def withdrawn(session: Session, actor: Actor, cycle_id: int) -> Cycle | None:
    """A year of one's township whose opening was taken back, for whoever was told of it and comes by his message."""
    gone = select(Cycle).where(Cycle.id == cycle_id, Cycle.stage == CycleStage.WITHDRAWN)
    return session.scalar(gone if actor.reach == "*" else gone.where(Cycle.township_id.in_(townships_of(actor))))


def cycle_to_change(session: Session, actor: Actor, cycle_id: int) -> Cycle:
    """One cycle, locked until the transaction ends, as it stands now."""
    found = seen_by(actor).where(Cycle.id == cycle_id).with_for_update()
    return found_or_refused(session.scalar(found.execution_options(populate_existing=True)))


def cycle_of(session: Session, actor: Actor, *, township_id: int, year: int) -> Cycle | None:
    """A township's cycle of a year, if it was opened."""
    return session.scalar(seen_by(actor).where(Cycle.township_id == township_id, Cycle.year == year))


def in_office(actor: Actor, cycle: Cycle) -> bool:
    """Whether this is a year of one's own office."""
    return bool(actor.roles_over(cycle.township_id) & OFFICE)


def found_or_refused(cycle: Cycle | None) -> Cycle:
    """What is not there and what may not be seen are the same."""
    if cycle is None:
        raise OutOfReach
    return cycle


def township(session: Session, township_id: int) -> Unit:
    """A township, or OutOfReach."""
    found = session.scalar(select(Unit).where(Unit.id == township_id, Unit.kind == UnitKind.TOWNSHIP))
    if found is None:
        raise OutOfReach
    return found


def called(session: Session, cycle_id: int) -> str:
    """What the township of a year is called in it: as in its notice, until then as it is called now."""
    named = select(func.coalesce(Cycle.notice_township, Unit.name)).join(Unit, Unit.id == Cycle.township_id)
    return session.scalars(named.where(Cycle.id == cycle_id)).one()


def rules_of(session: Session, township_id: int, on: date) -> Rules:
    """What holds in a township on a day."""
    return rule_versions.rules_of(session, township(session, township_id).id, on)


def workdays_of(session: Session) -> Workdays:
    """The office's working days."""
    return people.workdays_of(session)


def waiting(session: Session) -> list[Cycle]:
    """Every year, of whatever township, in which somebody has still to do something by a deadline."""
    return list(session.scalars(seen_by(SYSTEM).where(Cycle.stage.in_(WAITING)).order_by(Cycle.id)))


# --- years that are still to open ---


def openings_seen_by(actor: Actor) -> Select[Opening]:
    """The openings of the townships in whose office somebody holds a post."""
    standing = select(Opening).where(Opening.stage != OpeningStage.WITHDRAWN)
    return standing if actor.reach == "*" else standing.where(Opening.township_id.in_(townships_of(actor)))


def opening_to_change(session: Session, actor: Actor, *, township_id: int, year: int) -> Opening | None:
    """The opening of a year, locked, if the office was shown it already."""
    found = openings_seen_by(actor).where(Opening.township_id == township_id, Opening.year == year)
    return session.scalar(found.with_for_update().execution_options(populate_existing=True))


def opening_seen(session: Session, actor: Actor, opening_id: int) -> Opening:
    """One opening, or OutOfReach."""
    found = session.scalar(openings_seen_by(actor).where(Opening.id == opening_id))
    if found is None:
        raise OutOfReach
    return found


def opening_of_cycle(session: Session, actor: Actor, cycle_id: int) -> Opening | None:
    """How a year was opened, if that was written down."""
    return session.scalar(openings_seen_by(actor).where(Opening.cycle_id == cycle_id))


def openings_ahead(session: Session, actor: Actor) -> Sequence[Opening]:
    """The years that are still to open, the next first."""
    ahead = openings_seen_by(actor).where(Opening.stage.in_(STANDING))
    return session.scalars(ahead.order_by(Opening.opens_on, Opening.id)).all()


def all_townships(session: Session) -> Sequence[Unit]:
    """Every township there is."""
    found = select(Unit).where(Unit.kind == UnitKind.TOWNSHIP, Unit.dissolved_on.is_(None))
    return session.scalars(found.order_by(Unit.id)).all()


PROGRESS = text("""
    with began as (
      select max(at) as at from office.happening
      where subject = 'cycle:' || :cycle and step = any(:steps))
    select coalesce(sum(c.groups), 0) as whole,
      coalesce(sum(c.groups) filter (where c.done_at is not null), 0) as done,
      coalesce(sum(c.groups) filter (where c.done_at > began.at), 0) as lately,
      cast(extract(epoch from coalesce(max(c.done_at) filter (where c.done_at > began.at), office.now()) - began.at)
        as double precision) as seconds
    from assessment.chunk c join assessment.cycle y on y.id = c.cycle_id and y.run = c.run cross join began
    where c.cycle_id = :cycle group by began.at""")


def progress(session: Session, cycle: Cycle) -> Progress:
    """How far the run is, and how fast it has been since it was last started or let go on."""
    values = {"cycle": cycle.id, "steps": [CycleStep.RUN, CycleStep.GO_ON]}
    found = session.execute(PROGRESS, values).one_or_none()
    return Progress(*found) if found is not None else Progress(0, 0, 0, 0)


def calendar_today(session: Session, township_id: int) -> Calendar:
    """The calendar of a year that would be opened in a township today."""
    today = clock.today(session)
    return calendar_of(today, rules_of(session, township_id, today), workdays_of(session))


def townships_as(session: Session, actor: Actor, *roles: Role) -> Sequence[Unit]:
    """The townships in which somebody holds one of these posts, by name."""
    found = select(Unit).where(Unit.id.in_(actor.units_as(*roles)), Unit.kind == UnitKind.TOWNSHIP)
    return session.scalars(found.order_by(Unit.sort_key, Unit.id)).all()
