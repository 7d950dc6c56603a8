"""The shapes of messages and of the office's own wordings."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field, StrictBool, StringConstraints

from services.notify.messages.rules import Entry, Kind, Topic, heading_of
from shared.roles import Role
from shared.shapes import Count, Id, Shape

MESSAGES_AT_ONCE = 200
TYPED_MAX = 20_000  # what is to be said has limits of its own, by where it is said

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=MESSAGES_AT_ONCE)]

Typed = Annotated[str, Field(max_length=TYPED_MAX)]


class Asked(Shape):
    """Which messages are asked for."""

    unread: bool | None = None
    waiting: bool = False
    kind: Kind | None = None
    topic: Topic | None = None
    fact: str | None = None
    unit_id: int | None = None


class MessageShown(Shape):
    """A message as its recipient sees it."""

    id: int
    kind: Kind
    fact: str
    unit_id: int
    title: str
    body: str
    link: str
    stands_in: bool
    wants_acknowledgement: bool
    gathers: int
    created_at: datetime
    read_at: datetime | None
    acknowledged_at: datetime | None
    done_at: datetime | None
    taken_back_at: datetime | None
    replaced_by: int | None
    passed_to: int | None

    @classmethod
    def of(cls, message: object) -> Self:
        """From its row."""
        return cls.model_validate(message, from_attributes=True, extra="ignore")


def waits(message: Any) -> bool:  # noqa: ANN401  a row of the inbox; doors never see tables
    """Whether its recipient has still to read or to acknowledge it."""
    return message.read_at is None or is_asked(message)


def is_asked(message: Any) -> bool:  # noqa: ANN401  as above
    """Whether its recipient is to acknowledge it: he sits in the post, nobody of it has, and it still holds."""
    over = message.acknowledged_at or message.passed_to or message.taken_back_at
    return message.wants_acknowledgement and over is None


class FactShown(Shape):
    """One fact of a line of the day: the unit that it is about, and the page."""

    what: str
    link: str
    at: datetime

    @classmethod
    def of(cls, fact: object) -> Self:
        """From its row."""
        return cls.model_validate(fact, from_attributes=True, extra="ignore")


class NoticeOut(Shape):
    """A formal notice as its township sent it, with the names of the units that have not confirmed it."""

    message_id: int
    title: str
    told_at: datetime
    due_on: date | None
    units: int
    waiting: tuple[str, ...]
    late: bool

    @classmethod
    def of(cls, notice: object) -> Self:
        """From its row."""
        return cls.model_validate(notice, from_attributes=True)


class ReceiptOut(Shape):
    """How a notice stands with one unit; `now`: who sits in the post today."""

    unit_id: int
    unit: str
    post: Role | None
    now: tuple[str, ...]
    acknowledged_at: datetime | None
    by: str | None
    due_on: date | None
    waits: bool
    late: bool

    @classmethod
    def of(cls, receipt: object) -> Self:
        """From its row."""
        return cls.model_validate(receipt, from_attributes=True)


class Unread(Shape):
    """How many of one's messages are unread."""

    unread: int


class Chosen(Shape):
    """Several of one's own messages."""

    message_ids: Ids


class Marked(Shape):
    """The messages that were marked just now; those that were marked before are not among them."""

    message_ids: list[int]


# --- wordings ---


class Words(Shape):
    """A title and a body with Chinese words in braces for what is filled in."""

    title: Typed
    body: Typed

    @classmethod
    def tried(cls, entry: Entry, title: str, body: str) -> "Words":
        """What the office typed, checked, with invented names and figures in its places."""
        read = entry.from_people(title, body)
        return Words(title=entry.tried(read[0]), body=entry.tried(read[1]))


class Restored(Shape):
    """Back to the shipped words: why, and the version that was seen. The township only where somebody serves two."""

    reason: Reason
    based_on: Count
    township_id: Id | None = None


class Switch(Restored):
    """A kind of message is said from now on, or is not."""

    on: StrictBool


class SwitchShown(Shape):
    """A turn of the switch of a kind; `stopped`: how many letters were waiting and did not go."""

    version: int
    is_on: bool
    stopped: int
    at: datetime
    by: str | None
    reason: str

    @classmethod
    def of(cls, switched: Any) -> Self:  # noqa: ANN401  a row of queries.switches.Switched
        """From its row."""
        turn = switched.switch
        return cls(
            version=turn.version,
            is_on=turn.is_on,
            stopped=turn.stopped,
            at=turn.at,
            by=switched.by,
            reason=turn.reason,
        )


class AllRead(Shape):
    """Everything read that somebody had in front of him at a moment."""

    until: datetime


class OwnWords(Words, Restored):
    """What the office wants said from now on."""


class WordingShown(Words):
    """What an entry says at present: the fact, the recipient, the words, whether they are the office's own."""

    fact: str
    telling: str
    heading: str
    to: str
    kind: Kind
    own: bool
    version: int
    places: list[str]
    wanted: list[str]
    sample: Words

    @classmethod
    def of(cls, entry: Entry, stored: Any) -> Self:  # noqa: ANN401  the newest row of the entry, if there is one
        """From the entry and the newest version that the office has of it."""
        own = stored is not None and stored.title is not None
        title, body = (stored.title, stored.body) if own else (entry.telling.title, entry.telling.body)
        return cls(
            fact=entry.fact,
            telling=entry.telling.name,
            heading=heading_of(entry.fact),
            to=entry.telling.chinese,
            kind=entry.telling.kind,
            own=own,
            version=stored.version if stored else 0,
            title=entry.for_people(title),
            body=entry.for_people(body),
            places=list(entry.words.values()),
            wanted=[word for place, word in entry.words.items() if place in entry.wanted],
            sample=Words(title=entry.tried(title), body=entry.tried(body)),
        )


class VersionShown(Shape):
    """One version of a wording; without words it went back to the shipped ones."""

    version: int
    title: str | None
    body: str | None
    at: datetime
    by: str | None
    reason: str

    @classmethod
    def of(cls, entry: Entry, version: Any) -> Self:  # noqa: ANN401  a row of queries.Version
        """From its row, in the words for people."""
        stored = version.wording
        return cls(
            version=stored.version,
            title=stored.title and entry.for_people(stored.title),
            body=stored.body and entry.for_people(stored.body),
            at=stored.at,
            by=version.by,
            reason=stored.reason,
        )


class WordingWithVersions(WordingShown):
    """An entry with its versions, the newest first."""

    versions: list[VersionShown]

    @classmethod
    def all_of(cls, entry: Entry, versions: Sequence[Any]) -> Self:
        """From the entry and its rows of queries.Version."""
        shown = WordingShown.of(entry, versions[0].wording if versions else None)
        return cls(**shown.model_dump(), versions=[VersionShown.of(entry, version) for version in versions])
