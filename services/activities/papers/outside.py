"""What leaves the house on paper."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from shared.papers.kinds import Filled
from shared.print import pdf

RECORD = Path(__file__).parent.parent / "templates" / "papers" / "record.typ"


def printed_record(filled: Filled, *, made_at: datetime) -> bytes:
    """One record in prose on A4, as a PDF."""
    said = {key: "" if value is None else str(value) for key, value in filled.values.items()}
    return pdf(RECORD, said, made_at=made_at)
