"""The township looks at whom the branch put forward: sent back, or filed with a number."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import text

from services.assessment.choosings import queries
from services.assessment.choosings.actions.electing import refuse_vote
from services.assessment.choosings.actions.moving import Township, desk_of, may, tell, tell_all
from services.assessment.choosings.actions.nominating import fit
from services.assessment.choosings.actions.seating import wait_for_days
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.queries import Candidacy
from services.assessment.choosings.rules import Check, ChoosingStage, ChoosingStep
from services.assessment.choosings.schemas import ChoosingFiling
from shared import clock, numbers
from shared.access import Actor
from shared.db import Session
from shared.errors import Conflict, Invalid, OutOfOrder, OutOfReach, Refusal
from shared.moves import Moved
from shared.numbers import Given

PURPOSE = "assessment.choosing"


def decline(session: Session, actor: Actor, choosing_id: int, reason: str) -> Choosing:
    """The committee does not agree: the branch looks for somebody else, or says more."""
    return _back(session, actor, choosing_id, ChoosingStep.DECLINE, reason)


def send_back(session: Session, actor: Actor, choosing_id: int, reason: str) -> Choosing:
    """The organiser sends it back; what was written stays in the form. Of a vote that means a new vote."""
    return _back(session, actor, choosing_id, ChoosingStep.RETURN, reason)


def _back(session: Session, actor: Actor, choosing_id: int, step: ChoosingStep, reason: str) -> Choosing:
    row = queries.choosing_to_change(session, actor, choosing_id)
    moved = may(session, actor, row, step)
    refuse_vote(session, actor, row, reason)
    row.returned_why, row.agreed_on, row.agreed_by = reason, None, None
    tell(session, actor, row, moved, reason=reason)
    return row


# What is filed, all in one statement.
FILE = text("""
    update assessment.choosing c set stage = :stage, filed_on = :today, filed_by = :by, from_on = x.from_on,
      term_ends_on = x.term_ends_on, checks = x.checks, number_id = x.number_id, filing_number = x.filing_number
    from jsonb_to_recordset(cast(:rows as jsonb)) as x (
      id bigint, from_on date, term_ends_on date, checks jsonb, number_id bigint, filing_number text)
    where c.id = x.id""")


class Ready(NamedTuple):
    """One that may be filed: its step, the day of its post, what was looked at, and the last day of the term."""

    row: Any
    moved: Moved
    day: date
    checks: list[Check]
    term_ends_on: date | None


@dataclass(frozen=True, slots=True)
class Filed:
    """What came of those that were to be filed: the number of each, or why it has none."""

    numbers: Mapping[int, Given]
    refused: Mapping[int, Refusal]


def file(session: Session, actor: Actor, choosing_id: int, asked: ChoosingFiling) -> Choosing:
    """File it with a number, the next one or the one that is asked for.

    Raises Invalid or Conflict where the day, the candidate or the number does not fit any more.
    """
    came = file_all(session, actor, [choosing_id], asked)
    for refusal in came.refused.values():
        raise refusal
    return session.get_one(Choosing, choosing_id, populate_existing=True)


def file_all(
    session: Session, actor: Actor, choosing_ids: Collection[int], asked: ChoosingFiling, *, apart: bool = False
) -> Filed:
    """File as many as fit, under one number of each township or, `apart`, each under its own, in a few statements.

    All are locked before the first is touched: whoever files one of them meanwhile waits, and nobody waits for him.
    """
    rows, today = queries.choosings_to_change(session, actor, choosing_ids), clock.today(session)
    ready, refused = _ready(session, actor, rows, asked, today)
    refused |= {each: OutOfReach() for each in set(choosing_ids) - {row.id for row in rows}}
    given: dict[int, Given] = {}
    for township_id in sorted({each.row.township_id for each in ready}):
        series = numbers.Series(township_id, today.year, PURPOSE)
        here = [each.row.id for each in ready if each.row.township_id == township_id]
        try:
            given |= _numbers(session, series, here, asked.number, apart=apart)
        except Conflict as taken:
            refused |= dict.fromkeys(here, taken)
    _write(session, actor, [each for each in ready if each.row.id in given], given, today)
    return Filed(given, refused)


def _ready(
    session: Session, actor: Actor, rows: Sequence[Any], asked: ChoosingFiling, today: date
) -> tuple[list[Ready], dict[int, Refusal]]:
    """Those that may be filed, and why the others may not."""
    desk, steps = desk_of(session, actor, [row.id for row in rows]), {}
    townships, ready = Township(session), []
    undone = queries.asked_for_no_more(session, [row.id for row in rows])
    refused: dict[int, Refusal] = {}
    for row in rows:
        try:
            steps[row.id] = desk.may(row, ChoosingStep.FILE)
            _refuse_unless_next(townships, row)
            if row.id in undone:
                raise OutOfOrder("调整决定已经撤销，这次选配不用备案，请撤销或者等它自行终止。")
        except Refusal as why:
            refused[row.id] = why
    going = [
        Candidacy(row, row.person_id, asked.from_on or max(row.from_on or today, today))
        for row in rows
        if row.id not in refused
    ]
    found, places = queries.found_of(session, going), dict[int, int]()
    for each in going:
        try:
            if places.get(each.person_id, each.row.group_id) != each.row.group_id:
                raise Invalid("他在别的党小组的一项这次一起备案了，一人只在一个党小组任职，请退回支部另提人选。")
            checks, last = fit(found, each, today), found.last_day_of_term(each.row, each.day)
            ready.append(Ready(each.row, steps[each.row.id], each.day, checks, last))
            places[each.person_id] = each.row.group_id
        except Refusal as why:
            refused[each.row.id] = why
    return ready, refused


def _refuse_unless_next(townships: Township, row: Any) -> None:  # noqa: ANN401  a row of the queries
    """Leaders are chosen there, somebody is put forward, and the committee has agreed where it is to."""
    if townships.wants_nod(row) and row.stage == ChoosingStage.REVIEW:
        raise OutOfOrder("按设置，这个职务备案前要先报党委同意，请点“报党委”。")
    if row.person_id is None:
        raise OutOfOrder("还没有人选，请支部先提出人选。")


def _numbers(
    session: Session, series: numbers.Series, choosing_ids: Sequence[int], wanted: str | None, *, apart: bool
) -> dict[int, Given]:
    subjects = [f"choosing:{each}" for each in choosing_ids]
    if apart:
        return dict(zip(choosing_ids, numbers.give_each(session, series, subjects), strict=True))
    given = numbers.give(session, series, subjects[0], asked=wanted)
    numbers.also(session, given.id, *subjects[1:])
    return dict.fromkeys(choosing_ids, given)


def _write(session: Session, actor: Actor, ready: Sequence[Ready], given: Mapping[int, Given], today: date) -> None:
    """What is filed is written, told, waits no more, and is done on its day."""
    rows = [
        {
            "id": each.row.id,
            "from_on": each.day,
            "term_ends_on": each.term_ends_on,
            "checks": each.checks,
            "number_id": given[each.row.id].id,
            "filing_number": given[each.row.id].said,
        }
        for each in ready
    ]
    values = {"stage": ChoosingStage.FILED, "today": today, "by": actor.account_id}
    session.execute(FILE, values | {"rows": json.dumps(rows, default=date.isoformat)})
    days = {each.row.id: each.day for each in ready}
    for before in sorted({each.moved.before for each in ready}):
        mine = [each for each in ready if each.moved.before == before]
        tell_all(session, actor, [each.row for each in mine], mine[0].moved, days=days)
    wait_for_days(session, days)
