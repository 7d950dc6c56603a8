"""Reading for the work book: what lies before its writer, and the books compiled from what was recorded."""

from services.activities.workbook.queries.books import book
from services.activities.workbook.queries.desk import (
    BranchRow,
    Desk,
    Start,
    books_of,
    branches_at_a_glance,
    desk,
    entries_of,
    start,
    writes_for,
)
from services.activities.workbook.queries.todos import done_today, in_stead, todos
from services.activities.workbook.queries.township import (
    branches_among,
    due_in_township,
    first_step,
    owed_said,
    to_look_at,
)

__all__ = [
    "BranchRow",
    "Desk",
    "Start",
    "book",
    "books_of",
    "branches_among",
    "branches_at_a_glance",
    "desk",
    "done_today",
    "due_in_township",
    "entries_of",
    "first_step",
    "in_stead",
    "owed_said",
    "start",
    "to_look_at",
    "todos",
    "writes_for",
]
