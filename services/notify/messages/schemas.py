"""The shapes of messages."""

from datetime import datetime
from typing import Self

from services.notify.messages.rules import Kind
from shared.shapes import Shape


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
    created_at: datetime
    read_at: datetime | None
    acknowledged_at: datetime | None

    @classmethod
    def of(cls, message: object) -> Self:
        """From its row."""
        return cls.model_validate(message, from_attributes=True, extra="ignore")


class Unread(Shape):
    """How many of one's messages are unread."""

    unread: int
