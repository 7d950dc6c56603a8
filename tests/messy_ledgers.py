"""Ledgers of a year's activities as other offices keep them: seeded, invented, with what a reader should make of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from tests.messy import GIVEN, NUMERALS, PLACES, SURNAMES, WIDE, Paper

YEAR = 2025
KINDS = {
    "study": ["集中学习", "学习", "政治学习", "理论学习"],
    "group_meeting": ["党小组会", "党小组会议", "小组会"],
    "life_meeting": ["组织生活会"],
    "theme_day": ["主题党日", "党员活动日", "主题党日活动"],
    "service": ["志愿服务", "志愿活动", "义务劳动"],
    "lecture": ["党课", "上党课"],
}
REASONS = {
    "leave": ["请假", "因事请假", "事假"],
    "ill": ["因病", "住院", "病假", "生病住院"],
    "away": ["外出务工", "外出", "在外打工"],
    "aged": ["年老体弱", "行动不便"],
    "unexcused": ["无故", "无故缺席", "未请假"],
}
NOBODY = ["无", "全勤", "/", "—", "", "全员参加", "无缺席"]
SPOILT = {
    "no activity": ("kind", "不是一次活动的记录"),
    "unknown kind": ("kind", "看不懂"),
    "no day": ("date", "没有写到日"),
    "another year": ("date", "不在 2025 年"),
    "no such day": ("date", "不存在"),
    "no date": ("date", "没有填活动日期"),
}


@dataclass
class Activity:
    """An activity as invented."""

    branch: str
    group: str
    on: date
    kind: str
    topic: str
    expected: int
    absent: list[tuple[str, str]]
    hours: float
    chair: str
    spoilt: str = ""


@dataclass
class MessyLedger:
    """A file and what is in it."""

    path: Path
    activities: list[Activity]
    refused: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def readable(self) -> list[Activity]:
        return [activity for activity in self.activities if not activity.spoilt]


def absence_text(rng: Random, absent: list[tuple[str, str]]) -> str:
    """The absentees in one of the ways in which people write them."""
    if not absent:
        return rng.choice(NOBODY)
    words = [(name, rng.choice(REASONS[reason])) for name, reason in absent]
    by_reason: dict[str, list[str]] = {}
    for name, reason in absent:
        by_reason.setdefault(reason, []).append(name)
    grouped = [(rng.choice(REASONS[reason]), names) for reason, names in by_reason.items()]
    forms: list[Callable[[], str]] = [
        lambda: "、".join(f"{name}（{word}）" for name, word in words),
        lambda: "，".join(f"{name}({word})" for name, word in words),
        lambda: "；".join(f"{name}{word}" for name, word in words),
        lambda: "，".join(f"{'、'.join(names)}{word}" for word, names in grouped),
        lambda: "；".join(f"{word}：{' '.join(names)}" for word, names in grouped),
        lambda: "，".join(f"{word}{len(names)}人（{'、'.join(names)}）" for word, names in grouped),
        lambda: f"缺席{len(words)}人：" + "、".join(f"{name}（{word}）" for name, word in words),
        lambda: " ".join(f"{place}.{name}（{word}）" for place, (name, word) in enumerate(words, start=1)),
        lambda: "\n".join(f"{name}：{word}" for name, word in words),
        lambda: "、".join(
            f"{name[0]} {name[1:]}（{word}）" if len(name) == 2 else f"{name}（{word}）" for name, word in words
        ),
        lambda: "；".join(f"{name}-{word}" for name, word in words),
        lambda: "；".join(f"{'、'.join(names)}（均{word}）" for word, names in grouped),
    ]
    return rng.choice(forms)()


def year(rng: Random, rows: int) -> list[Activity]:
    """Activities of four branches with four groups each."""
    activities = []
    members: dict[tuple[str, str], list[str]] = {}
    for index in range(rows):
        branch, group = f"{PLACES[index % 4]}党支部", f"第{NUMERALS[index // 4 % 4]}党小组"
        names = members.setdefault((branch, group), [])
        while len(names) < 12:
            name = rng.choice(SURNAMES) + rng.choice(GIVEN)
            if name not in names:
                names.append(name)
        absent = [(name, rng.choice(list(REASONS))) for name in rng.sample(names, rng.choice([0, 0, 1, 2, 3]))]
        activities.append(
            Activity(
                branch,
                group,
                date(YEAR, 1, 1) + timedelta(days=rng.randrange(365)),
                rng.choice(list(KINDS)),
                f"第{index}次：学习条例",
                12,
                absent,
                rng.choice([1.0, 1.5, 2.0]),
                names[0],
            )
        )
    return sorted(activities, key=lambda one: (one.branch, one.group))


def date_form(rng: Random, on: date) -> Any:
    forms: list[Any] = [
        on,
        f"{on:%Y-%m-%d}",
        f"{on.year}年{on.month}月{on.day}日",
        f"{on.month}月{on.day}日",
        f"{on.year}.{on.month}.{on.day}",
        f"{on:%Y%m%d}",
        f"{on.year}/{on.month}/{on.day} 14:30",
        f"{on.year}年{on.month}月{on.day}日上午",
        f"{on:%Y-%m-%d}".translate(WIDE),
        (on - date(1899, 12, 30)).days,
    ]
    return rng.choice(forms)


def value_of(rng: Random, activity: Activity, key: str) -> Any:
    """What stands in an activity's cell."""
    spoilt: dict[str, list[Any]] = {
        "no activity": ["民主评议党员", "民主评议", "民主评议会"],
        "unknown kind": ["座谈", "其他"],
        "no day": ["2025年3月", "2025.03"],
        "another year": ["2024-03-05"],
        "no such day": ["2025.02.30", "2月30日"],
        "no date": [""],
    }
    if activity.spoilt and SPOILT[activity.spoilt][0] == key:
        return rng.choice(spoilt[activity.spoilt])
    present = activity.expected - len(activity.absent)
    values: dict[str, Callable[[], Any]] = {
        "branch": lambda: activity.branch,
        "group": lambda: rng.choice([activity.group, f"{activity.group[1]}组"]),
        "date": lambda: date_form(rng, activity.on),
        "kind": lambda: rng.choice(KINDS[activity.kind]),
        "topic": lambda: activity.topic,
        "chair": lambda: activity.chair,
        "place": lambda: rng.choice(["村委会", "党员活动室", ""]),
        "expected": lambda: rng.choice([activity.expected, f"{activity.expected}人"]),
        "present": lambda: rng.choice([present, f"{present}人"]),
        "both": lambda: rng.choice([f"{activity.expected}/{present}", f"应到{activity.expected}人，实到{present}人"]),
        "absent": lambda: absence_text(rng, activity.absent),
        "hours": lambda: rng.choice([activity.hours, f"{activity.hours:g}学时", f"{activity.hours * 60:.0f}分钟"]),
    }
    return values[key]()


