"""The papers of what follows 不称职: setting right, and the end of a post (forms.md A16 c, 0.1 a)."""

from __future__ import annotations

from shared.papers.fields import BRANCH, GROUP
from shared.papers.kinds import Blank, PaperKind, Rows

_HEAD = (
    Blank("title", "标题"),
    Blank("township", "乡镇"),
    BRANCH,
    GROUP,
    Blank("name", "姓名"),
    Blank("year", "考核年度"),
)
RECTIFICATION_NOTICE = PaperKind(
    key="rectification_notice",
    title="整改通知书",
    service="assessment",
    form="docx",
    about="乡镇党委要求整改的通知，一件一份，下面带回执。",
    blanks=(
        *_HEAD,
        Blank("to", "主送"),
        Blank("found", "存在问题"),
        Blank("ordered_on", "下达日期"),
        Blank("due_on", "整改期限"),
        Blank("signed", "落款"),
    ),
    must=("name", "due_on"),
)
RECTIFICATION_RECORD = PaperKind(
    key="rectification_record",
    title="整改情况表",
    service="assessment",
    form="docx",
    about="一件整改的原因、措施、整改情况、退回和验收，一件一份。",
    blanks=(
        *_HEAD,
        Blank("found", "存在问题"),
        Blank("ordered_on", "下达日期"),
        Blank("due_on", "整改期限"),
        Blank("causes", "原因分析"),
        Blank("measures", "整改措施"),
        Blank("report", "整改情况"),
        Blank("evidence", "佐证说明"),
        Blank("reported_on", "上报日期"),
        Blank("result", "验收结论"),
        Blank("checked_on", "验收日期"),
        Blank("stage", "状态"),
    ),
    rows=(
        Rows(
            "returns",
            "退回",
            (Blank("day", "退回日期"), Blank("why", "退回原因"), Blank("due", "新的期限")),
        ),
    ),
    must=("name", "measures", "report"),
)
REPLACEMENT_NOTICE = PaperKind(
    key="replacement_notice",
    title="免职通知",
    service="assessment",
    form="docx",
    about="党委决定调整党小组长以后，告诉党支部的通知，一人一份。",
    blanks=(
        *_HEAD,
        Blank("to", "主送"),
        Blank("why", "决定理由"),
        Blank("decided_on", "决定日期"),
        Blank("effective_on", "免职日期"),
        Blank("succeed_by", "选配期限"),
        Blank("signed", "落款"),
    ),
    must=("name", "effective_on"),
)
OF_RECTIFICATIONS = (RECTIFICATION_NOTICE, RECTIFICATION_RECORD, REPLACEMENT_NOTICE)
