"""What leaves the house on paper."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from services.activities.workbook.rules.books import Book
from shared.print import pdf

QUARTER = Path(__file__).parent.parent / "templates" / "workbook" / "quarter.typ"


def printed(book: Book, *, made_at: datetime) -> bytes:
    """The quarterly book on A4, as a PDF."""
    return pdf(QUARTER, asdict(book), made_at=made_at)
