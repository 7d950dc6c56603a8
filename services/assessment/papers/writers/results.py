"""A cycle's results as the office files them: the ranking, the points of each indicator, and what they rest on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.assessment.cases.rules import CaseStage, ground_of
from services.assessment.cases.schemas import ResultRow
from services.assessment.cycles.schemas import CycleSeen
from services.assessment.papers.schemas import DECIDED
from services.assessment.schemes.rules import (
    Grade,
    Indicator,
    Scheme,
    bounds_said,
    counted_said,
    left_out_said,
    looks_at,
    sort_said,
    written,
)
from shared.papers.kinds import Filled
from shared.papers.making import as_excel
from shared.rulebase import Rules
from shared.sheets import Cell
from shared.sheets.forms import Column, Sheet

WHO = ("名次", "党支部", "党小组", "党小组长")
HEADER = (
    *WHO,
    "备案号",
    "支部建议",
    "基础分",
    "加分",
    "扣分",
    "总分",
    "计分等次",
    "超出名额",
    "评定等次",
    "理由",
    "阶段",
)
BASIS_HEADER = ("项目", "内容", "说明")
CITED = "assessment."
WIDTH = 7
WIDTHS = {"名次": 4, "党支部": 11, "备案号": 11, "理由": 16, "项目": 20, "内容": 34, "说明": 34}
"""Of columns, in Chinese characters."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a year was judged by."""

    township: str
    cycle: CycleSeen
    scheme: Scheme
    rules: Rules


def book_of(basis: Basis, rows: Sequence[ResultRow], *, made_on: date) -> bytes:
    """The workbook: 考核结果, 指标得分 and 考核依据, each as the office files it."""
    year = basis.cycle.year
    leaves = (
        (f"{year}年度考核结果", HEADER, [line_of(basis.scheme, row) for row in rows]),
        ("指标得分", items_header(basis.scheme), [items_of(basis.scheme, row) for row in rows]),
        ("考核依据", BASIS_HEADER, [*judged_by(basis), *indicators_of(basis.scheme), *rules_of(basis.rules)]),
    )
    return as_excel(
        [
            Sheet(
                name=name,
                title=f"{basis.township}{year}年度党小组长{name.removeprefix(f'{year}年度')}",
                unit=f"填报单位（盖章）：{basis.township}",
                date=f"填报日期：{said_day(made_on)}",
                columns=[Column(word, WIDTHS.get(word, WIDTH)) for word in header],
                rows=lines,
            )
            for name, header, lines in leaves
        ]
    )


def results_filled(basis: Basis, rows: Sequence[ResultRow], *, made_on: date) -> Filled:
    """The list of results, for print and for the office's own paper."""
    graded = Counter((said(row.grade) if row.stage in DECIDED else "") or "未评定" for row in rows)
    year = f"{basis.cycle.year}年度"
    return Filled(
        {
            "title": f"{basis.township}{year}党小组长考核结果",
            "township": basis.township,
            "unit": basis.township,
            "period": year,
            "made_on": said_day(made_on),
            "total": f"合计 {len(rows)} 人。" + "，".join(f"{grade} {n} 人" for grade, n in graded.items()),
        },
        {"leaders": [_result_of(basis.scheme, number, row) for number, row in enumerate(rows, start=1)]},
    )


def _result_of(scheme: Scheme, number: int, row: ResultRow) -> dict[str, Cell]:
    return {
        "seq": number,
        "branch": row.branch,
        "group": row.group,
        "person": row.leader,
        "filing_number": row.filing_number,
        "branch_grade": said(row.branch_grade),
        "base": points_of(row.base),
        "bonus": points_of(row.bonus),
        "deducted": points_of(row.deducted),
        "total": points_of(row.total),
        "grade": decided(row),
        "grade_why": ground(scheme, row),
    }


def said_day(day: date) -> str:
    """2025年12月8日."""
    return f"{day.year}年{day.month}月{day.day}日"


def decided(row: ResultRow) -> str:
    """The grade that stands; none before it is decided, and none where the year was broken off."""
    return said(row.grade) or "不予评定" if row.stage in DECIDED else ""


