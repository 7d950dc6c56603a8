"""Photos and papers attached to things: one table a service, one piece of code. None is ever asked for.

Who may add and take away, how many, and what is told of it, is the topic's whose thing it is (`sort`); a thing is
seen as the topic's own query says. What is attached names a stored file (shared/files.py). Taken away, its row stays.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Select, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column

from shared import clock, kept
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import there
from shared.events import PaperTaken
from shared.events.fact import Fact
from shared.files import IMAGES, Handed, Stored


class AttachmentColumns:
    """What a service keeps of something attached; its own table adds nothing."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    sort: Mapped[str] = mapped_column(Text, comment="of the thing that it is attached to")
    thing_id: Mapped[int] = mapped_column(BigInteger)
    unit_id: Mapped[int] = mapped_column(BigInteger, comment="in whose room it is kept, and whose reach it is in")
    person_id: Mapped[int | None] = mapped_column(BigInteger, comment="whom it is about: he sees it without a post")
    sha256: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    added_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    added_at: Mapped[datetime]
    removed_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    removed_at: Mapped[datetime | None]


def laws() -> tuple[CheckConstraint, Index]:
    """What holds in every such table: a file is a file, and is attached to a thing once."""
    return (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$' and size > 0", name="file"),
        Index(
            "attachment_once_key",
            "sort",
            "thing_id",
            "sha256",
            unique=True,
            postgresql_where=text("removed_at is null"),
        ),
    )


Attached = TypeVar("Attached", bound=AttachmentColumns)


@dataclass(frozen=True, slots=True)
class Bearer:
    """What something is attached to, and how many it bears."""

    sort: str
    id: int
    unit_id: int
    most: int
    refusal: str
    person_id: int | None = None


def of(session: Session, kind: type[Attached], sort: str, things: Select[Any] | Sequence[int]) -> list[Attached]:
    """What is attached to things, in the order in which it was added; what was taken away is not there."""
    found = select(kind).where(kind.sort == sort, kind.thing_id.in_(things), kind.removed_at.is_(None))
    return list(session.scalars(found.order_by(kind.id)))


def one(session: Session, kind: type[Attached], sort: str, attachment_id: int, things: Select[Any]) -> Attached:
    """Something attached to one of the things that may be seen. Raises OutOfReach."""
    found = select(kind).where(
        kind.id == attachment_id, kind.sort == sort, kind.thing_id.in_(things), kind.removed_at.is_(None)
    )
    return there(session.scalars(found).one_or_none(), "这个附件")


def add(
    session: Session,
    actor: Actor,
    kind: type[Attached],
    bearer: Bearer,
    handed: Sequence[Handed],
    *,
    told: Callable[[int], Fact],
) -> list[Attached]:
    """Attach files; one that is there already is not added twice. All of them, or none.

    `told`: the fact, by the attachment's id. Raises Invalid with the bearer's refusal where there would be too many.
    """

    def put(stored: Stored) -> Attached:
        made: Any = kind  # its columns are a mapped class's arguments
        added: Attached = made(
            sort=bearer.sort,
            thing_id=bearer.id,
            unit_id=bearer.unit_id,
            person_id=bearer.person_id,
            sha256=stored.sha256,
            kind=stored.kind,
            size=stored.size,
            name=stored.name,
            added_by=actor.account_id,
            added_at=clock.now(session),
        )
        session.add(added)
        session.flush()
        announce(session, told(added.id), by=actor)
        return added

    there_now = {each.sha256: each for each in of(session, kind, bearer.sort, [bearer.id])}
    return kept.keep_each(session, bearer.unit_id, handed, there_now, put, most=bearer.most, refusal=bearer.refusal)


def remove(session: Session, actor: Actor, found: AttachmentColumns, fact: Fact) -> None:
    """Take it away; the row stays, and the history says who did it."""
    found.removed_at, found.removed_by = clock.now(session), actor.account_id
    announce(session, fact, by=actor)


def taken(session: Session, actor: Actor, found: Attached, paper: str) -> Attached:
    """It leaves by a download. That a paper was taken is told; a photo is looked at where its thing is."""
    if found.kind not in IMAGES:
        fact = PaperTaken(unit_id=found.unit_id, paper=paper, form=found.kind, sort=found.sort, thing_id=found.thing_id)
        announce(session, fact, by=actor)
    return found
