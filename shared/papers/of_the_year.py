"""The papers of the yearly assessment."""

from __future__ import annotations

from shared.papers.fields import BRANCH, GROUP, HEAD, NUMBER
from shared.papers.kinds import Blank, PaperKind, Rows

OPINION = PaperKind(
    key="opinion",
    title="考核意见表",
    service="assessment",
    form="docx",
    about="一名党小组长一个年度的考核意见表。",
    blanks=(
        Blank("title", "标题"),
        Blank("township", "乡镇"),
        Blank("year", "考核年度"),
        Blank("branch", "党支部"),
        Blank("group", "党小组"),
        Blank("person", "姓名"),
        Blank("self_statement", "本人总结", former=("个人述职",)),
        Blank("branch_reasons", "支部建议理由", former=("支部意见",)),
        Blank("branch_grade", "支部建议等次"),
        Blank("nominated_on", "支部提名日期"),
        Blank("filing_number", "备案号"),
        Blank("reviewed_on", "备案日期"),
        Blank("base", "基础分"),
        Blank("bonus", "加分"),
        Blank("deducted", "扣分"),
        Blank("total", "总分"),
        Blank("proposed", "计分等次"),
        Blank("grade", "评定等次"),
        Blank("grade_why", "评定理由"),
        Blank("decided_on", "评定日期"),
    ),
    rows=(
        Rows(
            "items",
            "各项指标",
            (Blank("name", "指标"), Blank("worth", "满分"), Blank("earned", "得分"), Blank("why", "说明")),
        ),
    ),
    must=("year", "branch", "group", "person", "grade"),
)
RESULTS = PaperKind(
    key="results",
    title="年度考核结果",
    service="assessment",
    form="xlsx",
    about="一个年度全乡镇党小组长的考核结果，一人一行。",
    blanks=HEAD,
    rows=(
        Rows(
            "leaders",
            "名单",
            (
                NUMBER,
                BRANCH,
                GROUP,
                Blank("person", "党小组长", 8),
                Blank("filing_number", "备案号", 12),
                Blank("branch_grade", "支部建议", 6, former=("支部意见",)),
                Blank("base", "基础分", 6, number=True),
                Blank("bonus", "加分", 5, number=True),
                Blank("deducted", "扣分", 5, number=True),
                Blank("total", "总分", 6, number=True),
                Blank("grade", "评定等次", 6),
                Blank("grade_why", "理由", 14),
            ),
        ),
    ),
    must=("leaders",),
)
NOTICE = PaperKind(
    key="notice",
    title="考核结果公示",
    service="assessment",
    form="docx",
    about="一个年度党小组长考核结果的公示：姓名和等次，没有分数。",
    blanks=(
        Blank("title", "标题"),
        Blank("township", "乡镇"),
        Blank("year", "考核年度"),
        Blank("basis", "公示说明"),
        Blank("first", "公示开始"),
        Blank("last", "公示结束"),
        Blank("period", "公示时间"),
        Blank("phone", "联系电话"),
        Blank("contact", "反映方式"),
        Blank("signed", "落款"),
        Blank("posted", "公示日期"),
    ),
    rows=(Rows("leaders", "名单", (BRANCH, GROUP, Blank("person", "姓名", 8), Blank("grade", "等次", 6))),),
    must=("title", "period", "leaders"),
)
