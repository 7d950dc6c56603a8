"""Somebody is looked for by a number of his: for a reason that is kept with whoever was found, and never the number."""

from services.activities.register import queries
from services.activities.register.queries import LOOKS_AT_NUMBERS
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import NotYours
from shared.events import NumberSought
from shared.people import Person

NOBODY = 0


def find_by_number(session: Session, actor: Actor, number: str, *, reason: str) -> list[Person]:
    """Those of one's reach who have this ID number or telephone number; of each it is told that he was looked for.

    That nobody has it is told as well: otherwise numbers could be tried without a trace.
    """
    units = actor.units_as(*LOOKS_AT_NUMBERS)
    if not units:
        raise NotYours("按号码查人由组织委员和支部书记办理，您没有这个职务。")
    found = queries.numbered(session, actor, number)
    field = queries.field_of(number)
    for unit_id, person_id in [(person.unit_id, person.id) for person in found] or [(units[0], NOBODY)]:
        announce(session, NumberSought(unit_id=unit_id, person_id=person_id, field=field), by=actor, reason=reason)
    return found
