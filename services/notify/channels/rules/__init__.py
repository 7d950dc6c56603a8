"""How letters may go: the moves of a delivery, quiet hours, the rate, retries, the breaker, and what `unknown` does."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.notify.channels.rules.ways import BY_HAND, Way
from shared.clock import OFFICE_ZONE, moment
from shared.moves import Machine, Move
from shared.roles import Role
from shared.workdays import Workdays

LETTERS_AT_ONCE = 200  # and never more than a burst: what a crash may leave unknown
GIVE_UP_AFTER = timedelta(hours=48)
RETRY_SECONDS = 60.0
RETRY_SECONDS_MAX = 4 * 3600.0
NO_ADDRESS = "没有邮箱"  # why a letter was never tried
STILL_TOLD = timedelta(days=30)  # an older letter would tell nobody anything
RESEND_AFTER = timedelta(minutes=15)
FAILURES_BEFORE_OPEN = 5
OPEN_MINUTES = 2
OPEN_MINUTES_MAX = 30
MAIL = "mail"
INBOX = "inbox"
LETTER = "notify.delivery"  # what a letter in the hands of a person is called on the audit


class State(StrEnum):
    """Where a delivery stands."""

    READY = "ready"  # waits for its turn
    SENDING = "sending"  # handed to a worker; nobody else may send it
    SENT = "sent"  # the server took it
    UNKNOWN = "unknown"  # the server may or may not have it
    FAILED = "failed"  # the server will never take it, or was away too long
    SUPPRESSED = "suppressed"  # there is nowhere to send it, or a person dropped it

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STATES[self]


STATES: dict[State, str] = {
    State.READY: "待发送",
    State.SENDING: "发送中",
    State.SENT: "已送达",
    State.UNKNOWN: "结果不明",
    State.FAILED: "未送达",
    State.SUPPRESSED: "不发送",
}


# What each state means, for whoever has to decide.
MEANINGS: dict[State, str] = {
    State.READY: "等着发送：在排队，在等免打扰时间过去，在等下一次重试，或者在电话名单上等人打电话。",
    State.SENDING: "正在交给邮件服务器。",
    State.SENT: "已放进收件箱，或者对方（邮件服务器、群机器人、短信网关）说已经收下。本人看了没有，见说明。",
    State.UNKNOWN: (
        "信件交出去以后，没有收到邮件服务器的答复：可能已经送达，也可能没有。"
        "提醒类的信件会自动再发一次；正式通知请打电话核实，再选“确认已送达”或者“重新发送”。"
    ),
    State.FAILED: (
        "对方拒收，或者在线路通畅的48小时里一直没有收下。改正地址以后，可以重新发送。"
        "因为设置或者线路发不出的不算：修好以前一直等着，修好以后自己发。"
    ),
    State.SUPPRESSED: "没有收件人或者没有邮箱，或者有人决定不再发送。收件箱里的消息不受影响。",
}
CHANNELS: dict[str, str] = {INBOX: "收件箱", MAIL: "邮件", **{way.value: way.chinese for way in Way}}


def seen_so(channel: str, *, told: bool, account: bool, read: bool) -> str:
    """What became of a message in somebody's inbox, truly: that it lies there says nothing of his having seen it."""
    if channel != INBOX or not told:
        return ""
    if read:
        return "本人已看"
    return "还没有看" if account else "还没有账号，看不到"


# What waits for a person.
DEAD = (State.FAILED, State.UNKNOWN)


class Step(StrEnum):
    """What may happen to a delivery."""

    BEGIN = "begin"
    DELIVER = "deliver"
    POSTPONE = "postpone"
    REFUSE = "refuse"
    LOSE = "lose"
    SUPPRESS = "suppress"
    RESEND = "resend"
    CONFIRM = "confirm"
    TELL = "tell"
    DISCARD = "discard"


# What a person may do, as it stands on the buttons.
STEPS: dict[Step, str] = {
    Step.RESEND: "重新发送",
    Step.CONFIRM: "确认已送达",
    Step.TELL: "已电话告知",
    Step.DISCARD: "不再发送",
}


