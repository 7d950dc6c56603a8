"""Reading for the work book: what lies before its writer, and the books compiled from what was recorded."""

from services.activities.workbook.queries.books import book
from services.activities.workbook.queries.desk import (
    BranchRow,
    Desk,
    Start,
    books_of,
    branches_at_a_glance,
    desk,
    start,
    waiting_of_the_year,
    writes_for,
)
from services.activities.workbook.queries.todos import Waiting, todos

__all__ = [
    "BranchRow",
    "Desk",
    "Start",
    "Waiting",
    "book",
    "books_of",
    "branches_at_a_glance",
    "desk",
    "start",
    "todos",
    "waiting_of_the_year",
    "writes_for",
]
