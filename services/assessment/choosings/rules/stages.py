"""The stages of a choosing, and its table of moves."""

from enum import StrEnum

from shared.moves import Machine, Move
from shared.roles import Role
from shared.rulebase import Rules

OFFICE = frozenset({Role.ORGANISER, Role.COMMITTEE})  # the committee only where an organiser has stood in
BRANCH = frozenset({Role.SECRETARY, Role.ORGANISER})  # an organiser only where the branch has no secretary
COMMITTEE = frozenset({Role.COMMITTEE})
SYSTEM = frozenset({Role.SYSTEM})
YOUNG = 40
"""Where a rule set says nothing of it (乡四（一） has it)."""
POSTS = (Role.LEADER, Role.DEPUTY)
"""What a choosing gives."""


class Reason(StrEnum):
    """Why somebody is chosen."""

    TERM = "term"
    VACANCY = "vacancy"
    ADJUSTMENT = "adjustment"
    ADDITION = "addition"
    NEW_GROUP = "new_group"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return REASONS[self]


REASONS: dict[Reason, str] = {
    Reason.TERM: "换届",
    Reason.VACANCY: "出缺",
    Reason.ADJUSTMENT: "考核调整",
    Reason.ADDITION: "增选",
    Reason.NEW_GROUP: "新建党小组",
}
REPLACES = frozenset({Reason.TERM})
"""For these somebody may hold the post until the day; for the others it is vacant by then.

Whom the committee replaced goes on the day that it decided, never earlier, and stays where it takes that back.
"""


BY_VOTE = "choosing"
"""The purpose under which a group's vote names its choosing."""


class Way(StrEnum):
    """How: by the rule set of the day on which the choosing began."""

    NOMINATE = "nominate"
    ELECT = "elect"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return {"nominate": "支部提名", "elect": "党小组推选"}[self.value]


def way_of(rules: Rules) -> Way:
    """The way that a rule set names (`leader.chosen_by`); one that says nothing has the branch nominate (条例 13)."""
    said = rules.by_key.get("leader.chosen_by")
    return Way.ELECT if said is not None and said.value == "group_elects" else Way.NOMINATE


def younger_than(rules: Rules) -> int:
    """The age below which a leader counts for the share that the township means to raise (`leader.younger_than`)."""
    return rules.integer("leader.younger_than") if "leader.younger_than" in rules.by_key else YOUNG


class ChoosingStage(StrEnum):
    """Where a choosing stands."""

    DRAFT = "draft"  # the branch looks for somebody
    CALLED = "called"  # a vote of the group is called
    COUNTED = "counted"  # its count is in: the branch hands it in
    REVIEW = "review"  # the township's organiser looks at it
    APPROVAL = "approval"  # the committee's nod, where the office has decided that it is needed
    AGREED = "agreed"  # the committee nodded: the organiser files it
    FILED = "filed"  # it has its number, and waits for its day
    SEATING = "seating"  # its day has come: the register writes the post
    IN_POST = "in_post"
    UNSEATED = "unseated"  # filed, and the register could not: a person looks
    ENDED = "ended"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STAGES[self]


STAGES: dict[ChoosingStage, str] = {
    ChoosingStage.DRAFT: "待提出人选",
    ChoosingStage.CALLED: "待投票计票",
    ChoosingStage.COUNTED: "已计票，待上报",
    ChoosingStage.REVIEW: "待审查备案",
    ChoosingStage.APPROVAL: "待党委同意",
    ChoosingStage.AGREED: "党委已同意，待备案",
    ChoosingStage.FILED: "已备案，待到任",
    ChoosingStage.SEATING: "正在登记任职",
    ChoosingStage.IN_POST: "已到任",
    ChoosingStage.UNSEATED: "已备案未到任",
    ChoosingStage.ENDED: "已终止",
}


class ChoosingStep(StrEnum):
    """What takes a choosing on."""

    NOMINATE = "nominate"
    TAKE_BACK = "take_back"
    CALL = "call"
    COUNT = "count"
    VOTE_AGAIN = "vote_again"
    SUBMIT = "submit"
    RETURN = "return"
    PASS_ON = "pass_on"  # noqa: S105  a step
    AGREE = "agree"
    DECLINE = "decline"
    FILE = "file"
    START = "start"
    SEAT = "seat"
    STRAND = "strand"
    RETRY = "retry"
    WITHDRAW = "withdraw"
    END = "end"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STEPS[self]


STEPS: dict[ChoosingStep, str] = {
    ChoosingStep.NOMINATE: "提名",
    ChoosingStep.TAKE_BACK: "收回修改",
    ChoosingStep.CALL: "召集选举",
    ChoosingStep.COUNT: "计票",
    ChoosingStep.VOTE_AGAIN: "重新投票",
    ChoosingStep.SUBMIT: "上报选举结果",
    ChoosingStep.RETURN: "退回",
    ChoosingStep.PASS_ON: "报党委",
    ChoosingStep.AGREE: "党委同意",
    ChoosingStep.DECLINE: "党委不同意",
    ChoosingStep.FILE: "备案",
    ChoosingStep.START: "任职日到",
    ChoosingStep.SEAT: "到任",
    ChoosingStep.STRAND: "没有到任",
    ChoosingStep.RETRY: "再次办理到任",
    ChoosingStep.WITHDRAW: "撤销",
    ChoosingStep.END: "终止",
}

