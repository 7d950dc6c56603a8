"""Whether a scheme fits the rules of a township: an item that goes by what is owed must be owed by somebody. Pure."""

import re
from collections.abc import Collection
from typing import Final

from services.assessment.schemes.rules.scheme import ByHand, Scheme
from services.assessment.schemes.rules.words import MEASURES
from shared.duties import A_GROUPS_OWN
from shared.evidence import KINDS
from shared.rulebase import Rules

EXAMPLES: Final = ("leader-example", "leader-example-xiang")
OF_VIEWS: Final = frozenset({"concern_passed", "concern_told"})
PASSED = "  - {key: concern_passed, name: 群众意见上交, measure: share, kinds: [concern_passed], points: 2}"
TOLD = "  - {key: concern_told, name: 群众意见反馈, measure: share, kinds: [concern_told], points: 2}"
SERVICE = "  - {key: service, "
WITH_VIEWS: Final = (
    ("key: leader_example", "key: leader_views_example"),
    ("考核方案（示例", "考核方案，含群众意见（示例"),
    ("measure: attendance, points: 15", "measure: attendance, points: 11"),
    (SERVICE, f"{PASSED}\n{TOLD}\n{SERVICE}"),
)
"""The examples that ship; a township without a scheme of its own takes the first that fits its rules."""
TAIL: Final = re.compile(r"(?:次数|时长|得分|评分|打分|情况)$")
ATTENDANCE: Final = dict.fromkeys(("出勤", "出勤率", "到会", "到会率", "党员到会", "党员到会率"), "到会")
BY_WHAT_IS_OWED: Final = frozenset({"share", "deduct", "veto"})


def with_views(text: str) -> str:
    """An example that looks at people's views too, a little: in time or not, and never how many there were."""
    for words, instead in WITH_VIEWS:
        text = text.replace(words, instead, 1)
    return text


def kinds_owed(rules: Rules) -> frozenset[str]:
    """The kinds of activities that groups owe under some rules."""
    return frozenset(rule.kind for rule in rules.cadences(*A_GROUPS_OWN) if rule.kind)


def unfit(scheme: Scheme) -> tuple[str, str] | None:
    """The first indicator with a kind of evidence that may not be scored so: (its key, a sentence); or None."""
    for each in scheme.indicators:
        if isinstance(each, ByHand) and (computed := computed_as(each.name)):
            return each.key, f"「{each.name}」：{computed}由系统按记录计算，不用手工录入，请改用别的计分办法。"
        for kind in each.kinds:
            known = KINDS.get(kind)
            if known is not None and each.measure not in known.measures:
                may = "、".join(said for measure, said in MEASURES.items() if measure in known.measures)
                return each.key, f"「{each.name}」：{known.title}只能{may}，不能{MEASURES[each.measure]}。"
    return None


def computed_as(name: str) -> str | None:
    """What the system counts by itself, where the name of a typed indicator is nothing else than that; or None."""
    plain = TAIL.sub("", name.strip())
    return next((known.title for known in KINDS.values() if plain == known.title), ATTENDANCE.get(plain))


def idle(scheme: Scheme, owed: Collection[str]) -> list[str]:
    """The names of the indicators that apply to nobody: they go by what is owed, and nothing of their kinds is."""
    return [
        each.name
        for each in scheme.indicators
        if each.measure in BY_WHAT_IS_OWED and not {str(kind) for kind in each.kinds} & set(owed)
    ]
