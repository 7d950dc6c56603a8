"""Every change to rectifications and replacements: ordered by the closed year, taken on by people."""

from services.assessment.rectifications.actions.evidence import attach, remove, take_evidence
from services.assessment.rectifications.actions.printing import (
    PRESSES,
    RectificationPaper,
    take_paper,
    take_replacement_notice,
)
from services.assessment.rectifications.actions.replacing import (
    decide_replacement,
    leave_to_choosing,
    settle_replacements,
    undo_replacement,
    wait_for_successor,
)
from services.assessment.rectifications.actions.steps import (
    accept,
    end_with_posts,
    order_rectifications,
    plan,
    report,
    return_report,
)

__all__ = [
    "PRESSES",
    "RectificationPaper",
    "accept",
    "attach",
    "decide_replacement",
    "end_with_posts",
    "leave_to_choosing",
    "order_rectifications",
    "plan",
    "remove",
    "report",
    "return_report",
    "settle_replacements",
    "take_evidence",
    "take_paper",
    "take_replacement_notice",
    "undo_replacement",
    "wait_for_successor",
]
