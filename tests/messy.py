"""Rosters and ledgers as other offices keep them: seeded, invented, each with what a reader should make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from services.activities.register.rules.identity import check_character

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = [
    "志强",
    "玉梅",
    "翠萍",
    "立新",
    "永贵",
    "桂兰",
    "有才",
    "金凤",
    "红霞",
    "美玲",
    "爱华",
    "长江",
    "正义",
    "小芳",
    "国平",
    "文斌",
    "秀英",
    "建国",
    "新民",
    "淑珍",
    "强",
    "芳",
    "军",
    "敏",
    "静",
    "磊",
    "洋",
    "和平",
    "晓燕",
    "海涛",
    "宝山",
    "春花",
    "䶮",
    "立",
]
MINORITY = ["阿卜杜热合曼·艾山", "古丽·买买提"]
PLACES = ["柳河村", "东庄村", "石桥村", "前进村", "王家湾村", "新华社区", "南岭村", "双泉村", "大营村", "白杨社区"]
NUMERALS = "一二三四五六七八九"
DIGITS = "〇一二三四五六七八九"
KINDS = {"full": ["正式党员", "正式", "中共党员", "中共正式党员"], "probationary": ["预备党员", "预备", "中共预备党员"]}
POSTS = {
    "leader": ["党小组长", "组长", "小组长", "党小组组长"],
    "deputy": ["党小组副组长", "副组长"],
    "secretary": ["支部书记", "书记", "党支部书记", "支书"],
    "committee_member": ["支部委员", "支委", "组织委员", "宣传委员", "纪检委员"],
}
AWAY, AGED = ["流动党员，在外务工", "外出务工", "长期外出打工"], ["年老体弱", "体弱多病", "高龄"]
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass
class Person:
    """A member as invented, and the way in which his row is spoilt, if it is."""

    name: str
    branch: str
    group: str
    sex: str
    born: date
    id_number: str
    joined: date
    kind: str
    phone: str
    posts: list[str] = field(default_factory=list)
    circumstance: str = ""
    spoilt: str = ""


@dataclass
class Messy:
    """A file, and what is in it. `refused`: (sheet, cell) → a part of the sentence expected."""

    path: Path
    people: list[Person]
    refused: dict[tuple[str, str], str]

    @property
    def rows(self) -> int:
        return len(self.people)

    @property
    def readable(self) -> list[Person]:
        return [person for person in self.people if not person.spoilt]


def id_number(rng: Random, born: date, sex: str) -> str:
    first = f"990100{born:%Y%m%d}{rng.randrange(10, 100)}{rng.choice('13579' if sex == '男' else '02468')}"
    return first + check_character(first)


def township(rng: Random, rows: int) -> list[Person]:
    """Branch by branch, group by group."""
    people: list[Person] = []
    numbers: set[str] = set()
    size = max(12, -(-rows // len(PLACES)))
    for index in range(rows):
        place, within = divmod(index, size)
        group = min(within // 13, max(size // 13 - 1, 0), len(NUMERALS) - 1)
        first_of_group = within % 13 == 0 and within // 13 == group
        sex = rng.choice("男女")
        born = date(rng.randrange(1940, 2004), rng.randrange(1, 13), rng.randrange(1, 29))
        number = id_number(rng, born, sex)
        while number in numbers:
            number = id_number(rng, born, sex)
        numbers.add(number)
        probationary = rng.random() < 0.03
        joined = (
            date(2026, rng.randrange(1, 10), 3)
            if probationary
            else date(born.year + 19, rng.randrange(1, 13), rng.randrange(1, 29))
        )
        person = Person(
            name=rng.choice(MINORITY) if rng.random() < 0.005 else rng.choice(SURNAMES) + rng.choice(GIVEN),
            branch=f"{PLACES[place]}党支部",
            group=f"第{NUMERALS[group]}党小组",
            sex=sex,
            born=born,
            id_number=number,
            joined=joined,
            kind="probationary" if probationary else "full",
            phone=f"1990{rng.randrange(10**7):07d}",
            posts=["leader"] if first_of_group else [],
            circumstance=rng.choices(["", "away", "aged"], [85, 8, 7])[0],
        )
        if within == 1:
            person.posts.append("secretary")
        elif within % 13 == 2 and within // 13 == group and rng.random() < 0.5:
            person.posts.append("deputy")
        elif within in {3, 4}:
            person.posts.append("committee_member")
        people.append(person)
    return people


SPOILT = {
    "lost digits": ("id_number", "存成了数字"),
    "wrong check": ("id_number", "校验位"),
    "short number": ("id_number", "18 位"),
    "wrong day": ("joined", "不存在"),
    "no date": ("joined", "不是能读懂的日期"),
    "no name": ("name", "没有填姓名"),
    "no person": ("name", "不像一个人的姓名"),
    "activist": ("kind", "不是党员"),
    "twice": ("id_number", "不能登记两次"),
}


def spoil(rng: Random, people: list[Person], share: float) -> None:
    """Make a share of the plain members' rows unreadable, each in a way of its own."""
    for index, person in enumerate(people):
        if index and not person.posts and rng.random() < share:
            person.spoilt = rng.choice(list(SPOILT))
            if person.spoilt == "twice":
                earlier = [other for other in people[:index] if not other.spoilt]
                other = rng.choice(earlier)
                person.id_number, person.born, person.sex, person.joined = (
                    other.id_number,
                    other.born,
                    other.sex,
                    other.joined,
                )


