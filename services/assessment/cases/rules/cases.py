"""A leader's case: its stages, the table of moves, and when a decision wants a reason."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.assessment.cycles.rules import PUBLIC, CycleStage
from services.assessment.schemes.rules import Grade, written
from shared.duties import NOTHING, Duty, Span, Standing, State, owed, standings
from shared.evidence import KINDS
from shared.moves import Machine, Move
from shared.roles import Role


class CaseStage(StrEnum):
    """Where a leader's year stands."""

    NOMINATION = "nomination"  # the branch puts the leader forward
    REVIEW = "review"  # the township reviews and files
    RATING = "rating"  # the committee decides
    NOTICE = "notice"  # decided; on public notice once the cycle is
    ENDED = "ended"  # its year was broken off: without a result
    CLOSED = "closed"  # final; the committee alone takes it up again
    WITHDRAWN = "withdrawn"  # its year's opening was taken back: in no count, list or report

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return CHINESE[self]


CHINESE: dict[CaseStage, str] = {
    CaseStage.NOMINATION: "待提名",
    CaseStage.REVIEW: "待审查备案",
    CaseStage.RATING: "待评定",
    CaseStage.NOTICE: "已评定",
    CaseStage.ENDED: "已中止",
    CaseStage.CLOSED: "已办结",
    CaseStage.WITHDRAWN: "已撤回",
}


class CaseStep(StrEnum):
    """What takes a case on."""

    NOMINATE = "nominate"
    ACCEPT = "accept"
    RETURN = "return"
    DECIDE = "decide"
    REOPEN = "reopen"
    EXEMPT = "exempt"
    RESUME = "resume"
    CLOSE = "close"
    END = "end"
    WITHDRAW = "withdraw"

    @property
    def chinese(self) -> str:
        """The word on its button, and in the history."""
        return STEP_WORDS[self]


STEP_WORDS: dict[CaseStep, str] = {
    CaseStep.NOMINATE: "提名",
    CaseStep.ACCEPT: "审查备案",
    CaseStep.RETURN: "退回修改",
    CaseStep.DECIDE: "评定等次",
    CaseStep.REOPEN: "重新评定",
    CaseStep.EXEMPT: "不予评定",
    CaseStep.RESUME: "恢复考核",
    CaseStep.CLOSE: "办结",
    CaseStep.END: "中止考核",
    CaseStep.WITHDRAW: "撤回启动",
}


BRANCH = frozenset({Role.SECRETARY, Role.ORGANISER})  # an organiser only where the branch has no secretary
OFFICE = frozenset({Role.ORGANISER, Role.COMMITTEE})
REVIEWERS = frozenset({Role.ORGANISER, Role.COMMITTEE})  # the committee only where an organiser has stood in

MOVES: Machine[CaseStage, CaseStep] = Machine(
    "case",
    start=CaseStage.NOMINATION,
    moves={
        (CaseStage.NOMINATION, CaseStep.NOMINATE): Move(CaseStage.REVIEW, BRANCH),
        (CaseStage.REVIEW, CaseStep.ACCEPT): Move(CaseStage.RATING, REVIEWERS),
        (CaseStage.REVIEW, CaseStep.RETURN): Move(CaseStage.NOMINATION, REVIEWERS),
        (CaseStage.RATING, CaseStep.DECIDE): Move(CaseStage.NOTICE, frozenset({Role.COMMITTEE})),
        (CaseStage.NOTICE, CaseStep.REOPEN): Move(CaseStage.RATING, frozenset({Role.COMMITTEE})),
        # Whoever has died or left, or was too short in post, is not assessed: with a reason, at any stage.
        (CaseStage.NOMINATION, CaseStep.EXEMPT): Move(CaseStage.NOTICE, OFFICE),
        (CaseStage.REVIEW, CaseStep.EXEMPT): Move(CaseStage.NOTICE, OFFICE),
        (CaseStage.RATING, CaseStep.EXEMPT): Move(CaseStage.NOTICE, OFFICE),
        (CaseStage.NOTICE, CaseStep.EXEMPT): Move(CaseStage.NOTICE, frozenset({Role.COMMITTEE})),
        (CaseStage.NOTICE, CaseStep.RESUME): Move(CaseStage.NOMINATION, OFFICE),  # the committee's in public
        (CaseStage.CLOSED, CaseStep.RESUME): Move(CaseStage.NOMINATION, frozenset({Role.COMMITTEE})),
        (CaseStage.NOTICE, CaseStep.CLOSE): Move(
            CaseStage.CLOSED, frozenset({Role.ORGANISER, Role.COMMITTEE, Role.SYSTEM})
        ),
        (CaseStage.CLOSED, CaseStep.REOPEN): Move(CaseStage.RATING, frozenset({Role.COMMITTEE})),
        **{
            (stage, CaseStep.END): Move(CaseStage.ENDED, frozenset({Role.SYSTEM}))
            for stage in (CaseStage.NOMINATION, CaseStage.REVIEW, CaseStage.RATING, CaseStage.NOTICE)
        },
        (CaseStage.NOMINATION, CaseStep.WITHDRAW): Move(CaseStage.WITHDRAWN, frozenset({Role.SYSTEM})),
    },
)


