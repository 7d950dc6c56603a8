"""Units, people, posts and accounts (schema `office`): who belongs where, and who held which post on a day.

Only activities/register writes here; the other services' roles may read. Every span is [starts_on, ends_on), open
where `ends_on` is null.
"""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.db import Base
from shared.people.accounts import Account, Heartbeat, Reply, Sitting, Totp
from shared.people.units import (
    WHOLE_NAME,
    Unit,
    UnitKind,
    UnitName,
    branches_of,
    groups_of,
    name_on,
    names_of,
    short_names_of,
    unit_named,
    whole_name_on,
)
from shared.roles import SINGLE, Role
from shared.spans import alone, holds_on, lasts
from shared.workdays import Workdays

__all__ = [
    "ENTERED_YEARS",
    "SCHEMA",
    "WHOLE_NAME",
    "WORKDAYS",
    "Account",
    "Circumstance",
    "Heartbeat",
    "Membership",
    "Person",
    "Post",
    "Reply",
    "Sitting",
    "Totp",
    "Unit",
    "UnitKind",
    "UnitName",
    "Workday",
    "WorkdayYear",
    "branches_of",
    "groups_of",
    "held_by_one",
    "holder_of",
    "holders_of",
    "holds_on",
    "lasts",
    "name_on",
    "names_by_account",
    "names_of",
    "posts_of",
    "short_names_of",
    "unit_named",
    "whole_name_on",
    "workdays_of",
]

SCHEMA = {"schema": "office"}


class Person(Base):
    """A member, or somebody who holds a post. `unit_id` is where he is to be found: his group, branch or township."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.unit.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    pinyin: Mapped[str] = mapped_column(Text, default="")
    sex: Mapped[str | None] = mapped_column(Text)
    born_on: Mapped[date | None]
    joined_on: Mapped[date | None] = mapped_column(comment="admitted as a probationary member")
    full_on: Mapped[date | None] = mapped_column(comment="became a full member")
    education: Mapped[str | None] = mapped_column(Text)
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_index: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="blind; null until somebody looks for a number, and whenever it changes"
    )
    mail_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    more_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="what else the full roster has of him, as JSON by field"
    )

    __table_args__ = (
        Index("person_phone_index_idx", "phone_index", postgresql_where=text("phone_index is not null")),
        SCHEMA,
    )


class Membership(Base):
    """Whose life a person shares: his group, or the branch itself where it is not divided."""

    __tablename__ = "membership"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.person.id"))
    unit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.unit.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("kind in ('full', 'probationary')", name="kind"),
        Index("membership_one_open_key", "person_id", unique=True, postgresql_where=text("ends_on is null")),
        SCHEMA,
    )


def held_by_one(kind: Role, table: str = "post", but: str = " and not disputed") -> ExcludeConstraint:
    """Two spans of a single post do not overlap in a unit."""
    return alone(f"{table}_one_{kind}_excl", "unit_id", where=f"kind = '{kind}'{but}")


class Post(Base):
    """An office that somebody holds in a unit, and with it the right to act there."""

    __tablename__ = "post"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.unit.id"))
    kind: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    duties: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", comment="his part of the work")
    disputed: Mapped[bool] = mapped_column(
        server_default="false", comment="of old: another held the single post at the same time; a person corrects it"
    )
    chosen_id: Mapped[int | None] = mapped_column(
        BigInteger, comment="of a group's post: the choosing that it follows from"
    )
    taken_over_why: Mapped[str | None] = mapped_column(
        Text, comment="of a group's post: why it was written without a choosing"
    )

    __table_args__ = (
        Index("post_unit_id_kind_idx", "unit_id", "kind"),
        *map(held_by_one, SINGLE),
        Index(
            "post_held_once_key",
            "person_id",
            "unit_id",
            "kind",
            unique=True,
            postgresql_where=text("ends_on is null"),
        ),
        SCHEMA,
    )


class Circumstance(Base):
    """Why a member is not expected for a time: aged, ill (党员教育管理工作条例 23), away, on leave from duties."""

    __tablename__ = "circumstance"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.person.id"))
    unit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.unit.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    __table_args__ = (
        Index(
            "circumstance_one_open_key",
            "person_id",
            "kind",
            unique=True,
            postgresql_where=text("ends_on is null"),
        ),
        SCHEMA,
    )


class Workday(Base):
    """The office's own word on a day: it overrides the published table of working days."""

    __tablename__ = "workday"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    why: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (SCHEMA,)


class WorkdayYear(Base):
    """A year whose days off the office has entered in full: its other days are plain weekdays, and no guess."""

    __tablename__ = "workday_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    why: Mapped[str] = mapped_column(Text)

    __table_args__ = (SCHEMA,)


def holder_of(session: Session, unit_id: int, kind: Role, on: date) -> int | None:
    """The person who holds a post in a unit on a day, if any."""
    return session.scalar(
        select(Post.person_id)
        .where(Post.unit_id == unit_id, Post.kind == kind, holds_on(Post.starts_on, Post.ends_on, on))
        .order_by(Post.id)
        .limit(1)
    )


def holders_of(session: Session, unit_id: int, kinds: Sequence[Role], on: date) -> list[int]:
    """Everybody who holds one of these posts in a unit on a day, in a steady order."""
    found = session.scalars(
        select(Post.person_id)
        .where(Post.unit_id == unit_id, Post.kind.in_(kinds), holds_on(Post.starts_on, Post.ends_on, on))
        .distinct()
        .order_by(Post.person_id)
    )
    return list(found)


def posts_of(session: Session, person_id: int, on: date) -> list[tuple[Role, int]]:
    """The posts that somebody holds on a day, as (role, unit)."""
    found = session.execute(
        select(Post.kind, Post.unit_id)
        .where(Post.person_id == person_id, holds_on(Post.starts_on, Post.ends_on, on))
        .order_by(Post.id)
    )
    return [(Role(kind), unit_id) for kind, unit_id in found]


WORKDAYS = select(Workday.day, Workday.working).order_by(Workday.day)
ENTERED_YEARS = select(WorkdayYear.year)


def names_by_account(session: Session, accounts: Collection[int | None]) -> dict[int | None, str]:
    """The names of the people behind some accounts, as far as the reader reaches them; of none, none."""
    known = {each for each in accounts if each is not None}
    asked = select(Account.id, Person.name).join(Person, Person.id == Account.person_id).where(Account.id.in_(known))
    return {row.id: row.name for row in session.execute(asked)} if known else {}


def workdays_of(session: Session) -> Workdays:
    """The office's working days, with its own table over the published one."""
    overrides = {row.day: row.working for row in session.execute(WORKDAYS)}
    return Workdays(overrides, frozenset(session.scalars(ENTERED_YEARS)))
