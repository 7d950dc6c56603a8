"""Schemes as data and the scoring of a year: exact whole-number arithmetic, in Python and as SQL."""

from services.assessment.schemes.rules.grades import consecutive_incompetent, quota_warning
from services.assessment.schemes.rules.points import hundredths, written
from services.assessment.schemes.rules.scheme import Indicator, Scheme, for_year, read_scheme, scheme_from
from services.assessment.schemes.rules.scoring import Grade, Item, KindTally, Sheet, Tally, score, tally_from
from services.assessment.schemes.rules.sql import columns, score_sql
from services.assessment.schemes.rules.words import bounds_said, counted_said, kinds_said, left_out_said, sort_said

__all__ = [
    "Grade",
    "Indicator",
    "Item",
    "KindTally",
    "Scheme",
    "Sheet",
    "Tally",
    "bounds_said",
    "columns",
    "consecutive_incompetent",
    "counted_said",
    "for_year",
    "hundredths",
    "kinds_said",
    "left_out_said",
    "quota_warning",
    "read_scheme",
    "scheme_from",
    "score",
    "score_sql",
    "sort_said",
    "tally_from",
    "written",
]
