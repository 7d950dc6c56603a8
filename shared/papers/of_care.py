"""The lists of those whom a branch looks after: out, from elsewhere, in need (forms.md A20, A21)."""

from __future__ import annotations

from shared.papers.fields import BRANCH, HEAD, NUMBER, REMARK
from shared.papers.kinds import Blank, PaperKind, Rows

_CARED = (
    Blank("name", "姓名", 6),
    Blank("sex", "性别", 3),
    Blank("born", "出生年月", 8),
    Blank("education", "学历", 5),
    Blank("joined", "入党时间", 8),
)
MOBILE = PaperKind(
    key="mobile",
    title="流动党员台账",
    service="activities",
    form="xlsx",
    about="流出的党员，一人一行，有流入地、支部联系人和最近联系时间。",
    blanks=HEAD,
    rows=(
        Rows(
            "members",
            "党员",
            (
                NUMBER,
                *_CARED,
                Blank("branch", "流出党支部", 9),
                Blank("since", "外出时间", 8),
                Blank("kind", "外出类型", 5),
                Blank("place", "流入地", 10),
                Blank("card", "流动党员活动证号", 8),
                Blank("contact", "支部联系人", 6),
                Blank("last", "最近联系时间", 8),
                Blank("returns", "预计返回时间", 7),
                REMARK,
            ),
        ),
    ),
    must=("members",),
)
GUESTS = PaperKind(
    key="mobile_in",
    title="流入党员台账",
    service="activities",
    form="xlsx",
    about="组织关系在别处、在本地参加组织生活的党员，一人一行。没有联系方式。",
    blanks=HEAD,
    rows=(
        Rows(
            "members",
            "党员",
            (
                NUMBER,
                Blank("name", "姓名", 7),
                Blank("home", "流出地党组织", 16),
                Blank("branch", "编入党支部", 11),
                Blank("group", "编入党小组", 9),
                Blank("since", "流入时间", 9),
                Blank("kind", "流入类型", 7),
                Blank("card", "流动党员活动证号", 10),
                REMARK,
            ),
        ),
    ),
    must=("members",),
)
IN_NEED = PaperKind(
    key="in_need",
    title="困难党员台账",
    service="activities",
    form="xlsx",
    about="困难党员，一人一行，有困难类型、帮扶措施和结对党员。只有支部书记和乡镇能导出，不要张贴。",
    blanks=HEAD,
    rows=(
        Rows(
            "members",
            "党员",
            (
                NUMBER,
                BRANCH,
                *_CARED,
                Blank("kind", "困难类型", 5),
                Blank("help", "帮扶措施", 14),
                Blank("contact", "结对党员姓名", 6),
                Blank("since", "认定时间", 8),
                Blank("last", "最近走访时间", 8),
                REMARK,
            ),
        ),
    ),
    must=("members",),
)
