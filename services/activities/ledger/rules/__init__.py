"""Pure rules of the ledger: how a sheet of activities is read and its people matched. No I/O of any kind."""

from services.activities.ledger.rules.absences import AbsenceText, Reason, read_absences
from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.matching import AbsenteesMatched, match_absentees, match_person
from services.activities.ledger.rules.sheet import ActivityRow, Ledger, read_ledger, year_in

__all__ = [
    "AbsenceText",
    "AbsenteesMatched",
    "ActivityRow",
    "Kind",
    "Ledger",
    "Reason",
    "match_absentees",
    "match_person",
    "read_absences",
    "read_ledger",
    "year_in",
]
