"""Reading for the work book: what lies before its writer, and the books compiled from what was recorded."""

from services.activities.workbook.queries.books import book
from services.activities.workbook.queries.desk import Desk, Start, desk, start, writes_for

__all__ = ["Desk", "Start", "book", "desk", "start", "writes_for"]
