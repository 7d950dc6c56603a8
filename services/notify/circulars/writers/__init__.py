"""What leaves of a notice: its receipts as a table, and itself on paper with a slip for each post."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from services.notify.circulars.models import Circular
from services.notify.circulars.rules import day_said
from services.notify.circulars.schemas import ReceiptLine
from shared import print as press
from shared.clock import OFFICE_ZONE, civil_day
from shared.sheets import Leaf, write_book


class Slip(NamedTuple):
    """For whom a slip is: the post of a unit, and the number of what it was told."""

    unit: str
    post: str
    person: str
    number: int


PRINTED = Path(__file__).with_name("slips.typ")
HEADER = ("单位", "职务", "姓名", "情况", "回执时间", "纸质回执日期")


def receipts_book(lines: Sequence[ReceiptLine]) -> bytes:
    """The receipts as .xlsx, a line for each post of each unit; those without one on a sheet of their own too."""
    made = BytesIO()
    waiting = [line for line in lines if line.waits]
    leaves = [Leaf("全部", HEADER, [_row(line) for line in lines])]
    leaves += [Leaf("没有回执", HEADER, [_row(line) for line in waiting])] if waiting else []
    write_book(made, leaves)
    return made.getvalue()


def _row(line: ReceiptLine) -> tuple[str, ...]:
    at = f"{line.receipted_at.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}" if line.receipted_at else ""
    people = "、".join(["空缺"] * line.vacant + line.people)
    return (line.unit, line.post, people, line.came, at, str(line.paper_on or ""))


def slips_pdf(found: Circular, office: str, slips: Sequence[Slip], *, made_at: datetime) -> bytes:
    """A page for each slip: the notice, and the slip to be cut off, signed and brought back."""
    data: dict[str, Any] = {
        "office": office,
        "title": found.title,
        "paragraphs": [part for part in found.body.splitlines() if part.strip()],
        "meeting": _meeting(found),
        "due": f"请在{day_said(found.due_on)}前交回。" if found.due_on and found.wants_receipt else "",
        "receipt": found.wants_receipt,
        "posted": day_said(civil_day(found.sent_at)) if found.sent_at else "",
        "number": f"通知{found.id}号",
        "slips": [slip._asdict() for slip in slips],
    }
    return press.pdf(PRINTED, data, made_at=made_at)


def _meeting(found: Circular) -> str:
    """When and where, where it announces a meeting."""
    if found.meets_on is None:
        return ""
    at = f"会议时间：{day_said(found.meets_on)}{found.meets_at}"
    return f"{at}　地点：{found.place}" if found.place else at
