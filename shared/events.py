"""The catalogue: every fact that one service may tell another, its fields and version, and who hears it.

A fact carries ids and plain figures, never a name, a number or a text about a person. Besides facts, two pieces of
work cross from one service to another, as rows in the other's job table:

    activities.collect_tallies   asked for by assessment: {cycle_id, run, chunk, year, groups: [id…]}
    assessment.score_chunk       the answer, one row a chunk, keyed cycle:7:run:1:chunk:0:
                                 {cycle_id, run, chunk, tallies: [{g: group, done_study: …, ids: {study: […]}}…]}
"""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

CATALOGUE: dict[str, type["Fact"]] = {}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened in a unit, in the past tense."""

    version: ClassVar[int] = 1
    heard_by: ClassVar[tuple[str, ...]] = ()
    about: ClassVar[str] = ""  # the field that names its subject, `case_id` gives `case:7`

    unit_id: int

    def __init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401  passes on whatever a dataclass takes
        super().__init_subclass__(**kwargs)
        CATALOGUE[cls.__name__] = cls

    @property
    def subject(self) -> str:
        """What it is about, such as `case:7`."""
        return f"{self.about.removesuffix('_id')}:{getattr(self, self.about)}" if self.about else ""

    def body(self) -> dict[str, Any]:
        """Its fields, as they are stored and sent."""
        return asdict(self)


def revive(name: str, body: dict[str, Any]) -> Fact:
    """A fact from its stored form; KeyError for a name that the catalogue does not know."""
    return CATALOGUE[name](**body)


# --- activities ---


@dataclass(frozen=True, kw_only=True)
class RosterImported(Fact):
    """A roster was read into the register."""

    about = "unit_id"
    added: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class LedgerImported(Fact):
    """A year's ledger was read in."""

    about = "unit_id"
    year: int
    added: int


@dataclass(frozen=True, kw_only=True)
class PostChanged(Fact):
    """Somebody took or left a post."""

    about = "post_id"
    post_id: int
    person_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class ActivityRecorded(Fact):
    """A record was written, as a draft or at once for confirmation; also what an import brought in."""

    about = "activity_id"
    activity_id: int


@dataclass(frozen=True, kw_only=True)
class ActivitySubmitted(Fact):
    """The leader handed a record to the secretary."""

    about = "activity_id"
    heard_by = ("notify",)
    activity_id: int


@dataclass(frozen=True, kw_only=True)
class ActivityConfirmed(Fact):
    """The secretary confirmed a record: now it counts."""

    about = "activity_id"
    activity_id: int


@dataclass(frozen=True, kw_only=True)
class ActivityReturned(Fact):
    """The secretary returned a record with a reason."""

    about = "activity_id"
    heard_by = ("notify",)
    activity_id: int


@dataclass(frozen=True, kw_only=True)
class ActivityDiscarded(Fact):
    """A record that was never confirmed was given up."""

    about = "activity_id"
    activity_id: int


@dataclass(frozen=True, kw_only=True)
class ActivityCorrected(Fact):
    """A record was corrected; its earlier form is kept."""

    about = "activity_id"
    activity_id: int
    revision: int


@dataclass(frozen=True, kw_only=True)
class DutiesDue(Fact):
    """Groups still owe something in a period that soon ends: one fact a township, one message a branch."""

    heard_by = ("notify",)
    period: str
    due_on: str
    branches: list[list[int]]  # [branch, groups that owe, things owed]


# --- assessment ---


@dataclass(frozen=True, kw_only=True)
class SchemeStored(Fact):
    """A scheme was stored, or a newer version of one."""

    about = "scheme_id"
    scheme_id: int


@dataclass(frozen=True, kw_only=True)
class CycleOpened(Fact):
    """A township's year-end assessment was opened."""

    about = "cycle_id"
    heard_by = ("notify",)
    cycle_id: int
    year: int
    due_on: str  # the end of nomination


@dataclass(frozen=True, kw_only=True)
class CycleMoved(Fact):
    """A cycle went from one stage to the next."""

    about = "cycle_id"
    cycle_id: int


@dataclass(frozen=True, kw_only=True)
class NominationsOverdue(Fact):
    """Branches that have not put all of their leaders forward: reminded before the deadline, escalated after it."""

    about = "cycle_id"
    heard_by = ("notify",)
    cycle_id: int
    year: int
    due_on: str
    escalated: bool
    branches: list[list[int]]  # [branch, leaders not yet put forward]


@dataclass(frozen=True, kw_only=True)
class ReviewsOverdue(Fact):
    """Nominations that the township has not reviewed: reminded before the deadline, escalated after it."""

    about = "cycle_id"
    heard_by = ("notify",)
    cycle_id: int
    year: int
    due_on: str
    escalated: bool
    waiting: int


