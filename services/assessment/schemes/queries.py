"""What may be read of the schemes."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from importlib.resources import files

from sqlalchemy import Select, func, or_, select

from services.assessment.schemes.models import StoredScheme
from services.assessment.schemes.rules import (
    EXAMPLES,
    OF_VIEWS,
    Scheme,
    for_year,
    idle,
    kinds_owed,
    read_scheme,
    scheme_from,
    with_views,
)
from shared import rule_versions, switches
from shared.access import SYSTEM, Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.evidence import KINDS
from shared.people import Unit

EXAMPLES_AT = files("services.assessment.schemes").joinpath("examples")


def townships_of(actor: Actor) -> Select[int]:
    """The townships in which somebody holds a post, at whatever storey."""
    units = [unit_id for _, unit_id in actor.posts]
    return select(func.coalesce(Unit.township_id, Unit.id)).where(Unit.id.in_(units))


def seen_by(actor: Actor) -> Select[StoredScheme]:
    """The schemes that are open to all, and those of one's own township."""
    if actor.reach == "*":
        return select(StoredScheme)
    own = StoredScheme.township_id.in_(townships_of(actor))
    return select(StoredScheme).where(or_(StoredScheme.township_id.is_(None), own))


def schemes_page(session: Session, actor: Actor, *, after: int | None, limit: int) -> list[StoredScheme]:
    """The schemes, in the order in which they were stored."""
    found = seen_by(actor).where(StoredScheme.id > (after or 0)).order_by(StoredScheme.id).limit(limit)
    return list(session.scalars(found))


def scheme_seen(session: Session, actor: Actor, scheme_id: int) -> StoredScheme:
    """One scheme, or OutOfReach."""
    found = session.scalar(seen_by(actor).where(StoredScheme.id == scheme_id))
    if found is None:
        raise OutOfReach
    return found


def schemes_newest_first(session: Session, actor: Actor, *, after: int | None, limit: int) -> list[StoredScheme]:
    """The schemes, the one stored last before the others; `after` is the last one already seen."""
    found = seen_by(actor).order_by(StoredScheme.id.desc()).limit(limit)
    return list(session.scalars(found.where(StoredScheme.id < after) if after else found))


def township_names(session: Session, unit_ids: Iterable[int]) -> dict[int, str]:
    """The names of these townships."""
    found = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(list(unit_ids))))
    return {unit_id: name for unit_id, name in found}  # noqa: C416  a Row is no pair to the type checker


def scheme_stored(session: Session, township_id: int | None, fingerprint: str) -> StoredScheme | None:
    """The scheme of that content, if the township has it."""
    found = seen_by(SYSTEM).where(
        StoredScheme.township_id.is_not_distinct_from(township_id), StoredScheme.fingerprint == fingerprint
    )
    return session.scalar(found)


def scheme_in_force(session: Session, township_id: int, year: int) -> StoredScheme | None:
    """The newest scheme for a year: the township's own before those that are open to all and fit its rules."""
    found = seen_by(SYSTEM).where(
        or_(StoredScheme.township_id == township_id, StoredScheme.township_id.is_(None)),
        StoredScheme.year_from <= year,
        or_(StoredScheme.year_to.is_(None), StoredScheme.year_to >= year),
    )
    rows = session.scalars(found.order_by(StoredScheme.id)).all()
    key = example(session, township_id, year).key
    open_to_all = [row for row in rows if not row.township_id and row.body["key"] == key]
    for pool in ([row for row in rows if row.township_id], open_to_all):
        newest = for_year(map(scheme_of, pool), year)
        if newest is not None:
            return next(row for row in reversed(pool) if row.fingerprint == newest.fingerprint)
    return None


def kinds_owed_in(session: Session, township_id: int, year: int) -> frozenset[str]:
    """The kinds that the groups of a township owe at a year's end: by its rules, and by the systems that are on."""
    owed = kinds_owed(rule_versions.rules_of(session, township_id, date(year, 12, 31)))
    on = switches.on_in(session, township_id)
    return owed | {kind for kind, known in KINDS.items() if known.system in on and not known.cadence}


def example(session: Session, township_id: int, year: int) -> Scheme:
    """The example that ships in which no item applies to nobody in a township."""
    return read_scheme(example_text(kinds_owed_in(session, township_id, year)))


@lru_cache(maxsize=16)
def example_text(owed: frozenset[str]) -> str:
    """Its text with its comments, by the kinds of activities that are owed."""
    texts = [EXAMPLES_AT.joinpath(f"{name}.yaml").read_text("utf-8") for name in EXAMPLES]
    text = next((text for text in texts if not idle(read_scheme(text), owed)), texts[-1])
    return with_views(text) if owed >= OF_VIEWS else text


def scheme_of(row: StoredScheme) -> Scheme:
    """A stored scheme as the scorer takes it."""
    return scheme_from(row.body)