WAITS: dict[str, tuple[str, Role] | None] = {
    CaseStage.NOMINATION: ("assessment.nominate", Role.SECRETARY),
    CaseStage.REVIEW: ("assessment.review", Role.ORGANISER),
    CaseStage.RATING: ("assessment.rate", Role.COMMITTEE),  # from the run on: before, there is nothing to decide on
    CaseStage.NOTICE: None,
    CaseStage.ENDED: None,
    CaseStage.CLOSED: None,
    CaseStage.WITHDRAWN: None,
}


def is_weighed(step: str, stage: str) -> bool:
    """Whether a step from a stage is of what is weighed on a result: until the notice it stays with the township.

    So does leaving out whom the committee has before it; whoever was left out before he was filed is known at once.
    """
    return step in (CaseStep.DECIDE, CaseStep.REOPEN) or (
        step == CaseStep.EXEMPT and stage in (CaseStage.RATING, CaseStage.NOTICE)
    )


BY_THE_BRANCH = frozenset({CaseStep.NOMINATE})


def may_review(roles: AbstractSet[Role], account_id: int | None, stood_in: int | None, *, left: bool = False) -> bool:
    """Whether somebody may review what a branch put forward, or what an account put forward in its place.

    Whoever stood in does not; the committee does only then, or where it is `left` to it because there is no organiser
    but of that branch.
    """
    if stood_in is None:
        return bool(roles & {Role.ORGANISER, Role.SYSTEM}) or (left and Role.COMMITTEE in roles)
    return stood_in != account_id


def is_committees(stage: CycleStage, *, decided: bool) -> bool:
    """Whether it is the committee alone who does not assess somebody: it has decided before, or the year is public."""
    return decided or stage in PUBLIC


class Awaits(StrEnum):
    """What a year waits for, in the order of its calendar."""

    NOMINATION = "nomination"
    REVIEW = "review"
    RUN = "run"
    RATING = "rating"
    NOTICE = "notice"
    END = "end"


