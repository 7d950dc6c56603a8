"""A year of assessment: its stages, the table of moves, and its calendar in working days."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import ceil

from shared.moves import Machine, Move
from shared.roles import Role
from shared.rulebase import Rules
from shared.workdays import Deadline, Window, Workdays


class CycleStage(StrEnum):
    """Where a township's year stands."""

    OPEN = "open"  # nomination and review go on; nothing is collected yet
    COLLECTING = "collecting"  # a run collects the evidence and scores it
    STOPPED = "stopped"  # the run waits until a person lets it go on
    RATING = "rating"  # every sheet is there: the committee decides
    NOTICE = "notice"  # the results are on public notice
    RECALLED = "recalled"  # the notice was taken down openly: nothing goes on, and the committee ends the year
    ENDED = "ended"  # broken off by the committee, without a result: what was handed in stays to be read
    CLOSED = "closed"  # final; the committee alone opens it again, for results that it takes up
    WITHDRAWN = "withdrawn"  # its opening was taken back: in no count, list or report

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return CHINESE[self]


CHINESE: dict[CycleStage, str] = {
    CycleStage.OPEN: "提名审查",
    CycleStage.COLLECTING: "汇总计分",
    CycleStage.STOPPED: "汇总暂停",
    CycleStage.RATING: "评定",
    CycleStage.NOTICE: "公示",
    CycleStage.RECALLED: "公示已撤回",
    CycleStage.ENDED: "已中止",
    CycleStage.CLOSED: "已办结",
    CycleStage.WITHDRAWN: "已撤回",
}


class CycleStep(StrEnum):
    """What takes a cycle on."""

    RUN = "run"
    STOP = "stop"
    GO_ON = "go_on"
    FINISH = "finish"
    PUBLISH = "publish"
    CLOSE = "close"
    REOPEN = "reopen"
    RECALL = "recall"
    END = "end"
    WITHDRAW = "withdraw"

    @property
    def chinese(self) -> str:
        """The word on its button."""
        return STEP_WORDS[self]


STEP_WORDS: dict[CycleStep, str] = {
    CycleStep.RUN: "汇总计分",
    CycleStep.STOP: "暂停汇总",
    CycleStep.GO_ON: "继续汇总",
    CycleStep.FINISH: "完成汇总",
    CycleStep.PUBLISH: "开始公示",
    CycleStep.CLOSE: "办结",
    CycleStep.REOPEN: "重新办理",
    CycleStep.RECALL: "撤回公示",
    CycleStep.END: "中止考核",
    CycleStep.WITHDRAW: "撤回启动",
}


WAITING = (CycleStage.OPEN, CycleStage.COLLECTING, CycleStage.STOPPED, CycleStage.RATING)  # before its notice

PUBLIC = (CycleStage.NOTICE, CycleStage.CLOSED)  # what the committee decided is known outside

OFFICE = frozenset({Role.ORGANISER, Role.COMMITTEE, Role.SYSTEM})
COMMITTEE = frozenset({Role.COMMITTEE})
UNPUBLISHED = (*WAITING, CycleStage.RECALLED)
"""Where the committee may break a year off: what hangs on the wall is taken down first."""

MOVES: Machine[CycleStage, CycleStep] = Machine(
    "cycle",
    start=CycleStage.OPEN,
    moves={
        (CycleStage.OPEN, CycleStep.RUN): Move(CycleStage.COLLECTING, OFFICE),
        (CycleStage.COLLECTING, CycleStep.STOP): Move(CycleStage.STOPPED, OFFICE),
        (CycleStage.STOPPED, CycleStep.GO_ON): Move(CycleStage.COLLECTING, OFFICE),
        (CycleStage.COLLECTING, CycleStep.FINISH): Move(CycleStage.RATING, frozenset({Role.SYSTEM})),
        # Collected again, as long as nothing has been decided on the sheets.
        (CycleStage.RATING, CycleStep.RUN): Move(CycleStage.COLLECTING, OFFICE),
        (CycleStage.RATING, CycleStep.PUBLISH): Move(CycleStage.NOTICE, OFFICE),
        (CycleStage.NOTICE, CycleStep.CLOSE): Move(CycleStage.CLOSED, OFFICE),
        (CycleStage.CLOSED, CycleStep.REOPEN): Move(CycleStage.NOTICE, COMMITTEE),
        (CycleStage.NOTICE, CycleStep.RECALL): Move(CycleStage.RECALLED, COMMITTEE),
        **{(stage, CycleStep.END): Move(CycleStage.ENDED, COMMITTEE) for stage in UNPUBLISHED},
        (CycleStage.OPEN, CycleStep.WITHDRAW): Move(CycleStage.WITHDRAWN, OFFICE),
    },
)

WAITS: dict[str, tuple[str, Role] | None] = {
    CycleStage.OPEN: None,  # its cases do
    CycleStage.COLLECTING: None,
    CycleStage.STOPPED: ("assessment.go_on", Role.ORGANISER),
    CycleStage.RATING: None,
    CycleStage.NOTICE: None,
    CycleStage.RECALLED: ("assessment.end", Role.COMMITTEE),
    CycleStage.ENDED: None,
    CycleStage.CLOSED: None,
    CycleStage.WITHDRAWN: None,
}


