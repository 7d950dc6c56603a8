"""The office's own files of the invented township: a roster and a year's ledger, as an office keeps them in Excel."""

from collections.abc import Iterable
from pathlib import Path

import xlsxwriter

from deploy.demo.township import Meeting, Township

ROSTER_HEAD = [
    "序号",
    "所在党支部",
    "所属党小组",
    "姓名",
    "性别",
    "出生年月",
    "身份证号码",
    "学历",
    "入党时间",
    "党员类别",
    "党内职务",
    "联系电话",
    "备注",
]
LEDGER_HEAD = [
    "党支部",
    "党小组",
    "日期",
    "活动类型",
    "地点",
    "主持人",
    "主题",
    "应到人数",
    "实到人数",
    "缺席人员及原因",
    "学时",
]
PLAIN = {"constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def write_roster(path: Path, township: Township, year: int) -> None:
    """花名册: a title, a header, a line for each member, a total."""
    with xlsxwriter.Workbook(path, PLAIN) as book:
        sheet = book.add_worksheet("党员花名册")
        sheet.write_row(0, 0, [f"{township.name}党员花名册（{year}年）"])
        sheet.write_row(1, 0, ROSTER_HEAD)
        row = 1
        for branch in township.branches:
            for group in branch.groups:
                for member in group.members:
                    row += 1
                    who = [member.name, member.sex, f"{member.born_on:%Y.%m}", member.id_number, member.education]
                    rest = [member.joined, member.kind, member.post, member.phone, member.remark]
                    sheet.write_row(row, 0, [row - 1, branch.name, group.name, *who, *rest])
        sheet.write_row(row + 2, 0, ["合计", "", "", row - 1])


def write_ledger(path: Path, year: int, meetings: Iterable[Meeting]) -> int:
    """活动台账: a line for each activity; absentees as free text. Returns the number of lines."""
    with xlsxwriter.Workbook(path, PLAIN) as book:
        sheet = book.add_worksheet(f"{year}活动台账")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, LEDGER_HEAD)
        row = 0
        for row, held in enumerate(meetings, start=1):
            sheet.write_row(row, 0, [held.branch, held.group])
            sheet.write_datetime(row, 2, held.held_on, day)
            absent = "、".join(f"{name}（{reason}）" for name, reason in held.absent) or "无"
            present = held.expected - len(held.absent)
            sheet.write_row(
                row, 3, [held.kind, held.place, held.chair, held.topic, held.expected, present, absent, held.hours]
            )
        return row
