"""A leader's case: its stages, the table of moves, and when a decision wants a reason."""

from dataclasses import dataclass
from enum import StrEnum

from services.assessment.schemes.rules import Grade
from shared.moves import Machine, Move
from shared.roles import Role


class CaseStage(StrEnum):
    """Where a leader's year stands."""

    NOMINATION = "nomination"  # the branch puts the leader forward
    REVIEW = "review"  # the township reviews and files
    RATING = "rating"  # the committee decides
    NOTICE = "notice"  # decided; on public notice once the cycle is
    CLOSED = "closed"  # final

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return CHINESE[self]


CHINESE: dict[CaseStage, str] = {
    CaseStage.NOMINATION: "待提名",
    CaseStage.REVIEW: "待审查备案",
    CaseStage.RATING: "待评定",
    CaseStage.NOTICE: "已评定",
    CaseStage.CLOSED: "已办结",
}


class CaseStep(StrEnum):
    """What takes a case on."""

    NOMINATE = "nominate"
    ACCEPT = "accept"
    RETURN = "return"
    DECIDE = "decide"
    REOPEN = "reopen"
    CLOSE = "close"


MOVES: Machine[CaseStage, CaseStep] = Machine(
    "case",
    start=CaseStage.NOMINATION,
    moves={
        (CaseStage.NOMINATION, CaseStep.NOMINATE): Move(CaseStage.REVIEW, frozenset({Role.SECRETARY})),
        (CaseStage.REVIEW, CaseStep.ACCEPT): Move(CaseStage.RATING, frozenset({Role.ORGANISER})),
        (CaseStage.REVIEW, CaseStep.RETURN): Move(CaseStage.NOMINATION, frozenset({Role.ORGANISER})),
        (CaseStage.RATING, CaseStep.DECIDE): Move(CaseStage.NOTICE, frozenset({Role.COMMITTEE})),
        (CaseStage.NOTICE, CaseStep.REOPEN): Move(CaseStage.RATING, frozenset({Role.COMMITTEE})),
        (CaseStage.NOTICE, CaseStep.CLOSE): Move(
            CaseStage.CLOSED, frozenset({Role.ORGANISER, Role.COMMITTEE, Role.SYSTEM})
        ),
    },
)


class ObjectionStage(StrEnum):
    """Where an objection stands. The matter is recorded, not who raised it."""

    RAISED = "raised"
    UPHELD = "upheld"  # the result is to be decided again
    DISMISSED = "dismissed"
    ACTED_ON = "acted_on"  # the case was taken up again because of it


class ObjectionStep(StrEnum):
    """What takes an objection on."""

    UPHOLD = "uphold"
    DISMISS = "dismiss"
    ACT = "act"


TOWNSHIP = frozenset({Role.ORGANISER, Role.COMMITTEE})

OBJECTION_MOVES: Machine[ObjectionStage, ObjectionStep] = Machine(
    "objection",
    start=ObjectionStage.RAISED,
    moves={
        (ObjectionStage.RAISED, ObjectionStep.UPHOLD): Move(ObjectionStage.UPHELD, TOWNSHIP),
        (ObjectionStage.RAISED, ObjectionStep.DISMISS): Move(ObjectionStage.DISMISSED, TOWNSHIP),
        (ObjectionStage.UPHELD, ObjectionStep.ACT): Move(ObjectionStage.ACTED_ON, frozenset({Role.COMMITTEE})),
    },
)


class Channel(StrEnum):
    """How an objection came in."""

    LETTER = "letter"
    VISIT = "visit"
    TELEPHONE = "telephone"
    ONLINE = "online"
    BRANCH = "branch"


@dataclass(frozen=True, slots=True)
class Quota:
    """How many may be excellent, and how many the committee has made so by now."""

    assessed: int
    percent: int
    allowed: int
    given: int

    @property
    def warning(self) -> str | None:
        """A sentence where one more would pass the quota."""
        if self.given < self.allowed:
            return None
        return (
            f"评定为优秀的将达到 {self.given + 1} 人，超过参加考核 {self.assessed} 人的 {self.percent}%"
            f"（{self.allowed} 人）。确需超出的，请写明理由，理由会留存备查。"
        )


def reason_wanted(grade: Grade | None, *, proposed: str | None, quota: Quota) -> str | None:
    """Why this decision wants a reason, as a sentence; none where it follows the sheet within the quota."""
    if grade is None:
        return "不予评定的，请写明理由。"
    if grade != proposed:
        said = Grade(proposed).said if proposed else "无法评定"
        return f"计分结果为「{said}」，拟评为「{grade.said}」，两者不一致，请写明理由。"
    return quota.warning if grade is Grade.EXCELLENT else None
