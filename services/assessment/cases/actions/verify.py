"""A run computed again from its frozen evidence, without the database's arithmetic, and compared bit for bit."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.assessment.cases import queries
from services.assessment.cases.models import Sheet
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.queries import cycle_seen
from services.assessment.schemes.queries import scheme_of, scheme_seen
from services.assessment.schemes.rules import Scheme, score, tally_from
from shared.access import SYSTEM, Actor
from shared.db import Session
from shared.errors import NotYours

NOTHING: dict[str, Any] = {
    "base": None,
    "bonus": 0,
    "deducted": 0,
    "total": None,
    "vetoed": False,
    "proposed": None,
    "items": {},
}


@dataclass(frozen=True, slots=True)
class Verification:
    """How many sheets were computed again, how many came out equal, and the cases that did not."""

    cases: int
    equal: int
    differing: tuple[int, ...]
    digest: str | None
    digest_equal: bool

    @property
    def sound(self) -> bool:
        """Whether the run stands as it was signed."""
        return self.digest_equal and not self.differing


def verify_cycle(session: Session, actor: Actor, cycle_id: int) -> Verification:
    """Compute the sheets that a cycle's cases rest on again, one by one, by the scheme that it was judged by."""
    cycle = cycle_seen(session, actor, cycle_id)
    if actor.reach != "*" and not actor.roles_over(cycle.township_id):
        raise NotYours("复核由乡镇办理。")
    scheme = scheme_of(scheme_seen(session, SYSTEM, cycle.scheme_id))
    cases, differing, lines = 0, [], hashlib.sha256()
    for sheet, again in computed_again(session, cycle, scheme):
        lines.update((b"\n" if cases else b"") + line_of(again).encode())
        cases += 1
        if again != fields_of(sheet):
            differing.append(sheet.case_id)
    digest = lines.hexdigest()
    return Verification(cases, cases - len(differing), tuple(differing), digest, digest == cycle.digest)


def computed_again(session: Session, cycle: Cycle, scheme: Scheme) -> Iterator[tuple[Sheet, dict[str, Any]]]:
    """Each stored sheet, with what the scorer makes of its evidence now."""
    found = queries.select_sheets(cycle.id).execution_options(yield_per=500)
    for sheet in session.scalars(found):
        yield sheet, again_of(scheme, sheet)
        session.expunge(sheet)


def again_of(scheme: Scheme, sheet: Sheet) -> dict[str, Any]:
    """A sheet by the scorer in Python; an empty one where there is no evidence."""
    if sheet.tally is None:
        return {"case_id": sheet.case_id, **NOTHING}
    tally = dict(sheet.tally)
    ids = tally.pop("ids", {})
    new = score(scheme, tally_from(tally, ids))
    return {
        "case_id": sheet.case_id,
        "base": new.base,
        "bonus": new.bonus,
        "deducted": new.deducted,
        "total": new.total,
        "vetoed": new.vetoed,
        "proposed": new.grade and new.grade.value,
        "items": new.by_key,
    }


def fields_of(sheet: Sheet) -> dict[str, Any]:
    """The same fields as they are stored."""
    names = ("case_id", "base", "bonus", "deducted", "total", "vetoed", "proposed", "items")
    return {name: getattr(sheet, name) for name in names}


def line_of(fields: dict[str, Any]) -> str:
    """A sheet's line in the digest, as PostgreSQL writes it."""
    return "|".join(written(value) for value in fields.values())


def written(value: object) -> str:
    """A value as PostgreSQL's concat writes it; the keys of a JSON object come by length, then by letter."""
    match value:
        case None:
            return ""
        case bool():
            return "t" if value else "f"
        case dict():
            ordered = sorted(value.items(), key=lambda item: (len(item[0]), item[0]))
            return json.dumps(dict(ordered), ensure_ascii=False)
        case _:
            return str(value)