def awaits(stage: CycleStage, *, nominations: int, reviews: int) -> Awaits:
    """What a year waits for: nominations and reviews as long as some are missing, then what its stage says."""
    if stage is CycleStage.OPEN and (nominations or reviews):
        return Awaits.NOMINATION if nominations else Awaits.REVIEW
    return {
        CycleStage.OPEN: Awaits.RUN,
        CycleStage.COLLECTING: Awaits.RUN,
        CycleStage.STOPPED: Awaits.RUN,
        CycleStage.RATING: Awaits.RATING,
        CycleStage.NOTICE: Awaits.NOTICE,
        CycleStage.RECALLED: Awaits.NOTICE,
        CycleStage.ENDED: Awaits.END,
        CycleStage.CLOSED: Awaits.END,
        CycleStage.WITHDRAWN: Awaits.END,
    }[stage]


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

    @property
    def beyond(self) -> str:
        """A sentence for whoever stands below the line, while those on it are not decided yet."""
        return (
            f"总分在优秀名额线以下（名额为参加考核 {self.assessed} 人的 {self.percent}%，{self.allowed} 人）。"
            "确需评为优秀的，请写明理由，理由会留存备查。"
        )

    @property
    def none(self) -> str | None:
        """A sentence where so few were assessed that nobody may be excellent."""
        if self.allowed or not self.assessed:
            return None
        return (
            f"参加考核 {self.assessed} 人，优秀比例 {self.percent}%，不足 1 人，没有优秀名额。"
            "确需评为优秀的，请写明理由，理由会留存备查。"
        )


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a sheet proposes: a grade, if it came to one; excellent beyond the quota; or at its line with equals."""

    grade: str | None
    over_quota: bool = False
    at_line: bool = False


AT_LINE = "总分与优秀名额线上的另外几名相同，名额不够，由党委研究决定，请单独评定并写明理由。"


def reason_wanted(grade: Grade | None, *, proposed: Proposed, quota: Quota) -> str | None:
    """Why this decision wants a reason, as a sentence; none where it follows the sheet within the quota."""
    if grade is None:
        return "不予评定的，请写明理由。"
    if proposed.at_line:
        return AT_LINE
    if grade != proposed.grade:
        said = Grade(proposed.grade).said if proposed.grade else "无法评定"
        return f"计分结果为「{said}」，拟评为「{grade.said}」，两者不一致，请写明理由。"
    if grade is not Grade.EXCELLENT:
        return None
    return quota.none or quota.warning or (quota.beyond if proposed.over_quota else None)


def ground_of(why: str | None, *, vetoes: Sequence[str], total: int | None) -> str:
    """Why a decided grade is what it is, for a paper: never empty. `total` is in hundredths of a point.

    The committee's own reason; where it followed the sheet, the rule of what vetoed, or the total.
    """
    if why and why.strip():
        return why
    if vetoes:
        return f"一票否决：{'；'.join(vetoes)}"
    return f"按计分等次评定，总分 {written(total)} 分。" if total is not None else "按计分等次评定。"


@dataclass(frozen=True, slots=True)
class Held:
    """What a group has held of a kind in a year: confirmed, with those present of those expected, and waiting."""

    by_month: Sequence[int] | None = None
    present: int | None = None
    expected: int | None = None
    waiting: int | None = None


@dataclass(frozen=True, slots=True)
class KindSoFar:
    """A kind of activity in a group's year until today; `due` counts what had to be held by now, `owed` the year's."""

    kind: str
    done: int
    due: int
    owed: int
    waiting: int
    share: int | None  # per cent of those expected who were present
    missing: tuple[Standing, ...]
    open: tuple[Standing, ...]

    @property
    def lacking(self) -> int:
        """How many had to be held by now and were not, each in its period."""
        return sum(each.duty.count - each.done for each in self.missing)


def so_far(calendar: Iterable[Duty], life: Span, held: Mapping[str, Held], today: date) -> list[KindSoFar]:
    """A group's year until today: every kind that is owed, or was held all the same."""
    counts = {kind: one.by_month or NOTHING for kind, one in held.items()}
    told = standings(owed(calendar, life), life, counts, today)
    found = {kind: [each for each in told if each.duty.kind == kind] for kind in KINDS}
    return [_kind(kind, held.get(kind, Held()), mine, today) for kind, mine in found.items() if mine or kind in held]


def _kind(kind: str, held: Held, told: Sequence[Standing], today: date) -> KindSoFar:
    return KindSoFar(
        kind=kind,
        done=sum(held.by_month or NOTHING),
        due=sum(each.duty.count for each in told if each.duty.due.day < today),
        owed=sum(each.duty.count for each in told),
        waiting=held.waiting or 0,
        share=100 * (held.present or 0) // held.expected if held.expected else None,
        missing=tuple(each for each in told if each.state is State.MISSING),
        open=tuple(each for each in told if each.state is State.DUE),
    )
