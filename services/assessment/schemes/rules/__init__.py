"""Schemes as data and the scoring of a year: exact whole-number arithmetic, in Python and as SQL."""

from services.assessment.schemes.rules.grades import consecutive_incompetent, quota_warning
from services.assessment.schemes.rules.points import hundredths, written
from services.assessment.schemes.rules.scheme import Scheme, for_year, read_scheme, scheme_from
from services.assessment.schemes.rules.scoring import Grade, Item, KindTally, Sheet, Tally, score, tally_from
from services.assessment.schemes.rules.sql import columns, score_sql

__all__ = [
    "Grade",
    "Item",
    "KindTally",
    "Scheme",
    "Sheet",
    "Tally",
    "columns",
    "consecutive_incompetent",
    "for_year",
    "hundredths",
    "quota_warning",
    "read_scheme",
    "scheme_from",
    "score",
    "score_sql",
    "tally_from",
    "written",
]
