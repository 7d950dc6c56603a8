"""What the lines of the audit are about, as people know it: one question a kind, however many lines there are."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, text

from services.activities.imports.models import Handed
from services.activities.ledger.models import Activity
from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.stages import KINDS_SAID
from services.activities.office.rules.subjects import subject_for
from services.activities.register.rules.correcting import fields_said
from services.activities.register.rules.membership import Turn
from services.activities.register.rules.officers import Act
from services.activities.register.rules.regrouping import Sort, day_said
from services.activities.register.rules.words import SHOWN_SAID
from shared.audit import Happening
from shared.db import Session
from shared.office_settings import ABOUT
from shared.people import Person, names_by_account
from shared.roles import Role

Known = dict[str, str]
OF_A_YEAR = ("ballot", "case", "cycle", "objection", "opening", "rectification", "replacement", "scheme")
TITLES = {key.value: about.title for key, about in ABOUT.items()}
# Assessment says it of those that the reader reaches.
CALLED = text("""
    select subject, person_id, year, name from assessment.called(:subjects)
    union all select subject, person_id, year, name from assessment.ballots_called(:subjects)""")


def known_of(session: Session, lines: Sequence[Happening]) -> dict[int, Known]:
    """What is known of the subject of each line, by the line's id: fields of rules.subjects.CALLED."""
    subjects = {line.id: subject_for(line.subject, line.fact, line.body) for line in lines}
    ids: dict[str, set[int]] = defaultdict(set)
    for sort, number in subjects.values():
        if number.isdecimal():
            ids[sort].add(int(number))
    found = {f"account:{key}": {"person": name} for key, name in names_by_account(session, ids["account"]).items()}
    found |= _records(session, ids["activity"]) | _files(session, ids["handed"])
    found |= _of_a_year(session, [f"{sort}:{number}" for sort in OF_A_YEAR for number in sorted(ids[sort])])
    names = _names(session, {line.body["person_id"] for line in lines if line.body.get("person_id")})
    return {
        line.id: {"number": subjects[line.id][1]} | _told(line.body, names) | found.get(line.subject, {})
        for line in lines
    }


def _told(body: Mapping[str, Any], names: Mapping[int, str]) -> Known:
    """What a fact itself tells of its subject."""
    known = {"person": names.get(body.get("person_id", 0), ""), "edition": body.get("edition", "")}
    known["field"] = SHOWN_SAID.get(body.get("field", ""), "登记信息")
    if "person_id" in body and "kind" in body:
        known["post"] = Role(body["kind"]).chinese
    if "year" in body:
        known["year"] = str(body["year"] or "")
    if "quarter" in body:
        known["quarter"] = str(body["quarter"] or "")
    if "officer_act_id" in body:
        post = Role(body["post"]).chinese if body["post"] else ""
        known["name"] = f"{post}{Act(body['act']).chinese}"
    if "correction_id" in body:
        known["name"] = fields_said(body["corrected"].split(","))
    if "member_act_id" in body:
        known["name"] = Turn(body["turn"]).chinese
    if "planned_id" in body:
        known["name"] = f"{Sort(body['sort']).chinese}，{day_said(date.fromisoformat(body['on']))}起"
    if "setting_id" in body:
        known["name"] = TITLES.get(body["key"], "")
    return known


def _records(session: Session, ids: Collection[int]) -> dict[str, Known]:
    """Records by their day and kind; nothing of what they say."""
    if not ids:
        return {}
    asked = select(Activity.id, Activity.held_on, Activity.kind).where(Activity.id.in_(ids))
    rows = session.execute(asked)
    return {f"activity:{key}": {"name": f"{day_said(day)}{KINDS_SAID[Kind(kind)]}"} for key, day, kind in rows}


def _files(session: Session, ids: Collection[int]) -> dict[str, Known]:
    """Files that were handed in, by their names."""
    if not ids:
        return {}
    rows = session.execute(select(Handed.id, Handed.name).where(Handed.id.in_(ids)))
    return {f"handed:{key}": {"name": name} for key, name in rows}


def _of_a_year(session: Session, subjects: Sequence[str]) -> dict[str, Known]:
    """What belongs to a year's assessment: whom it is about, and the year."""
    if not subjects:
        return {}
    rows = session.execute(CALLED, {"subjects": list(subjects)}).all()
    names = _names(session, {row.person_id for row in rows if row.person_id})
    return {
        row.subject: {"person": names.get(row.person_id, ""), "year": str(row.year or ""), "name": row.name}
        for row in rows
    }


def _names(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """The names of those of these people who are in reach."""
    if not person_ids:
        return {}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row[0]: row[1] for row in rows}
