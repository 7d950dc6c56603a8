"""Shapes of choosings."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictBool, StringConstraints

from services.assessment.ballots.schemas import Opening
from services.assessment.choosings.rules import SAID, Check, ChoosingStage, Reason, Rule, Verdict, Way
from shared.errors import Invalid
from shared.roles import Role
from shared.shapes import ClosedUp, Count, Day, Id, Shape

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Numbered = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), ClosedUp]
Tellers = Annotated[list[Id], Field(min_length=2, max_length=2)]
Post = Literal[Role.LEADER, Role.DEPUTY]


class NewChoosing(Shape):
    """That a post is to be filled; what opens by itself, or by the committee's decision, is not asked for."""

    group_id: Id
    post: Post = Role.LEADER
    reason: Literal[Reason.TERM, Reason.VACANCY, Reason.ADDITION, Reason.NEW_GROUP]


class Nominee(Shape):
    """Whom the branch puts forward: the resolution, his consent, and the day from which he would hold the post.

    consent_on: recorded from paper; left out where he has agreed himself.
    """

    person_id: Id
    resolved_on: Day
    expected: Count
    present: Count
    in_favour: Count
    consent_on: Day | None = None
    conduct: Words
    from_on: Day


class Asking(Shape):
    """Whom the branch asks whether he agrees to stand."""

    person_id: Id


class Answer(Shape):
    """What he says of himself."""

    agrees: StrictBool


class ConsentSeen(Shape):
    """What somebody was asked, and what he has answered."""

    choosing_id: int
    person_id: int
    asked_on: date
    agrees: bool | None
    answered_on: date | None


class CalledElection(Shape):
    """That the group elects: among whom, who have all agreed, on which day, and from when the post is held."""

    candidates: Annotated[list[Id], Field(min_length=1, max_length=10)]
    held_on: Day
    consent_on: Day
    conduct: Words
    from_on: Day


class ChoosingFiling(Shape):
    """That it is filed: from another day than the one proposed, under a number of one's own; both may be left out."""

    from_on: Day | None = None
    number: Numbered | None = None


class Why(Shape):
    """Why it goes no further, or back."""

    reason: Words


class CheckSeen(Shape):
    """One thing that was looked at."""

    rule: Rule
    title: str
    verdict: Verdict
    ground: str

    @classmethod
    def of(cls, check: Check) -> Self:
        """From what was found."""
        return cls(rule=check.rule, title=SAID[check.rule], verdict=check.verdict, ground=check.ground)


class ChoosingSeen(Shape):
    """A choosing in a list."""

    id: int
    branch_id: int
    group_id: int
    branch: str
    group: str
    post: Post
    reason: Reason
    way: Way
    stage: ChoosingStage
    opened_on: date
    due_on: date
    person_id: int | None
    person: str | None
    from_on: date | None
    filing_number: str | None
    filed_on: date | None

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:  # noqa: ANN401  a row of the queries; doors never see tables
        """From its row, with names."""
        names = {"branch": row.branch, "group": row.group, "person": row.person}
        own = {name: getattr(row[0], name) for name in cls.model_fields if name not in names and name not in more}
        return cls(**own, **names, **more)


class ChoosingWhole(ChoosingSeen):
    """One choosing with everything that was written, and the steps open to whoever asks."""

    former_id: int | None
    replacement_id: int | None
    resolved_on: date | None
    expected: int | None
    present: int | None
    in_favour: int | None
    consent_on: date | None
    conduct: str | None
    nominated_at: datetime | None
    term_ends_on: date | None
    returned_why: str | None
    agreed_on: date | None
    stranded_why: str | None
    post_id: int | None
    ended_on: date | None
    ended_why: str | None
    checks: list[CheckSeen]
    steps: list[str]


class ChoosingMovedTo(Shape):
    """Where a choosing stands after a step."""

    id: int
    stage: ChoosingStage
    filing_number: str | None
    from_on: date | None

    @classmethod
    def of(cls, row: Any) -> Self:  # noqa: ANN401  doors never see tables
        """From its row."""
        return cls(id=row.id, stage=row.stage, filing_number=row.filing_number, from_on=row.from_on)


class NewBar(Shape):
    """That somebody may not be put forward, up to and with a day if one is known; or may again. Why is not asked."""

    person_id: Id
    standing: bool = False
    until: Day | None = None


class Renewal(Shape):
    """Which branches choose all their leaders anew, by when; with `deputies`, whoever is deputy too."""

    branch_ids: Annotated[list[Id], Field(min_length=1, max_length=2000)]
    due_on: Day
    deputies: StrictBool = False


