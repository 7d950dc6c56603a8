"""The papers of people's views: the slip with its receipt, the ledger, the figures (forms.md A13)."""

from __future__ import annotations

from shared.papers.fields import HEAD, NUMBER
from shared.papers.kinds import Blank, PaperKind, Rows

HANDING = PaperKind(
    key="concern_handing",
    title="群众意见交办单",
    service="activities",
    form="docx",
    about="一条群众意见交给谁办、什么时候办完，带办理回执和群众回执联。不写反映人。",
    blanks=(
        Blank("title", "标题"),
        Blank("number", "编号"),
        Blank("unit", "来源"),
        Blank("kind", "类别"),
        Blank("urgent", "缓急"),
        Blank("said", "反映事项"),
        Blank("holder", "承办"),
        Blank("due", "办理时限"),
        Blank("day", "收集时间"),
        Blank("answer", "办理情况"),
        Blank("basis", "依据"),
        Blank("teller", "答复人"),
        Blank("office", "落款"),
    ),
    must=("number", "said", "holder"),
)
CONCERN_LEDGER = PaperKind(
    key="concern_ledger",
    title="群众意见台账",
    service="activities",
    form="xlsx",
    about="一段时间里的群众意见，一条一行。“反映人”一列留空，系统里不登记是谁反映的。",
    blanks=HEAD,
    rows=(
        Rows(
            "concerns",
            "意见",
            (
                NUMBER,
                Blank("number", "编号", 8),
                Blank("opened", "收集时间", 8),
                Blank("who", "反映人", 4),
                Blank("group", "党小组", 8),
                Blank("kind", "类别", 5),
                Blank("said", "反映事项", 16),
                Blank("urgent", "紧急", 3),
                Blank("voices", "人次", 3, number=True),
                Blank("how", "办理情况", 14),
                Blank("result", "办理结果", 6),
                Blank("basis", "依据", 8),
                Blank("due", "办理时限", 8),
                Blank("answered", "答复时间", 8),
                Blank("told", "反馈时间", 8),
                Blank("form", "反馈方式", 5),
                Blank("satisfied", "满意度", 5),
                Blank("ended", "销号时间", 8),
            ),
        ),
    ),
    must=("concerns",),
    wide=True,
)
CONCERN_FIGURES = PaperKind(
    key="concern_figures",
    title="群众意见统计",
    service="activities",
    form="xlsx",
    about="一段时间里各类群众意见的件数和办理结果，没有一条意见的原话。",
    blanks=HEAD,
    rows=(
        Rows(
            "kinds",
            "类别",
            (
                Blank("kind", "类别名称", 10),
                Blank("noted", "记下", 6, number=True),
                Blank("settled", "当场解决", 6, number=True),
                Blank("solved", "已解决", 6, number=True),
                Blank("explained", "已解释", 6, number=True),
                Blank("planned", "列入计划", 6, number=True),
                Blank("impossible", "无法办理", 6, number=True),
                Blank("going_on", "办理中", 6, number=True),
            ),
        ),
    ),
    must=("kinds",),
)
OF_CONCERNS = (HANDING, CONCERN_LEDGER, CONCERN_FIGURES)
