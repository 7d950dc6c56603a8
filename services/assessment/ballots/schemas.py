"""Shapes of votes on paper: what is asked, and what is answered."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints

from services.assessment.ballots.rules import (
    BallotStage,
    Figures,
    Left,
    Result,
    Standing,
    VoteKind,
    Votes,
    Way,
)
from shared.shapes import Day, Id, Shape, Whole, half_width

MANY, SEATS_MAX, VOTES_MAX = 200, 20, 10_000
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Whose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Number = Annotated[int, Field(strict=True, ge=0, le=VOTES_MAX), Whole]
People = Annotated[list[Id], Field(max_length=MANY)]


class Calling(Shape):
    """A vote that is called: whose, of what kind, on what, on which day.

    candidates: in the order in which they stand on the paper; none where a proposal is voted on. seats: how many are
    to be elected; 0 where a proposal is voted on.
    """

    unit_id: Id
    kind: VoteKind
    title: Title
    held_on: Day
    seats: Annotated[int, Field(strict=True, ge=0, le=SEATS_MAX), Whole] = 0
    candidates: People = Field(default_factory=list)


class Arranging(Shape):
    """Another order on the paper, another day; the candidates stay who they are."""

    held_on: Day
    candidates: People = Field(default_factory=list)


class LeftOut(Shape):
    """A member who does not count among those who should be present, at this meeting alone."""

    person_id: Id
    why: Left
    approved_by: Whose
    approved_on: Day


class Opening(Shape):
    """Who counts, and who is left out of those who should be present."""

    tellers: Annotated[list[Id], Field(min_length=2, max_length=2)]
    left_out: Annotated[list[LeftOut], Field(max_length=MANY)] = Field(default_factory=list)


class VotesFor(Shape):
    """The votes for one name; person_id 0 stands for a proposal."""

    person_id: Annotated[int, Field(strict=True, ge=0, le=2**63 - 1, json_schema_extra={"format": "int64"}), Whole]
    yes: Number
    no: Number
    neither: Number


class WrittenIn(Shape):
    """How many papers name somebody else."""

    person_id: Id
    yes: Number


class Counting(Shape):
    """What one teller counted. yes_written, no_written: opinions that absent members handed in before."""

    present: Number
    issued: Number
    returned: Number
    valid: Number
    invalid: Number
    yes_written: Number = 0
    no_written: Number = 0
    votes: Annotated[list[VotesFor], Field(min_length=1, max_length=MANY)]
    others: Annotated[list[WrittenIn], Field(max_length=MANY)] = Field(default_factory=list)

    def figures(self) -> Figures:
        """The same for the arithmetic."""
        return Figures(
            present=self.present,
            issued=self.issued,
            returned=self.returned,
            valid=self.valid,
            invalid=self.invalid,
            votes={each.person_id: Votes(each.yes, each.no, each.neither) for each in self.votes},
            written_in={each.person_id: each.yes for each in self.others if each.yes},
            yes_written=self.yes_written,
            no_written=self.no_written,
        )


class Because(Shape):
    """A reason."""

    reason: Reason


class Repeating(Shape):
    """The day on which it is voted on anew."""

    held_on: Day


class Deciding(Shape):
    """Whom the branch decided on, after a second vote that left a seat; with where it stands."""

    people: Annotated[list[Id], Field(min_length=1, max_length=SEATS_MAX)]
    reason: Reason


class Replacing(Shape):
    """Who counts instead, and why."""

    place: Annotated[int, Field(strict=True, ge=1, le=2), Whole]
    person_id: Id
    reason: Reason


class SlipFor(Shape):
    """Which of the two tellers gets a slip."""

    place: Annotated[int, Field(strict=True, ge=1, le=2), Whole]


class SlipCode(Shape):
    """The word on a slip."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]

    @property
    def plain(self) -> str:
        """As it was made: without gaps, in capitals."""
        return "".join(sign for sign in str(half_width(self.code)).upper() if sign.isalnum())


class BallotSeen(Shape):
    """A vote in a list."""

    id: int
    purpose: str
    subject_id: int | None
    branch_id: int
    unit_id: int
    kind: VoteKind
    way: Way
    seats: int
    title: str
    held_on: date
    stage: BallotStage
    expected: int
    round: int
    after_id: int | None
    outcome: Result | None
    refused: bool
    unit: str

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:  # noqa: ANN401  a row of the queries; doors never see tables
        """From its row, with the unit's name."""
        named = {"unit": row.unit, **more}
        return cls(**{name: getattr(row[0], name) for name in cls.model_fields if name not in named}, **named)


class NameOnPaper(Shape):
    """Who stands on the paper."""

    person_id: int
    name: str
    place: int


class VoterSeen(Shape):
    """A member with a vote when it was opened, and why he does not count among those who should be present."""

    person_id: int
    name: str
    left_out: Left | None
    approved_by: str | None
    approved_on: date | None


class TellerSeen(Shape):
    """Who counts, whether his count of this round is in, and whether a slip of his is good."""

    place: int
    person_id: int
    name: str
    typed: bool
    has_slip: bool


class AnnouncedSeen(Shape):
    """How one came out of a vote; person_id 0 is the proposal. seated: by the vote, or by the branch's decision."""

    person_id: int
    name: str
    standing: Standing
    yes: int
    seated: bool


class BallotWhole(BallotSeen):
    """One vote with everything about it, and the steps open to whoever asks.

    doubts: why the two counts need not be those of two people; empty as long as not both are in.
    """

    rule: str
    present_needed: int
    needed: int
    seats_left: int
    declared_on: date | None
    why: str | None
    options: list[NameOnPaper]
    voters: list[VoterSeen]
    tellers: list[TellerSeen]
    announced: list[AnnouncedSeen]
    doubts: list[str]
    steps: list[str]


class CountSeen(Shape):
    """One teller's count, as he typed it."""

    place: int
    name: str
    round: int
    attempt: int
    by_slip: bool
    typed_at: datetime
    present: int
    issued: int
    returned: int
    valid: int
    invalid: int
    yes_written: int
    no_written: int
    votes: list[VotesFor]
    others: list[WrittenIn]


class SlipSeen(Shape):
    """A slip: its word is said this once and kept nowhere."""

    place: int
    code: str


class BallotMovedTo(Shape):
    """Where a vote stands after a step."""

    id: int
    stage: BallotStage

    @classmethod
    def of(cls, row: object) -> Self:
        """From its row."""
        return cls.model_validate(row, from_attributes=True, extra="ignore")
