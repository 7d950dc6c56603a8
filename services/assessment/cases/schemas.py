"""Shapes of the cases."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import Field, StrictBool

from services.assessment.cases.rules import Channel
from services.assessment.schemes.rules import Grade
from shared.roles import Role
from shared.shapes import Count, Id, Shape

Text = Annotated[str, Field(min_length=1, max_length=4000)]
Row = TypeVar("Row", bound=Shape)


class Nomination(Shape):
    """The branch puts a leader forward; his statement, where he has not written it himself."""

    self_statement: Text | None = None
    grade: Grade
    reasons: Text


class Statement(Shape):
    """A leader on his own year."""

    statement: Text


class Filing(Shape):
    """The township accepts a nomination; without a number, the next one of the year is given.

    `grade` and `reasons` are the organiser's proposal for a secretary who has put himself forward.
    """

    filing_number: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    grade: Grade | None = None
    reasons: Text | None = None


class FilingTogether(Filing):
    """The township accepts several nominations of a year under one number."""

    case_ids: Annotated[list[Id], Field(min_length=1, max_length=1000)]


class Return(Shape):
    """The township sends a nomination back."""

    reason: Text


class Decision(Shape):
    """The committee decides; no grade: not assessed this year."""

    grade: Grade | None
    reason: Text | None = None


class Reopening(Shape):
    """The committee takes a result up again."""

    reason: Text


class Exemption(Shape):
    """Why somebody is not assessed this year: he has died, has left, was too short in post."""

    reason: Text


class Resumption(Reopening):
    """Why he is assessed all the same."""


class ExemptionOf(Exemption):
    """One of several."""

    case_id: Id


class NominationOf(Nomination):
    """One of several."""

    case_id: Id


class FilingOf(Filing):
    """One of several."""

    case_id: Id


class ReturnOf(Return):
    """One of several."""

    case_id: Id


class DecisionOf(Decision):
    """One of several."""

    case_id: Id


class FollowingOf(Shape):
    """One of several, decided as its sheet proposes."""

    case_id: Id
    reason: Text | None = None


class Following(Shape):
    """The committee decides several as their sheets of a run propose; the reason is for those that want one.

    Without numbers all that wait are meant, but those over the quota and those at its line.
    """

    run: Count
    case_ids: Annotated[list[Id], Field(min_length=1, max_length=1000)] | None = None
    reason: Text | None = None


class Settling(Shape):
    """Whoever is excellent by his sheet of a run but over the quota is competent, for one reason."""

    run: Count
    reason: Text


class Marked(Shape):
    """Points that a person types, in hundredths, and what they rest on: which survey, which check, of what day."""

    points: Annotated[int, Field(ge=0, le=999_900)]
    basis: Annotated[str, Field(min_length=1, max_length=500)]


class MarkOf(Marked):
    """Of one of several leaders; `key`: of an indicator of the year's scheme that is typed."""

    case_id: Id
    key: Annotated[str, Field(min_length=1, max_length=40)]


class MarkCorrection(Marked):
    """Another in the place of one that was wrong, and why."""

    reason: Text


class MarkSeen(Marked):
    """What was typed of a leader; points in hundredths."""

    id: int
    case_id: int
    key: str
    given_by: int | None
    given_at: datetime


class Listing(Shape):
    """Whose year is assessed of a group: the last post in each one's stretch, as the candidates name it."""

    post_ids: Annotated[list[Id], Field(min_length=1, max_length=20)]


class CandidateSeen(Shape):
    """Somebody who led a group in a year; `longest`: he is listed unless the township lists another."""

    group_id: int
    group: str
    branch_id: int
    branch: str
    person_id: int
    person: str
    post_id: int
    began_on: date
    ended_on: date | None
    days: int
    months: int
    longest: bool
    case_id: int | None


class Several(Shape, Generic[Row]):
    """Several at once: each goes through or is refused by itself."""

    rows: Annotated[list[Row], Field(min_length=1, max_length=1000)]


class Outcome(Shape):
    """What came of one of several: where it stands now, or why it was refused."""

    case_id: int
    stage: str | None = None
    problem: str | None = None
    field: str | None = None


class Outcomes(Shape):
    """What came of each."""

    rows: list[Outcome]
    refused: int


