"""A vote on paper from its call to its result: its stages, the table of moves, and whom it waits for. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from shared.moves import Machine, Move
from shared.roles import Role

# A group's leader for his own group; an organiser only where the branch has nobody who may.
CHAIR = frozenset({Role.LEADER, Role.SECRETARY, Role.ORGANISER})
OFFICE = frozenset({Role.ORGANISER, Role.COMMITTEE})
SYSTEM = frozenset({Role.SYSTEM})


class BallotStage(StrEnum):
    """Where a vote stands."""

    CALLED = "called"  # papers are printed
    OPEN = "open"  # the electorate is frozen; the tellers count and type
    DIFFERS = "differs"  # both have typed, and not the same
    AGREED = "agreed"  # both have typed the same: to be announced in the room
    UNSETTLED = "unsettled"  # seats are left: a tie, or too few over the line
    VOID = "void"  # it does not stand: too few present, more papers than given out, or refused with a reason
    COUNTED = "counted"  # settled
    REPEATED = "repeated"  # voted on anew, in a vote of its own that names this one
    ENDED = "ended"  # over without a result

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STAGE_WORDS[self]


STAGE_WORDS: Mapping[BallotStage, str] = {
    BallotStage.CALLED: "待投票",
    BallotStage.OPEN: "正在计票",
    BallotStage.DIFFERS: "两份计票不一致",
    BallotStage.AGREED: "计票一致，待宣布",
    BallotStage.UNSETTLED: "还有名额没有选出",
    BallotStage.VOID: "本次投票无效",
    BallotStage.COUNTED: "已宣布结果",
    BallotStage.REPEATED: "已另行投票",
    BallotStage.ENDED: "已终止",
}


class BallotStep(StrEnum):
    """What takes a vote on."""

    OPEN = "open"
    MATCH = "match"
    DIFFER = "differ"
    RECOUNT = "recount"
    DECLARE = "declare"
    DECLARE_LEFT = "declare_left"
    DECLARE_VOID = "declare_void"
    REFUSE = "refuse"
    AGAIN = "again"
    DECIDE = "decide"
    LEAVE = "leave"
    END = "end"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STEP_WORDS[self]


STEP_WORDS: Mapping[BallotStep, str] = {
    BallotStep.OPEN: "开始投票",
    BallotStep.MATCH: "两份计票一致",
    BallotStep.DIFFER: "两份计票不一致",
    BallotStep.RECOUNT: "重新计票",
    BallotStep.DECLARE: "宣布结果",
    BallotStep.DECLARE_LEFT: "宣布结果，还有名额",
    BallotStep.DECLARE_VOID: "宣布投票无效",
    BallotStep.REFUSE: "不认可计票",
    BallotStep.AGAIN: "另行投票",
    BallotStep.DECIDE: "支部决定",
    BallotStep.LEAVE: "名额空着",
    BallotStep.END: "终止",
}

GOING_ON = (
    BallotStage.CALLED,
    BallotStage.OPEN,
    BallotStage.DIFFERS,
    BallotStage.AGREED,
    BallotStage.UNSETTLED,
    BallotStage.VOID,
)
FROZEN = tuple(stage for stage in BallotStage if stage not in (BallotStage.CALLED, BallotStage.ENDED))
"""Where the electorate stands as it was frozen."""

MOVES: Machine[BallotStage, BallotStep] = Machine(
    "ballot",
    start=BallotStage.CALLED,
    moves={
        (BallotStage.CALLED, BallotStep.OPEN): Move(BallotStage.OPEN, CHAIR),
        (BallotStage.OPEN, BallotStep.MATCH): Move(BallotStage.AGREED, SYSTEM),
        (BallotStage.OPEN, BallotStep.DIFFER): Move(BallotStage.DIFFERS, SYSTEM),
        (BallotStage.DIFFERS, BallotStep.MATCH): Move(BallotStage.AGREED, SYSTEM),
        (BallotStage.DIFFERS, BallotStep.RECOUNT): Move(BallotStage.OPEN, CHAIR),
        (BallotStage.AGREED, BallotStep.DECLARE): Move(BallotStage.COUNTED, CHAIR),
        (BallotStage.AGREED, BallotStep.DECLARE_LEFT): Move(BallotStage.UNSETTLED, CHAIR),
        (BallotStage.AGREED, BallotStep.DECLARE_VOID): Move(BallotStage.VOID, CHAIR),
        (BallotStage.AGREED, BallotStep.REFUSE): Move(BallotStage.VOID, CHAIR),
        (BallotStage.DIFFERS, BallotStep.REFUSE): Move(BallotStage.VOID, CHAIR),
        (BallotStage.COUNTED, BallotStep.REFUSE): Move(BallotStage.VOID, OFFICE),
        (BallotStage.UNSETTLED, BallotStep.AGAIN): Move(BallotStage.REPEATED, CHAIR),
        (BallotStage.UNSETTLED, BallotStep.DECIDE): Move(BallotStage.COUNTED, CHAIR),
        (BallotStage.UNSETTLED, BallotStep.LEAVE): Move(BallotStage.COUNTED, CHAIR),
        (BallotStage.VOID, BallotStep.AGAIN): Move(BallotStage.REPEATED, CHAIR),
        **{(stage, BallotStep.END): Move(BallotStage.ENDED, CHAIR | SYSTEM) for stage in GOING_ON},
    },
)

WAITS: dict[str, tuple[str, Role] | None] = {
    BallotStage.CALLED: ("assessment.open_ballot", Role.SECRETARY),
    BallotStage.OPEN: ("assessment.count_ballot", Role.SECRETARY),
    BallotStage.DIFFERS: ("assessment.compare_ballot", Role.SECRETARY),
    BallotStage.AGREED: ("assessment.declare_ballot", Role.SECRETARY),
    BallotStage.UNSETTLED: ("assessment.settle_ballot", Role.SECRETARY),
    BallotStage.VOID: ("assessment.settle_ballot", Role.SECRETARY),
    BallotStage.COUNTED: None,
    BallotStage.REPEATED: None,
    BallotStage.ENDED: None,
}


class Way(StrEnum):
    """How a paper is marked."""

    MOTION = "motion"  # for, against, neither, on one proposal
    CHOOSE = "choose"  # so many of several candidates; somebody else may be written in

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return {"motion": "对一件事投赞成、反对或弃权", "choose": "从候选人中选举"}[self.value]


class Result(StrEnum):
    """What came of it, as it was announced."""

    PASSED = "passed"
    LOST = "lost"
    ELECTED = "elected"
    TIED = "tied"
    SHORT = "short"
    TAKEN = "taken"
    INQUORATE = "inquorate"
    VOID = "void"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return RESULT_WORDS[self]


RESULT_WORDS: Mapping[Result, str] = {
    Result.PASSED: "通过",
    Result.LOST: "没有通过",
    Result.ELECTED: "选出",
    Result.TIED: "得票相等，没有选出",
    Result.SHORT: "得票过线的人不够，没有选满",
    Result.TAKEN: "测评结果已记录",
    Result.INQUORATE: "到会人数不够，投票无效",
    Result.VOID: "收回的票多于发出的票，投票无效",
}


class Left(StrEnum):
    """Why a member is left out of those who should be present, decided for this meeting alone (forms.md B3).

    It is not the relief of the aged and the ill from activities (教育管理工作条例 23).
    """

    NO_WILL = "no_will"
    ABROAD = "abroad"
    AWAY = "away"
    SENTENCED = "sentenced"
    BEDRIDDEN = "bedridden"
    WITHOUT_VOTE = "without_vote"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return LEFT_WORDS[self]


LEFT_WORDS: Mapping[Left, str] = {
    Left.NO_WILL: "不能表达本人意志",
    Left.ABROAD: "自费出国半年以上",
    Left.AWAY: "离开本地半年以上",
    Left.SENTENCED: "正在服刑",
    Left.BEDRIDDEN: "长期卧病在床",
    Left.WITHOUT_VOTE: "留党察看，没有表决权",
}
