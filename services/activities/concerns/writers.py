"""What leaves of people's views: the slip with its receipt in print, the ledger and the figures as lists."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from services.activities.concerns.models import Concern
from services.activities.concerns.rules import FORMS, KINDS, RESULTS, SATISFIED, Figures, Stage
from shared import print as press
from shared.papers.fields import day_said
from shared.papers.kinds import Filled, Value
from shared.papers.layouts import Grid, Layout, Line

PRINTED = Path(__file__).parents[1] / "templates" / "concerns" / "handing.typ"


def ledger_of(rows: Sequence[Concern], names: Mapping[int, str], head: Mapping[str, Value]) -> Filled:
    """The ledger of a period; 反映人 is there for the offices' own form and stays empty."""
    lines = [{"seq": number, **_line(row, names)} for number, row in enumerate(rows, start=1)]
    return Filled({**head, "total": f"合计 {len(lines)} 条。"}, {"concerns": lines})


def _line(row: Concern, names: Mapping[int, str]) -> dict[str, Value]:
    return {
        "number": row.number or "",
        "opened": day_said(row.opened_on),
        "who": "",
        "group": names.get(row.unit_id, ""),
        "kind": KINDS[row.kind],
        "said": row.said,
        "urgent": "是" if row.urgent else "",
        "voices": row.voices,
        "how": row.how or row.answer or Stage(row.stage).chinese,
        "result": RESULTS.get(row.result or "", row.outcome or ""),
        "basis": row.basis or "",
        "due": day_said(row.extended_to or row.due_on),
        "answered": day_said(row.answered_on),
        "told": day_said(row.told_on),
        "form": FORMS.get(row.told_form or "", ""),
        "satisfied": SATISFIED.get(row.satisfied or "", ""),
        "ended": day_said(row.ended_on),
    }


def figures_of(rows: Sequence[Figures], head: Mapping[str, Value]) -> Filled:
    """The figures of a period: no word of any view."""
    lines = [row._asdict() | {"kind": KINDS[row.kind]} for row in rows]
    return Filled({**head, "total": f"合计 {sum(row.noted for row in rows)} 条。"}, {"kinds": lines})


def handing_of(row: Concern, unit: str, holder: str) -> Filled:
    """What is handed to whom by when, and what came of it."""
    said: dict[str, Value] = {
        "title": "群众意见交办单",
        "number": row.number or "",
        "unit": unit,
        "kind": KINDS[row.kind],
        "urgent": "紧急" if row.urgent else "一般",
        "said": row.said,
        "holder": holder,
        "due": day_said(row.extended_to or row.due_on),
        "day": day_said(row.opened_on),
        "answer": row.answer or "",
        "basis": row.basis or "",
        "teller": "办理的同志" if row.past else "党小组长",
        "office": unit,
    }
    return Filled(said)


def handing_pdf(filled: Filled, *, made_at: datetime) -> bytes:
    """交办单 with its receipt, in two parts: what is handed to whom by when; what came of it."""
    return press.pdf(PRINTED, dict(filled.values), made_at=made_at)


HANDED = Layout(
    (
        Line("{{标题}}", "title"),
        Grid(
            (2, 4, 2, 4),
            (
                ("编号", "{{编号}}", "来源", "{{来源}}"),
                ("类别", "{{类别}}", "缓急", "{{缓急}}"),
                ("事项", "{{反映事项}}"),
                ("承办", "{{承办}}", "时限", "{{办理时限}}"),
                ("交办人", "", "签收人", ""),
            ),
            head=False,
        ),
        Line("办理回执", "heading"),
        Grid(
            (2, 4, 2, 4),
            (
                ("编号", "{{编号}}", "完成时间", ""),
                ("办理情况", "{{办理情况}}\n\n"),
                ("依据", "{{依据}}\n"),
                ("承办人", "", "支部签字", ""),
            ),
            head=False,
        ),
        Line("群众回执联", "heading"),
        Line(
            "您反映的事已经记下，编号{{编号}}。答复会由{{答复人}}带给您，也可以凭本联到村部询问。"
            "本联由群众保存，不登记姓名。"
        ),
        Line("{{落款}}\n{{收集时间}}", "right"),
    )
)
"""The slip in Word, for the office to edit."""
