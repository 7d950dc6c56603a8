"""Where a view stands, what may happen next, and who may do it. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from shared.moves import Machine, Move
from shared.roles import Role


class Stage(StrEnum):
    """Where a view stands."""

    NOTED = "noted"  # written down: to be settled on the spot or passed on
    PASSED = "passed"  # with the next level, which has not taken it up
    RETURNED = "returned"  # unclear, or not ours: with whoever passed it on
    ACCEPTED = "accepted"  # taken up: to be answered
    OUTSIDE = "outside"  # with a department or a hotline, under its number
    ANSWERED = "answered"  # to be told to whoever spoke
    TOLD = "told"  # told: is it well so?
    SETTLED = "settled"  # on the spot
    CLOSED = "closed"
    MERGED = "merged"  # into another one, which has its voices
    WITHDRAWN = "withdrawn"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STAGES[self]


STAGES: Mapping[Stage, str] = {
    Stage.NOTED: "已记下，待交办",
    Stage.PASSED: "已上交，待受理",
    Stage.RETURNED: "被退回",
    Stage.ACCEPTED: "办理中",
    Stage.OUTSIDE: "转外单位办理",
    Stage.ANSWERED: "已答复，待反馈",
    Stage.TOLD: "已反馈，待了结",
    Stage.SETTLED: "当场解决",
    Stage.CLOSED: "已了结",
    Stage.MERGED: "已合并",
    Stage.WITHDRAWN: "已撤回",
}


class Step(StrEnum):
    """What takes a view on."""

    SETTLE = "settle"
    PASS_ON = "pass_on"  # noqa: S105  no password
    ACCEPT = "accept"
    GIVE_BACK = "give_back"
    DESIGNATE = "designate"
    PASS_UP = "pass_up"  # noqa: S105  no password
    SEND_OUT = "send_out"
    ANSWER = "answer"
    TELL = "tell"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    WITHDRAW = "withdraw"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STEPS_SAID[self]


STEPS_SAID: Mapping[str, str] = {
    "opened": "记下",
    Step.SETTLE: "当场解决",
    Step.PASS_ON: "上交",
    Step.ACCEPT: "受理",
    Step.GIVE_BACK: "退回",
    Step.DESIGNATE: "指定办理",
    Step.PASS_UP: "上报乡镇",
    Step.SEND_OUT: "转外单位",
    Step.ANSWER: "答复",
    Step.TELL: "反馈",
    Step.CLOSE: "了结",
    Step.REOPEN: "重新办理",
    Step.MERGE: "合并",
    Step.WITHDRAW: "撤回",
    "time_asked": "申请延期",
    "time_granted": "同意延期",
    "time_refused": "不同意延期",
    "remarked": "记一笔",
    "asked_again": "回访",
    "cell_lost": "网格已经变动，待支部放入新的网格",
    "placed": "放入网格",
}

OF_GROUP = frozenset({Role.LEADER, Role.DEPUTY})
OFFICE = frozenset({Role.ORGANISER, Role.COMMITTEE})
ANSWERS = frozenset({Role.SECRETARY}) | OFFICE
NOTES = OF_GROUP | ANSWERS
"""Whoever may have it in hand at first, and whoever stands in where a post is vacant."""

ENDED = frozenset({Stage.SETTLED, Stage.CLOSED, Stage.MERGED, Stage.WITHDRAWN})
HELD = frozenset(Stage) - ENDED
"""At every other stage it waits for its holder."""
OPEN = [stage for stage in Stage if stage in HELD]
IN_HAND = (Stage.NOTED, Stage.PASSED, Stage.RETURNED, Stage.ACCEPTED, Stage.OUTSIDE)
"""Not answered yet."""

MOVES: Machine[Stage, Step] = Machine(
    "concern",
    start=Stage.NOTED,
    moves={
        (Stage.NOTED, Step.SETTLE): Move(Stage.SETTLED, NOTES),
        (Stage.NOTED, Step.PASS_ON): Move(Stage.PASSED, NOTES),
        (Stage.NOTED, Step.ACCEPT): Move(Stage.ACCEPTED, ANSWERS),
        (Stage.RETURNED, Step.SETTLE): Move(Stage.SETTLED, NOTES),
        (Stage.RETURNED, Step.PASS_ON): Move(Stage.PASSED, NOTES),
        (Stage.RETURNED, Step.ACCEPT): Move(Stage.ACCEPTED, ANSWERS),
        (Stage.PASSED, Step.ACCEPT): Move(Stage.ACCEPTED, ANSWERS),
        (Stage.PASSED, Step.GIVE_BACK): Move(Stage.RETURNED, ANSWERS),
        (Stage.PASSED, Step.DESIGNATE): Move(Stage.ACCEPTED, OFFICE),
        (Stage.RETURNED, Step.DESIGNATE): Move(Stage.ACCEPTED, OFFICE),
        (Stage.ACCEPTED, Step.DESIGNATE): Move(Stage.ACCEPTED, OFFICE),
        (Stage.ACCEPTED, Step.PASS_UP): Move(Stage.PASSED, frozenset({Role.SECRETARY})),
        (Stage.ACCEPTED, Step.SEND_OUT): Move(Stage.OUTSIDE, ANSWERS),
        (Stage.ACCEPTED, Step.ANSWER): Move(Stage.ANSWERED, ANSWERS),
        (Stage.OUTSIDE, Step.ANSWER): Move(Stage.ANSWERED, ANSWERS),
        (Stage.ANSWERED, Step.TELL): Move(Stage.TOLD, NOTES),
        (Stage.TOLD, Step.CLOSE): Move(Stage.CLOSED, NOTES),
        (Stage.CLOSED, Step.REOPEN): Move(Stage.PASSED, NOTES),
        **{(stage, Step.MERGE): Move(Stage.MERGED, NOTES) for stage in IN_HAND},
        **{(stage, Step.WITHDRAW): Move(Stage.WITHDRAWN, NOTES) for stage in OPEN},
    },
)
WAITS: dict[str, tuple[str, Role] | None] = {
    Stage.NOTED: ("activities.concern_pass", Role.LEADER),
    Stage.PASSED: ("activities.concern_accept", Role.SECRETARY),
    Stage.RETURNED: ("activities.concern_mend", Role.LEADER),
    Stage.ACCEPTED: ("activities.concern_answer", Role.SECRETARY),
    Stage.OUTSIDE: ("activities.concern_outside", Role.SECRETARY),
    Stage.ANSWERED: ("activities.concern_tell", Role.LEADER),
    Stage.TOLD: ("activities.concern_close", Role.LEADER),
    Stage.SETTLED: None,
    Stage.CLOSED: None,
    Stage.MERGED: None,
    Stage.WITHDRAWN: None,
}
TIME_KIND: Final = "activities.concern_time"
BY_ANYBODY = frozenset({Step.WITHDRAW, Step.REOPEN, Step.DESIGNATE})
"""What whoever sees it in such a post may do, though another has it in hand."""


class Past(StrEnum):
    """Whom it goes past, because it is about him."""

    LEADER = "leader"
    SECRETARY = "secretary"


PASTS: Mapping[str, str] = {Past.LEADER: "党小组长", Past.SECRETARY: "支部书记"}
LEVELS = (Role.LEADER, Role.SECRETARY, Role.ORGANISER, Role.COMMITTEE)
"""From hand to hand, each the next level of the one before."""


class Result(StrEnum):
    """What the answer is."""

    SOLVED = "solved"
    EXPLAINED = "explained"
    PLANNED = "planned"
    IMPOSSIBLE = "impossible"


RESULTS: Mapping[str, str] = {
    Result.SOLVED: "已解决",
    Result.EXPLAINED: "已解释",
    Result.PLANNED: "列入计划",
    Result.IMPOSSIBLE: "无法办理",
}


class Satisfied(StrEnum):
    """Whether whoever spoke thinks it well."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


SATISFIED: Mapping[str, str] = {Satisfied.YES: "满意", Satisfied.NO: "不满意", Satisfied.UNKNOWN: "不清楚"}
FORMS: Mapping[str, str] = {"visit": "当面", "phone": "电话", "slip": "凭回执联", "meeting": "会上", "notice": "公开栏"}
"""How an answer is brought back."""
KINDS: Mapping[str, str] = {
    "environment": "环境卫生",
    "road": "道路水电",
    "relief": "低保救助",
    "dispute": "矛盾纠纷",
    "land": "土地房屋",
    "farming": "农业生产",
    "safety": "安全隐患",
    "conduct": "干部作风",
    "work": "工作困难",
    "other": "其他",
}
