"""What an office's own papers may be tried with."""

from services.assessment.cases import queries as cases
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.rules import PUBLIC
from shared.access import Actor
from shared.db import Session

SHOWN = 20


def cases_to_try(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Leaders' years that somebody sees, of the newest cycle that has any."""
    for cycle in cycles.cycles_page(session, actor, after=None, limit=SHOWN):
        rows = cases.results(session, actor, cycle.id)[:SHOWN]
        if rows:
            return [(str(row.Case.id), f"{cycle.year}年度 {row.branch}{row.group} {row.person}") for row in rows]
    return []


def cycles_to_try(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """The years of one's townships, the newest first."""
    return [(str(each.id), f"{each.year}年度") for each in cycles.cycles_page(session, actor, after=None, limit=SHOWN)]


def notices_to_try(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """The years whose results were published, the newest first."""
    found = cycles.cycles_page(session, actor, after=None, limit=SHOWN)
    return [(str(each.id), f"{each.year}年度") for each in found if each.stage in PUBLIC]
