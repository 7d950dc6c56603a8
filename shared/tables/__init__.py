"""Tables that offices keep, as plain values: cells with addresses, columns by their meaning, dates, names of units.

Pure: nothing here reads a file (shared/sheets does), so that rules may use all of it.
"""

from shared.tables.cells import Cell, Problem, RefusedTable, Sheet, Value, Workbook, address, compact, tidy
from shared.tables.columns import ColumnUnderstood, Field, Layout, TableKind
from shared.tables.dates import Precision, ReadDate, Unreadable, read_date
from shared.tables.lines import Line, SheetLines, Skipped, lines_of
from shared.tables.placed import Placed
from shared.tables.spelling import settle_units
from shared.tables.standing import Heading, Kept, Standing, kept
from shared.tables.units import Branches, branch_key, group_key, match_branch, match_group, settle_names

__all__ = [
    "Branches",
    "Cell",
    "ColumnUnderstood",
    "Field",
    "Heading",
    "Kept",
    "Layout",
    "Line",
    "Placed",
    "Precision",
    "Problem",
    "ReadDate",
    "RefusedTable",
    "Sheet",
    "SheetLines",
    "Skipped",
    "Standing",
    "TableKind",
    "Unreadable",
    "Value",
    "Workbook",
    "address",
    "branch_key",
    "compact",
    "group_key",
    "kept",
    "lines_of",
    "match_branch",
    "match_group",
    "read_date",
    "settle_names",
    "settle_units",
    "tidy",
]