def date_form(rng: Random, on: date) -> Any:
    """A month or a day in one of the forms that people use."""
    year, month = str(on.year), on.month
    chinese = "".join(DIGITS[int(c)] for c in year)
    month_words = ("", *DIGITS[1:], "十", "十一", "十二")[month]
    forms: list[Callable[[], Any]] = [
        lambda: f"{year}年{month}月",
        lambda: f"{year}.{month:02d}",
        lambda: f"{year}{month:02d}",
        lambda: f"{on:%Y%m%d}",
        lambda: f"{year}/{month}/{on.day}",
        lambda: f"{on:%Y-%m-%d}",
        lambda: f"{chinese}年{month_words}月",
        lambda: f"{chinese[2:]}年{month_words}月" if on.year < 2000 else f"{chinese}年{month_words}月",
        lambda: f"{year[2:]}.{month:02d}" if 1930 < on.year < 2000 else f"{year}.{month:02d}",
        lambda: on,
        lambda: (on - date(1899, 12, 30)).days,
        lambda: f"{year}．{month:02d}".translate(WIDE),
        lambda: f"{year}年{month}月{on.day}日".translate(WIDE),
        lambda: f" {year} 年 {month} 月",
        lambda: int(f"{year}{month:02d}"),
    ]
    return rng.choice(forms)()


def name_form(rng: Random, name: str) -> str:
    if len(name) == 2 and rng.random() < 0.4:
        return rng.choice([f"{name[0]} {name[1]}", f"{name[0]}　{name[1]}", f"{name[0]}  {name[1]}"])
    return rng.choices([name, f"{name} ", f"　{name}"], [8, 1, 1])[0]


def number_form(rng: Random, number: str) -> str:
    forms = [number, number.lower(), f" {number}", f"{number[:6]} {number[6:14]} {number[14:]}", number.translate(WIDE)]
    return rng.choices(forms, [12, 2, 1, 1, 1])[0]


def phone_form(rng: Random, phone: str) -> Any:
    return rng.choice(
        [
            phone,
            int(phone),
            f"{phone[:3]} {phone[3:7]} {phone[7:]}",
            f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
            phone.translate(WIDE),
        ]
    )


def value_of(rng: Random, person: Person, key: str) -> Any:
    """What stands in a person's cell."""
    if person.spoilt in SPOILT and SPOILT[person.spoilt][0] == key and person.spoilt != "twice":
        return _spoilt_value(rng, person)
    return _plain_value(rng, person, key)


def _spoilt_value(rng: Random, person: Person) -> Any:
    number = person.id_number
    values: dict[str, list[Any]] = {
        "lost digits": [float(number[:17] + "0")],
        "wrong check": [number[:17] + ("1" if number[17] != "1" else "2")],
        "short number": [number[:16]],
        "wrong day": ["2001.02.30", "1999年13月", "20010231"],
        "no date": ["不详", "见档案", "九几年"],
        "no name": [""],
        "no person": ["Wang", "李？", "12"],
        "activist": ["入党积极分子"],
    }
    return rng.choice(values[person.spoilt])


def _plain_value(rng: Random, person: Person, key: str) -> Any:
    values: dict[str, Callable[[], Any]] = {
        "name": lambda: name_form(rng, person.name),
        "sex": lambda: person.sex,
        "born": lambda: date_form(rng, person.born),
        "id_number": lambda: number_form(rng, person.id_number),
        "joined": lambda: date_form(rng, person.joined),
        "kind": lambda: rng.choice(KINDS[person.kind]),
        "phone": lambda: phone_form(rng, person.phone),
        "post": lambda: rng.choice("、；").join(rng.choice(POSTS[post]) for post in person.posts),
        "remark": lambda: rng.choice({"away": AWAY, "aged": AGED}.get(person.circumstance, ["", "", "党龄长"])),
        "branch": lambda: rng.choices(
            [person.branch, person.branch.replace("党支部", "支部"), f"中共{person.branch}"], [8, 1, 1]
        )[0],
        "group": lambda: rng.choice(
            [person.group, person.group, f"{person.group[1]}组", f"{NUMERALS.index(person.group[1]) + 1}组"]
        ),
        "unit": lambda: f"{person.branch}{person.group}",
        "education": lambda: rng.choice(["小学", "初中", "高中", "中专", "大专", "大学本科"]),
        "address": lambda: "河边路 3 号",
        "sponsor": lambda: "王某某",
    }
    return values[key]()


