"""The words in which people meet the ledger: one for each notion, the same on pages, prints and in messages."""

from __future__ import annotations

from datetime import date

from services.activities.ledger.rules.absences import Reason
from services.activities.ledger.rules.stages import Step

STEPS_SAID: dict[str, str] = {
    Step.SUBMIT: "提交",
    Step.CONFIRM: "确认",
    Step.RETURN: "退回修改",
    Step.CORRECT: "更正",
    Step.WITHDRAW: "撤回",
    Step.DISCARD: "作废",
}
REASONS_SAID: dict[str, str] = {
    Reason.LEAVE: "请假",
    Reason.ILL: "生病",
    Reason.AWAY: "外出",
    Reason.AGED: "年老体弱",
    Reason.UNEXCUSED: "无故缺席",
    Reason.OTHER: "其他",
}


HAPPENED_SAID: dict[str, str] = {
    "ActivityRecorded": "写下",
    "ActivitySubmitted": "提交",
    "ActivityConfirmed": "确认",
    "ActivityReturned": "退回",
    "ActivityDiscarded": "作废",
    "ActivityWithdrawn": "撤回",
    "ActivityCorrected": "更正",
    "AttachmentAdded": "添加附件",
    "AttachmentRemoved": "移除附件",
}
MONTHS_SAID: list[tuple[int, str]] = [(month, f"{month}月") for month in range(1, 13)]


def absence_said(reason: str | None, words: str | None) -> str:
    """Why somebody was not there: as it was written, or the word for it."""
    said = REASONS_SAID.get(reason or "", "未说明")
    return words if words and words != reason else said


def day_said(day: date) -> str:
    """2025年12月8日."""
    return f"{day.year}年{day.month}月{day.day}日"


def hours_said(minutes: int) -> str:
    """So many hours as the office counts them, in halves where they are halves: 1.5."""
    return f"{minutes / 60:.1f}".removesuffix(".0")
