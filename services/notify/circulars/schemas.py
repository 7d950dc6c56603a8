"""The shapes of notices that an office writes."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StringConstraints

from services.notify.circulars.rules import MEETINGS, UNITS_MAX, Stage
from shared.roles import Role
from shared.shapes import Count, Day, Id, Shape

TYPED_MAX = 30_000  # what is said has limits of its own

Typed = Annotated[str, StringConstraints(strip_whitespace=True, max_length=TYPED_MAX)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]
Post = Literal[Role.SECRETARY, Role.COMMITTEE_MEMBER, Role.LEADER, Role.DEPUTY]
Meets = Annotated[str, StringConstraints(pattern="^(" + "|".join(MEETINGS) + ")$")]


class Written(Shape):
    """What a notice says, and to which posts of which units it goes: a branch stands for its groups too."""

    title: Typed
    body: Typed
    posts: Annotated[tuple[Post, ...], Field(max_length=len(Role))] = ()
    units: Annotated[tuple[Id, ...], Field(max_length=UNITS_MAX)] = ()
    wants_receipt: StrictBool = False
    urgent: StrictBool = False
    due_on: Day | None = None
    meets: Meets | None = None
    meets_on: Day | None = None
    meets_at: Line = ""
    place: Line = ""


class Begun(Written):
    """A new one, in whose name: a township's or a branch's; None where there is but one."""

    unit_id: Id | None = None


class Sending(Shape):
    """It goes out; `recipients`: how many posts the preview named."""

    recipients: Count


class Why(Shape):
    """A reason."""

    reason: Reason


class OnPaper(Shape):
    """Receipts that came back on paper: of which messages, and the day on them."""

    message_ids: Annotated[list[Id], Field(min_length=1, max_length=200)]
    paper_on: Day


class CircularShown(Shape):
    """A notice."""

    id: int
    unit_id: int
    title: str
    body: str
    posts: list[str]
    wants_receipt: bool
    urgent: bool
    due_on: date | None
    meets: str | None
    meets_on: date | None
    meets_at: str
    place: str
    stage: Stage
    sent_at: datetime | None
    corrects: int | None
    ended_why: str | None

    @classmethod
    def of(cls, circular: object) -> Self:
        """From its row."""
        return cls.model_validate(circular, from_attributes=True, extra="ignore")


class Recipient(Shape):
    """A post that a notice goes to, and by which way."""

    unit_id: int
    unit: str
    post: Role
    people: list[str]
    instead: bool
    ways: list[str]
    accounts: int


class ReceiptLine(Shape):
    """How a notice stands with a post of a unit; `vacant`: nobody holds it now, and it owes the receipt still."""

    message_id: int
    unit: str
    post: str
    people: list[str]
    came: str
    receipted_at: datetime | None
    paper_on: date | None
    waits: bool
    late: bool
    vacant: bool
    his: bool


class Receipted(Shape):
    """How many receipts were given or recorded just now."""

    receipts: int


class FileShown(Shape):
    """A file of a notice."""

    id: int
    name: str
    kind: str
    size: int

    @classmethod
    def of(cls, file: object) -> Self:
        """From its row."""
        return cls.model_validate(file, from_attributes=True, extra="ignore")