def may_be_taken(channel: str, state: str, step: Step) -> bool:
    """Whether a step is one of this channel: what waits for a person is ticked off or dropped, all else sent again."""
    if channel in BY_HAND:
        return step is Step.TELL or (step is Step.DISCARD and state == State.READY)
    return step is not Step.TELL and not (step is Step.DISCARD and state == State.READY)


SYSTEM = frozenset({Role.SYSTEM})
OFFICE = frozenset({Role.ORGANISER})
EITHER = SYSTEM | OFFICE
MENDING = EITHER | {Role.KEEPER}  # what a setting kept back goes again once he has mended it

MOVES: Machine[State, Step] = Machine(
    "delivery",
    start=State.READY,
    moves={
        (State.READY, Step.BEGIN): Move(State.SENDING, SYSTEM),
        (State.READY, Step.LOSE): Move(State.UNKNOWN, SYSTEM),  # a backup was restored: it may have gone since
        (State.READY, Step.SUPPRESS): Move(State.SUPPRESSED, SYSTEM),
        (State.READY, Step.TELL): Move(State.SENT, OFFICE),  # only what a person does: who is to be rung
        (State.READY, Step.DISCARD): Move(State.SUPPRESSED, OFFICE),  # the same
        (State.SENDING, Step.DELIVER): Move(State.SENT, SYSTEM),
        (State.SENDING, Step.POSTPONE): Move(State.READY, SYSTEM),
        (State.SENDING, Step.REFUSE): Move(State.FAILED, SYSTEM),
        (State.SENDING, Step.LOSE): Move(State.UNKNOWN, SYSTEM),
        (State.UNKNOWN, Step.RESEND): Move(State.READY, EITHER),
        (State.UNKNOWN, Step.CONFIRM): Move(State.SENT, OFFICE),
        (State.UNKNOWN, Step.DISCARD): Move(State.SUPPRESSED, OFFICE),
        (State.FAILED, Step.RESEND): Move(State.READY, MENDING),
        (State.FAILED, Step.DISCARD): Move(State.SUPPRESSED, OFFICE),
        (State.SUPPRESSED, Step.RESEND): Move(State.READY, EITHER),
    },
)

# A reminder twice does no harm and none does; a formal one is for a person to look into.
RESENT_BY_ITSELF = frozenset({"information", "reminder", "urgent"})


# --- when ---


def is_quiet(hour: int, *, quiet_from: int, quiet_to: int) -> bool:
    """Whether no letters go in this hour; a span that is empty or a whole day means that no hour is quiet."""
    if (quiet_to - quiet_from) % 24 == 0:
        return False
    if quiet_from < quiet_to:
        return quiet_from <= hour < quiet_to
    return hour >= quiet_from or hour < quiet_to


def next_allowed(at: datetime, *, workdays: Workdays, quiet_from: int, quiet_to: int) -> datetime:
    """The first moment from `at` on that is in a working day and outside the quiet hours."""
    while True:
        local = at.astimezone(OFFICE_ZONE)
        if workdays.is_workday(local.date()):
            if not is_quiet(local.hour, quiet_from=quiet_from, quiet_to=quiet_to):
                return at
            if local.hour < quiet_to < 24:  # noqa: PLR2004  hours of a day
                at = moment(local.date(), quiet_to)
                continue
        at = moment(local.date() + timedelta(days=1))


# --- how many ---

SINGLY_MAX = 3  # so many letters a person gets at one time; of more, one letter says what all of them say
GATHERED = frozenset({"information", "reminder"})  # what is formal or urgent comes by itself
IN_ONE = "并入当天的一封信"


# --- how fast ---


@dataclass(frozen=True)
class Bucket:
    """Tokens of a channel at a moment; below zero they are promised already."""

    tokens: float
    at: datetime


def burst_of(per_minute: int, per_second: int | None = None) -> int:
    """How many letters may go at one moment; with what is refilled within a second no more than `per_second`."""
    burst = 1 + per_minute // 10
    return burst if per_second is None else max(1, min(burst, int(per_second - _refilled(per_minute))))


