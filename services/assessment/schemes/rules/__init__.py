"""Schemes as data and the scoring of a year: exact whole-number arithmetic, in Python and as SQL."""

from services.assessment.schemes.rules.drafts import (
    EXAMPLE,
    OPTIONAL,
    SAVE,
    Misfits,
    Row,
    Typed,
    base_typed,
    fields_of,
    kinds_offered,
    rows_of,
    rows_typed,
    scheme_typed,
)
from services.assessment.schemes.rules.fitting import EXAMPLES, idle, kinds_owed, unfit
from services.assessment.schemes.rules.grades import consecutive_incompetent, quota_warning
from services.assessment.schemes.rules.points import hundredths, written
from services.assessment.schemes.rules.scheme import Indicator, Scheme, for_year, read_scheme, scheme_from
from services.assessment.schemes.rules.scoring import (
    COLUMNS,
    Grade,
    Item,
    KindTally,
    Sheet,
    Tally,
    evidence_of,
    score,
    tally_from,
)
from services.assessment.schemes.rules.sql import columns, frozen, named, score_sql
from services.assessment.schemes.rules.text import text_of
from services.assessment.schemes.rules.words import (
    MEASURES,
    bounds_said,
    counted_said,
    kinds_said,
    left_out_said,
    sort_said,
)

__all__ = [
    "COLUMNS",
    "EXAMPLE",
    "EXAMPLES",
    "MEASURES",
    "OPTIONAL",
    "SAVE",
    "Grade",
    "Indicator",
    "Item",
    "KindTally",
    "Misfits",
    "Row",
    "Scheme",
    "Sheet",
    "Tally",
    "Typed",
    "base_typed",
    "bounds_said",
    "columns",
    "consecutive_incompetent",
    "counted_said",
    "evidence_of",
    "fields_of",
    "for_year",
    "frozen",
    "hundredths",
    "idle",
    "kinds_offered",
    "kinds_owed",
    "kinds_said",
    "left_out_said",
    "named",
    "quota_warning",
    "read_scheme",
    "rows_of",
    "rows_typed",
    "scheme_from",
    "scheme_typed",
    "score",
    "score_sql",
    "sort_said",
    "tally_from",
    "text_of",
    "unfit",
    "written",
]
