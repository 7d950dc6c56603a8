"""A ledger that was brought in is taken back: its records are there no more, nor in any count."""

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from services.activities.evidence import actions as evidence
from services.activities.ledger import queries
from services.activities.ledger.models import Activity, Attendance
from services.activities.ledger.rules.plan import LedgerWritten
from services.activities.ledger.rules.stages import IMPORTERS
from services.activities.register import queries as register
from services.activities.register.actions import begin_again, refuse_resting, require
from shared.access import Actor
from shared.db import Session
from shared.errors import Conflict
from shared.people import UnitKind


def take_ledger_back(session: Session, actor: Actor, township_id: int, year: int, written: LedgerWritten) -> None:
    """Undo a year's ledger, one import at a time in a township; the day of beginning goes back where it stood."""
    township = register.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP, locked=True)
    require(actor, township, IMPORTERS)
    ids = queries.hold_records(session, written.activities)
    refuse_resting(queries.resting_on_records(session, township_id, year, ids))
    evidence.take_back(session, queries.THINGS, ids)
    try:
        with session.begin_nested():
            for model, key in ((Attendance, Attendance.activity_id), (Activity, Activity.id)):
                gone = delete(model).where(key.in_(ids))
                session.execute(gone, execution_options={"synchronize_session": False})
    except IntegrityError as other:
        raise Conflict("刚刚又有了新的登记，所以没有撤销。请刷新后再看。") from other
    if written.begins:
        begin_again(session, actor, township_id, *written.begins)
    session.expire_all()
