"""What differs between two forms of a record, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.stages import KINDS_SAID, Attended
from services.activities.ledger.rules.words import absence_said, day_said, hours_said

Form = Mapping[str, Any]
Names = Mapping[int, str]


class Changed(NamedTuple):
    """One thing that was written otherwise."""

    what: str
    before: str
    after: str


def changes(before: Form, after: Form, names: Names) -> list[Changed]:
    """What was written otherwise in `after`, in the order of the page."""
    said = [(said_in(before, names), said_in(after, names))]
    return [Changed(what, old[what], new[what]) for old, new in said for what in old if old[what] != new[what]]


def said_in(form: Form, names: Names) -> dict[str, str]:
    """A form in words."""
    return {
        "类别": KINDS_SAID[Kind(form["kind"])],
        "日期": day_said(date.fromisoformat(form["held_on"])),
        "地点": form["place"],
        "主持人": names.get(form["chair_id"] or 0, ""),
        "记录人": names.get(form["recorder_id"] or 0, ""),
        "主题": form["topic"],
        "主讲人": form.get("speaker", ""),
        "列席人员": form.get("guests", ""),
        "内容": form["content"],
        "学时": hours_said(form["minutes"]) if form["minutes"] else "",
        "应到": f"{form['expected']}人",
        "实到": f"{form['present']}人",
        "没有到会": "、".join(
            f"{names.get(person_id, '')}（{absence_said(reason, words)}）"
            for person_id, state, _, reason, words in form["attendance"]
            if state != Attended.PRESENT
        ),
    }
