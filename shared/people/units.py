"""Townships, branches and groups, and what they are called: today, and on a day.

A rename has a day: `Unit.name` is what a unit is called now, `UnitName` holds what it was called before. Running pages
say the first; what is about a period says the name of the period's last day; what was published keeps its text.
"""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Identity,
    Index,
    Text,
    case,
    column,
    func,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, column_property, mapped_column

from shared.db import Base
from shared.spans import alone

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


class GoneUnit(Base):
    """A unit that an import made and that was taken back: it is no more, and the history still speaks of it."""

    __tablename__ = "gone_unit"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    above: Mapped[int | None] = mapped_column(BigInteger, comment="the branch of a group")
    township_id: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (SCHEMA,)


class UnitName(Base):
    """What a unit was called before: in [starts_on, ends_on), since ever where `starts_on` is null.

    What it is called now stands in `unit`. A name that lasted no whole day is kept, too: a paper may bear it.
    """

    __tablename__ = "unit_name"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.unit.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date | None] = mapped_column(comment="null: since ever")
    ends_on: Mapped[date] = mapped_column(comment="the first day on which it was called otherwise")

    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="days"),
        alone("unit_name_one_a_day_excl", "unit_id"),
        SCHEMA,
    )


Day = date | ColumnElement[date] | InstrumentedAttribute[date]
Name = ColumnElement[str] | InstrumentedAttribute[str]


def name_on(unit_id: ColumnElement[int] | InstrumentedAttribute[int], name: Name, day: Day) -> ColumnElement[str]:
    """What a unit that is called `name` now is called on a day in its own branch, for a select.

    Written into the statement: for 200 groups `office.name_on`, called once a row, costs fifteen times as much.
    """
    former = select(UnitName.name).where(UnitName.unit_id == unit_id, UnitName.ends_on > day)
    began = or_(UnitName.starts_on.is_(None), UnitName.starts_on <= day)
    return func.coalesce(former.where(began).correlate_except(UnitName).scalar_subquery(), name)


def whole_name_on(day: Day) -> ColumnElement[str]:
    """What a unit is called on a day everywhere else, for a select from Unit."""
    name = name_on(Unit.id, Unit.name, day)
    above = select(name_on(_above.c.id, _above.c.name, day)).where(_above.c.id == Unit.branch_id)
    before = func.coalesce(above.correlate_except(_above).scalar_subquery(), "")
    return case((func.starts_with(name, before), name), else_=func.concat(before, name))


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


def names_of(session: Session, unit_ids: Collection[int], on: date | None = None) -> dict[int, str]:
    """The whole names of units, of today or of a day, whoever reaches them: a name on a door is no secret."""
    name = Unit.whole_name if on is None else whole_name_on(on)
    found = session.execute(select(Unit.id, name).where(Unit.id.in_(unit_ids)))
    return {row[0]: row[1] for row in found}


def short_names_of(session: Session, unit_ids: Collection[int], on: date) -> dict[int, str]:
    """What units are called on a day, a group as in its own branch."""
    found = session.execute(select(Unit.id, name_on(Unit.id, Unit.name, on)).where(Unit.id.in_(unit_ids)))
    return {row[0]: row[1] for row in found}


def unit_named(session: Session, kind: UnitKind, name: str) -> Unit | None:
    """A unit by its exact name."""
    return session.scalar(
        select(Unit).where(Unit.kind == kind, Unit.name == name, Unit.dissolved_on.is_(None)).limit(1)
    )
