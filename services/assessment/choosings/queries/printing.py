"""What the papers of choosings ask: who was filed with somebody, what the register has of them, what is handed over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, select, text

from services.assessment.ballots.models import Ballot
from services.assessment.ballots.rules import BallotStage
from services.assessment.cases.models import Case
from services.assessment.cases.rules import CaseStage
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.queries.choosings import Branch, Group, named, seen_by
from services.assessment.choosings.rules import FROZEN, ChoosingStage
from services.assessment.rectifications.models import Rectification
from services.assessment.rectifications.rules import RectificationStage
from shared.access import Actor
from shared.db import Session
from shared.people import Membership, Person, Post, Unit, holds_on
from shared.todos import KINDS
from shared.waiting import Todo

YEARS_OVER = (CaseStage.CLOSED, CaseStage.ENDED, CaseStage.WITHDRAWN)
MENDED = (RectificationStage.CLEARED, RectificationStage.ENDED)
VOTED = (BallotStage.COUNTED, BallotStage.REPEATED, BallotStage.ENDED)
SINCE_LAST_YEAR = text("select held_on, stage from activities.records_since(:group, :since)")


@dataclass(frozen=True, slots=True)
class LeftOver:
    """What of a group is not done: a to-do or a thing that goes on, where it stands, and by when."""

    what: str
    stage: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class QuarterOf:
    """The records of a group in a quarter: confirmed, and still waiting."""

    year: int
    quarter: int
    confirmed: int
    waiting: int


def _ordered(asked: Select[Choosing], actor: Actor) -> Select[*tuple[Any, ...]]:
    return named(asked, actor).order_by(Branch.sort_key, Branch.id, Group.sort_key, Group.id, Choosing.id)


def filed_with(session: Session, actor: Actor, row: Choosing) -> Sequence[Row[Any]]:
    """Everybody filed under the number of a choosing that one sees, in the order of branches, without void ones."""
    asked = seen_by(actor).where(Choosing.number_id == row.number_id, Choosing.stage.in_(FROZEN))
    return session.execute(_ordered(asked, actor)).all()


def filed_in(session: Session, actor: Actor, township_id: int, year: int) -> Sequence[Row[Any]]:
    """Everybody filed in a year, in the order of branches."""
    asked = seen_by(actor).where(
        Choosing.township_id == township_id,
        Choosing.stage.in_(FROZEN),
        Choosing.filed_on.between(date(year, 1, 1), date(year, 12, 31)),
    )
    return session.execute(_ordered(asked, actor)).all()


def to_sign(session: Session, actor: Actor) -> Sequence[Row[Any]]:
    """Whom the committee is asked to agree to, branch by branch."""
    return session.execute(_ordered(seen_by(actor).where(Choosing.stage == ChoosingStage.APPROVAL), actor)).all()


def last_day_of(session: Session, row: Choosing) -> date | None:
    """The last day on which the former one holds the post, where one is known: else that before the next one's."""
    found = select(Post.ends_on).where(
        Post.unit_id == row.group_id, Post.kind == row.post, Post.person_id == row.former_id
    )
    ends_on = session.scalars(found.order_by(Post.starts_on.desc(), Post.id.desc()).limit(1)).one_or_none()
    first = ends_on or (row.from_on if row.filed_on else None)
    return first - timedelta(days=1) if first else None


def people_of(session: Session, people: Collection[int]) -> dict[int, Person]:
    """These people, as far as whoever asks reaches them."""
    return {each.id: each for each in session.scalars(select(Person).where(Person.id.in_(people)))}


def members_in(session: Session, group_id: int, day: date) -> int:
    """How many belong to a group on a day."""
    here = select(func.count()).where(Membership.unit_id == group_id)
    return session.scalars(here.where(holds_on(Membership.starts_on, Membership.ends_on, day))).one()


def township_of(session: Session, township_id: int) -> str:
    """What a township is called."""
    return session.scalars(select(Unit.name).where(Unit.id == township_id)).one()


# --- what is handed over ---


def todos_of(session: Session, group_id: int) -> list[LeftOver]:
    """What waits in a group, kind by kind."""
    found = select(Todo.kind, func.count(), func.min(Todo.due_on)).where(
        Todo.unit_id == group_id, Todo.closed_at.is_(None)
    )
    rows = session.execute(found.group_by(Todo.kind).order_by(func.min(Todo.due_on).nulls_last(), Todo.kind))
    return [LeftOver(KINDS[kind].said(n, "本组"), "", due_on) for kind, n, due_on in rows]


def cases_of(session: Session, group_id: int) -> list[LeftOver]:
    """What goes on about a group: its years, rectifications and votes that are not over."""
    years = select(Case.year, Case.stage).where(Case.group_id == group_id, Case.stage.not_in(YEARS_OVER))
    mended = select(Rectification.year, Rectification.stage, Rectification.due_on).where(
        Rectification.group_id == group_id, Rectification.stage.not_in(MENDED)
    )
    votes = select(Ballot.title, Ballot.stage, Ballot.held_on).where(
        Ballot.unit_id == group_id, Ballot.stage.not_in(VOTED)
    )
    return [
        *(LeftOver(f"{year}年度考核", CaseStage(stage).chinese, None) for year, stage in session.execute(years)),
        *(
            LeftOver(f"{year}年度考核的整改", RectificationStage(stage).chinese, due)
            for year, stage, due in session.execute(mended)
        ),
        *(LeftOver(title, BallotStage(stage).chinese, held_on) for title, stage, held_on in session.execute(votes)),
    ]


def quarters_of(session: Session, group_id: int, day: date) -> list[QuarterOf]:
    """The quarterly books of a group since the year before, up to a day; a quarter without records is in it too."""
    start = date(day.year - 1, 1, 1)
    counts: dict[tuple[int, int], list[int]] = {
        (year, quarter): [0, 0]
        for year in (day.year - 1, day.year)
        for quarter in range(1, 5)
        if (year, quarter) <= (day.year, (day.month + 2) // 3)
    }
    for held_on, stage in session.execute(SINCE_LAST_YEAR, {"group": group_id, "since": start}):
        at = counts.get((held_on.year, (held_on.month + 2) // 3))
        if at is not None:
            at[stage != "confirmed"] += 1
    return [QuarterOf(*at, *figures) for at, figures in counts.items()]
