"""Storing a scheme: once, whole, never changed afterwards."""

from sqlalchemy.dialects.postgresql import insert

from services.assessment.schemes import queries
from services.assessment.schemes.models import StoredScheme
from services.assessment.schemes.rules import Scheme, Typed, read_scheme, scheme_typed, unfit
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.events import SchemeStored
from shared.roles import Role

MAY_STORE = frozenset({Role.ORGANISER, Role.COMMITTEE, Role.SYSTEM})


def store_scheme(session: Session, actor: Actor, text: str, *, township_id: int) -> StoredScheme:
    """Store a township's scheme from its YAML. The same text again is the same scheme."""
    refuse_others(actor, township_id)
    try:
        scheme = read_scheme(text)
    except Invalid as wrong:
        raise Invalid(wrong.detail, field="yaml") from None
    return keep_scheme(session, actor, scheme, township_id=township_id, unit_id=township_id)


def store_draft(session: Session, actor: Actor, typed: Typed, *, township_id: int) -> StoredScheme:
    """Store a township's scheme from the fields of a form; it must be one that will hold."""
    refuse_others(actor, township_id)
    kept = keep_scheme(session, actor, scheme_typed(typed), township_id=township_id, unit_id=township_id)
    refuse_hidden(session, township_id, kept)
    return kept


def refuse_others(actor: Actor, township_id: int) -> None:
    """The office of the township keeps its schemes."""
    roles = actor.roles_over(township_id)
    if not roles:
        raise OutOfReach
    if not roles & MAY_STORE:
        raise NotYours("考核方案由组织委员或党委维护，您没有这个职务。")


def refuse_hidden(session: Session, township_id: int, kept: StoredScheme) -> None:
    """A version that another one goes before would never hold: that is said now, and nothing is stored."""
    first = queries.scheme_in_force(session, township_id, kept.year_from)
    if first is not None and first.id != kept.id:
        raise Conflict(
            f"{kept.year_from}年度已有版本「{first.version}」，「{kept.version}」不比它新，不会生效。请换一个更大的版本号。",
            field="version",
        )


def store_example(session: Session, *, township_id: int, year: int) -> StoredScheme:
    """The example that fits a township's rules, open to all; it is named as an example."""
    scheme = queries.example(session, township_id, year)
    return keep_scheme(session, SYSTEM, scheme, township_id=None, unit_id=township_id)


def keep_scheme(
    session: Session, actor: Actor, scheme: Scheme, *, township_id: int | None, unit_id: int
) -> StoredScheme:
    """Store it unless it is there already. A kind of evidence is scored only as the house says that it may be."""
    if flaw := unfit(scheme):
        raise Invalid(flaw[1], field="yaml")
    row = {
        "township_id": township_id,
        "name": scheme.name,
        "version": scheme.version,
        "year_from": scheme.year_from,
        "year_to": scheme.year_to,
        "body": scheme.as_data(),
        "fingerprint": scheme.fingerprint,
    }
    added = session.scalar(insert(StoredScheme).values(row).on_conflict_do_nothing().returning(StoredScheme.id))
    if added is not None:
        announce(session, SchemeStored(unit_id=unit_id, scheme_id=added), by=actor)
    stored = queries.scheme_stored(session, township_id, scheme.fingerprint)
    if stored is None:  # cannot be: nothing deletes a scheme
        raise LookupError(scheme.fingerprint)
    return stored
