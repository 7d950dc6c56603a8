"""The shapes of deliveries and channels."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints

from services.notify.channels.rules import State
from services.notify.channels.rules.ways import Way
from services.notify.messages.rules import Topic
from shared.shapes import Day, Id, Shape

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class DeliveryShown(Shape):
    """What was sent to whom by which channel, and what came of it."""

    id: int
    message_id: int
    title: str
    kind: str
    told_at: datetime
    unit: str
    person: str | None
    channel: str
    state: State
    attempts: int
    next_at: datetime | None
    sent_at: datetime | None
    code: int | None
    reason: str | None

    @classmethod
    def of(cls, shown: Any) -> Self:  # noqa: ANN401  a row of queries.Shown; doors never see tables
        """From its row."""
        delivery = shown.delivery
        own = {name: getattr(delivery, name) for name in OWN}
        return cls(
            **own,
            title=shown.message.title,
            kind=shown.message.kind,
            told_at=shown.message.created_at,
            unit=shown.unit,
            person=shown.person,
        )


OWN = ("id", "message_id", "channel", "state", "attempts", "next_at", "sent_at", "code", "reason")


class Filter(Shape):
    """Which deliveries are asked for: a unit stands for everything below it, days are the office's, both included."""

    states: list[State] = Field(default_factory=list)
    channel: str | None = None
    topic: Topic | None = None
    fact: str | None = None
    unit_id: int | None = None
    since: Day | None = None
    until: Day | None = None
    message_id: int | None = None


class Moved(Shape):
    """Where a delivery stands after a person's step."""

    id: int
    state: State

    @classmethod
    def of(cls, delivery: object) -> Self:
        """From its row."""
        return cls.model_validate(delivery, from_attributes=True, extra="ignore")


class AttemptShown(Shape):
    """One try, and how it ended."""

    n: int
    started_at: datetime
    ended_at: datetime
    outcome: str
    code: int | None
    reason: str | None

    @classmethod
    def of(cls, attempt: object) -> Self:
        """From its row."""
        return cls.model_validate(attempt, from_attributes=True, extra="ignore")


class Why(Shape):
    """The reason of a step by hand."""

    reason: Reason


Ids = Annotated[list[Id], Field(min_length=1, max_length=200)]


class Several(Why):
    """Several deliveries, and one reason for the same step with all of them."""

    delivery_ids: Ids


Hour = Annotated[int, Field(ge=0, le=24)]


class QuietHours(Why):
    """From when to when no letters go, from which day on."""

    quiet_from: Hour
    quiet_to: Hour
    effective_from: Day | None = None


class Rate(Why):
    """How many letters may go in a minute, from which day on."""

    per_minute: Annotated[int, Field(ge=1, le=10_000)]
    effective_from: Day | None = None


Secret = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class WayWanted(Shape):
    """A way to be set up: for which unit, of which kind, called what, with which address and key."""

    unit_id: Id
    kind: Literal[Way.WECOM_ROBOT, Way.DINGTALK_ROBOT, Way.FEISHU_ROBOT]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]
    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]
    secret: Secret = ""


class GatewayWanted(Shape):
    """A gateway for text messages: the provider's or one's own format, the account, the signature and the template."""

    unit_id: Id
    format: Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=5000)]
    account: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    secret: Secret = ""
    signature: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=20)]
    template: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""


class ApplicationWanted(Shape):
    """Messages to a person by the application of a township."""

    unit_id: Id
    kind: Literal[Way.WECOM_APP, Way.DINGTALK_APP]


class KnownWanted(ApplicationWanted):
    """As whom the application knows the people of a township: a line each, name, unit if it is needed, number."""

    sheet: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200_000)]


class Noted(Shape):
    """How many people were put down."""

    people: int


class ListWanted(Shape):
    """The list of those who are to be rung, of a township."""

    unit_id: Id


class WayShown(Shape):
    """A way that is set up, without its address and key, and how it stands."""

    id: int
    unit_id: int
    unit: str
    kind: Way
    name: str
    place: str
    waiting: int
    open_until: datetime | None
    trouble: str | None
    tried_at: datetime | None
    tried_came: str | None
    tried_reason: str | None

    @classmethod
    def of(cls, shown: Any) -> Self:  # noqa: ANN401  a row of queries.ways.Shown; doors never see tables
        """From its row."""
        own = {name: getattr(shown.way, name) for name in ("id", "unit_id", "kind", "name", "place")}
        return cls(**own, unit=shown.unit, **{name: getattr(shown.stands, name) for name in STANDS})


STANDS = ("waiting", "open_until", "trouble", "tried_at", "tried_came", "tried_reason")


class ChannelShown(Shape):
    """How letters leave the building at present."""

    name: str
    by: str
    says: str
    open_until: datetime | None
    failures: int
    trouble: str | None
    standing: dict[str, int]
