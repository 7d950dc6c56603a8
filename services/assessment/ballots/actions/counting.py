"""Two count and type by themselves; once both are in, the counts agree or lie side by side."""

from sqlalchemy import insert

from services.assessment.ballots import queries
from services.assessment.ballots.actions.moving import go, taken
from services.assessment.ballots.actions.tellers import end_slips
from services.assessment.ballots.models import Ballot, Counted, Sheet, Teller
from services.assessment.ballots.rules import (
    MOTION,
    MOVES,
    BallotStage,
    BallotStep,
    Figures,
    Way,
    differences,
    flaws,
    from_kept,
)
from services.assessment.ballots.schemas import Counting
from shared import clock
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session, beyond
from shared.errors import Invalid, NotYours, OutOfOrder, OutOfReach
from shared.events import CountTyped

WRONG_SLIP = (
    "字条上的字不正确，或者已经作废。计票结束、换了计票人或者重新发过字条的，原来的不能再用；请向主持投票的人要新的。"
)
BLIND = (BallotStage.OPEN,)


def type_count(session: Session, actor: Actor, ballot_id: int, asked: Counting, *, browser: str = "") -> Ballot:
    """One of the two who count types what he counted, by his own account. browser: by what it may be known."""
    row = queries.ballot_to_change(session, actor, ballot_id)
    teller = queries.teller_of(session, row.id, actor.person_id)
    if teller is None:
        raise NotYours("您不是这次投票的计票人。")
    with beyond(session):  # he need not hold a post
        _type(session, actor, row, teller, asked, browser=browser)
    return row


def type_by_slip(session: Session, code: str, asked: Counting, *, browser: str = "") -> Ballot:
    """The same by a slip, for whoever has no account. OutOfReach where the slip is nobody's any more."""
    known = queries.teller_by_slip(session, code)
    if known is None:
        raise OutOfReach(WRONG_SLIP, field="code")
    row = queries.ballot_to_change(session, SYSTEM, known.ballot_id)
    teller = queries.teller_by_slip(session, code)  # locked by now: another may have been named meanwhile
    if teller is None:
        raise OutOfReach(WRONG_SLIP, field="code")
    _type(session, SYSTEM, row, teller, asked, browser=browser, by_slip=True)
    return row


def _type(
    session: Session, by: Actor, row: Ballot, teller: Teller, asked: Counting, *, browser: str, by_slip: bool = False
) -> None:
    before = _refuse_out_of_turn(session, row, teller)
    figures = asked.figures()
    _refuse_other_names(session, row, asked)
    _refuse_flaws(row, figures)
    sheet = Sheet(
        ballot_id=row.id,
        teller_id=teller.id,
        round=row.round,
        attempt=before + 1,
        by_slip=by_slip,
        browser=queries.browser_hash(row.id, browser),
        typed_at=clock.now(session),
        **{name: getattr(figures, name) for name in queries.NUMBERS},
    )
    session.add(sheet)
    session.flush()
    _write_votes(session, sheet, figures)
    fact = CountTyped(
        unit_id=row.unit_id,
        ballot_id=row.id,
        place=teller.place,
        round=row.round,
        attempt=sheet.attempt,
        by_slip=by_slip,
    )
    announce(session, fact, by=by)
    _compare(session, by, row)


def _refuse_out_of_turn(session: Session, row: Ballot, teller: Teller) -> int:
    """How often he has typed in this round; blind he types once."""
    before = queries.typed_by(session, row, teller.id)
    if row.stage == BallotStage.OPEN and before:
        raise OutOfOrder("您这一轮的计票已经交了，不能再改；等另一名计票人也交了，两份会放在一起核对。")
    if row.stage not in {BallotStage.OPEN, BallotStage.DIFFERS}:
        raise OutOfOrder(f"当前状态（{BallotStage(row.stage).chinese}）下不能再填计票。")
    return before


def _refuse_other_names(session: Session, row: Ballot, asked: Counting) -> None:
    """Votes are for whoever stands on the paper, each once; written in is whoever else has a vote."""
    named = [each.person_id for each in asked.votes]
    stands = queries.candidates(session, row.id) if row.way == Way.CHOOSE else {MOTION}
    if len(named) != len(stands) or set(named) != stands:
        raise Invalid("票上的每一名候选人都要填一次，不能多也不能少。", field="votes")
    others = [each.person_id for each in asked.others]
    if others and row.way != Way.CHOOSE:
        raise Invalid("这次是对一件事表决，没有另选他人。", field="others")
    known = {each.Voter.person_id for each in queries.may_be_written_in(session, row.id)}
    if len(set(others)) < len(others) or not set(others) <= known:
        raise Invalid("另选的人应当是有表决权、又不在候选人里的党员，每人填一次。写了别人名字的不计。", field="others")


def _refuse_flaws(row: Ballot, figures: Figures) -> None:
    rule = from_kept(row.rule or {})
    for field, said in flaws(figures, expected=row.expected, seats=row.seats, written=rule.written):
        raise Invalid(said, field=field)


def _write_votes(session: Session, sheet: Sheet, figures: Figures) -> None:
    standing = [
        {"sheet_id": sheet.id, "person_id": who, "written_in": False, "yes": v.yes, "no": v.no, "neither": v.neither}
        for who, v in figures.votes.items()
    ]
    others = [
        {"sheet_id": sheet.id, "person_id": who, "written_in": True, "yes": count, "no": 0, "neither": 0}
        for who, count in figures.written_in.items()
    ]
    session.execute(insert(Counted), standing + others)


def _compare(session: Session, by: Actor, row: Ballot) -> None:
    """Once both are in, they agree or they do not; where one gave in, they agree now."""
    rows = queries.sheets_in(session, row)
    if not queries.both_in(rows):
        return
    one, other = queries.figures_in(session, rows)
    step = BallotStep.DIFFER if differences(one, other) else BallotStep.MATCH
    if row.stage == BallotStage.DIFFERS and step is BallotStep.DIFFER:
        return
    moved = MOVES.move(row.stage, step, roles=SYSTEM.roles_over(row.township_id))
    go(session, by, row, moved)
    if step is BallotStep.MATCH:
        end_slips(session, row)


def recount(session: Session, actor: Actor, ballot_id: int, reason: str) -> Ballot:
    """Both count anew, blind as before; what was typed stays on record."""
    row = queries.ballot_to_change(session, actor, ballot_id)
    taken(session, actor, row, BallotStep.RECOUNT, reason=reason)
    row.round += 1
    return row
