"""Kinds of a group's activities, by the many names that ledgers give them."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from shared.tables import compact
from shared.tables.cells import without_brackets


class Kind(StrEnum):
    """What a group does together, or its whole branch."""

    STUDY = "study"
    GROUP_MEETING = "group_meeting"
    LIFE_MEETING = "life_meeting"
    THEME_DAY = "theme_day"
    SERVICE = "service"
    LECTURE = "lecture"
    BRANCH_MEETING = "branch_meeting"
    COMMITTEE_MEETING = "committee_meeting"


OF_GROUPS = (Kind.STUDY, Kind.GROUP_MEETING, Kind.LIFE_MEETING, Kind.THEME_DAY, Kind.SERVICE, Kind.LECTURE)
"""What a group is asked for and its leader's year is judged by."""

OF_WHOLE_BRANCH = (
    Kind.THEME_DAY,
    Kind.LECTURE,
    Kind.BRANCH_MEETING,
    Kind.STUDY,
    Kind.LIFE_MEETING,
    Kind.SERVICE,
)
"""What a branch with groups holds in one: it counts once in each group of which somebody was expected."""

OF_BRANCHES = (Kind.BRANCH_MEETING, Kind.COMMITTEE_MEETING)
"""What no group can hold (支部工作条例 11, 12)."""


def kinds_of(chosen: str = "", *, group: bool, divided: bool) -> tuple[Kind, ...]:
    """What a group or a branch may hold. A committee's meeting is a form of its own: others are called to it."""
    if group:
        return OF_GROUPS
    if chosen == Kind.COMMITTEE_MEETING:
        return (Kind.COMMITTEE_MEETING,)
    return OF_WHOLE_BRANCH if divided else (*OF_GROUPS, Kind.BRANCH_MEETING)


class OfBranch(StrEnum):
    """What a branch does that is no record of attendance."""

    APPRAISAL = "民主评议党员"


_STUDIES = "集中|政治|理论|党员|专题|月度|业务|日常|小组|组织|自主|个人"
_PATTERNS: tuple[tuple[Kind | OfBranch, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (Kind.BRANCH_MEETING, r"党员大会|支部大会|全体党员会"),
        (Kind.COMMITTEE_MEETING, r"支委会|支部委员会|支委扩大会"),
        (Kind.LIFE_MEETING, r"组织生活会|生活会"),
        (Kind.GROUP_MEETING, r"党小组会议?|小组会议?|党小组例会"),
        (Kind.THEME_DAY, r"主题党日|党员活动日|党日活动|固定党日|党员固定活动日|统一活动日|党日"),
        (Kind.LECTURE, r"上?党课|微党课|专题党课"),
        (Kind.SERVICE, r"志愿(?:服务|活动|者活动)?|义务劳动|义工|服务活动|公益(?:活动|劳动)|服务群众"),
        (Kind.STUDY, rf"(?:{_STUDIES})?学习(?:会|日|教育|活动|培训)?|读书班|研讨"),
        (OfBranch.APPRAISAL, r"民主评议"),
    )
)


@lru_cache(maxsize=1_024)
def kinds_in(text: str) -> tuple[Kind | OfBranch, ...]:
    """The kinds that a text names, the first named first; a text that is one name outright means only that."""
    plain = without_brackets(compact(text)) or compact(text)
    for kind, pattern in _PATTERNS:
        if pattern.fullmatch(plain):
            return (kind,)
    found = []
    for order, (kind, pattern) in enumerate(_PATTERNS):
        if place := pattern.search(plain):
            found.append((place.start(), order, kind))
    return tuple(kind for _, _, kind in sorted(found))
