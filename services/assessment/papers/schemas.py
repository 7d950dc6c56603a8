"""What a paper is, and what an opinion form says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from services.assessment.cases.rules import CaseStage
from services.assessment.schemes.rules import Grade, Item, written
from shared.clock import OFFICE_ZONE
from shared.shapes import Shape

OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "pdf": "application/pdf",
}
DECIDED = frozenset({CaseStage.NOTICE, CaseStage.CLOSED})


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that is made: its title, its form (a key of MEDIA_TYPES), its bytes."""

    title: str
    form: str
    data: bytes

    @property
    def name(self) -> str:
        """What it is saved under."""
        return f"{self.title}.{self.form}"

    @property
    def media_type(self) -> str:
        """What a browser takes it for."""
        return MEDIA_TYPES[self.form]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the score sheet, in words."""

    name: str
    worth: str
    earned: str
    why: str

    @classmethod
    def of(cls, item: Item) -> Self:
        """From a scored item; what does not apply is said to, for it is not zero."""
        if item.vetoes is not None:
            earned = "否决" if item.vetoes else "未否决"
        else:
            earned = "不适用" if item.earned is None else written(item.earned)
        return cls(item.name, written(item.points) if item.points else "", earned, item.why)


@dataclass(frozen=True, slots=True)
class Opinion:
    """The opinion form of one leader's year, everything as it is printed; what is not there yet is left to the pen."""

    title: str
    township: str
    year: str
    branch: str
    group: str
    person: str
    self_statement: str
    branch_reasons: str
    branch_grade: str
    nominated_on: str
    filing_number: str
    reviewed_on: str
    base: str
    bonus: str
    deducted: str
    total: str
    proposed: str
    grade: str
    grade_why: str
    decided_on: str
    items: tuple[Line, ...]

    @classmethod
    def of(cls, row: Any, items: Iterable[Item], *, township: str) -> Self:  # noqa: ANN401  a row of a query: a case, names and sheet
        """From a case with its names and sheet, and the lines of it."""
        case = row.Case
        return cls(
            title=f"{township}{case.year}年度党小组长考核意见表",
            township=township,
            year=f"{case.year}年度",
            branch=row.branch,
            group=row.group,
            person=row.person,
            self_statement=case.self_statement or "",
            branch_reasons=case.branch_reasons or "",
            branch_grade=_said(case.branch_grade),
            nominated_on=_day(case.nominated_at),
            filing_number=case.filing_number or "",
            reviewed_on=_day(case.reviewed_at) if case.filing_number else "",
            base=_points(row.base),
            bonus=_points(row.bonus),
            deducted=_points(row.deducted),
            total=_points(row.total),
            proposed=_said(row.proposed),
            grade=_decided(case.grade) if case.stage in DECIDED else "",
            grade_why=(case.grade_why or "") if case.stage in DECIDED else "",
            decided_on=_day(case.decided_at) if case.stage in DECIDED else "",
            items=tuple(Line.of(item) for item in items),
        )


# The blanks of a template, as people call them; a test holds them equal to the fields.
BLANKS: Mapping[str, str] = {
    "title": "标题",
    "township": "乡镇",
    "year": "考核年度",
    "branch": "党支部",
    "group": "党小组",
    "person": "姓名",
    "self_statement": "个人述职",
    "branch_reasons": "支部意见",
    "branch_grade": "支部建议等次",
    "nominated_on": "支部提名日期",
    "filing_number": "备案号",
    "reviewed_on": "备案日期",
    "base": "基础分",
    "bonus": "加分",
    "deducted": "扣分",
    "total": "总分",
    "proposed": "计分等次",
    "grade": "评定等次",
    "grade_why": "评定理由",
    "decided_on": "评定日期",
    "items": "各项指标",
}
LINE_BLANKS: Mapping[str, str] = {"name": "指标", "worth": "满分", "earned": "得分", "why": "说明"}
MUST = ("year", "branch", "group", "person", "grade")
"""Without these nobody could tell whose form it is, and what was decided."""

# Nobody: what a template looks like when it is filled in.
SAMPLE = Opinion(
    title="示例乡镇2025年度党小组长考核意见表",
    township="示例乡镇",
    year="2025年度",
    branch="示例村党支部",
    group="第一党小组",
    person="某某某",
    self_statement="（样张，不是真实的人）全年组织学习十二次，走访党员二十户。",
    branch_reasons="（样张）工作认真，群众认可。",
    branch_grade="称职",
    nominated_on="2025年12月3日",
    filing_number="示例备〔2025〕1号",
    reviewed_on="2025年12月8日",
    base="86.5",
    bonus="2",
    deducted="0",
    total="88.5",
    proposed="称职",
    grade="称职",
    grade_why="（样张）同意支部意见。",
    decided_on="2025年12月15日",
    items=(
        Line("学习", "30", "27.5", "应 12 次，实 11 次"),
        Line("党小组会", "30", "30", "应 12 次，实 12 次"),
        Line("党员到会", "20", "不适用", "没有应到的党员"),
    ),
)


class Used(Shape):
    """Which template is taken into use."""

    template_id: int


class TemplateSeen(Shape):
    """A template that was handed in."""

    id: int
    name: str
    size: int
    handed_at: datetime
    used_from: datetime | None
    used_until: datetime | None
    in_use: bool


def _said(grade: str | None) -> str:
    return Grade(grade).said if grade else ""


def _decided(grade: str | None) -> str:
    """A case that was decided without a grade was not assessed this year."""
    return Grade(grade).said if grade else "本年度不予评定"


def _points(hundredths: int | None) -> str:
    return "" if hundredths is None else written(hundredths)


def _day(at: datetime | None) -> str:
    day: date | None = at.astimezone(OFFICE_ZONE).date() if at else None
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
