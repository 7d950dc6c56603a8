"""What assessment announces."""

from dataclasses import dataclass, field

from shared.events.fact import Fact


@dataclass(frozen=True, kw_only=True)
class SchemeStored(Fact):
    """A scheme was stored, or a newer version of one."""

    about = "scheme_id"
    scheme_id: int


@dataclass(frozen=True, kw_only=True)
class CycleOpened(Fact):
    """A township's year-end assessment was opened."""

    version = 2
    about = "cycle_id"
    heard_by = ("notify",)
    cycle_id: int
    year: int
    due_on: str  # the end of nomination
    people: list[int] = field(default_factory=list)  # on the list


@dataclass(frozen=True, kw_only=True)
class OpeningMoved(Fact):
    """The office was shown what a year would open with, confirmed it, or put it off."""

    about = "opening_id"
    opening_id: int
    year: int
    opens_on: str


@dataclass(frozen=True, kw_only=True)
class CycleWithdrawn(Fact):
    """The opening of a year was taken back, before anything was handed in."""

    version = 2
    about = "cycle_id"
    heard_by = ("notify",)
    cycle_id: int
    year: int
    people: list[int] = field(default_factory=list)  # who stood on the list


@dataclass(frozen=True, kw_only=True)
class NoticeRecalled(Fact):
    """The committee took a public notice down; the branches that it went to: (branch, leaders)."""

    about = "cycle_id"
    heard_by = ("notify",)
    cycle_id: int
    year: int
    branches: list[list[int]]
    people: list[int] = field(default_factory=list)  # whose results were on it


@dataclass(frozen=True, kw_only=True)
class CycleEnded(Fact):
    """The committee broke a year off: no more is handed in, and there is no result. The branches: (branch, leaders)."""

    about = "cycle_id"
    heard_by = ("notify",)
    cycle_id: int
    year: int
    branches: list[list[int]]
    people: list[int] = field(default_factory=list)  # who stood on the list


@dataclass(frozen=True, kw_only=True)
class ObjectionEnded(Fact):
    """An objection is over without an answer: the result that it was to is on notice no more."""

    about = "objection_id"
    case_id: int
    objection_id: int


@dataclass(frozen=True, kw_only=True)
class CycleMoved(Fact):
    """A cycle went from one stage to the next."""

    about = "cycle_id"
    cycle_id: int


@dataclass(frozen=True, kw_only=True)
class CycleDated(Fact):
    """The dates of a year that were provisional were counted again, over a table of working days known since."""

    about = "cycle_id"
    cycle_id: int
    nomination_due: str
    review_due: str
    rating_due: str


@dataclass(frozen=True, kw_only=True)
class LeadersListed(Fact):
    """Whoever led a group in a year was put on its list, one or several; who came and who gave way, by person."""

    about = "cycle_id"
    cycle_id: int
    listed: int
    added: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class CaseMoved(Fact):
    """A leader's case went from one stage to the next."""

    about = "case_id"
    case_id: int


@dataclass(frozen=True, kw_only=True)
class StatementWritten(Fact):
    """A leader has written what he says of his own year."""

    about = "case_id"
    case_id: int


@dataclass(frozen=True, kw_only=True)
class MarksGiven(Fact):
    """Points that no record gives were typed of one or several leaders: a branch's survey, a township's spots."""

    about = "cycle_id"
    cycle_id: int
    given: int
    cases: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class MarkCorrected(Fact):
    """Points that were typed wrongly were typed anew, with a reason; the first ones stay on record."""

    about = "case_id"
    case_id: int
    mark_id: int


@dataclass(frozen=True, kw_only=True)
class MarksTaken(Fact):
    """Somebody took out the sheet on which the points that are typed are filled in, with the leaders' names."""

    taken = True
    about = "cycle_id"
    cycle_id: int


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
    grade: str  # empty: none was given
    proposed: str = ""  # what the sheet proposed, or `none`; empty: told before this was said


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

    version = 2
    about = "cycle_id"
    heard_by = ("notify",)
    cycle_id: int
    year: int
    ends_on: str
    branches: list[list[int]]  # [branch, leaders]
    people: list[int] = field(default_factory=list)  # whose results they are


