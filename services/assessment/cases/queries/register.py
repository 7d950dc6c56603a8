"""The register of a year's filing numbers: each with what was filed under it, in the order in which they were given."""

from collections.abc import Sequence
from typing import NamedTuple

from services.assessment.cases.queries.board import Line, leaders
from services.assessment.cases.queries.cases import filed_in
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.queries import cycle_seen
from services.assessment.cycles.rules import OFFICE
from shared import numbers
from shared.access import Actor
from shared.db import Session
from shared.errors import NotYours
from shared.numbers import Number, Series

PURPOSE = "assessment.filing"


class Filed(NamedTuple):
    """A number, and the leaders whose nominations were filed under it; a void one says why."""

    number: Number
    leaders: Sequence[Line]


def register_of(session: Session, actor: Actor, cycle_id: int) -> tuple[Cycle, list[Filed]]:
    """The register of a year, for the township's own office."""
    cycle = cycle_seen(session, actor, cycle_id)
    if not actor.roles_over(cycle.township_id) & OFFICE:
        raise NotYours("备案登记簿由组织委员和党委查看，您没有这个职务。")
    under = filed_in(session, cycle.id)
    rows = [row for row in leaders(session, actor, cycle_id) if row.id in under]
    given = numbers.given(session, Series(cycle.township_id, cycle.year, PURPOSE))
    return cycle, [Filed(each, [row for row in rows if under[row.id] == each.said]) for each in given]