TOLD: dict[ChoosingStep, str] = {
    ChoosingStep.NOMINATE: "nominated",
    ChoosingStep.TAKE_BACK: "taken_back",
    ChoosingStep.CALL: "called",
    ChoosingStep.COUNT: "counted",
    ChoosingStep.VOTE_AGAIN: "to_vote_again",
    ChoosingStep.SUBMIT: "submitted",
    ChoosingStep.RETURN: "returned",
    ChoosingStep.PASS_ON: "passed_on",
    ChoosingStep.AGREE: "agreed",
    ChoosingStep.DECLINE: "declined",
    ChoosingStep.FILE: "filed",
    ChoosingStep.START: "day_come",
    ChoosingStep.SEAT: "in_post",
    ChoosingStep.STRAND: "unseated",
    ChoosingStep.RETRY: "retried",
    ChoosingStep.WITHDRAW: "withdrawn",
    ChoosingStep.END: "ended",
}
"""The word of each step in the fact that tells of it."""

S, P = ChoosingStage, ChoosingStep
OVER = (S.IN_POST, S.ENDED)
OPEN = tuple(stage for stage in S if stage not in OVER)
FROZEN = (S.FILED, S.SEATING, S.UNSEATED, S.IN_POST)
"""From here on it has its number."""
WITHOUT_DAY = (S.FILED, S.SEATING, S.UNSEATED)
"""What waits here is not overdue: its day is that of the post."""
BY_THE_BRANCH = frozenset({P.NOMINATE, P.TAKE_BACK, P.CALL, P.SUBMIT})

MOVES: Machine[ChoosingStage, ChoosingStep] = Machine(
    "choosing",
    start=S.DRAFT,
    moves={
        (S.DRAFT, P.NOMINATE): Move(S.REVIEW, BRANCH),
        (S.REVIEW, P.TAKE_BACK): Move(S.DRAFT, BRANCH),
        (S.DRAFT, P.CALL): Move(S.CALLED, BRANCH),
        (S.CALLED, P.COUNT): Move(S.COUNTED, SYSTEM),
        (S.CALLED, P.VOTE_AGAIN): Move(S.DRAFT, SYSTEM),
        (S.COUNTED, P.SUBMIT): Move(S.REVIEW, BRANCH),
        (S.REVIEW, P.RETURN): Move(S.DRAFT, OFFICE),
        (S.REVIEW, P.PASS_ON): Move(S.APPROVAL, OFFICE),
        (S.APPROVAL, P.AGREE): Move(S.AGREED, COMMITTEE),
        (S.APPROVAL, P.DECLINE): Move(S.DRAFT, COMMITTEE),
        (S.AGREED, P.RETURN): Move(S.DRAFT, OFFICE),
        (S.REVIEW, P.FILE): Move(S.FILED, OFFICE),
        (S.AGREED, P.FILE): Move(S.FILED, OFFICE),
        (S.FILED, P.START): Move(S.SEATING, SYSTEM),
        (S.SEATING, P.SEAT): Move(S.IN_POST, SYSTEM),
        (S.SEATING, P.STRAND): Move(S.UNSEATED, SYSTEM),
        (S.UNSEATED, P.RETRY): Move(S.SEATING, OFFICE),
        **{(stage, P.WITHDRAW): Move(S.ENDED, OFFICE) for stage in (S.DRAFT, S.CALLED, S.COUNTED, S.FILED, S.UNSEATED)},
        **{(stage, P.END): Move(S.ENDED, SYSTEM) for stage in OPEN if stage is not S.SEATING},
    },
)

WAITS: dict[str, tuple[str, Role] | None] = {
    S.DRAFT: ("assessment.choose", Role.SECRETARY),
    S.CALLED: None,  # the vote itself waits: services/assessment/ballots
    S.COUNTED: ("assessment.hand_in", Role.SECRETARY),
    S.REVIEW: ("assessment.file", Role.ORGANISER),
    S.APPROVAL: ("assessment.agree", Role.COMMITTEE),
    S.AGREED: ("assessment.file", Role.ORGANISER),
    S.FILED: None,
    S.SEATING: None,
    S.IN_POST: None,
    S.UNSEATED: ("assessment.unseated", Role.ORGANISER),
    S.ENDED: None,
}

STRANDED: dict[str, str] = {
    "unit_gone": "党小组已经撤销",
    "left": "本人已经不在册",
    "elsewhere": "本人已经不编在这个党支部",
    "not_full": "本人这天不是正式党员",
    "leads": "本人已经担任别的党小组的职务",
    "taken": "这个职务已有别人担任，或者以后已另有任职安排",
    "apart": "本人担任的职务和这个职务不能由一人兼任",
    "refused": "名册不能这样登记",
}
"""Why the register could not let a post begin, by the word that it answers."""
