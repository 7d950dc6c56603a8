"""A vote is called, its paper put in order, and opened: from then on the electorate stands as it was that day."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from services.assessment.ballots import queries
from services.assessment.ballots.actions.moving import go, may, refuse_unless_chairs, thing
from services.assessment.ballots.actions.tellers import name_tellers
from services.assessment.ballots.models import Ballot, Option, Voter
from services.assessment.ballots.rules import (
    CHAIR,
    WAITS,
    BallotStage,
    BallotStep,
    Left,
    VoteKind,
    Way,
    as_kept,
    proposed_order,
    rule_of,
)
from services.assessment.ballots.schemas import Arranging, Calling, LeftOut, Opening
from services.assessment.cycles.queries import rules_of
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid, NotYours, OutOfOrder, OutOfReach
from shared.events import BallotCalled, BallotMoved
from shared.people import Unit, UnitKind
from shared.waiting import wait

BACK, AHEAD = 366, 366
"""How many days a meeting may lie behind when it is entered, and before when it is called."""
ELECTIONS = frozenset({VoteKind.COMMITTEE_ELECTION, VoteKind.LEADER_ELECTION})


class About(NamedTuple):
    """A thing of another topic, as that topic names it."""

    purpose: str
    subject_id: int | None


OWN = About("own", None)
"""Of no other topic: what is voted on stands in its title."""


def call(session: Session, actor: Actor, asked: Calling, about: About = OWN) -> Ballot:
    """Call a vote: its paper can be printed, and it is opened in the room.

    Conflict (409) while another vote about the same thing is going on.
    """
    unit = _unit_of(session, actor, asked)
    branch_id = unit.branch_id or unit.id
    refuse_day(session, unit, asked.held_on)
    refuse_shape(asked.kind, asked.seats, asked.candidates)
    refuse_candidates(session, branch_id, asked.held_on, asked.candidates)
    row = Ballot(
        purpose=about.purpose,
        subject_id=about.subject_id,
        township_id=unit.township_id,
        branch_id=branch_id,
        unit_id=unit.id,
        kind=asked.kind,
        way=Way.CHOOSE if asked.seats else Way.MOTION,
        seats=asked.seats,
        title=asked.title,
        held_on=asked.held_on,
        called_by=actor.account_id,
    )
    return begin(session, actor, row, asked.candidates)


def begin(session: Session, actor: Actor, row: Ballot, candidates: Sequence[int]) -> Ballot:
    """Write a vote that begins, and let it wait for its day."""
    row.stage, row.seats_left, row.round = BallotStage.CALLED, row.seats, 1
    if row.subject_id is not None and _goes_on(session, row):
        raise Conflict("这件事正在投票，办结以后才能再投。")
    session.add(row)
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise Conflict("这件事正在投票，办结以后才能再投。") from None
    _write_options(session, row, candidates)
    refuse_unless_chairs(session, actor, row)
    fact = BallotCalled(unit_id=row.unit_id, ballot_id=row.id, purpose=row.purpose, subject_id=row.subject_id or 0)
    announce(session, fact, by=actor)
    wait(session, WAITS, row.stage, [thing(session, row)])
    return row


def _goes_on(session: Session, row: Ballot) -> bool:
    last = queries.latest_of(session, row.purpose, row.subject_id or 0)
    return last is not None and last.id != row.after_id and WAITS[last.stage] is not None


def _write_options(session: Session, row: Ballot, candidates: Iterable[int]) -> None:
    listed = [{"ballot_id": row.id, "person_id": who, "place": place} for place, who in enumerate(candidates, start=1)]
    if listed:
        session.execute(insert(Option), listed)


def in_proposed_order(session: Session, candidates: Collection[int]) -> list[int]:
    """The candidates by the strokes of their surnames: a proposal that the branch changes as it likes."""
    names = queries.names_of_people(session, candidates)
    return proposed_order((who, names.get(who, "")) for who in candidates)


# --- what cannot be ---


def _unit_of(session: Session, actor: Actor, asked: Calling) -> Unit:
    """The branch or group that votes, or a refusal."""
    unit = queries.unit_of(session, asked.unit_id)
    roles = actor.roles_over(unit.id, unit.branch_id, unit.township_id)
    if not roles:
        raise OutOfReach
    if not roles & (CHAIR | actor.roles_over()):
        raise NotYours("投票由支部书记、党小组长发起；支部没有书记的，由组织委员发起。")
    wanted = UnitKind.GROUP if asked.kind is VoteKind.LEADER_ELECTION else UnitKind.BRANCH
    if unit.kind != wanted:
        whose = "党小组" if wanted is UnitKind.GROUP else "党支部"
        raise Invalid(f"{asked.kind.chinese}由{whose}进行，请选{whose}。", field="unit_id")
    if unit.dissolved_on is not None and unit.dissolved_on <= asked.held_on:
        raise Conflict(f"这个单位{unit.dissolved_on}起已经撤销，不能再投票。", field="held_on")
    return unit


def refuse_day(session: Session, unit: Unit, held_on: date) -> None:
    """A day before the unit was, or too far away to be meant."""
    today = clock.today(session)
    if held_on < unit.founded_on:
        raise Invalid(f"这一天还没有这个单位（{unit.founded_on}成立），请更正日期。", field="held_on")
    if not -AHEAD <= (today - held_on).days <= BACK:
        raise Invalid("会议日期应当在今天前后一年之内，请更正日期。", field="held_on")


def refuse_shape(kind: VoteKind, seats: int, candidates: Sequence[int]) -> None:
    """An election has seats and candidates, any other vote has neither."""
    if kind in ELECTIONS:
        if not seats:
            raise Invalid("选举要写明选几人。", field="seats")
        if not candidates:
            raise Invalid("选举至少要有一名候选人，一个也没有选。", field="candidates")
    elif seats or candidates:
        raise Invalid(f"{kind.chinese}是对一件事表决，一次只表决一件，没有候选人和名额。", field="seats")
    if len(set(candidates)) < len(candidates):
        raise Invalid("候选人里有人写了两次，请去掉重复的。", field="candidates")


def refuse_candidates(session: Session, branch_id: int, on: date, candidates: Collection[int]) -> None:
    """Whoever is no full member of the branch on that day does not stand."""
    known = {row.id for row in queries.eligible(session, branch_id, on)}
    strangers = [who for who in candidates if who not in known]
    if strangers:
        names = "、".join(queries.names_of_people(session, strangers).values())
        whom = f"（{names}）" if names else ""
        raise Invalid(f"候选人应当是本支部{on}的正式党员；有人不是{whom}，请核对。", field="candidates")


# --- the paper, and the room ---


def arrange(session: Session, actor: Actor, ballot_id: int, asked: Arranging) -> Ballot:
    """Put the paper in the branch's own order, or the vote on another day; who stands does not change."""
    row = queries.ballot_to_change(session, actor, ballot_id)
    may(session, actor, row, BallotStep.OPEN)
    if row.stage != BallotStage.CALLED:
        raise OutOfOrder("已经开始投票，票上的次序不能再改。")
    if len(asked.candidates) != len(set(asked.candidates)) or set(asked.candidates) != queries.candidates(
        session, row.id
    ):
        raise Invalid("这里只排次序，候选人不能增减；要换人，请终止这次投票，重新发起。", field="candidates")
    refuse_day(session, queries.unit_of(session, row.unit_id), asked.held_on)
    row.held_on = asked.held_on
    session.execute(delete(Option).where(Option.ballot_id == row.id))
    _write_options(session, row, asked.candidates)
    announce(session, BallotMoved(unit_id=row.unit_id, ballot_id=row.id), by=actor)
    wait(session, WAITS, row.stage, [thing(session, row)])
    return row


