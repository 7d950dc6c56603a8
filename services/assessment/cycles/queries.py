"""What may be read of the cycles."""

from datetime import date

from sqlalchemy import Select, select, text

from services.assessment.cycles.models import Cycle
from services.assessment.schemes.queries import townships_of
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Unit, UnitKind, workday_overrides
from shared.rulebase import Rules, effective
from shared.workdays import Workdays


def seen_by(actor: Actor) -> Select[Cycle]:
    """The cycles of the townships in which somebody holds a post."""
    if actor.reach == "*":
        return select(Cycle)
    return select(Cycle).where(Cycle.township_id.in_(townships_of(actor)))


def cycles_page(session: Session, actor: Actor, *, after: int | None, limit: int) -> list[Cycle]:
    """The cycles, newest first; `after` is the last one already seen."""
    found = seen_by(actor).order_by(Cycle.id.desc()).limit(limit)
    return list(session.scalars(found.where(Cycle.id < after) if after else found))


def cycle_seen(session: Session, actor: Actor, cycle_id: int) -> Cycle:
    """One cycle, or OutOfReach."""
    return found_or_refused(session.scalar(seen_by(actor).where(Cycle.id == cycle_id)))


def cycle_to_change(session: Session, actor: Actor, cycle_id: int) -> Cycle:
    """One cycle, locked until the transaction ends, as it stands now."""
    found = seen_by(actor).where(Cycle.id == cycle_id).with_for_update()
    return found_or_refused(session.scalar(found.execution_options(populate_existing=True)))


def cycle_of(session: Session, actor: Actor, *, township_id: int, year: int) -> Cycle | None:
    """A township's cycle of a year, if it was opened."""
    return session.scalar(seen_by(actor).where(Cycle.township_id == township_id, Cycle.year == year))


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


def rules_of(session: Session, township_id: int, on: date) -> Rules:
    """What holds in a township on a day."""
    return effective(on, township(session, township_id).rule_set)


def workdays_of(session: Session) -> Workdays:
    """The office's working days."""
    return Workdays(workday_overrides(session))


PROGRESS = text("""
    select c.groups, c.done_at from assessment.chunk c join assessment.cycle y on y.id = c.cycle_id and y.run = c.run
    where c.cycle_id = :cycle order by c.number""")


def groups_done(session: Session, cycle: Cycle) -> tuple[int, int]:
    """How many groups the run has scored, of how many."""
    spans = session.execute(PROGRESS, {"cycle": cycle.id}).all()
    return sum(groups for groups, done_at in spans if done_at), sum(groups for groups, _ in spans)
