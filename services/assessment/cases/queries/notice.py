"""The public notice: whole for the township, and for every member of it in its days; else for a branch its own part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import text

from services.assessment.cases.queries.board import leaders
from services.assessment.cases.queries.told import BRANCH, OFFICE
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.rules import PUBLIC
from services.assessment.schemes.rules import Grade
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfOrder, OutOfReach
from shared.shapes import ID_MAX

NOW = text("select * from assessment.notices_now() where cycle_id = :cycle")
READ = text('select id, branch_id, branch, "group", person, grade from assessment.notice_read(:cycle)')
NAMED_MOST = 5


class NoticeLine(NamedTuple):
    """A leader in the notice: who, where, and the grade."""

    id: int
    branch_id: int
    branch: str
    group: str
    person: str
    grade: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as somebody reads it. `part`: of whom it is, where it is not the whole."""

    cycle_id: int
    township_id: int
    township: str
    year: int
    first: date
    last: date
    phone: str | None
    rows: Sequence[NoticeLine]
    part: str


def notice_of(session: Session, actor: Actor, cycle_id: int) -> Notice:
    """The notice of a year. OutOfOrder (409) before it is published, OutOfReach outside the township.

    In its days whoever belongs to the township reads the whole, with a post or without.
    """
    if cycle_id > ID_MAX:  # which no function of the database takes
        raise OutOfReach
    whole = [NoticeLine(*row) for row in session.execute(READ, {"cycle": cycle_id})]
    now = session.execute(NOW, {"cycle": cycle_id}).one_or_none()
    if now is not None:
        told = (now.cycle_id, now.township_id, now.township, now.year, now.notice_from, now.notice_to, now.notice_phone)
        return Notice(*told, rows=whole, part="")
    cycle = cycles.cycle_seen(session, actor, cycle_id)
    if cycle.stage not in PUBLIC or cycle.notice_from is None or cycle.notice_to is None:
        raise OutOfOrder(not_on_notice(cycle))
    rows = lines_of(session, actor, cycle)
    office = actor.reach == "*" or bool(actor.roles_over(cycle.township_id) & {*OFFICE})
    if not office and not rows and not actor.units_as(*BRANCH):
        raise OutOfReach
    return Notice(
        cycle_id=cycle.id,
        township_id=cycle.township_id,
        township=cycles.called(session, cycle.id),
        year=cycle.year,
        first=cycle.notice_from,
        last=cycle.notice_to,
        phone=cycle.notice_phone,
        rows=rows,
        part="" if office else part_of(rows, actor),
    )


def not_on_notice(cycle: Cycle) -> str:
    """Why a year that was seen has no notice to read."""
    if cycle.recalled_at is None:
        return "考核结果还没有公示。"
    return f"公示已由党委撤回（{cycle.recalled_at.astimezone(clock.OFFICE_ZONE):%Y-%m-%d}），公示的等次不生效。"


def lines_of(session: Session, actor: Actor, cycle: Cycle) -> list[NoticeLine]:
    """The published lines that somebody sees by his posts, and his own."""
    seen = leaders(session, actor, cycle.id)
    return [
        NoticeLine(row.id, row.branch_id, row.branch, row.group, row.person, row.grade)
        for row in seen
        if row.grade and (cycle.notice_incompetent or row.grade != Grade.INCOMPETENT)
    ]


def part_of(rows: Sequence[NoticeLine], actor: Actor) -> str:
    """Of whom a part of a notice is: by its branches, or of nobody but himself."""
    mine = actor.units_as(*BRANCH)
    names = list(dict.fromkeys(row.branch for row in rows if row.branch_id in mine))
    more = f"等{len(names)}个支部" if len(names) > NAMED_MOST else ""
    return "、".join(names[:NAMED_MOST]) + more if names else "本人"
