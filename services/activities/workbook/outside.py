"""What leaves the house on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from services.activities.workbook.rules.books import Book
from shared.print import pdf

QUARTER = Path(__file__).parent.parent / "templates" / "workbook" / "quarter.typ"


def printed(book: Book, *, made_at: datetime) -> bytes:
    """The quarterly book on A4, as a PDF."""
    return printed_books([book], made_at=made_at)


def printed_books(books: Sequence[Book], *, made_at: datetime) -> bytes:
    """Books on A4 in one PDF, each from a new page on and counted from 1."""
    return pdf(QUARTER, {"books": [asdict(each) for each in books]}, made_at=made_at)