def _refilled(per_minute: int) -> float:
    """Tokens that come in a second."""
    return (per_minute - per_minute // 10) / 60


def reserve(
    bucket: Bucket, n: int, *, now: datetime, per_minute: int, burst: int | None = None
) -> tuple[Bucket, timedelta]:
    """Take the turn of `n` letters (at most a burst): the bucket afterwards, and how long until their turn.

    A burst and what is refilled in a minute make up the configured rate, so no minute ever carries more.
    """
    per_second, burst = _refilled(per_minute), burst or burst_of(per_minute)
    passed = max(0.0, (now - bucket.at).total_seconds())
    left = min(float(burst), bucket.tokens + passed * per_second) - n
    return Bucket(left, max(now, bucket.at)), timedelta(seconds=max(0.0, -left / per_second))


# --- what comes of it ---


class Outcome(StrEnum):
    """How one try ended."""

    SENT = "sent"
    TRANSIENT = "transient"
    PERMANENT = "permanent"
    AMBIGUOUS = "ambiguous"
    HELD = "held"  # a setting, the line or a limit is in the way of all: waits as long as that lasts
    UNTRIED = "untried"  # the line was gone before its turn: costs no attempt

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return OUTCOMES[self]


OUTCOMES: dict[Outcome, str] = {
    Outcome.SENT: "已送出",
    Outcome.TRANSIENT: "暂时没有送出，会再试",
    Outcome.PERMANENT: "被拒收",
    Outcome.AMBIGUOUS: "没有答复，结果不明",
    Outcome.HELD: "被线路或者设置挡住，修好后自己发",
    Outcome.UNTRIED: "没有轮到",
}


STEP_AFTER: dict[Outcome, Step] = {
    Outcome.SENT: Step.DELIVER,
    Outcome.TRANSIENT: Step.POSTPONE,
    Outcome.PERMANENT: Step.REFUSE,
    Outcome.AMBIGUOUS: Step.LOSE,
    Outcome.HELD: Step.POSTPONE,
    Outcome.UNTRIED: Step.POSTPONE,
}


@dataclass(frozen=True)
class Result:
    """What came of one letter: the outcome, the other side's code, a reason for people, how long it asks to wait.

    ours: we died over it, which says nothing of the other side.
    """

    delivery_id: int
    outcome: Outcome
    code: int | None = None
    reason: str | None = None
    wait: float | None = None  # seconds
    ours: bool = False


def retry_after(attempts: int, *, chance: float) -> timedelta:
    """How long to wait after so many tries: doubled each time up to four hours; `chance` in [0, 1) spreads it."""
    seconds = min(RETRY_SECONDS_MAX, RETRY_SECONDS * 2.0 ** min(attempts - 1, 20) if attempts else RETRY_SECONDS)
    return timedelta(seconds=seconds * (0.5 + chance))


@dataclass(frozen=True)
class Breaker:
    """Transient failures in a row, how often it opened in a row, and until when it is open."""

    failures: int = 0
    opened: int = 0
    open_until: datetime | None = None


def breaker_after(breaker: Breaker, outcomes: Iterable[Outcome], *, now: datetime) -> Breaker:
    """The breaker after these outcomes: what holds all up, or five failures in a row, close the way out for a while.

    For 2 minutes at first, then 4, up to 30.
    """
    for outcome in outcomes:
        if outcome in (Outcome.SENT, Outcome.PERMANENT):  # it answers: refusing one letter is no illness
            breaker = Breaker()
        elif outcome is Outcome.HELD:
            breaker = replace(breaker, failures=FAILURES_BEFORE_OPEN)
        elif outcome in (Outcome.TRANSIENT, Outcome.AMBIGUOUS):
            breaker = replace(breaker, failures=breaker.failures + 1)
    if breaker.failures < FAILURES_BEFORE_OPEN:
        return breaker
    minutes = min(OPEN_MINUTES_MAX, OPEN_MINUTES * 2**breaker.opened)
    # One more failure after the pause is enough to open it again.
    return Breaker(FAILURES_BEFORE_OPEN - 1, min(breaker.opened + 1, 10), now + timedelta(minutes=minutes))
