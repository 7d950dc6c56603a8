"""Why the assessment cannot be switched off while something of it goes on: what, at which stage, and why not. Pure."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from services.activities.office.rules.subjects import STAGES

THINGS: Mapping[str, str] = {"cycle": "年度考核", "rectification": "整改", "replacement": "调整"}
# At each stage, what would be left half done.
WHY_NOT: Mapping[tuple[str, str], str] = {
    ("cycle", "open"): "各支部已接到正式通知，正在提名、审查备案",
    ("cycle", "collecting"): "正在汇总计分",
    ("cycle", "stopped"): "汇总暂停着，等人决定",
    ("cycle", "rating"): "得分已经算出，等次还没有定",
    ("cycle", "notice"): "结果正在公示，要停先由党委公开撤回公示",
    ("cycle", "recalled"): "公示已撤回，等党委中止",
    ("rectification", "plan"): "已责令整改，支部正在制定措施",
    ("rectification", "work"): "正在整改，有期限",
    ("rectification", "returned"): "整改报告被退回，正在补充",
    ("rectification", "check"): "已报告整改，等乡镇验收",
    ("replacement", "proposed"): "调整建议等党委决定",
    ("replacement", "decided"): "决定调整的党小组等新组长",
}


class GoingOn(NamedTuple):
    """So many things of a year that stand at a stage."""

    thing: str
    year: int
    stage: str
    n: int

    @property
    def said(self) -> str:
        """In words, with the reason why it cannot be broken off there."""
        times = f"{self.n}件" if self.thing != "cycle" else ""
        stage = STAGES[self.thing][self.stage]
        return (
            f"{self.year}年度{'考核' if self.thing == 'cycle' else THINGS[self.thing]}{times}（{stage}）："
            + (WHY_NOT[self.thing, self.stage])
        )


def why_on(going: Iterable[GoingOn]) -> str:
    """The sentence that refuses it; empty where nothing goes on."""
    listed = "；".join(each.said for each in going)
    return (
        f"考核现在不能停用，还在办的有：{listed}。请先办结；年度考核确实不办了的，请党委在这一年的考核页上中止。"
        if listed
        else ""
    )
