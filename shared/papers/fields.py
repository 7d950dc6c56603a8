"""Fields that many papers have."""

from __future__ import annotations

from shared.papers.kinds import Blank

# What every list says above and below its table.
HEAD = (
    Blank("title", "标题"),
    Blank("township", "乡镇"),
    Blank("unit", "单位"),
    Blank("period", "期间"),
    Blank("made_on", "填报日期"),
    Blank("total", "合计"),
)
REMARK = Blank("remark", "备注", 6)
NUMBER = Blank("seq", "序号", 3, number=True)
BRANCH, GROUP = Blank("branch", "党支部", 9), Blank("group", "党小组", 6)