class CaseSeen(Shape):
    """A leader's year in a list; points in hundredths."""

    id: int
    cycle_id: int
    year: int
    branch_id: int
    branch: str
    group_id: int
    group: str
    person_id: int
    person: str
    stage: str
    branch_grade: str | None
    filing_number: str | None
    total: int | None
    proposed: str | None
    over_quota: bool
    at_line: bool
    grade: str | None

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:  # noqa: ANN401  a row of a query: a case, names and sheet
        """From a case with its names and sheet, and what else the shape holds."""
        case = {name: getattr(row.Case, name) for name in cls.model_fields if hasattr(row.Case, name)}
        beside = {name: value for name, value in row._mapping.items() if name in cls.model_fields}  # noqa: SLF001
        return cls(**case | beside | more)


class ItemSeen(Shape):
    """A line of the score sheet, with the figures and the records behind it."""

    key: str
    name: str
    points: int
    earned: int | None
    vetoes: bool | None
    why: str
    figures: dict[str, int]
    evidence_ids: tuple[int, ...]


class HappeningSeen(Shape):
    """One step of a case's history."""

    id: int
    at: datetime
    step: str
    stage_before: str
    stage_after: str
    actor_id: int | None
    by: str
    reason: str | None
    grade: str | None = None  # what the committee decided with it; empty: that none is given

    @classmethod
    def of(cls, row: Any) -> Self:  # noqa: ANN401  a row of a query: a happening, and who caused it
        """From a step with the posts and the name of whoever took it; a name out of reach is empty."""
        step = {name: getattr(row.Happening, name) for name in cls.model_fields if name not in ("by", "grade")}
        step["grade"] = row.Happening.body.get("grade")
        posts = "、".join(Role(kind).chinese for kind in row.posts or ())
        return cls(**step, by=" ".join(part for part in (posts, row.name) if part) or "系统")


class ObjectionSeen(Shape):
    """An objection: the matter, not the person; how it came in and its words only for whoever may read them."""

    id: int
    case_id: int
    stage: str
    late: bool
    channel: str | None
    matter: str | None
    registered_by: str | None
    raised_on: date
    answer_due: date
    answer: str | None
    answered_at: datetime | None


class CaseWhole(CaseSeen):
    """A leader's year with everything that it rests on."""

    self_statement: str | None
    stated_at: datetime | None
    branch_reasons: str | None
    nominated_by_self: bool
    office_grade: str | None
    office_reasons: str | None
    returned_why: str | None
    grade_why: str | None
    reviewed_at: datetime | None
    decided_at: datetime | None
    run: int
    base: int | None
    bonus: int | None
    deducted: int | None
    vetoed: bool | None
    items: list[ItemSeen]
    objections: list[ObjectionSeen]
    steps: list[str]


class CaseMovedTo(Shape):
    """Where a case stands after a step."""

    id: int
    stage: str
    filing_number: str | None
    grade: str | None


class Raising(Shape):
    """An objection as it came in; who raised it is not recorded."""

    channel: Channel
    matter: Text


class RaisingOnNotice(Raising):
    """The same on the notice itself, which names everybody."""

    case_id: Id


class Answering(Shape):
    """The township's answer to an objection; `told`: what the branch and whom it is about hear of the matter."""

    upheld: StrictBool
    answer: Text
    told: Text | None = None


class NoticeLineSeen(Shape):
    """A leader in the notice: names and grade, no points."""

    id: int
    branch: str
    group: str
    person: str
    grade: str


class NoticeSeen(Shape):
    """A public notice as the reader has it; `part`: of whom it is, where it is not the whole."""

    cycle_id: int
    township: str
    year: int
    first: date
    last: date
    phone: str | None
    part: str
    rows: list[NoticeLineSeen]


class Checked(Shape):
    """A run computed again: how many sheets, how many equal, and the cases that differ."""

    cases: int
    equal: int
    differing: tuple[int, ...]
    digest: str | None
    digest_equal: bool


class ResultRow(Shape):
    """One line of the year's results, for the file that the office keeps."""

    place: int | None
    branch: str
    group: str
    leader: str
    filing_number: str | None
    branch_grade: str | None
    base: int | None
    bonus: int | None
    deducted: int | None
    total: int | None
    proposed: str | None
    over_quota: bool
    at_line: bool
    grade: str | None
    grade_why: str | None
    stage: str
    items: dict[str, Any] | None

    @classmethod
    def of(cls, row: Any, place: int | None) -> Self:  # noqa: ANN401  a row of a query: a case, names and sheet
        """From a case with its names and sheet, and its place among all."""
        case = {name: getattr(row.Case, name) for name in cls.model_fields if hasattr(row.Case, name)}
        beside = {name: value for name, value in row._mapping.items() if name in cls.model_fields}  # noqa: SLF001
        return cls(**case | beside | {"leader": row.person, "place": place})
