"""What another topic asks of the votes about a thing of its own."""

from dataclasses import dataclass

from services.assessment.ballots import queries
from services.assessment.ballots.actions.moving import taken
from services.assessment.ballots.actions.tellers import end_slips
from services.assessment.ballots.models import Ballot
from services.assessment.ballots.rules import GOING_ON, BallotStage, BallotStep, Result
from shared.access import SYSTEM
from shared.db import Session

ANNOUNCED = frozenset({BallotStage.COUNTED, BallotStage.UNSETTLED, BallotStage.REPEATED})


@dataclass(frozen=True, slots=True)
class ResultFor:
    """What came of the votes about a thing.

    stage and result are those of the last vote; `seated` are the people who got a seat over all of them, by votes; of
    one that was refused nobody. expected, present and yes are of the last one that was announced. ballots: all.
    """

    ballot_id: int
    stage: BallotStage
    result: Result | None
    seated: tuple[int, ...]
    seats_left: int
    expected: int
    present: int
    yes: dict[int, int]
    ballots: tuple[int, ...]

    @property
    def settled(self) -> bool:
        """Whether nothing more comes of it."""
        return self.stage is BallotStage.COUNTED


def result_for(session: Session, purpose: str, subject_id: int) -> ResultFor | None:
    """The votes about a thing, whose topic has asked its own right; None where none was called."""
    chain = queries.chain_of(session, purpose, subject_id)
    if not chain:
        return None
    last = chain[-1]
    standing = [row for row in chain if row.stage in ANNOUNCED and not row.refused]
    seated = [
        each.Announced.person_id
        for row in _of_one_election(standing, last)
        for each in queries.announced(session, row.id)
        if each.Announced.seated
    ]
    sheets = queries.sheets_in(session, last)
    return ResultFor(
        ballot_id=last.id,
        stage=BallotStage(last.stage),
        result=Result(last.outcome) if last.outcome else None,
        seated=tuple(dict.fromkeys(seated)),
        seats_left=last.seats_left,
        expected=last.expected,
        present=sheets[0].Sheet.present if last.outcome and sheets else 0,
        yes={each.Announced.person_id: each.Announced.yes for each in queries.announced(session, last.id)},
        ballots=tuple(row.id for row in chain),
    )


def _of_one_election(standing: list[Ballot], last: Ballot) -> list[Ballot]:
    """The votes whose seats go together: a second vote and the one that it is among the tied of."""
    by_id, kept, row = {each.id: each for each in standing}, [], _last_of(standing, last.id)
    while row is not None:
        kept.append(row)
        row = by_id.get(row.after_id or 0) if row.among_tied else None
    return kept[::-1]


def _last_of(rows: list[Ballot], ballot_id: int) -> Ballot | None:
    """The vote of this number among them."""
    return next((row for row in rows if row.id == ballot_id), None)


def end_for(session: Session, purpose: str, subject_id: int, reason: str) -> Ballot | None:
    """There is nothing to vote on any more: the vote that goes on about it ends, by the system; None: none does."""
    row = queries.latest_of(session, purpose, subject_id)
    return None if row is None or row.stage not in GOING_ON else _end(session, row, reason)


def end_with_units(session: Session) -> None:
    """Once a day: what was to be voted on in a unit that is no more is not voted on."""
    for row in queries.of_former_units(session):
        _end(session, row, "投票的单位已经撤销，投票随之终止。")


def _end(session: Session, row: Ballot, reason: str) -> Ballot:
    taken(session, SYSTEM, row, BallotStep.END, reason=reason)
    row.why = reason
    end_slips(session, row)
    return row
