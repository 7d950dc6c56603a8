"""What a line of the audit is about, as it stands today, for reading: whoever reads the audit needs no post for it.

Nothing sealed is opened here, and nothing can be done.
"""

from collections.abc import Callable, Mapping

from sqlalchemy import select, text

from services.activities.ledger.actions import form_of
from services.activities.ledger.models import Activity
from services.activities.ledger.rules.changes import said_in
from services.activities.office.queries.corrected import names_in
from services.activities.office.queries.history import Entry
from services.activities.office.rules.changed import GRADES
from services.activities.office.rules.subjects import STAGES, subject_for
from services.activities.register.rules.regrouping import day_said
from shared.access import SYSTEM
from shared.db import Session
from shared.people import Person, Post, names_of
from shared.roles import Role

Told = list[tuple[str, str]]
# Assessment says it of a case in reach.
CASE = text("select stage, grade, grade_why, proposed, total, filing_number from assessment.case_told(:id)")


def thing_told(session: Session, entry: Entry) -> Told:
    """It in words, as pairs; nothing where it is of a kind that has no more to it than its lines."""
    sort, number = subject_for(entry.subject, entry.fact, entry.body)
    tell = THINGS.get("person" if entry.person_id else sort)
    return tell(session, entry.person_id or int(number)) if tell and (entry.person_id or number.isdecimal()) else []


def _record(session: Session, activity_id: int) -> Told:
    found = session.scalar(select(Activity).where(Activity.id == activity_id))
    if found is None:
        return []
    form = form_of(session, SYSTEM, found)
    where = names_of(session, {found.group_id}).get(found.group_id, "")
    return [
        ("党小组", where),
        ("现在", STAGES["activity"][found.stage]),
        *said_in(form, names_in(session, [form])).items(),
    ]


def _case(session: Session, case_id: int) -> Told:
    row = session.execute(CASE, {"id": case_id}).one_or_none()
    if row is None:
        return []
    return [
        ("现在", STAGES["case"][row.stage]),
        ("总分", "" if row.total is None else f"{row.total / 100:g} 分"),
        ("建议等次", GRADES[row.proposed] if row.proposed else ""),
        ("评定等次", GRADES[row.grade] if row.grade else ""),
        ("理由", row.grade_why or ""),
        ("备案号", row.filing_number or ""),
    ]


def _person(session: Session, person_id: int) -> Told:
    """The posts that somebody held and holds."""
    name = session.scalar(select(Person.name).where(Person.id == person_id))
    if name is None:
        return []
    posts = session.scalars(select(Post).where(Post.person_id == person_id).order_by(Post.starts_on, Post.id)).all()
    where = names_of(session, {each.unit_id for each in posts})
    return [
        ("姓名", name),
        *((f"{where.get(each.unit_id, '')}{Role(each.kind).chinese}", _span(each)) for each in posts),
    ]


def _span(post: Post) -> str:
    return f"{day_said(post.starts_on)}—{day_said(post.ends_on) if post.ends_on else '至今'}"


THINGS: Mapping[str, Callable[[Session, int], Told]] = {"activity": _record, "case": _case, "person": _person}