def ground(scheme: Scheme, row: ResultRow) -> str:
    """Why a decided grade is what it is; nothing before it is decided."""
    if row.stage not in DECIDED:
        return ""
    vetoes = [f"{each.name}，{counted_said(each)}" for each in scheme.vetoes if (row.items or {}).get(each.key)]
    return ground_of(row.grade_why, vetoes=vetoes, total=row.total)


def line_of(scheme: Scheme, row: ResultRow) -> list[Cell]:
    """A leader's line, as long as HEADER."""
    return [
        *who(row),
        row.filing_number,
        said(row.branch_grade),
        *(points_of(each) for each in (row.base, row.bonus, row.deducted, row.total)),
        said(row.proposed),
        "名额线上同分" if row.at_line else "是" if row.over_quota else "",
        decided(row),
        ground(scheme, row),
        CaseStage(row.stage).chinese,
    ]


def who(row: ResultRow) -> tuple[Cell, ...]:
    """Place and names, as long as WHO."""
    return (row.place, row.branch, row.group, row.leader)


def said(grade: str | None) -> str:
    """A grade as the office says it."""
    return Grade(grade).said if grade else ""


def points_of(hundredths: int | None) -> Decimal | None:
    """Points as a number with two decimals, exact."""
    return None if hundredths is None else Decimal(hundredths).scaleb(-2)


def items_header(scheme: Scheme) -> list[str]:
    """Names, then each indicator with what it is worth."""
    return [*WHO, *(named(each) for each in scheme.indicators)]


def named(indicator: Indicator) -> str:
    """An indicator's name, with its points where it has any."""
    points = getattr(indicator, "points", None)
    return indicator.name if points is None else f"{indicator.name}（{written(points)} 分）"


def items_of(scheme: Scheme, row: ResultRow) -> list[Cell]:
    """What each indicator came to; one that does not apply is said to, for it is not zero."""
    earned = row.items or {}
    return [*who(row), *(item_of(earned[each.key]) if each.key in earned else None for each in scheme.indicators)]


def item_of(value: int | bool | None) -> Cell:  # noqa: FBT001  as the sheet keeps a veto
    """An indicator's cell."""
    if value is None:
        return "不适用"
    if isinstance(value, bool):
        return "否决" if value else "未否决"
    return points_of(value)


def judged_by(basis: Basis) -> list[tuple[Cell, ...]]:
    """Which scheme, which run, which count."""
    cycle, scheme = basis.cycle, basis.scheme
    until = f"至{scheme.year_to}年" if scheme.year_to else "起"
    return [
        ("乡镇", basis.township, f"{cycle.year}年度，{cycle.opened_on:%Y年%-m月%-d日}启动"),
        ("考核方案", scheme.name, f"版本 {scheme.version}，{scheme.year_from}年{until}适用"),
        ("方案校验码", scheme.fingerprint, "同样的方案，校验码相同"),
        ("汇总次数", cycle.run, f"参加考核 {cycle.cases} 人，计分 {cycle.scored} 人，有总分 {cycle.assessed} 人"),
        ("优秀名额", cycle.excellent_allowed, f"参加考核人数的 {cycle.excellent_percent}%"),
        ("结果校验码", cycle.digest, "按留存的依据重新计算，校验码应当相同"),
        *(("计分规则", sentence, None) for sentence in bounds_said(scheme)),
    ]


def indicators_of(scheme: Scheme) -> list[tuple[Cell, ...]]:
    """Each indicator in words."""
    return [
        (
            f"{sort_said(each)}：{each.name}",
            counted_said(each),
            f"统计{looks_at(each)}。{left_out_said(each)}",
        )
        for each in scheme.indicators
    ]


def rules_of(rules: Rules) -> list[tuple[Cell, ...]]:
    """The rules of the assessment in force when the year was opened, each with its article."""
    cited = (rule for key, rule in sorted(rules.by_key.items()) if key.startswith(CITED))
    return [
        (f"制度：{rule.title}", yes_or_no(rule.value) or rule.figure(), f"{rule.source}{rule.article}")
        for rule in cited
    ]


def yes_or_no(value: object) -> str | None:
    """A choice as a word."""
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else None