class Paper:
    """A sheet being written, row by row."""

    def __init__(self, book: xlsxwriter.Workbook, name: str) -> None:
        self.name = name
        self.sheet = book.add_worksheet(name)
        self.as_date = book.add_format({"num_format": "yyyy-mm-dd"})
        self.row = 0

    def write(self, values: list[Any]) -> int:
        """Write a row; its number as people count."""
        for column, value in enumerate(values):
            if isinstance(value, date):
                self.sheet.write_datetime(self.row, column, value, self.as_date)  # type: ignore[arg-type]
            elif isinstance(value, int | float):
                self.sheet.write_number(self.row, column, value)
            elif value:
                self.sheet.write_string(self.row, column, str(value))
        self.row += 1
        return self.row

    def across(self, text: str, width: int) -> None:
        self.sheet.merge_range(self.row, 0, self.row, width - 1, text)
        self.row += 1


class Sink:
    """Writes people and remembers what should be refused, and where."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.refused: dict[tuple[str, str], str] = {}

    def person(self, paper: Paper, keys: list[str], person: Person, given: dict[str, Any] | None = None) -> None:
        given = given or {}
        row = paper.write([given[key] if key in given else value_of(self.rng, person, key) for key in keys])
        if person.spoilt:
            key, sentence = SPOILT[person.spoilt]
            self.refused[paper.name, f"{chr(ord('A') + keys.index(key))}{row}"] = sentence


def by_branch(people: list[Person]) -> Iterator[tuple[str, list[Person]]]:
    for branch in dict.fromkeys(person.branch for person in people):
        yield branch, [person for person in people if person.branch == branch]


def by_group(people: list[Person]) -> Iterator[tuple[str, list[Person]]]:
    for group in dict.fromkeys(person.group for person in people):
        yield group, [person for person in people if person.group == group]


def flat(book: xlsxwriter.Workbook, people: list[Person], sink: Sink) -> None:
    """One table in another order and other words, title rows, a hint row, an example row, a total."""
    keys = [
        "number",
        "name",
        "id_number",
        "sex",
        "education",
        "joined",
        "kind",
        "phone",
        "branch",
        "group",
        "post",
        "remark",
        "address",
    ]
    paper = Paper(book, "Sheet1")
    paper.across("某某乡党员基本信息表（2026年）", len(keys))
    paper.write(["填报单位：乡党委组织办", "", "", "", "填报时间：2026年10月"])
    paper.write(["填表说明：1.所在党支部填全称，如“柳河村党支部”；2.身份证号填18位。"])
    paper.write(
        [
            "序号",
            "党员\n姓名",
            "公民身份号码",
            "性　别",
            "文化程度",
            "加入党组织日期",
            "人员类别",
            "手机号码（11位）",
            "党支部名称",
            "组别",
            "职务",
            "备注",
            "家庭住址",
        ]
    )
    paper.write(["", "必填", "18位", "男/女", "下拉选择", "格式：1992.08", "正式/预备", "", "填写全称", "", "", "", ""])
    paper.write(
        [
            "例",
            "张三",
            "990100199001010010",
            "男",
            "高中",
            "2010.07",
            "正式党员",
            "19900000000",
            "某某村党支部",
            "第一党小组",
        ]
    )
    for number, person in enumerate(people, start=1):
        sink.person(paper, keys, person, {"number": number})
        if number % 200 == 0:
            paper.write([])
    paper.write(["合计", "", "", "", "", len(people)])
    paper.write(["填表人：", "", "审核人："])


def two_headings(book: xlsxwriter.Workbook, people: list[Person], sink: Sink) -> None:
    """A heading of two rows with merged group cells, and branch and group merged down."""
    keys = [
        "number",
        "branch",
        "group",
        "name",
        "sex",
        "born",
        "id_number",
        "joined",
        "kind",
        "post",
        "phone",
        "remark",
    ]
    paper = Paper(book, "党员名册")
    paper.across("某某乡党员名册", len(keys))
    sheet = paper.sheet
    for column, heading in [(0, "序号"), (1, "所属支部"), (2, "党小组"), (10, "联系方式"), (11, "备注")]:
        sheet.merge_range(1, column, 2, column, heading)
    sheet.merge_range(1, 3, 1, 6, "基本情况")
    sheet.merge_range(1, 7, 1, 9, "入党情况")
    for column, heading in zip(
        range(3, 10), ["姓 名", "性别", "出生年月", "身份证号", "何时入党", "类别", "现任党内职务"], strict=True
    ):
        sheet.write_string(2, column, heading)
    paper.row = 3
    number = 0
    for branch, members in by_branch(people):
        top = paper.row
        for group, theirs in by_group(members):
            start = paper.row
            for person in theirs:
                number += 1
                sink.person(paper, keys, person, {"number": number, "branch": "", "group": ""})
            _merge_down(sheet, start, paper.row - 1, 2, group)
        _merge_down(sheet, top, paper.row - 1, 1, branch)


def _merge_down(sheet: Any, top: int, bottom: int, column: int, text: str) -> None:
    if top == bottom:
        sheet.write_string(top, column, text)
    else:
        sheet.merge_range(top, column, bottom, column, text)


def sheet_a_branch(book: xlsxwriter.Workbook, people: list[Person], sink: Sink) -> None:
    """A sheet for each branch, named after it; the group only in the first row of its people; other sheets between."""
    keys = ["group", "name", "sex", "born", "id_number", "kind", "joined", "post", "phone", "education", "remark"]
    notes = Paper(book, "填表说明")
    notes.write(["一、姓名按身份证填写。"])
    for branch, members in by_branch(people):
        paper = Paper(book, branch.removesuffix("党支部"))
        paper.across("党员花名册", len(keys))
        paper.write(
            [
                "所在小组",
                "名字",
                "性别",
                "出生日期",
                "居民身份证号码",
                "党员类型",
                "入党日期",
                "岗位",
                "电话",
                "学历",
                "说明",
            ]
        )
        for group, theirs in by_group(members):
            for place, person in enumerate(theirs):
                sink.person(paper, keys, person, {"group": "" if place else group})
        paper.write(["合计", f"共{len(members)}人"])
    hidden = Paper(book, "旧数据")
    hidden.write(["姓名", "身份证号", "入党时间"])
    hidden.write(["不该读", "1", "2"])
    hidden.sheet.hide()


def sections(book: xlsxwriter.Workbook, people: list[Person], sink: Sink) -> None:
    """One sheet with a row across for each branch and group, the heading again, subtotals."""
    keys = ["number", "name", "sex", "id_number", "joined", "kind", "post", "born", "phone", "remark"]
    heading = ["序号", "姓名", "性别", "身份证号码", "入党年月", "党员身份", "党内职务", "生日", "联系电话", "备注"]
    paper = Paper(book, "花名册")
    paper.across("2026年某某乡党员花名册", len(keys))
    paper.write(heading)
    numerals = "一二三四五六七八九十"
    for place, (branch, members) in enumerate(by_branch(people)):
        paper.across(f"{numerals[place]}、{branch}（{len(members)}人）", len(keys))
        if place % 3 == 2:
            paper.write(heading)
        for group, theirs in by_group(members):
            paper.across(f"{group}（{len(theirs)}人）", len(keys))
            for number, person in enumerate(theirs, start=1):
                sink.person(paper, keys, person, {"number": number})
        paper.write(["小计", "", "", "", f"{len(members)}人"])
    paper.write(["总计", "", "", "", f"{len(people)}人"])


def unit_in_one(book: xlsxwriter.Workbook, people: list[Person], sink: Sink) -> None:
    """Branch and group in one column, a number without a heading that helps, columns about other people."""
    keys = ["unit", "name", "sponsor", "id_number", "joined", "kind", "post", "phone", "remark"]
    paper = Paper(book, "汇总表")
    paper.write(
        [
            "所在党组织",
            "姓名（必填）",
            "入党介绍人姓名",
            "号码",
            "入党时间（年月）",
            "政治面貌",
            "党内任职",
            "本人电话",
            "备注",
        ]
    )
    for person in people:
        sink.person(paper, keys, person)


LAYOUTS: dict[str, Callable[[xlsxwriter.Workbook, list[Person], Sink], None]] = {
    "flat": flat,
    "two headings": two_headings,
    "a sheet a branch": sheet_a_branch,
    "sections": sections,
    "unit in one": unit_in_one,
}


def messy_roster(path: Path, layout: str, *, rows: int = 1000, seed: int = 1, spoilt: float = 0.06) -> Messy:
    """A roster in one of the layouts; the same for the same seed."""
    rng = Random(f"{layout} {seed}")
    people = township(rng, rows)
    spoil(rng, people, spoilt)
    sink = Sink(rng)
    book = xlsxwriter.Workbook(str(path))
    LAYOUTS[layout](book, people, sink)
    book.close()
    return Messy(path, people, sink.refused)