class OpeningStage(StrEnum):
    """Where the opening of a year stands."""

    PLANNED = "planned"  # the office is shown what will be; it opens on its day, whatever is said
    CONFIRMED = "confirmed"
    OPENED = "opened"
    WITHDRAWN = "withdrawn"  # taken back, or passed over on its day; the year can be opened again

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return {"planned": "待核对", "confirmed": "已确认", "opened": "已启动", "withdrawn": "已撤回"}[self.value]


class OpeningStep(StrEnum):
    """What becomes of an opening."""

    CONFIRM = "confirm"
    PUT_OFF = "put_off"
    OPEN = "open"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"  # its day went by with nothing to open


OPENING_MOVES: Machine[OpeningStage, OpeningStep] = Machine(
    "opening",
    start=OpeningStage.PLANNED,
    moves={
        (OpeningStage.PLANNED, OpeningStep.CONFIRM): Move(OpeningStage.CONFIRMED, OFFICE),
        (OpeningStage.PLANNED, OpeningStep.PUT_OFF): Move(OpeningStage.PLANNED, OFFICE),
        (OpeningStage.CONFIRMED, OpeningStep.PUT_OFF): Move(OpeningStage.PLANNED, OFFICE),
        (OpeningStage.PLANNED, OpeningStep.OPEN): Move(OpeningStage.OPENED, OFFICE),
        (OpeningStage.CONFIRMED, OpeningStep.OPEN): Move(OpeningStage.OPENED, OFFICE),
        (OpeningStage.OPENED, OpeningStep.WITHDRAW): Move(OpeningStage.WITHDRAWN, OFFICE),
        **{
            (stage, OpeningStep.LAPSE): Move(OpeningStage.WITHDRAWN, frozenset({Role.SYSTEM}))
            for stage in (OpeningStage.PLANNED, OpeningStage.CONFIRMED)
        },
    },
)
STANDING = frozenset({OpeningStage.PLANNED, OpeningStage.CONFIRMED})
"""Still to open."""
OPENING_WAITS: dict[str, tuple[str, Role] | None] = {
    OpeningStage.PLANNED: ("assessment.open", Role.ORGANISER),
    OpeningStage.CONFIRMED: None,
    OpeningStage.OPENED: None,
    OpeningStage.WITHDRAWN: None,
}
WITHDRAWN_WITHIN = timedelta(days=1)


TOWNSHIP_GROUPS_MAX = 1000  # three times the largest that is known
LOOKS_BACK_UNTIL = 3  # the month
PIECES, PIECE_GROUPS_MIN = 10, 10


@dataclass(frozen=True, slots=True)
class Calendar:
    """The last day of each part, counted in working days from the opening."""

    nomination: Deadline
    review: Deadline
    rating: Deadline

    @property
    def provisional(self) -> bool:
        """Whether a table of working days that it was counted over is not published yet."""
        return self.nomination.provisional or self.review.provisional or self.rating.provisional


def chunk_of(groups: int, *, most: int) -> int:
    """How many groups one piece of a run takes: a township's go in tenths, so that people see it go on.

    Each piece costs some hundredths of a second, which is felt only where there are many groups: there it is `most`.
    """
    if groups > TOWNSHIP_GROUPS_MAX:
        return most
    return min(most, max(PIECE_GROUPS_MIN, ceil(groups / PIECES)))


def calendar_of(opened_on: date, rules: Rules, workdays: Workdays) -> Calendar:
    """The calendar of a cycle that is opened on that day."""

    def after(start: Deadline, key: str) -> Deadline:
        end = workdays.add(start.day, rules.integer(f"assessment.{key}_working_days"))
        return Deadline(end.day, start.provisional or end.provisional)

    nomination = after(Deadline(opened_on), "nomination")
    review = after(nomination, "review")
    return Calendar(nomination, review, after(review, "rating"))


def notice_of(posted_on: date, rules: Rules, workdays: Workdays) -> Window:
    """The working days of a public notice, both ends included."""
    return workdays.notice(posted_on, rules.integer("assessment.notice_working_days"))


def assessed_year(today: date) -> int:
    """The year that an office assesses on a day: at the beginning of a year, still the one before."""
    return today.year - (today.month <= LOOKS_BACK_UNTIL)


def shown_from(opens_on: date, rules: Rules, workdays: Workdays) -> date:
    """From which day on the office is shown what will be opened: some working days before."""
    return workdays.before(opens_on, rules.integer("assessment.opening_working_days")).day


def latest_opening(year: int) -> date:
    """Until when the opening of a year may be put off: as long as an office looks back on it."""
    return date(year + 1, LOOKS_BACK_UNTIL, 31)


def opening_day(year: int, rules: Rules) -> date:
    """The day on which the year's assessment opens by itself."""
    return date(year, rules.integer("assessment.opens_month"), 1)
