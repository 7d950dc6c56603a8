"""The new committees of many branches from one sheet: each branch as by its own form, whole or not at all."""

from collections.abc import Sequence

from services.activities.register import queries
from services.activities.register.actions.imports import may_bring_in
from services.activities.register.actions.terms import SITS, Seated, seat_committee
from services.activities.register.rules.committees import (
    Amiss,
    Committees,
    CommitteesPlan,
    SeatRow,
    asked_in,
    committee_in,
)
from services.activities.register.rules.meant import Meant
from services.activities.register.rules.regrouping import day_said
from services.activities.register.rules.terms import Asked, Committee, Seat
from services.activities.register.rules.words import duties_said
from shared.access import Actor
from shared.db import Session, tried
from shared.errors import Refusal
from shared.people import Person, Unit, UnitKind
from shared.people.namesakes import Named
from shared.progress import Gauge, Report, unheard
from shared.roles import Role
from shared.tables import Problem

SAME_BRANCH = "同一支部的第 {row} 行有问题，整个支部没有登记；改好后一起上传"


def preview_committees(session: Session, actor: Actor, township_id: int, read: Committees) -> CommitteesPlan:
    """What the sheet would change: it is done and undone at once, and promises nothing that would be refused."""
    with tried(session):
        return _seat_all(session, actor, township_id, read, unheard)


def commit_committees(
    session: Session, actor: Actor, township_id: int, read: Committees, *, report: Report = unheard
) -> CommitteesPlan:
    """Enter the committees of the sheet, one sheet at a time in a township; what cannot be is said and left out."""
    queries.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP, locked=True)
    report("comparing", 0, 0)
    return _seat_all(session, actor, township_id, read, report)


def _seat_all(session: Session, actor: Actor, township_id: int, read: Committees, report: Report) -> CommitteesPlan:
    township = may_bring_in(session, actor, township_id)
    plan = CommitteesPlan({"rows": read.rows_total})
    branches, nowhere = _branches(session, actor, township, read, plan)
    for piece in Gauge(report, len(branches)).pieces("posts", list(branches.items())):
        for branch, rows in piece:
            _seat(session, actor, branch, rows, plan, nowhere)
    plan.refused = read.refused_with(plan.problems)
    refused = {(each.sheet, each.row) for each in [*read.errors, *plan.problems]}
    plan.counts |= {"refused": len(refused), "read": read.rows_total - len(refused), "branches": len(plan.lines)}
    return plan


def _branches(
    session: Session, actor: Actor, township: Unit, read: Committees, plan: CommitteesPlan
) -> tuple[dict[Unit, list[SeatRow]], list[tuple[int, str]]]:
    """The rows of each branch that the register has; the others are said, and returned as `Committees.nowhere`."""
    units = queries.tree(session, actor, below=township.id)
    named = {unit.name: unit for unit in units if unit.kind == UnitKind.BRANCH}
    former = queries.former_places(session, units)
    meant = Meant(queries.unit_ids(units), former, {township.name})
    found: dict[Unit, list[SeatRow]] = {}
    nowhere = list(read.nowhere)
    for row in read.seats:
        name = meant.branch(row.branch)
        if name is None:
            plan.problems.append(row.problem("branch", f"名册里没有“{row.branch}”，请核对党支部的名称"))
            nowhere.append((row.row, row.name))
        else:
            found.setdefault(named[name], []).append(row)
    return found, nowhere


def _seat(  # noqa: PLR0917  a piece of `_seat_all`
    session: Session,
    actor: Actor,
    branch: Unit,
    rows: Sequence[SeatRow],
    plan: CommitteesPlan,
    nowhere: Sequence[tuple[int, str]],
) -> None:
    """One branch: entered, as it is already, or why not."""
    try:
        people = queries.candidates_named(session, actor, branch, cadres=True)
        asked, committee = asked_in(rows), committee_in(rows, people)
        if _stands(session, actor, branch, asked, committee):
            plan.unchanged += 1
            return
        with session.begin_nested():
            seated = seat_committee(session, actor, branch.id, asked, committee)
            _refuse_lost(rows[0], [each.name for each in _gone(session, committee, seated)], nowhere)
    except Amiss as amiss:
        _refuse(plan, rows, amiss.row, amiss.row.problem(amiss.key, amiss.sentence))
        return
    except Refusal as refused:
        _refuse(plan, rows, rows[0], rows[0].problem("branch", f"{branch.name}：{refused.detail}"))
        return
    plan.written.terms.append(seated.term.id)
    plan.written.posts += seated.begun
    plan.written.ended_posts += seated.ended
    plan.lines.append(_said(branch, committee, seated, people))
    plan.endings += _endings(session, branch, committee, seated)


def _refuse(plan: CommitteesPlan, rows: Sequence[SeatRow], wrong: SeatRow, problem: Problem) -> None:
    """None of a branch's rows is entered: one says why, the others where that stands."""
    others = [row.problem("branch", SAME_BRANCH.format(row=wrong.row)) for row in rows if row is not wrong]
    plan.problems += [problem, *others]


def _stands(session: Session, actor: Actor, branch: Unit, asked: Asked, committee: Committee) -> bool:
    """Whether that very term and those very seats are in the register: to bring a sheet in again is harmless."""
    term = queries.last_term(session, branch.id)
    if term is None or term.starts_on != asked.starts_on or asked.last_day not in {None, term.due_on}:
        return False
    posts = queries.posts_lasting(session, actor, branch.id, on=asked.starts_on)
    seats = {(post.person_id, Role(post.kind)): tuple(post.duties) for post in posts if Role(post.kind) in SITS}
    return seats == committee.seats()


def _said(branch: Unit, committee: Committee, seated: Seated, people: Sequence[Named]) -> str:
    """Who sits there from when on."""
    names = {each.person_id: each.name for each in people}
    before = {person_id for person_id, _ in (*seated.stays, *seated.left)}
    seats = "、".join(
        f"{_post_said(seat, duties)}{names[seat[0]]}{'（连任）' if seat[0] in before else ''}"
        for seat, duties in committee.seats().items()
    )
    return f"{branch.name}（任期{day_said(seated.term.starts_on)}到{day_said(seated.term.due_on)}）：{seats}"


def _endings(session: Session, branch: Unit, committee: Committee, seated: Seated) -> list[str]:
    """Who sits there no more."""
    return [f"{each.name}：不再担任{branch.name}的职务" for each in _gone(session, committee, seated)]


def _gone(session: Session, committee: Committee, seated: Seated) -> list[Person]:
    gone = {person_id for person_id, _ in seated.left} - {person_id for person_id, _ in committee.seats()}
    return list(queries.people_by_id(session, gone))


def _refuse_lost(first: SeatRow, gone: Sequence[str], nowhere: Sequence[tuple[int, str]]) -> None:
    """Nobody's post ends because the row in which he stands was not understood: it may be of this branch."""
    for at, name in nowhere:
        if lost := [each for each in gone if name in {each, ""}]:
            said = f"第 {at} 行没有读懂是哪个支部的，{'、'.join(lost)}的职务可能写在那一行；改好那一行，一起上传"
            raise Amiss(first, "branch", said)


def _post_said(seat: Seat, duties: Sequence[str]) -> str:
    return f"{seat[1].chinese}{duties_said(duties)}"
