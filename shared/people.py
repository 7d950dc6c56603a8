"""Units, people, posts and accounts (schema `office`): who belongs where, and who held which post on a day.

Only activities/register writes here; the other services' roles may read. Every span is [starts_on, ends_on), open
where `ends_on` is null.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    and_,
    case,
    column,
    func,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, ExcludeConstraint
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, column_property, mapped_column

from shared.db import Base
from shared.roles import SINGLE, Role
from shared.workdays import Workdays

SCHEMA = {"schema": "office"}


class UnitKind(StrEnum):
    """The three storeys of a township."""

    TOWNSHIP = "township"
    BRANCH = "branch"
    GROUP = "group"


# In a township many groups are called 第一党小组: people tell them apart by the branch that is said before.
WHOLE_NAME = "case when starts_with(unit.name, above.name) then unit.name else concat(above.name, unit.name) end"
"""A unit's whole name in plain SQL that joins office.unit, and as `above` the branch of a group."""

_above = table("unit", column("id"), column("name"), schema="office").alias("above")


class Unit(Base):
    """A township, a branch of it, or a group of that branch.

    `name` is what a group is called in its own branch, `whole_name` what it is called everywhere else; asked of one
    unit it is a question to the database, of many it belongs into their select.
    """

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(Text, default="", comment="pinyin with padded numbers")
    township_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("office.unit.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("office.unit.id"), index=True)
    rule_set: Mapped[str | None] = mapped_column(Text, comment="of a township: its local rule set")
    founded_on: Mapped[date]
    dissolved_on: Mapped[date | None]
    begins_on: Mapped[date | None] = mapped_column(comment="of a township: what was due before is not owed")
    whole_name: Mapped[str] = column_property(
        func.coalesce(
            select(case((func.starts_with(name, _above.c.name), name), else_=func.concat(_above.c.name, name)))
            .where(_above.c.id == branch_id)
            .correlate_except(_above)
            .scalar_subquery(),
            name,
        ),
        deferred=True,
    )

    __table_args__ = (
        CheckConstraint("kind in ('township', 'branch', 'group')", name="kind"),
        Index(
            "unit_name_key",
            func.coalesce(text("case kind when 'group' then branch_id when 'branch' then township_id end"), text("0")),
            "kind",
            "name",
            unique=True,
            postgresql_where=text("dissolved_on is null"),
        ),
        SCHEMA,
    )


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
    mail_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (SCHEMA,)


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


def held_by_one(kind: Role) -> ExcludeConstraint:
    """Two spans of a single post do not overlap in a unit; a number as a range needs no btree_gist."""
    return ExcludeConstraint(
        (text("int8range(unit_id, unit_id, '[]')"), "&&"),
        (text("daterange(starts_on, ends_on)"), "&&"),
        name=f"post_one_{kind}_excl",
        where=text(f"kind = '{kind}' and not disputed"),
    )


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


class Account(Base):
    """A way in for one person. A first password works once: it only lets him choose his own."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.person.id"), unique=True)
    login: Mapped[str] = mapped_column(Text, unique=True)
    password_hash: Mapped[str] = mapped_column(Text)
    first_password: Mapped[bool] = mapped_column(default=True)
    first_until: Mapped[datetime | None] = mapped_column(comment="until when a first password opens; null: for good")
    renewal_due: Mapped[bool] = mapped_column(server_default=text("false"), comment="chosen before he was an officer")
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    sheet_id: Mapped[int | None] = mapped_column(BigInteger, comment="the sheet of slips that its first password is on")

    __table_args__ = (SCHEMA,)


class Sitting(Base):
    """A signed-in session. Only the hash of its token is kept."""

    __tablename__ = "sitting"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.account.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    id: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True, comment="names it; opens nothing")
    device: Mapped[str] = mapped_column(Text, default="", comment="what the browser calls itself, coarsely")
    awaits: Mapped[str | None] = mapped_column(Text, comment="what it must have before it may do anything else")
    acting_role: Mapped[str | None] = mapped_column(Text, comment="the post whose work is shown; null: the widest")
    acting_unit_id: Mapped[int | None] = mapped_column(BigInteger, comment="the unit of that post")
    proved_at: Mapped[datetime | None] = mapped_column(comment="when the password was last given in it")
    strong: Mapped[bool] = mapped_column(
        server_default=text("false"), comment="whether a second step was taken: a one-time code, or a passkey"
    )

    __table_args__ = (
        CheckConstraint("awaits in ('password', 'code', 'enrolment')", name="awaits"),
        SCHEMA,
    )


class Totp(Base):
    """The secret from which a telephone makes one-time codes, and the last code that was accepted."""

    __tablename__ = "totp"

    account_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("office.account.id"), primary_key=True, autoincrement=False
    )
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary, comment="empty: reset by the keeper")
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="null: a first code is still to come")
    last_step: Mapped[int] = mapped_column(BigInteger, comment="no code of this step or an earlier one is accepted")

    __table_args__ = (SCHEMA,)


class Reply(Base):
    """What a POST was answered, by the idempotency key that it came with: the same key gets the same answer."""

    __tablename__ = "reply"

    principal: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None]
    body: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (SCHEMA,)


class Heartbeat(Base):
    """When a process was last seen at work."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime]

    __table_args__ = (SCHEMA,)


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


def holds_on(
    starts_on: "InstrumentedAttribute[date]",
    ends_on: "InstrumentedAttribute[date | None]",
    day: "date | ColumnElement[date]",
) -> ColumnElement[bool]:
    """The span covers the day."""
    return and_(starts_on <= day, or_(ends_on.is_(None), ends_on > day))


def lasts(
    starts_on: "InstrumentedAttribute[date]",
    ends_on: "InstrumentedAttribute[date | None]",
    day: "date | ColumnElement[date]",
) -> ColumnElement[bool]:
    """The span covers the day or a later one: what is to begin is held, and so is what ends on a day to come."""
    return or_(ends_on.is_(None), and_(ends_on > day, ends_on > starts_on))


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


def branches_of(session: Session, township_id: int) -> list[int]:
    """The branches of a township that are not dissolved."""
    found = session.scalars(
        select(Unit.id)
        .where(Unit.township_id == township_id, Unit.kind == UnitKind.BRANCH, Unit.dissolved_on.is_(None))
        .order_by(Unit.id)
    )
    return list(found)


def groups_of(session: Session, branch_id: int) -> list[int]:
    """The groups of a branch that are not dissolved."""
    living = (Unit.branch_id == branch_id, Unit.kind == UnitKind.GROUP, Unit.dissolved_on.is_(None))
    return list(session.scalars(select(Unit.id).where(*living).order_by(Unit.id)))


def names_of(session: Session, unit_ids: Collection[int]) -> dict[int, str]:
    """The whole names of units, whoever reaches them: a name on a door is no secret."""
    found = session.execute(select(Unit.id, Unit.whole_name).where(Unit.id.in_(unit_ids)))
    return {row[0]: row[1] for row in found}


def unit_named(session: Session, kind: UnitKind, name: str) -> Unit | None:
    """A unit by its exact name."""
    return session.scalar(
        select(Unit).where(Unit.kind == kind, Unit.name == name, Unit.dissolved_on.is_(None)).limit(1)
    )


WORKDAYS = select(Workday.day, Workday.working).order_by(Workday.day)
ENTERED_YEARS = select(WorkdayYear.year)


def workdays_of(session: Session) -> Workdays:
    """The office's working days, with its own table over the published one."""
    overrides = {row.day: row.working for row in session.execute(WORKDAYS)}
    return Workdays(overrides, frozenset(session.scalars(ENTERED_YEARS)))