def open_ballot(session: Session, actor: Actor, ballot_id: int, asked: Opening) -> Ballot:
    """The meeting begins: who should be present is frozen with whoever is left out, and two are named who count."""
    row = queries.ballot_to_change(session, actor, ballot_id)
    moved = may(session, actor, row, BallotStep.OPEN)
    if row.held_on > clock.today(session):
        raise OutOfOrder(f"会议日期是{row.held_on}，到那一天才能开始投票；日期改了的，请先更正日期。")
    refuse_candidates(session, row.branch_id, row.held_on, queries.candidates(session, row.id))
    rules = rules_of(session, row.township_id, row.held_on)
    rule = rule_of(rules, VoteKind(row.kind))
    if rule is None:
        raise Conflict(f"{row.held_on}施行的制度里没有{VoteKind(row.kind).chinese}的规定，不能按现在的规定投票。")
    row.expected = _freeze(session, row, asked.left_out)
    row.rules, row.rule, row.opened_at = rules.fingerprint, as_kept(rule), clock.now(session)
    name_tellers(session, actor, row, asked.tellers)
    go(session, actor, row, moved)
    return row


def _refuse_left_out(session: Session, row: Ballot, left_out: Sequence[LeftOut]) -> None:
    """A committee counts all its members; who has lost his vote for a time cannot be elected either (党章 43)."""
    if left_out and row.kind == VoteKind.BRANCH_COMMITTEE:
        raise Invalid("支委会会议按全体委员计算，没有不计入应到会的委员，请改回“计入应到会”。", field="left_out")
    without = {each.person_id for each in left_out if each.why is Left.WITHOUT_VOTE}
    if without & queries.candidates(session, row.id):
        raise Invalid(
            "留党察看期间没有表决权，也不能当候选人。请终止这次投票，换了候选人再重新发起。", field="left_out"
        )


def _freeze(session: Session, row: Ballot, left_out: Sequence[LeftOut]) -> int:
    """Write who has a vote today, and why somebody does not count; returns how many should be present."""
    voters = [each.id for each in queries.with_a_vote(session, row.unit_id, VoteKind(row.kind), row.held_on)]
    out = {each.person_id: each for each in left_out}
    if len(out) < len(left_out):
        raise Invalid("不计入应到会的名单里有人写了两次，请去掉重复的。", field="left_out")
    if not set(out) <= set(voters):
        raise Invalid("不计入应到会的名单里，有人本来就没有表决权，请核对。", field="left_out")
    _refuse_left_out(session, row, left_out)
    if any(each.approved_on > row.held_on for each in left_out):
        raise Invalid("不计入应到会的批准日期不能晚于会议日期。", field="left_out")
    if len(out) == len(voters):
        raise Invalid("没有应到会的党员，不能投票，请核对名单。", field="left_out")
    session.execute(
        insert(Voter),
        [
            {
                "ballot_id": row.id,
                "person_id": who,
                "left_out": out[who].why if who in out else None,
                "approved_by": out[who].approved_by if who in out else None,
                "approved_on": out[who].approved_on if who in out else None,
            }
            for who in voters
        ],
    )
    return len(voters) - len(out)
