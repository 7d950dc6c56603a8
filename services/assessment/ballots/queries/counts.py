"""What was typed: by each teller to himself, and both side by side only once both are in."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.assessment.ballots.models import Ballot, Counted, Sheet, Teller
from services.assessment.ballots.rules import BallotStage, Figures, Votes
from shared.access import Actor
from shared.db import Session, beyond
from shared.people import Person

NUMBERS = ("present", "issued", "returned", "valid", "invalid", "yes_written", "no_written")
HIDDEN = (BallotStage.CALLED, BallotStage.OPEN)
"""Where nobody sees the other's count, and whoever leads the vote sees none."""


def typed_by(session: Session, ballot: Ballot, teller_id: int) -> int:
    """How often a teller has typed in the round that is being counted."""
    asked = select(func.count()).select_from(Sheet).where(Sheet.teller_id == teller_id, Sheet.round == ballot.round)
    return session.scalar(asked) or 0


def sheets_in(session: Session, ballot: Ballot) -> Sequence[Row[Any]]:
    """The last count of each of those who count now, in this round."""
    asked: Select[*tuple[Any, ...]] = (
        select(Sheet, Teller.place, Teller.person_id, func.coalesce(Person.name, "").label("name"))
        .join(Teller, Teller.id == Sheet.teller_id)
        .outerjoin(Person, Person.id == Teller.person_id)
        .where(Sheet.ballot_id == ballot.id, Sheet.round == ballot.round, Teller.ended_at.is_(None))
        .ext(distinct_on(Teller.place))
        .order_by(Teller.place, Sheet.attempt.desc())
    )
    with beyond(session):  # of a vote that was seen: a teller need not hold a post
        return session.execute(asked).all()


def both_in(rows: Sequence[Row[Any]]) -> bool:
    """Whether both have typed."""
    return [row.place for row in rows] == [1, 2]


def figures_in(session: Session, rows: Sequence[Row[Any]]) -> list[Figures]:
    """The counts as figures, in the order of the tellers."""
    ids = [row.Sheet.id for row in rows]
    asked = select(Counted).where(Counted.sheet_id.in_(ids)).order_by(Counted.person_id)
    with beyond(session):
        found = session.scalars(asked).all()
    return [_figures(row.Sheet, [each for each in found if each.sheet_id == row.Sheet.id]) for row in rows]


def _figures(sheet: Sheet, counted: Sequence[Counted]) -> Figures:
    return Figures(
        **{name: getattr(sheet, name) for name in NUMBERS},
        votes={each.person_id: Votes(each.yes, each.no, each.neither) for each in counted if not each.written_in},
        written_in={each.person_id: each.yes for each in counted if each.written_in},
    )


def counts_seen(session: Session, actor: Actor, ballot: Ballot) -> list[tuple[Row[Any], Figures]]:
    """The counts of this round that somebody may see: his own, and both once both are in.

    One alone is nobody else's in a vote that ended before the other came in, too: it may be held again the same day.
    """
    rows = sheets_in(session, ballot)
    shown = both_in(rows) and ballot.stage not in HIDDEN
    rows = [row for row in rows if shown or row.person_id == actor.person_id]
    return list(zip(rows, figures_in(session, rows), strict=True))
