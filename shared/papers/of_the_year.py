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
