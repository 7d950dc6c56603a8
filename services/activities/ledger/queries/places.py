"""The units of a reader, by name; and who was missing from some records."""

from collections.abc import Container, Iterable, Sequence

from services.activities.ledger.models import Activity
from services.activities.ledger.queries.books import Listed, lists_of, names_on
from services.activities.ledger.queries.reach import SEES
from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.stages import KINDS_SAID, Attended
from services.activities.register import queries as register
from shared.access import Actor
from shared.db import Session
from shared.people import UnitKind, names_of

MOST_PLACES = 60


def places(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The units whose ledgers somebody may see, for a choice: groups under their branch; a township's branches only."""
    below = {unit.id: unit for root in actor.units_as(*SEES) for unit in register.names_below(session, actor, root)}
    units = [unit for unit in below.values() if unit.kind != UnitKind.TOWNSHIP]
    if len(units) > MOST_PLACES:
        units = [unit for unit in units if unit.kind == UnitKind.BRANCH]
    return [(unit.id, _indented(unit, below)) for unit in units]


def _indented(unit: register.Named, known: Container[int]) -> str:
    return f"　{unit.name}" if unit.kind == UnitKind.GROUP and unit.branch_id in known else unit.whole_name


def unit_name(session: Session, actor: Actor, unit_id: int) -> str:
    """A unit's whole name; OutOfReach where it is not to be seen."""
    return register.unit_in_reach(session, actor, unit_id).whole_name


def group_names(session: Session, found: Iterable[Activity]) -> dict[int, str]:
    """The whole names of the records' groups."""
    return names_of(session, {record.group_id for record in found})


def said_of(session: Session, found: Sequence[Activity]) -> list[str]:
    """Records in words: whose, of which day, of which kind."""
    names = group_names(session, found)
    return [f"{names[each.group_id]}{each.held_on:%-m月%-d日}{KINDS_SAID[Kind(each.kind)]}" for each in found]


def absent_from(session: Session, actor: Actor, activity_ids: Iterable[int]) -> dict[int, list[Listed]]:
    """Who was expected at some activities and not there."""
    ids = list(activity_ids)
    lists, people = lists_of(session, actor, ids), names_on(session, actor, ids).people
    return {
        activity_id: [
            line._replace(name=line.name or people.get(line.person_id, ""))
            for line in lines
            if line.state == Attended.ABSENT
        ]
        for activity_id, lines in lists.items()
    }
