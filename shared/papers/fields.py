"""Fields that many papers have, and how a day stands in them."""

from __future__ import annotations

from datetime import date

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
# What rosters say of a member, and the full one besides.
MEMBER = (
    Blank("name", "姓名", 5),
    Blank("sex", "性别", 3),
    Blank("born", "出生年月", 7),
    Blank("id_number", "身份证号码", 12),
    Blank("education", "学历", 5),
    Blank("joined", "入党时间", 7),
    Blank("full", "转正时间", 7),
    Blank("kind", "党员类别", 6),
    Blank("post", "党内职务", 6),
    Blank("phone", "联系电话", 8),
)
MORE = (
    Blank("nation", "民族", 4),
    Blank("native", "籍贯", 7),
    Blank("standing", "党籍状态", 7),
    Blank("occupation", "人员类别", 5),
    Blank("job", "工作岗位", 7),
    Blank("address", "家庭住址", 10),
    Blank("police", "户籍所在派出所", 7),
    Blank("landline", "固定电话", 7),
)


def day_said(day: date | None) -> str:
    """2025年3月8日; empty where it is not known, to be filled in by hand."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