@dataclass(frozen=True, kw_only=True)
class ObjectionRaised(Fact):
    """Somebody objects to a result on public notice."""

    about = "objection_id"
    heard_by = ("notify",)
    case_id: int
    objection_id: int


@dataclass(frozen=True, kw_only=True)
class ObjectionAnswered(Fact):
    """The township answered an objection; one that is upheld waits for the committee."""

    about = "objection_id"
    heard_by = ("notify",)
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

    version = 2
    about = "cycle_id"
    heard_by = ("notify",)
    cycle_id: int
    year: int
    branches: list[list[int]]  # [branch, excellent, competent, incompetent]
    people: list[int] = field(default_factory=list)  # whose results are final


@dataclass(frozen=True, kw_only=True)
class CycleReopened(Fact):
    """The committee opened a year again that was over, for results that it takes up."""

    about = "cycle_id"
    heard_by = ("notify",)
    cycle_id: int
    year: int
    branches: list[list[int]]  # [branch, leaders]


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
    """A rectification went on: planned, reported, accepted, returned or ended."""

    about = "rectification_id"
    heard_by = ("notify",)
    rectification_id: int
    stage: str
    due_on: str = ""  # the deadline that holds from now on; empty: told before this was said


@dataclass(frozen=True, kw_only=True)
class ReplacementProposed(Fact):
    """不称职 in two consecutive assessed years: replacement is proposed; a person decides."""

    about = "replacement_id"
    heard_by = ("notify",)
    replacement_id: int
    year: int


@dataclass(frozen=True, kw_only=True)
class ReplacementDecided(Fact):
    """The committee decided on a replacement; the register follows only from here. `on`: from which day."""

    about = "replacement_id"
    heard_by = ("activities", "notify")
    replacement_id: int
    person_id: int
    group_id: int
    replaced: bool
    on: str


@dataclass(frozen=True, kw_only=True)
class ReplacementUndone(Fact):
    """The committee took a replacement back before its day: he goes on leading. `on`: the day that it was for."""

    about = "replacement_id"
    heard_by = ("activities", "notify")
    replacement_id: int
    person_id: int
    group_id: int
    on: str


@dataclass(frozen=True, kw_only=True)
class ReplacementSettled(Fact):
    """The group of somebody who was replaced has another leader, or is no more."""

    about = "replacement_id"
    replacement_id: int
    group_id: int


@dataclass(frozen=True, kw_only=True)
class ReplacementEnded(Fact):
    """What a replacement was proposed for was decided again: there is nothing to decide any more."""

    about = "replacement_id"
    replacement_id: int
    person_id: int
    year: int


@dataclass(frozen=True, kw_only=True)
class ResultsTaken(Fact):
    """Somebody took a year's results out as a file: who takes what out is on the record."""

    taken = True
    about = "cycle_id"
    cycle_id: int
    of_version: int = 0  # of the office's own paper that it was made by; 0: as it ships


@dataclass(frozen=True, kw_only=True)
class OpinionTaken(Fact):
    """Somebody took a leader's opinion form out as a file."""

    taken = True
    about = "case_id"
    case_id: int
    form: str  # docx, pdf
    of_version: int = 0  # of the office's own paper that it was made by; 0: as it ships


@dataclass(frozen=True, kw_only=True)
class EvidenceAdded(Fact):
    """A file that shows what was done was added to a rectification."""

    about = "rectification_id"
    rectification_id: int
    file_id: int


@dataclass(frozen=True, kw_only=True)
class EvidenceRemoved(Fact):
    """A file was taken away from a rectification that the branch is at work on."""

    about = "rectification_id"
    rectification_id: int
    file_id: int
