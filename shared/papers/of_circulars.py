"""The papers of notices: the notice with its slip, and how its receipts stand."""

from __future__ import annotations

from shared.papers.fields import HEAD, NUMBER
from shared.papers.kinds import Blank, PaperKind, Rows

CIRCULAR = PaperKind(
    key="circular_slip",
    title="通知（通报）和回执条",
    service="notify",
    form="docx",
    about="发给党支部、党小组的通知或者通报，一个单位的一个职务一份，要回执的下面带回执条。",
    blanks=(
        Blank("title", "标题"),
        Blank("to", "主送"),
        Blank("unit", "单位"),
        Blank("post", "职务"),
        Blank("name", "姓名"),
        Blank("said", "正文"),
        Blank("meeting", "会议时间和地点"),
        Blank("number", "通知编号"),
        Blank("receipt", "回执编号"),
        Blank("due", "回执要求"),
        Blank("signed", "落款"),
        Blank("day", "成文日期"),
    ),
    must=("to", "said"),
)
RECEIPTS = PaperKind(
    key="circular_receipts",
    title="通知回执情况表",
    service="notify",
    form="xlsx",
    about="一份通知的回执，一个单位的一个职务一行。",
    blanks=HEAD,
    rows=(
        Rows(
            "receipts",
            "回执",
            (
                NUMBER,
                Blank("place", "所在单位", 14),
                Blank("post", "职务", 8),
                Blank("people", "姓名", 8),
                Blank("came", "情况", 10),
                Blank("at", "回执时间", 10),
                Blank("paper_on", "纸质回执日期", 8),
            ),
        ),
    ),
    must=("receipts",),
)
OF_CIRCULARS = (CIRCULAR, RECEIPTS)
