"""Why a line of the sheet came to what it did, in a sentence for the person whom it is about."""

from __future__ import annotations

from services.assessment.schemes.rules.formulas import MINUTES, Figures
from services.assessment.schemes.rules.points import written
from services.assessment.schemes.rules.scheme import (
    Attendance,
    ByHand,
    Deduct,
    Earning,
    Hours,
    Indicator,
    PerItem,
    Share,
    Veto,
)
from shared.evidence import words_of

GIVEN = {"branch": "支部测评", "township": "乡镇抽查评分"}
"""What is typed, by who types it."""


def why(indicator: Indicator, figures: Figures[int], amount: int | None) -> str:
    """The sentence; `amount` is none where the indicator does not apply."""
    match indicator:
        case _ if amount is None:
            return not_applicable(indicator)
        case Veto():
            return veto(indicator, figures)
        case Deduct():
            return deduction(indicator, figures, amount)
        case Earning():
            verb = "加" if indicator.bonus else "得"
            limit = "最高" if indicator.bonus else "满分"
            got = f"{verb} {written(amount)} 分（{limit} {written(indicator.points)} 分）。"
            return f"{counted(indicator, figures)}，{got}"
    raise TypeError(f"no sentence for {type(indicator).__name__}")


def not_applicable(indicator: Indicator) -> str:
    """Missing is not zero."""
    if isinstance(indicator, ByHand):
        left = "此项不适用" if indicator.bonus else "此项不计入，其余项目按比例折算"
        return f"{GIVEN[indicator.by]}没有录入，{left}。"
    if isinstance(indicator, Earning) and not indicator.bonus:
        return "本年度没有应计的内容，此项不计入，其余项目按比例折算。"
    return "本年度没有应计的内容，此项不适用。"


def counted(indicator: Earning, figures: Figures[int]) -> str:
    """What was counted."""
    act, measure = words_of(indicator.kinds)
    match indicator:
        case ByHand():
            return f"{GIVEN[indicator.by]} {written(figures.present)} 分"
        case Share():
            return f"应{act} {figures.owed} {measure}，按期{act} {figures.met} {measure}"
        case Attendance():
            enough = f"，出勤率达到 {indicator.full_at}% 即得满分" if indicator.full_at < 100 else ""  # noqa: PLR2004
            return f"应到 {figures.expected} 人次，实到 {figures.present} 人次{enough}"
        case PerItem():
            beyond = f"，超过 {indicator.beyond} {measure}的部分" if indicator.beyond else "，"
            return f"共{act} {figures.done} {measure}{beyond}每{measure} {written(indicator.each)} 分"
        case Hours():
            part = f"（按应开展的 {figures.months} 个月折算）" if indicator.pro_rata else ""
            return f"全年应满 {indicator.hours} 小时{part}，实际 {duration(figures.minutes)}"
    raise TypeError(f"no sentence for {type(indicator).__name__}")


def deduction(indicator: Deduct, figures: Figures[int], amount: int) -> str:
    """What was taken off, and for what."""
    act, measure = words_of(indicator.kinds)
    if amount == 0:
        return f"应{act} {figures.owed} {measure}，没有缺项，不扣分。"
    each = f"缺 {figures.missing} {measure}，每{measure}扣 {written(indicator.each)} 分"
    return f"{each}，共扣 {written(-amount)} 分（最多扣 {written(indicator.points)} 分）。"


def veto(indicator: Veto, figures: Figures[int]) -> str:
    """Whether the line was crossed."""
    _, measure = words_of(indicator.kinds)
    if figures.missing >= indicator.missing_at_least:
        return f"缺 {figures.missing} {measure}，达到 {indicator.missing_at_least} {measure}，按规定评为不称职。"
    return f"缺 {figures.missing} {measure}，未达到 {indicator.missing_at_least} {measure}。"


def duration(minutes: int) -> str:
    """Minutes in words."""
    hours, rest = divmod(minutes, MINUTES)
    return f"{hours} 小时{f' {rest} 分钟' if rest else ''}"