class NomineeOf(Shape):
    """Who is put forward in which choosing."""

    choosing_id: Id
    person_id: Id


class NominatedTogether(Shape):
    """What one resolution says of several choosings of a branch."""

    rows: Annotated[list[NomineeOf], Field(min_length=1, max_length=200)]
    resolved_on: Day
    expected: Count
    present: Count
    in_favour: Count
    consent_on: Day | None = None
    conduct: Words
    from_on: Day

    def each(self) -> list[tuple[int, Nominee]]:
        """One by one."""
        common = self.model_dump(exclude={"rows"})
        return [(row.choosing_id, Nominee(person_id=row.person_id, **common)) for row in self.rows]


class ElectionOf(Shape):
    """Among whom a group elects; who counts there, where those are others than everywhere else."""

    choosing_id: Id
    candidates: Annotated[list[Id], Field(min_length=1, max_length=10)]
    tellers: Tellers | None = None


class ElectionsTogether(Shape):
    """Several groups of a branch that elect on one day, on the same terms.

    tellers: who counts; named, the votes are opened in the same act, and each electorate is frozen. None: later.
    """

    rows: Annotated[list[ElectionOf], Field(min_length=1, max_length=200)]
    held_on: Day
    consent_on: Day
    conduct: Words
    from_on: Day
    tellers: Tellers | None = None

    def each(self) -> list[tuple[int, tuple[CalledElection, Opening | None]]]:
        """One by one: what is called, and by whom it is counted if it is opened."""
        common = self.model_dump(exclude={"rows", "tellers"})
        return [
            (row.choosing_id, (CalledElection(candidates=row.candidates, **common), _opening(row, self.tellers)))
            for row in self.rows
        ]


class OpeningOf(Shape):
    """A group that votes; who counts there, where those are others than everywhere else."""

    choosing_id: Id
    tellers: Tellers | None = None


class OpeningsTogether(Shape):
    """Several groups of a branch whose votes begin; who counts, named for all or for each."""

    rows: Annotated[list[OpeningOf], Field(min_length=1, max_length=200)]
    tellers: Tellers | None = None

    def each(self) -> list[tuple[int, Opening]]:
        """One by one. Raises Invalid where nobody is named who counts."""
        found = [(row.choosing_id, _opening(row, self.tellers)) for row in self.rows]
        if any(opening is None for _, opening in found):
            raise Invalid("请选两名计票人：各党小组合用的，或者每个党小组各自的。", field="tellers")
        return [(choosing_id, opening) for choosing_id, opening in found if opening is not None]


def _opening(row: ElectionOf | OpeningOf, tellers: list[int] | None) -> Opening | None:
    named = row.tellers or tellers
    return Opening(tellers=named) if named else None


class FiledTogether(Shape):
    """Several that are filed under one number: the next one, or the one that is asked for."""

    choosing_ids: Annotated[list[Id], Field(min_length=1, max_length=10_000)]
    number: Numbered | None = None
    from_on: Day | None = None


class TakenTogether(Shape):
    """Several of which each goes on by the same step."""

    choosing_ids: Annotated[list[Id], Field(min_length=1, max_length=10_000)]


class ReturnOf(Shape):
    """Which goes back, and why."""

    choosing_id: Id
    reason: Words


class ReturnedTogether(Shape):
    """Several that go back: with one reason, and those of which more is to be said with their own instead of it."""

    choosing_ids: Annotated[list[Id], Field(min_length=1, max_length=10_000)]
    reason: Words | None = None
    own: Annotated[list[ReturnOf], Field(max_length=10_000)] = Field(default_factory=list)

    def each(self) -> list[tuple[int, str]]:
        """One by one, each with its reason. Raises Invalid where one has none."""
        own = {each.choosing_id: each.reason for each in self.own}
        found = [(each, own.get(each, self.reason)) for each in dict.fromkeys(self.choosing_ids)]
        if any(reason is None for _, reason in found):
            raise Invalid("请写退回原因；没有单独写原因的，都用这一个。", field="reason")
        return [(each, reason) for each, reason in found if reason]


class ChoosingOutcome(Shape):
    """What came of one of several: where it stands, or why not. expected: how many should be present at its vote."""

    choosing_id: int
    stage: ChoosingStage | None = None
    filing_number: str | None = None
    expected: int | None = None
    problem: str | None = None
    field: str | None = None


class ChoosingOutcomes(Shape):
    """What came of several."""

    rows: list[ChoosingOutcome]
    refused: int


class Renewed(Shape):
    """How many choosings began."""

    opened: int