HEADINGS = {
    "branch": "所属支部",
    "group": "小组名称",
    "date": "开展时间",
    "kind": "会议类型",
    "topic": "主要议题",
    "chair": "召集人",
    "place": "活动地点",
    "expected": "应参加人数",
    "present": "实际参加人数",
    "both": "应到/实到",
    "absent": "未到人员及原因",
    "hours": "时长",
}


def _write(paper: Paper, keys: list[str], activity: Activity, rng: Random, ledger: MessyLedger) -> None:
    row = paper.write([value_of(rng, activity, key) for key in keys])
    if activity.spoilt:
        key, sentence = SPOILT[activity.spoilt]
        ledger.refused[paper.name, f"{chr(ord('A') + keys.index(key))}{row}"] = sentence


def flat(book: xlsxwriter.Workbook, rng: Random, ledger: MessyLedger) -> None:
    """One table in another order, with a title and a note below."""
    keys = ["date", "branch", "group", "kind", "topic", "place", "chair", "both", "absent", "hours"]
    paper = Paper(book, "台账")
    paper.across("某某乡党小组活动台账（2025年度）", len(keys))
    paper.write([HEADINGS[key] for key in keys])
    for activity in ledger.activities:
        _write(paper, keys, activity, rng, ledger)
    paper.write(["合计", "", "", "", f"共{len(ledger.activities)}次"])
    paper.write(["注：缺席须写明原因。"])


def sheet_a_branch(book: xlsxwriter.Workbook, rng: Random, ledger: MessyLedger) -> None:
    """A sheet for each branch, a row across for each group, the heading again below it."""
    keys = ["kind", "date", "place", "topic", "expected", "present", "absent", "hours", "chair"]
    for branch in dict.fromkeys(activity.branch for activity in ledger.activities):
        paper = Paper(book, branch)
        paper.across(f"{branch}2025年活动台账", len(keys))
        for group in dict.fromkeys(a.group for a in ledger.activities if a.branch == branch):
            paper.across(group, len(keys))
            paper.write([HEADINGS[key] for key in keys])
            for activity in ledger.activities:
                if (activity.branch, activity.group) == (branch, group):
                    _write(paper, keys, activity, rng, ledger)


LAYOUTS = {"flat": flat, "a sheet a branch": sheet_a_branch}


def messy_ledger(path: Path, layout: str, *, rows: int = 1000, seed: int = 1, spoilt: float = 0.05) -> MessyLedger:
    """A ledger in one of the layouts; the same for the same seed."""
    rng = Random(f"{layout} {seed}")
    ledger = MessyLedger(path, year(rng, rows))
    for activity in ledger.activities:
        if rng.random() < spoilt:
            activity.spoilt = rng.choice(list(SPOILT))
    book = xlsxwriter.Workbook(str(path))
    LAYOUTS[layout](book, rng, ledger)
    book.close()
    return ledger
