"""The lines of a sheet with the figures, the records and the marks behind them."""

from services.assessment.cases.models import Case, Sheet
from services.assessment.cases.queries.cases import select_sheets, sheet_of
from services.assessment.cases.queries.marks import with_basis
from services.assessment.cycles.models import Cycle
from services.assessment.schemes.models import StoredScheme
from services.assessment.schemes.queries import scheme_of
from services.assessment.schemes.rules import Item, Scheme, score, tally_from
from shared.db import Session


def explained(session: Session, case: Case) -> tuple[int, tuple[Item, ...]]:
    """The run of a case's year, and each line of its sheet with the figures and records behind it."""
    cycle = session.get_one(Cycle, case.cycle_id)
    return case.sheet_run or cycle.run, items_of(session, cycle, sheet_of(session, case, cycle))


def explained_all(session: Session, cycle: Cycle) -> dict[int, tuple[Item, ...]]:
    """The lines of every sheet of a cycle that was seen, by case."""
    scheme = scheme_of(session.get_one(StoredScheme, cycle.scheme_id))
    sheets = session.scalars(select_sheets(cycle.id))
    return with_basis(session, {sheet.case_id: _scored(scheme, sheet) for sheet in sheets})


def items_of(session: Session, cycle: Cycle, sheet: Sheet | None) -> tuple[Item, ...]:
    """Each line of a sheet that was seen, with the figures and records behind it.

    The lines are computed from the frozen evidence: what a verification proves equal to what is stored.
    """
    if sheet is None:
        return ()
    scheme = scheme_of(session.get_one(StoredScheme, cycle.scheme_id))
    return with_basis(session, {sheet.case_id: _scored(scheme, sheet)})[sheet.case_id]


def _scored(scheme: Scheme, sheet: Sheet) -> tuple[Item, ...]:
    if sheet.tally is None:
        return ()
    tally = dict(sheet.tally)
    ids = tally.pop("ids", {})
    return score(scheme, tally_from(tally, ids)).items
