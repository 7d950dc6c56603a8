"""What leaves of a notice: its receipts as a table, and itself on paper with a slip for each post."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from services.notify.circulars.models import Circular
from services.notify.circulars.rules import day_said
from services.notify.circulars.schemas import ReceiptLine
from shared import print as press
from shared.clock import OFFICE_ZONE, civil_day
from shared.papers.kinds import Filled, Value
from shared.papers.layouts import Grid, Layout, Line
from shared.papers.making import as_excel, sheet_of
from shared.papers.of_circulars import RECEIPTS


class Slip(NamedTuple):
    """For whom a slip is: the post of a unit, and the number of what it was told."""

    unit: str
    post: str
    person: str
    number: int


PRINTED = Path(__file__).with_name("slips.typ")


def receipts_filled(lines: Sequence[ReceiptLine], head: Mapping[str, Value]) -> Filled:
    """The receipts, a line for each post of each unit."""
    rows = [{"seq": number, **_row(line)} for number, line in enumerate(lines, start=1)]
    waiting = sum(line.waits for line in lines)
    return Filled({**head, "total": f"合计 {len(rows)} 个职务，没有回执 {waiting} 个。"}, {"receipts": rows})


def receipts_book(lines: Sequence[ReceiptLine], head: Mapping[str, Value]) -> bytes:
    """The same as .xlsx; those without a receipt on a leaf of their own too."""
    leaves = {"全部": lines, "没有回执": [line for line in lines if line.waits]}
    return as_excel(
        [
            replace(sheet_of(RECEIPTS, receipts_filled(some, head)), name=name)
            for name, some in leaves.items()
            if some or name == "全部"
        ]
    )


def _row(line: ReceiptLine) -> dict[str, Value]:
    at = line.receipted_at
    return {
        "place": line.unit,
        "post": line.post,
        "people": "、".join(["空缺"] * line.vacant + line.people),
        "came": line.came,
        "at": f"{at.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}" if at else "",
        "paper_on": str(line.paper_on or ""),
    }


def slip_filled(found: Circular, office: str, slip: Slip) -> Filled:
    """The notice and its slip for one post."""
    person = f"（{slip.person}）" if slip.person else ""
    said: dict[str, Value] = {
        "title": found.title,
        "to": f"{slip.unit}{slip.post}{person}",
        "unit": slip.unit,
        "post": slip.post,
        "name": slip.person,
        "said": "\n".join(part for part in found.body.splitlines() if part.strip()),
        "meeting": _meeting(found),
        "number": f"通知{found.id}号",
        "receipt": f"回执{slip.number}号" if found.wants_receipt else "",
        "due": _due(found),
        "signed": office,
        "day": _sent(found),
    }
    return Filled(said)


def _due(found: Circular) -> str:
    return f"请在{day_said(found.due_on)}前交回。" if found.due_on and found.wants_receipt else ""


def _sent(found: Circular) -> str:
    return day_said(civil_day(found.sent_at)) if found.sent_at else ""


def slips_pdf(found: Circular, office: str, slips: Sequence[Slip], *, made_at: datetime) -> bytes:
    """A page for each slip: the notice, and the slip to be cut off, signed and brought back."""
    data: dict[str, Any] = {
        "office": office,
        "title": found.title,
        "paragraphs": [part for part in found.body.splitlines() if part.strip()],
        "meeting": _meeting(found),
        "due": _due(found),
        "receipt": found.wants_receipt,
        "posted": _sent(found),
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


# --- the one that ships, for the office to edit ---

_TEXT = (
    Line("{{标题}}", "title"),
    Line("{{主送}}：", "plain"),
    Line("{{正文}}"),
    Line("{{会议时间和地点}}"),
    Line("{{落款}}\n{{成文日期}}", "right"),
)
_SLIP = (
    Line("回　执", "heading"),
    Grid(
        (2, 4, 2, 4),
        (
            ("通知", "{{标题}}（{{通知编号}}）"),
            ("单位", "{{单位}}", "职务", "{{职务}}"),
            ("签收人", "", "日期", ""),
            ("意见", "\n"),
        ),
        head=False,
    ),
    Line("{{回执要求}}{{回执编号}}", "plain"),
)
NOTICE = Layout(official=True, parts=_TEXT)
NOTICE_WITH_SLIP = Layout(official=True, parts=(*_TEXT, *_SLIP))
