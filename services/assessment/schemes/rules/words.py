"""A scheme in plain words: what each indicator looks at, how it counts, and what bounds the total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.assessment.schemes.rules.points import written
from services.assessment.schemes.rules.reasons import GIVEN
from services.assessment.schemes.rules.scheme import (
    Attendance,
    ByHand,
    Deduct,
    Earning,
    Hours,
    Indicator,
    PerItem,
    Scheme,
    Share,
    Veto,
)
from shared.evidence import titles, words_of

MEASURES: Mapping[str, str] = {
    "share": "按期开展的比例",
    "attendance": "出勤率",
    "per_item": "按次计分",
    "hours": "按时长计分",
    "by_hand": "测评评分（手工录入）",
    "deduct": "只扣不加",
    "veto": "一票否决",
}


def kinds_said(kinds: Iterable[str]) -> str:
    """Kinds of evidence as the office says them; one that a scheme alone knows keeps its own name."""
    said = titles()
    return "、".join(said.get(kind, kind) for kind in kinds)


def looks_at(indicator: Indicator) -> str:
    """What an indicator looks at: its kinds of activities, or what is typed."""
    return GIVEN[indicator.by] if isinstance(indicator, ByHand) else kinds_said(indicator.kinds)


def sort_said(indicator: Indicator) -> str:
    """Which part of the sheet an indicator belongs to."""
    match indicator:
        case Veto():
            return "一票否决"
        case Deduct():
            return "扣分项"
        case Earning(bonus=True):
            return "加分项"
    return "基础指标"


def counted_said(indicator: Indicator) -> str:
    """How an indicator counts, in one sentence."""
    act, measure = words_of(indicator.kinds)
    match indicator:
        case Share():
            how = f"按期{act}的{measure}数占应{act}{measure}数的比例计分，满分 {written(indicator.points)} 分。"
        case Attendance():
            full = f"出勤率达到 {indicator.full_at}% 即得满分 {written(indicator.points)} 分"
            how = f"按实到人次占应到人次的比例计分，{full}。"
        case PerItem():
            beyond = f"超过 {indicator.beyond} {measure}的部分，" if indicator.beyond else ""
            how = f"{beyond}每{measure} {written(indicator.each)} 分，最高 {written(indicator.points)} 分。"
        case Hours():
            part = f"（按{kinds_said([indicator.pro_rata])}应开展的月数折算）" if indicator.pro_rata else ""
            how = f"全年满 {indicator.hours} 小时{part}得满分 {written(indicator.points)} 分，不足的按比例计分。"
        case ByHand():
            how = f"{GIVEN[indicator.by]}手工录入，每名一次，写明依据，最高 {written(indicator.points)} 分。"
        case Deduct():
            how = f"只扣不加：每缺 1 {measure}扣 {written(indicator.each)} 分，最多扣 {written(indicator.points)} 分。"
        case Veto():
            how = f"缺 {indicator.missing_at_least} {measure}及以上，不论总分，评为不称职。"
        case _:
            raise TypeError(f"no words for {type(indicator).__name__}")
    return how


def left_out_said(indicator: Indicator) -> str:
    """What becomes of an indicator in a year in which nothing was owed; missing is not zero."""
    match indicator:
        case PerItem() | Hours(pro_rata=None):
            return "每年都计入。"
        case ByHand(bonus=False):
            return "没有录入时，此项不计入，其余项目按比例折算。"
        case ByHand():
            return "没有录入时，此项不适用。"
        case Earning(bonus=False):
            return "本年度没有应计的内容时，此项不计入，其余项目按比例折算。"
    return "本年度没有应计的内容时，此项不适用。"


def bounds_said(scheme: Scheme) -> tuple[str, ...]:
    """What holds for the total, sentence by sentence."""
    over = "，总分可以超过满分" if scheme.over_base else "，总分不超过满分"
    cap = f"，最高 {written(scheme.total_cap)} 分" if scheme.total_cap is not None else ""
    bonus = f"加分合计最高 {written(scheme.bonus_cap)} 分。" if scheme.bonus_cap is not None else "加分合计不设上限。"
    excellent, competent = written(scheme.grades.excellent), written(scheme.grades.competent)
    quota = f"优秀一般不超过参加考核人数的 {scheme.excellent_percent}%，超出的要写明理由。"
    return (
        f"基础指标满分 {written(scheme.points)} 分{over}{cap}。",
        *([bonus] if scheme.bonuses else []),
        f"总分 {excellent} 分及以上为优秀，{competent} 分及以上为称职，低于 {competent} 分为不称职。",
        *([quota] if scheme.excellent_percent is not None else []),
    )
