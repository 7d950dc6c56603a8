"""Corrections of what is registered of people: proposed, done, and what stood before."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import aliased

from services.activities.register.models import Correction
from services.activities.register.queries.members import opened, sealed_place
from services.activities.register.queries.units import in_reach, seen_unit_ids
from services.activities.register.rules.correcting import FIELDS_SAID, SEALED, revived
from shared import privacy
from shared.access import Actor
from shared.db import Session
from shared.errors import there
from shared.people import Account, Person, Unit
from shared.roles import Role

OWN_PERSON = text("""
    select id, unit_id, phone_sealed, mail_sealed from activities.own_person()""")
NOTES = (Role.ORGANISER, Role.COMMITTEE, Role.SECRETARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """One of them as it is shown; of a number or an address only that it was changed."""

    id: int
    stage: str
    fields: list[str]
    lines: list[tuple[str, str, str]]  # field in words, before, after
    reason: str
    why_not: str | None
    asked_by: str | None
    asked_at: datetime
    decided_by: str | None


def corrections_seen_by(actor: Actor) -> Select[Correction]:
    """Those of the people for whose register somebody answers."""
    query = select(Correction)
    return query if actor.reach == "*" else query.where(Correction.unit_id.in_(_answers(actor)))


def _answers(actor: Actor) -> Select[int]:
    return seen_unit_ids(actor).where(in_reach(actor, *NOTES))


def corrections_of(session: Session, actor: Actor, person_id: int) -> list[Corrected]:
    """What was corrected of somebody, or is proposed, the latest first."""
    asker, decider, asking, deciding = aliased(Person), aliased(Person), aliased(Account), aliased(Account)
    query = (
        corrections_seen_by(actor)
        .where(Correction.person_id == person_id)
        .outerjoin(asking, asking.id == Correction.asked_by)
        .outerjoin(asker, asker.id == asking.person_id)
        .outerjoin(deciding, deciding.id == Correction.decided_by)
        .outerjoin(decider, decider.id == deciding.person_id)
        .add_columns(asker.name, decider.name)
        .order_by(Correction.id.desc())
    )
    person = session.get_one(Person, person_id)
    return [_shown(row, person, by, decided) for row, by, decided in session.execute(query)]


def corrections_asked(session: Session, actor: Actor) -> list[tuple[int, str, list[Corrected]]]:
    """What is proposed and waits for a decision, as (person, name, corrections)."""
    query = corrections_seen_by(actor).where(Correction.stage == "asked").order_by(Correction.id)
    found = [session.get(Person, row.person_id) for row in session.scalars(query)]
    people = [person for person in found if person is not None]  # who has moved out of reach is another's to decide
    return [
        (person.id, person.name, [each for each in corrections_of(session, actor, person.id) if each.stage == "asked"])
        for person in people
    ]


def _shown(row: Correction, person: Person, by: str | None, decided: str | None) -> Corrected:
    wanted = contents(row, "wanted")
    before = contents(row, "before") if row.before_sealed else values_of(person, row.fields)
    return Corrected(
        id=row.id,
        stage=row.stage,
        fields=row.fields,
        lines=[(FIELDS_SAID[each], _said(each, before.get(each)), _said(each, wanted[each])) for each in row.fields],
        reason=row.reason,
        why_not=row.why_not,
        asked_by=by,
        asked_at=row.asked_at,
        decided_by=decided,
    )


def _said(field: str, value: Any) -> str:  # noqa: ANN401  whatever a field holds
    if value in {None, ""}:
        return "（空）"
    if field in SEALED:
        return privacy.masked(str(value))
    return {"male": "男", "female": "女"}.get(str(value), str(value))


def contents(row: Correction, which: str) -> dict[str, Any]:
    """What is to stand (`wanted`), or stood (`before`)."""
    sealed: bytes = getattr(row, f"{which}_sealed")
    return revived(json.loads(privacy.unseal(sealed, place=sealed_correction(row.person_id, which))))


def sealed_correction(person_id: int, which: str) -> str:
    """Where it opens, and nowhere else."""
    return f"correction|{which}|{person_id}"


def values_of(person: Person, fields: list[str]) -> dict[str, Any]:
    """What is registered in some fields."""
    return {each: opened(person, each) if each in SEALED else getattr(person, each) for each in fields}


def correction_to_change(session: Session, actor: Actor, correction_id: int) -> Correction:
    """One of them, locked."""
    query = corrections_seen_by(actor).where(Correction.id == correction_id).with_for_update()
    return there(session.scalars(query).one_or_none(), "这项更正")


def correction_waiting(session: Session, person_id: int) -> bool:
    """Whether one is proposed for somebody and not decided."""
    query = select(Correction.id).where(Correction.person_id == person_id, Correction.stage == "asked")
    return session.scalar(query) is not None


def own_address(session: Session) -> tuple[int, int, dict[str, str | None]]:
    """Oneself as the register has one: (person, unit, telephone and mail)."""
    row = there(session.execute(OWN_PERSON).one_or_none(), "您的登记")
    known = {
        field: privacy.unseal(sealed, place=sealed_place(field, row.id)) if sealed else None
        for field, sealed in (("phone", row.phone_sealed), ("mail", row.mail_sealed))
    }
    return row.id, row.unit_id, known


def township_of(session: Session, unit_id: int) -> int:
    """The township of a unit, whoever reaches it."""
    return session.execute(select(func.coalesce(Unit.township_id, Unit.id)).where(Unit.id == unit_id)).scalar_one()
