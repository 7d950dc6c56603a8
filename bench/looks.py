"""What it costs to look at a file of 20,000 rows: the first time, when it is read, and each time after.

CPU seconds of this program and of the one that reads. The tables are invented, in the forms that offices keep.
"""

import csv
import resource
from datetime import date, timedelta
from io import BytesIO, StringIO
from random import Random

import xlsxwriter
from rich.table import Table

from services.activities.ledger.rules import read_ledger
from services.activities.register.rules import read_roster
from services.activities.register.rules.changes import RegisterNow
from services.activities.register.rules.identity import check_character
from services.activities.register.rules.plan import plan_roster
from shared.sheets import lines_understood, taken

ROWS = 20_000
TODAY, SINCE = date(2026, 1, 15), date(2025, 1, 1)
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
NUMERALS = "一二三四五六七八九十"
ROSTER = "序号 党支部 党小组 姓名 性别 民族 身份证号码 出生日期 入党时间 转正时间 学历 党员类别 党内职务 联系电话 备注"
LEDGER = "序号 党支部 党小组 活动日期 活动类型 活动地点 主持人 活动内容 应到人数 实到人数 缺席人员及原因"
KINDS = ("党小组会", "主题党日", "集中学习", "志愿服务")


def measure():
    """Each kind of file: seconds at the first look, and at each further one."""
    return {"rows": ROWS, "files": [_looked(name, content) for name, content in _files()]}


def table(found):
    """For people."""
    shown = Table(title=f"A file of {found['rows']:,} rows: CPU seconds at each look", title_justify="left")
    shown.add_column("file")
    for name in ("KiB", "first look", "reading", "each further"):
        shown.add_column(name, justify="right")
    for row in found["files"]:
        shown.add_row(row["file"], f"{row['kib']:,}", *(f"{row[each]:.2f}" for each in ("first", "reading", "further")))
    return shown


def _looked(name, content):
    if name.startswith("roster"):
        reader, asked = read_roster, {"today": TODAY.isoformat(), "township": "山前乡", "standing": 0}
    else:
        reader, asked = read_ledger, {"year": 2025, "township": "山前乡"}
    before, own = _cpu()
    lines = lines_understood(content, reader, name=name, **asked)
    read, mine = _cpu()
    found = taken(lines, reader)
    if reader is read_roster:
        plan_roster(found, RegisterNow(), as_of=TODAY, since=SINCE, index_of=str.encode)
    after, mine_after = _cpu()
    reading, further = read - before, mine_after - mine
    return {
        "file": name,
        "kib": len(content) // 1024,
        "first": after - before + mine_after - own,
        "reading": reading,
        "further": further,
    }


def _cpu():
    """CPU seconds of the programs that have ended, and of this one."""
    ended, own = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
    return ended.ru_utime + ended.ru_stime, own.ru_utime + own.ru_stime


def _files():
    rng = Random(20_000)
    roster, ledger = [_member(rng, at) for at in range(ROWS)], [_activity(rng, at) for at in range(ROWS)]
    yield "roster.xlsx", _workbook(ROSTER.split(), roster)
    yield "roster.csv", _text(ROSTER.split(), roster)
    yield "ledger.xlsx", _workbook(LEDGER.split(), ledger)


def _place(at):
    return f"{SURNAMES[at // 250 % 20]}家{GIVEN[at // 5000 % 20]}村党支部", f"第{NUMERALS[at // 25 % 10]}党小组"


def _name(rng):
    return rng.choice(SURNAMES) + rng.choice(GIVEN) + rng.choice(GIVEN)


def _member(rng, at):
    born = date(1940, 1, 1) + timedelta(rng.randrange(23_000))
    joined = born + timedelta(7_500 + rng.randrange(3_000))
    first = f"990177{born:%Y%m%d}{at % 1000:03d}"
    days = f"{born}", f"{joined:%Y.%m}", f"{joined + timedelta(365):%Y年%m月}"
    post, who = "党小组长" if at % 25 == 0 else "", (_name(rng), rng.choice("男女"), "汉族")
    return [
        at + 1,
        *_place(at),
        *who,
        first + check_character(first),
        *days,
        "高中",
        "正式党员",
        post,
        f"199{at:08d}",
        "",
    ]


def _activity(rng, at):
    held = date(2025, 1, 1) + timedelta(rng.randrange(365))
    absent = f"{_name(rng)}（事假）、{_name(rng)}（外出务工）" if at % 3 == 0 else "无"
    said = ("村部会议室", _name(rng), f"学习材料第 {at} 号，讨论本组的事项，安排下一步的工作")
    return [at + 1, *_place(at), f"{held}", rng.choice(KINDS), *said, 25, 23 if at % 3 == 0 else 25, absent]


def _workbook(heading, rows):
    target = BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet, framed = book.add_worksheet(), book.add_format({"border": 1})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#DDDDDD"})
    for at, row in enumerate([heading, *rows]):
        sheet.write_row(at, 0, row, framed if at else head)
    book.close()
    return target.getvalue()


def _text(heading, rows):
    target = StringIO()
    csv.writer(target).writerows([heading, *rows])
    return target.getvalue().encode("utf-8-sig")
