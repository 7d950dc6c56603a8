"""Messages, one for each recipient of a telling, as they stand in the inbox; what they ask for; the office's words."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class Message(Base):
    """What one person is told in a unit because of one happening. Told again, it is the same row."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    happening_id: Mapped[int] = mapped_column(BigInteger)
    fact: Mapped[str] = mapped_column(Text)
    telling: Mapped[str] = mapped_column(Text, comment="which entry of the table of recipients")
    kind: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(BigInteger, comment="the unit whose post it is addressed to")
    township_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int | None] = mapped_column(BigInteger, comment="null: nobody holds any post that it could go to")
    stands_in: Mapped[bool] = mapped_column(server_default="false", comment="the post is vacant: the township is told")
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    wants_acknowledgement: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))
    read_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    about_id: Mapped[int | None] = mapped_column(BigInteger, comment="the branch that a line of the day is about")
    gathers_on: Mapped[date | None] = mapped_column(comment="the day of a line that later facts go into")
    gathers: Mapped[int] = mapped_column(server_default="1", comment="how many facts it tells of")
    post: Mapped[str | None] = mapped_column(Text, comment="the post that it is addressed to; null: somebody himself")
    passed_to: Mapped[int | None] = mapped_column(
        BigInteger,
        ForeignKey("notify.message.id"),
        comment="whoever sits in that post has the same, or has acknowledged it: he himself is asked no more",
    )
    done_at: Mapped[datetime | None] = mapped_column(comment="nothing of what it asks for waits any more")
    taken_back_at: Mapped[datetime | None] = mapped_column(
        comment="when what it tells of was withdrawn: it asks for nothing"
    )
    replaced_by: Mapped[int | None] = mapped_column(
        BigInteger,
        ForeignKey("notify.message.id"),
        comment="a later message on the same matter, which stands in the inbox instead",
    )
    paper_on: Mapped[date | None] = mapped_column(comment="the day on a receipt that came back on paper")
    paper_by: Mapped[int | None] = mapped_column(BigInteger, comment="the account that recorded it")

    __table_args__ = (
        CheckConstraint("kind in ('information', 'reminder', 'formal', 'urgent')", name="kind"),
        UniqueConstraint(
            "happening_id",
            "unit_id",
            "person_id",
            "telling",
            name="message_told_once_key",
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "message_line_of_the_day_key",
            "fact",
            "telling",
            "unit_id",
            "person_id",
            "about_id",
            "gathers_on",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("gathers_on is not null"),
        ),
        Index("message_person_id_id_idx", "person_id", "id"),
        Index("message_unread_idx", "person_id", postgresql_where=text("read_at is null")),
        Index("message_township_id_id_idx", "township_id", "id"),
        Index("message_passed_to_idx", "passed_to", postgresql_where=text("passed_to is not null")),
        Index("message_happening_id_unit_id_idx", "happening_id", "unit_id", postgresql_where=text("post is not null")),
        Index("message_replaced_by_idx", "replaced_by", postgresql_where=text("replaced_by is not null")),
        {"schema": "notify"},
    )


class Gathered(Base):
    """A fact that went into a line of the day, with the page that it is about: nothing of it is lost."""

    __tablename__ = "gathered"

    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("notify.message.id"), primary_key=True)
    happening_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(Text, comment="the unit that it is about, by name")
    link: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))

    __table_args__ = ({"schema": "notify"},)


class Matter(Base):
    """Something that waits, which a message asks for; once nothing of it waits any more, the message is done."""

    __tablename__ = "matter"

    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("notify.message.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(
        Text, primary_key=True, comment="of what waits, with its subject as office.todo names it"
    )
    subject: Mapped[str] = mapped_column(Text, primary_key=True)

    __table_args__ = (Index("matter_kind_subject_idx", "kind", "subject"), {"schema": "notify"})


class Reminded(Base):
    """At which level people were reminded of something that waits: at each once, as long as its day stands."""

    __tablename__ = "reminded"

    todo_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    level: Mapped[int] = mapped_column(
        primary_key=True,
        autoincrement=False,
        comment="below zero: working days before its day; then 1: late, 2: reported",
    )
    due_on: Mapped[date] = mapped_column(comment="its day, when this was said")
    on_day: Mapped[date]

    __table_args__ = ({"schema": "notify"},)


class Wording(Base):
    """A township's own words for an entry of the table of tellings. Versions follow each other; none is changed."""

    __tablename__ = "wording"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger)
    fact: Mapped[str] = mapped_column(Text)
    telling: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    title: Mapped[str | None] = mapped_column(Text, comment="null: back to the shipped words")
    body: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))
    reason: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("(title is null) = (body is null)", name="whole"),
        UniqueConstraint("township_id", "fact", "telling", "version", name="wording_version_key"),
        {"schema": "notify"},
    )


class TellingSwitch(Base):
    """A kind of message that a township switched off or on. Versions follow each other; none is changed."""

    __tablename__ = "telling_switch"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.unit.id"))
    fact: Mapped[str] = mapped_column(Text)
    telling: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    is_on: Mapped[bool]
    stopped: Mapped[int] = mapped_column(comment="how many letters were waiting, and do not go")
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))
    reason: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("township_id", "fact", "telling", "version", name="telling_switch_version_key"),
        {"schema": "notify"},
    )
