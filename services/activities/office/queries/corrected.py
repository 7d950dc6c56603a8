"""What stood in a record before it was corrected, and what stands there since: its forms are kept whole."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, tuple_

from services.activities.ledger.actions import form_of
from services.activities.ledger.models import Activity, Revision
from services.activities.ledger.rules.changes import changes
from services.activities.office.rules.changed import Change
from shared.access import SYSTEM
from shared.audit import Happening
from shared.db import Session
from shared.people import Person

Form = Mapping[str, Any]
At = tuple[int, int]  # a record, and the number of one of its forms


def corrections_of(session: Session, lines: Sequence[Happening]) -> dict[int, list[Change]]:
    """What each correction among these lines wrote otherwise, by the line's id."""
    told = {line.id: (line.body["activity_id"], line.body["revision"]) for line in lines if "revision" in line.body}
    forms = _forms(session, {at for record, number in told.values() for at in ((record, number - 1), (record, number))})
    names = names_in(session, forms.values())
    return {
        line: [Change(*each) for each in changes(forms[record, number - 1], forms[record, number], names)]
        for line, (record, number) in told.items()
        if {(record, number - 1), (record, number)} <= forms.keys()
    }


def _forms(session: Session, wanted: set[At]) -> dict[At, Form]:
    """These forms: the earlier ones as they were put away, the present one as it stands."""
    if not wanted:
        return {}
    kept = select(Revision).where(tuple_(Revision.activity_id, Revision.number).in_(wanted))
    forms: dict[At, Form] = {(each.activity_id, each.number): each.body for each in session.scalars(kept)}
    present = select(Activity).where(tuple_(Activity.id, Activity.revision).in_(wanted))
    forms |= {(each.id, each.revision): form_of(session, SYSTEM, each) for each in session.scalars(present)}
    return forms


def names_in(session: Session, forms: Iterable[Form]) -> dict[int, str]:
    """The names of whoever stands in them, as far as they are in reach."""
    ids = {each for form in forms for each in (form["chair_id"], form["recorder_id"]) if each}
    ids |= {row[0] for form in forms for row in form["attendance"]}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))) if ids else ()
    return {row[0]: row[1] for row in rows}
