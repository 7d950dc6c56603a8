"""The term of a branch's committee: begun, corrected, and entered with the whole of a new committee in one act.

A new term ends the one before it; nothing else does. Whoever goes on in his post goes on: it is the same post.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.activities.register import queries
from services.activities.register.actions.looking_over import look_over_later
from services.activities.register.actions.posts import APPOINTS, appointment, begin, cut, refuse_officers
from services.activities.register.actions.units import require, still_there, unit_there
from services.activities.register.rules.regrouping import day_said
from services.activities.register.rules.terms import LENGTHS, Asked, Committee, Seat, last_day
from shared import clock, rule_versions, spans
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.events import TermChanged
from shared.people import Post, Unit, UnitKind
from shared.people.terms import Term
from shared.roles import Role

SITS = (Role.SECRETARY, Role.COMMITTEE_MEMBER)
WHY = "换届"
AHEAD = timedelta(days=366)
"""How long before its first day a term may be entered."""


@dataclass(slots=True)
class Seated:
    """A new committee as it was written: the term; who goes on; the posts begun, and those ended with their last end.

    `left`: whose posts ended, and what they were; he may sit there with other duties now.
    """

    term: Term
    stays: set[Seat] = field(default_factory=set)
    begun: list[int] = field(default_factory=list)
    ended: list[tuple[int, str | None]] = field(default_factory=list)
    left: set[Seat] = field(default_factory=set)


def begin_term(session: Session, actor: Actor, branch_id: int, asked: Asked) -> Term:
    """A branch's committee has a term, from a day on; the one before it ends on that day."""
    branch = _branch(session, actor, branch_id)
    if asked.starts_on < branch.founded_on:
        said = f"{branch.name}在{day_said(branch.founded_on)}成立，任期不能从更早的日子算起。"
        raise Invalid(said, field="starts_on")
    if asked.starts_on > clock.today(session) + AHEAD:
        raise Invalid("最多提前一年登记，请核对日期。", field="starts_on")
    rules = rule_versions.rules_of(session, branch.township_id, asked.starts_on)
    due_on = last_day(asked, rules.integer(LENGTHS[asked.length][1]))
    running = queries.last_term(session, branch.id)
    if running is not None and running.starts_on >= asked.starts_on:
        said = f"已登记从{day_said(running.starts_on)}起的一届，新的一届应在它以后；登记错了的，请更正那一届。"
        raise Conflict(said, field="starts_on")
    term = Term(unit_id=branch.id, starts_on=asked.starts_on, due_on=due_on, basis=asked.basis)
    spans.begin(session, term, running=running)
    _tell(session, actor, term, "begun", asked.basis)
    return term


def seat_committee(session: Session, actor: Actor, branch_id: int, asked: Asked, committee: Committee) -> Seated:
    """A branch's new committee, with its term: whoever is named takes up his post or goes on, the others leave it."""
    branch, seats, day = _branch(session, actor, branch_id), committee.seats(), asked.starts_on
    seated = Seated(begin_term(session, actor, branch_id, asked))
    told = _leave(session, actor, branch, seats, seated)
    for (person_id, kind), duties in seats.items():
        if (person_id, kind) in seated.stays:
            continue
        person, _, _ = appointment(session, actor, person_id, branch.id, kind, starts_on=day)
        refuse_officers(session, actor, person.id, unit=branch)
        first = person.id not in told
        post = begin(session, actor, person.id, branch.id, kind, on=day, reason=WHY, told=first, duties=duties)
        seated.begun.append(post.id)
        told.add(person.id)
    return seated


def _leave(
    session: Session, actor: Actor, branch: Unit, seats: dict[Seat, tuple[str, ...]], seated: Seated
) -> set[int]:
    """Posts that are not among the seats, or come with other duties, end; returns who was told of his."""
    day, told = seated.term.starts_on, set[int]()
    for post in queries.posts_lasting(session, actor, branch.id, on=day):
        seat = (post.person_id, Role(post.kind))
        if Role(post.kind) not in SITS:
            continue
        if post.starts_on <= day and seat not in seated.stays and seats.get(seat) == tuple(post.duties):
            seated.stays.add(seat)
            if post.ends_on is None:
                continue
            raise Conflict(_ends_said(session, actor, post), field="starts_on")
        refuse_officers(session, actor, post.person_id, unit=branch)
        seated.ended.append((post.id, post.ends_on.isoformat() if post.ends_on else None))
        seated.left.add(seat)
        cut(session, actor, post, day, WHY, told=post.person_id not in told)
        told.add(post.person_id)
    return told


def _ends_said(session: Session, actor: Actor, post: Post) -> str:
    name = queries.person_in_reach(session, actor, post.person_id).name
    last = day_said((post.ends_on or post.starts_on) - timedelta(days=1))
    return f"{name}的{Role(post.kind).chinese}已安排任到{last}，请先撤回那项安排，再登记新一届。"


def correct_term(
    session: Session,
    actor: Actor,
    term_id: int,
    *,
    reason: str,
    starts_on: date | None = None,
    due_on: date | None = None,
    mistaken: bool = False,
) -> Term:
    """The last term of a branch was entered otherwise than it is; the one before it follows. Posts stay as they are."""
    term = queries.term_to_change(session, actor, term_id)
    branch = _branch(session, actor, term.unit_id)
    if term.ends_on is not None:
        raise Conflict("这一届已经结束，只能更正最近一届。")
    before = queries.term_before(session, term)
    first, last = starts_on or term.starts_on, due_on or term.due_on
    if last <= first:
        raise Invalid("届满的日子应在开始以后。", field="last_day")
    if first < (before.starts_on + timedelta(days=1) if before else branch.founded_on):
        raise Invalid("任期的开始应在支部成立以后，并在上一届开始以后。", field="starts_on")
    if mistaken:
        _was_none(session, term, before)
    else:
        _set_days(session, term, before, first, last)
    session.flush()
    _tell(session, actor, term, "withdrawn" if mistaken else "corrected", reason)
    return term


def _set_days(session: Session, term: Term, before: Term | None, first: date, last: date) -> None:
    """The law of the table sees no day on which both hold."""
    if before is not None and first < term.starts_on:
        before.ends_on = first
        session.flush()
    term.starts_on, term.due_on = first, last
    session.flush()
    if before is not None:
        before.ends_on = first


def _branch(session: Session, actor: Actor, branch_id: int) -> Unit:
    branch = unit_there(session, actor, branch_id, UnitKind.BRANCH)
    require(actor, branch, APPOINTS[UnitKind.BRANCH])
    still_there(branch)
    return branch


def _tell(session: Session, actor: Actor, term: Term, change: str, reason: str) -> None:
    fact = TermChanged(
        unit_id=term.unit_id,
        term_id=term.id,
        change=change,
        on=term.starts_on.isoformat(),
        until=term.due_on.isoformat(),
    )
    announce(session, fact, by=actor, reason=reason)
    look_over_later(session, term.unit_id)


def take_terms_back(session: Session, actor: Actor, term_ids: Sequence[int], reason: str) -> None:
    """These terms never were, and those before them go on."""
    for term_id in term_ids:
        term = queries.term_to_change(session, actor, term_id)
        _was_none(session, term, queries.term_before(session, term))
        _tell(session, actor, term, "withdrawn", reason)


def _was_none(session: Session, term: Term, before: Term | None) -> None:
    term.ends_on = term.starts_on
    session.flush()
    if before is not None:
        before.ends_on = None
        session.flush()
