"""The two who count: named at opening, replaced with a reason, and a slip of paper for whoever has no account."""

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import update

from services.assessment.ballots import queries
from services.assessment.ballots.actions.moving import refuse_unless_chairs
from services.assessment.ballots.models import Ballot, Teller
from services.assessment.ballots.rules import CHAIR, BallotStage
from services.assessment.ballots.schemas import Replacing, SlipFor
from shared import clock
from shared.access import SYSTEM, Actor, Whence, guesses
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.events import TellerNamed, TellerSlipMade

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another on paper
PIECES, PIECE = 3, 4  # XXXX-XXXX-XXXX: 59 bits


def name_tellers(session: Session, actor: Actor, row: Ballot, people: Sequence[int]) -> None:
    """Two members of the branch who do not stand."""
    if len(set(people)) < len(people):
        raise Invalid("两名计票人应当是两个人。", field="tellers")
    for place, who in enumerate(people, start=1):
        _name(session, actor, row, place, who, field="tellers")


def _name(session: Session, actor: Actor, row: Ballot, place: int, who: int, *, field: str, why: str = "") -> None:
    if who in queries.candidates(session, row.id):
        raise Invalid("候选人不能计票，请另选一人。", field=field)
    if who not in {each.id for each in queries.belong(session, row.branch_id, row.held_on)}:
        raise Invalid("计票人应当是本支部的党员，请另选一人。", field=field)
    now = clock.now(session)
    session.add(Teller(ballot_id=row.id, unit_id=row.unit_id, person_id=who, place=place, named_at=now))
    session.flush()
    fact = TellerNamed(unit_id=row.unit_id, ballot_id=row.id, person_id=who, place=place)
    announce(session, fact, by=actor, reason=why or None)


def replace_teller(session: Session, actor: Actor, ballot_id: int, asked: Replacing) -> Ballot:
    """Another counts in somebody's place, from the beginning; what the former typed and his slip count no more."""
    row = _counting(session, actor, ballot_id, (BallotStage.OPEN,))
    now = {teller.Teller.place: teller.Teller for teller in queries.tellers_of(session, row.id)}
    if asked.person_id in {each.person_id for each in now.values()}:
        raise Invalid("他已经是计票人，请另选一人。", field="person_id")
    if asked.person_id == actor.person_id and any(each.slip_hash for each in now.values()):
        raise NotYours("另一名计票人凭您发的字条计票，您不能再自己计票，请另选一人。")
    former = now[asked.place]
    former.ended_at, former.slip_hash = clock.now(session), None
    session.flush()
    _name(session, actor, row, asked.place, asked.person_id, field="person_id", why=asked.reason)
    return row


def make_slip(session: Session, actor: Actor, ballot_id: int, asked: SlipFor) -> str:
    """The word on a teller's slip, shown this once: only its hash is kept. The one before opens nothing any more.

    NotYours where whoever leads the vote counts himself: he would hold both counts in his hands.
    """
    row = _counting(session, actor, ballot_id, (BallotStage.OPEN, BallotStage.DIFFERS))
    now = {each.Teller.place: each.Teller for each in queries.tellers_of(session, row.id)}
    teller = now.pop(asked.place)
    if actor.person_id is not None and actor.person_id in {each.person_id for each in now.values()}:
        raise NotYours("您自己也计票，不能给另一名计票人发字条。请先换别人替您计票，再发字条。")
    code = "".join(secrets.choice(SIGNS) for _ in range(PIECES * PIECE))
    teller.slip_hash = queries.hash_of(code)
    session.flush()
    fact = TellerSlipMade(unit_id=row.unit_id, ballot_id=row.id, person_id=teller.person_id, place=asked.place)
    announce(session, fact, by=actor)
    return "-".join(code[at : at + PIECE] for at in range(0, len(code), PIECE))


class Seat(NamedTuple):
    """Whose slip it is, and what he counts."""

    ballot: Ballot
    teller: Teller


def seat_of_slip(session: Session, code: str) -> Seat | None:
    """What a slip opens; None where it is nobody's any more."""
    teller = queries.teller_by_slip(session, code) if code else None
    return None if teller is None else Seat(queries.ballot(session, SYSTEM, teller.ballot_id)[0], teller)


def open_by_slip(session: Session, code: str, whence: Whence) -> Seat | None:
    """The same where somebody gives its word: a wrong one counts where it comes from, instead of a refusal."""
    now = clock.now(session)
    if guesses.is_crowded(session, whence, now):
        return None
    found = seat_of_slip(session, code)
    if found is None:
        guesses.count_unknown(session, whence, now)
    return found


def end_slips(session: Session, row: Ballot) -> None:
    """It is counted: no slip opens anything any more."""
    mine = update(Teller).where(Teller.ballot_id == row.id, Teller.slip_hash.is_not(None))
    session.execute(mine.values(slip_hash=None))


def _counting(session: Session, actor: Actor, ballot_id: int, stages: Sequence[BallotStage]) -> Ballot:
    """A vote that is being counted, for whoever leads it."""
    row = queries.ballot_to_change(session, actor, ballot_id)
    if not actor.roles_over(row.unit_id, row.branch_id, row.township_id) & CHAIR:
        raise NotYours("计票人由主持投票的支部书记或者党小组长安排。")
    refuse_unless_chairs(session, actor, row)
    if row.stage not in stages:
        raise OutOfOrder(f"当前状态（{BallotStage(row.stage).chinese}）下不能换计票人或者发字条。")
    return row
