"""What has been: the steps of a case with who took them, and the years of its leader before."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Date, Row, ScalarSelect, func, select

from services.assessment.cases.models import Case
from services.assessment.cases.queries.cases import case_seen, seen_by
from services.assessment.cases.queries.told import in_office
from services.assessment.cases.rules import CaseStage, is_weighed
from services.assessment.cycles.models import Cycle
from shared import clock
from shared.access import Actor
from shared.audit import Happening
from shared.db import Session
from shared.people import Account, Person, Post, holds_on


def history(session: Session, actor: Actor, case_id: int) -> Sequence[Row[Any]]:
    """The steps of a case that the actor sees, in order; with the posts of whoever took them, and his name."""
    return history_of(session, actor, case_seen(session, actor, case_id).Case)


def history_of(session: Session, actor: Actor, case: Case) -> Sequence[Row[Any]]:
    """The same of a case that was seen.

    What was weighed before the notice stays with the township; the others read what was published, which is the last
    step of it, and what came of it since.
    """
    steps = steps_of(session, f"case:{case.id}", units=(case.group_id, case.branch_id, case.township_id))
    if in_office(actor, case.township_id):
        return steps
    public = session.get_one(Cycle, case.cycle_id).published_as
    before = [row for row in steps if public is None or row.Happening.id < public]
    weighed = [row.Happening.id for row in before if is_weighed(row.Happening.step, row.Happening.stage_before)]
    hidden = {*(weighed if public is None else weighed[:-1])}
    return [row for row in steps if row.Happening.id not in hidden]


def steps_of(session: Session, subject: str, *, units: tuple[int, ...]) -> Sequence[Row[Any]]:
    """The steps of something that was seen, with who took them, and the posts that he held then in these units.

    The name is empty where the reader does not reach the person: a branch learns the office, not the officer.
    """
    found = (
        select(Happening, func.coalesce(Person.name, "").label("name"), posts_then(units).label("posts"))
        .outerjoin(Account, Account.id == Happening.actor_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(Happening.subject == subject, Happening.step.is_not(None))
    )
    return session.execute(found.order_by(Happening.id)).all()


def posts_then(units: tuple[int, ...]) -> ScalarSelect[Any]:
    """The posts that whoever acted held over these units on that day."""
    day = func.timezone(str(clock.OFFICE_ZONE), Happening.at).cast(Date)
    held = holds_on(Post.starts_on, Post.ends_on, day)
    return (
        select(func.array_agg(Post.kind.distinct()))
        .where(Post.person_id == Account.person_id, Post.unit_id.in_(units), held)
        .scalar_subquery()
    )


def earlier_years(session: Session, actor: Actor, case: Case) -> Sequence[Case]:
    """The final results of the same person in the years before, newest first; as far as the actor sees them."""
    found = seen_by(actor).where(Case.person_id == case.person_id, Case.year < case.year)
    return session.scalars(found.where(Case.stage == CaseStage.CLOSED).order_by(Case.year.desc())).all()
