"""What a paper is, and what an opinion form says."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self

from services.assessment.cases.rules import CaseStage, ground_of
from services.assessment.schemes.rules import Grade, Item, written
from shared.clock import OFFICE_ZONE
from shared.papers import Filled

DECIDED = frozenset({CaseStage.NOTICE, CaseStage.CLOSED})


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
        case, lines = row.Case, tuple(items)
        vetoes = [f"{item.name}，{item.why}" for item in lines if item.vetoes]
        return cls(
            title=f"{township}{case.year}年度党小组长考核意见表",
            township=township,
            year=f"{case.year}年度",
            branch=row.branch,
            group=row.group,
            person=row.person,
            self_statement=case.self_statement or "",
            branch_reasons=case.branch_reasons or "",
            branch_grade=_proposed(case),
            nominated_on=_day(case.nominated_at),
            filing_number=case.filing_number or "",
            reviewed_on=_day(case.reviewed_at) if case.filing_number else "",
            base=_points(row.base),
            bonus=_points(row.bonus),
            deducted=_points(row.deducted),
            total=_points(row.total),
            proposed=_said(row.proposed),
            grade=_decided(case.grade) if case.stage in DECIDED else "",
            grade_why=ground_of(case.grade_why, vetoes=vetoes, total=row.total) if case.stage in DECIDED else "",
            decided_on=_day(case.decided_at) if case.stage in DECIDED else "",
            items=tuple(Line.of(item) for item in lines),
        )


def filled_of(opinion: Opinion) -> Filled:
    """The same for a paper of the office's own (shared/papers)."""
    said = asdict(opinion)
    return Filled(said, {"items": said.pop("items")})


def _said(grade: str | None) -> str:
    return Grade(grade).said if grade else ""


def _proposed(case: Any) -> str:  # noqa: ANN401  a case that was seen
    """What the branch proposes; where its secretary put himself forward, that is said, and what the organiser does."""
    if not case.nominated_by_self:
        return _said(case.branch_grade)
    office = f"，组织委员建议{_said(case.office_grade)}" if case.office_grade else ""
    return f"{_said(case.branch_grade)}（书记提名本人{office}）"


def _decided(grade: str | None) -> str:
    """A case that was decided without a grade was not assessed this year."""
    return Grade(grade).said if grade else "本年度不予评定"


def _points(hundredths: int | None) -> str:
    return "" if hundredths is None else written(hundredths)


def _day(at: datetime | None) -> str:
    day: date | None = at.astimezone(OFFICE_ZONE).date() if at else None
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