@dataclass(frozen=True, kw_only=True)
class RatingsOverdue(Fact):
    """Cases that the committee has not decided: reminded before the deadline, escalated after it."""

    about = "cycle_id"
    heard_by = ("notify",)
    cycle_id: int
    year: int
    due_on: str
    escalated: bool
    waiting: int


@dataclass(frozen=True, kw_only=True)
class CaseMoved(Fact):
    """A leader's case went from one stage to the next."""

    about = "case_id"
    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseNominated(Fact):
    """The branch put a leader forward."""

    about = "case_id"
    heard_by = ("notify",)
    case_id: int
    year: int


@dataclass(frozen=True, kw_only=True)
class CaseReturned(Fact):
    """The township returned a nomination with a reason."""

    about = "case_id"
    heard_by = ("notify",)
    case_id: int
    year: int


@dataclass(frozen=True, kw_only=True)
class CaseDecided(Fact):
    """The committee gave a grade."""

    about = "case_id"
    case_id: int
    grade: str


@dataclass(frozen=True, kw_only=True)
class CycleScored(Fact):
    """A run has scored every leader of a township: one fact, one message a branch."""

    about = "cycle_id"
    heard_by = ("notify",)
    cycle_id: int
    year: int
    run: int
    branches: list[list[int]]  # [branch, leaders]


@dataclass(frozen=True, kw_only=True)
class NoticeOpened(Fact):
    """The results are on public notice."""

    about = "cycle_id"
    heard_by = ("notify",)
    cycle_id: int
    year: int
    ends_on: str
    branches: list[list[int]]  # [branch, leaders]


@dataclass(frozen=True, kw_only=True)
class ObjectionRaised(Fact):
    """Somebody objects to a result on public notice."""

    about = "objection_id"
    heard_by = ("notify",)
    case_id: int
    objection_id: int


@dataclass(frozen=True, kw_only=True)
class ObjectionAnswered(Fact):
    """The township answered an objection."""

    about = "objection_id"
    case_id: int
    objection_id: int
    upheld: bool


@dataclass(frozen=True, kw_only=True)
class ObjectionActedOn(Fact):
    """The committee took a result up again because of an upheld objection."""

    about = "objection_id"
    case_id: int
    objection_id: int


@dataclass(frozen=True, kw_only=True)
class CycleClosed(Fact):
    """The year's results are final."""

    about = "cycle_id"
    heard_by = ("notify",)
    cycle_id: int
    year: int
    branches: list[list[int]]  # [branch, excellent, competent, incompetent]


@dataclass(frozen=True, kw_only=True)
class RectificationOrdered(Fact):
    """不称职: the township orders causes, measures and a deadline."""

    about = "rectification_id"
    heard_by = ("notify",)
    rectification_id: int
    year: int
    due_on: str


@dataclass(frozen=True, kw_only=True)
class RectificationMoved(Fact):
    """A rectification went on: planned, reported, accepted or returned."""

    about = "rectification_id"
    heard_by = ("notify",)
    rectification_id: int
    stage: str


@dataclass(frozen=True, kw_only=True)
class RectificationOverdue(Fact):
    """A rectification's deadline is near or has passed: reminded, then escalated to the township."""

    about = "rectification_id"
    heard_by = ("notify",)
    rectification_id: int
    due_on: str
    escalated: bool


@dataclass(frozen=True, kw_only=True)
class ReplacementProposed(Fact):
    """不称职 in two consecutive assessed years: replacement is proposed; a person decides."""

    about = "replacement_id"
    heard_by = ("notify",)
    replacement_id: int
    year: int


@dataclass(frozen=True, kw_only=True)
class ReplacementDecided(Fact):
    """The committee decided on a replacement; the register follows only from here."""

    about = "replacement_id"
    heard_by = ("activities", "notify")
    replacement_id: int
    person_id: int
    group_id: int
    replaced: bool
    on: str


# --- notify ---


@dataclass(frozen=True, kw_only=True)
class MessageRead(Fact):
    """A message was read or acknowledged by its recipient."""

    about = "message_id"
    message_id: int
    acknowledged: bool


@dataclass(frozen=True, kw_only=True)
class WorkRedriven(Fact):
    """A person gave dead work another chance, or discarded it with a reason."""

    service: str
    job_id: int
    discarded: bool


# --- accounts ---


@dataclass(frozen=True, kw_only=True)
class SignedIn(Fact):
    """Somebody signed in, or failed to."""

    about = "account_id"
    account_id: int
    succeeded: bool


@dataclass(frozen=True, kw_only=True)
class AccountChanged(Fact):
    """An account was made, ended, or got another password."""

    about = "account_id"
    account_id: int
    change: str
