"""People's views as rows. There is no column for whoever spoke: a test fails where one is added."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base
from shared.matters import columns
from shared.matters.columns import HoldingColumns, MatterColumns, RemarkColumns

SCHEMA = {"schema": "activities"}
STAGES = (
    "stage in ('noted', 'passed', 'returned', 'accepted', 'outside', 'answered', 'told',"
    " 'settled', 'closed', 'merged', 'withdrawn')"
)


class Concern(MatterColumns, Base):
    """A view: what it is about, in words that name nobody, and what became of it."""

    __tablename__ = "concern"

    kind: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Text, comment="what it is about; names nobody, emptied by rule")
    urgent: Mapped[bool] = mapped_column(server_default="false")
    voices: Mapped[int] = mapped_column(server_default="1", comment="how often it was raised; with what was merged")
    slip: Mapped[bool] = mapped_column(server_default="false", comment="a paper slip stays with the leader")
    past: Mapped[str | None] = mapped_column(Text, comment="about leader or secretary: goes past him")
    noted_by: Mapped[int | None] = mapped_column(BigInteger, comment="account that wrote it down")
    cell_id: Mapped[int | None] = mapped_column(BigInteger, comment="of the grid: where it was heard")
    cell_lost: Mapped[int | None] = mapped_column(
        BigInteger, comment="a cell that had ended when it was noted there: the branch says which it is now"
    )
    passed_on: Mapped[date | None] = mapped_column(comment="first settled or handed on")
    pass_due: Mapped[date | None]
    how: Mapped[str | None] = mapped_column(Text, comment="how it was settled on the spot")
    result: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    basis: Mapped[str | None] = mapped_column(Text, comment="why it is impossible")
    answered_on: Mapped[date | None]
    tell_due: Mapped[date | None]
    told_on: Mapped[date | None]
    told_form: Mapped[str | None] = mapped_column(Text)
    satisfied: Mapped[str | None] = mapped_column(Text)
    outside: Mapped[str | None] = mapped_column(Text, comment="which department or hotline has it")
    outside_number: Mapped[str | None] = mapped_column(Text, comment="its number there")
    merged_into: Mapped[int | None] = mapped_column(BigInteger)
    reopened_on: Mapped[date | None]
    new_facts: Mapped[str | None] = mapped_column(Text, comment="for which it was reopened")
    asks_on: Mapped[date | None] = mapped_column(comment="when is asked once whether it is so")
    holds: Mapped[str | None] = mapped_column(Text, comment="what was answered to that")
    refused_why: Mapped[str | None] = mapped_column(Text, comment="why more time was not granted")
    ended_why: Mapped[str | None] = mapped_column(Text, comment="why it was withdrawn")
    cleared_on: Mapped[date | None] = mapped_column(comment="its words are gone by rule")
    blackened_on: Mapped[date | None]

    __table_args__ = (
        *columns.laws("concern"),
        CheckConstraint(STAGES, name="stage"),
        CheckConstraint("past is null or past in ('leader', 'secretary')", name="past"),
        CheckConstraint("voices > 0", name="voices"),
        CheckConstraint("stage <> 'merged' or merged_into is not null", name="merged"),
        Index("concern_unit_id_idx", "unit_id", "id"),
        Index("concern_township_id_idx", "township_id", "id"),
        Index("concern_cell_id_idx", "cell_id", postgresql_where=text("cell_id is not null")),
        Index("concern_asks_on_idx", "asks_on", postgresql_where=text("asks_on is not null and holds is null")),
        SCHEMA,
    )


class ConcernHolding(HoldingColumns, Base):
    """A time in which a post had a view."""

    __tablename__ = "concern_holding"
    __table_args__ = (*columns.laws_of_holding("concern_holding"), SCHEMA)


class ConcernRemark(RemarkColumns, Base):
    """What was written on a view on the way."""

    __tablename__ = "concern_remark"
    __table_args__ = (SCHEMA,)


class UsualAnswer(Base):
    """A sentence in which the office of a township usually answers: whoever answers takes it and changes it."""

    __tablename__ = "usual_answer"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str | None] = mapped_column(Text, comment="of which views; of all where none is named")
    result: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Text, comment="a sentence of the office; names nobody")
    written_on: Mapped[date]
    removed_on: Mapped[date | None]

    __table_args__ = (
        Index(
            "usual_answer_once_key",
            "township_id",
            func.coalesce(text("kind"), text("''")),
            "result",
            "said",
            unique=True,
            postgresql_where=text("removed_on is null"),
        ),
        SCHEMA,
    )
