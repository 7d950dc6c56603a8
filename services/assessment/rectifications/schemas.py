"""Shapes of rectifications and replacements."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import StrictBool, StringConstraints

from services.assessment.rectifications.rules import RectificationStage, ReplacementStage
from shared.shapes import Day, Shape

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class Plan(Shape):
    """Causes and measures; a deadline of one's own may only be earlier than the one that was ordered."""

    causes: Text
    measures: Text
    due_on: Day | None = None


class Report(Shape):
    """What was done, and what shows it."""

    report: Text
    evidence: Text


class ReportReturn(Shape):
    """Why a report goes back; a new deadline where the old one has passed."""

    reason: Text
    due_on: Day | None = None


class ReplacementDecision(Shape):
    """The committee's decision and its reason; from which day he leads no more, today where none is named."""

    replaced: StrictBool
    on: Day | None = None
    reason: Text


class ReplacementUndoing(Shape):
    """Why a decision is taken back before its day."""

    reason: Text


class RectificationSeen(Shape):
    """A rectification in a list."""

    id: int
    case_id: int
    cycle_id: int
    branch_id: int
    group_id: int
    year: int
    stage: RectificationStage
    ordered_on: date
    due_on: date
    branch: str
    group: str
    person: str

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:  # noqa: ANN401  a row of the queries; doors never see tables
        """From its row, with names."""
        names = {"branch": row.branch, "group": row.group, "person": row.person}
        own = {name: getattr(row[0], name) for name in cls.model_fields if name not in names and name not in more}
        return cls(**own, **names, **more)


class RectificationWhole(RectificationSeen):
    """One rectification with everything that was written, and the steps open to whoever asks."""

    causes: str | None
    measures: str | None
    planned_at: datetime | None
    report: str | None
    evidence: str | None
    reported_at: datetime | None
    returned_why: str | None
    checked_at: datetime | None
    steps: list[str]


class EvidenceSeen(Shape):
    """A file that shows what was done; `size` in bytes."""

    id: int
    kind: str
    size: int
    name: str
    added_at: datetime


class RectificationMovedTo(Shape):
    """Where a rectification stands after a step."""

    id: int
    stage: RectificationStage
    due_on: date

    @classmethod
    def of(cls, row: object) -> Self:
        """From its row."""
        return cls.model_validate(row, from_attributes=True, extra="ignore")


class ReplacementSeen(Shape):
    """A proposed replacement, what was decided and why, and the steps open to whoever asks."""

    id: int
    case_id: int
    cycle_id: int
    branch_id: int
    group_id: int
    year: int
    stage: ReplacementStage
    proposed_on: date
    decided_on: date | None
    decided_why: str | None
    effective_on: date | None
    branch: str
    group: str
    person: str
    steps: list[str]

    @classmethod
    def of(cls, row: Any, steps: list[str]) -> Self:  # noqa: ANN401  a row of the queries; doors never see tables
        """From its row, with names."""
        names = {"branch": row.branch, "group": row.group, "person": row.person, "steps": steps}
        own = {name: getattr(row[0], name) for name in cls.model_fields if name not in names}
        return cls(**own, **names)


class ReplacementMovedTo(Shape):
    """Where a proposal stands after the decision."""

    id: int
    stage: ReplacementStage

    @classmethod
    def of(cls, row: object) -> Self:
        """From its row."""
        return cls.model_validate(row, from_attributes=True, extra="ignore")
