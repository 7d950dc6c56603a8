"""Votes on paper: who might vote, on whom or what, who counts, what they counted. No ballot is stored, only counts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base

SCHEMA = {"schema": "assessment"}
OF_A_BALLOT = "assessment.ballot.id"


class Ballot(Base):
    """One vote in one room on one day, about a thing that its `purpose` and `subject_id` name to whoever called it."""

    __tablename__ = "ballot"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    purpose: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[int | None] = mapped_column(BigInteger, comment="of another topic; null: its title says it")
    township_id: Mapped[int] = mapped_column(BigInteger)
    branch_id: Mapped[int] = mapped_column(BigInteger)
    unit_id: Mapped[int] = mapped_column(BigInteger, comment="whose members vote")
    kind: Mapped[str] = mapped_column(Text, comment="of vote: it has its own quorum and base")
    way: Mapped[str] = mapped_column(Text)
    seats: Mapped[int] = mapped_column(comment="0 where a proposal is voted on")
    title: Mapped[str] = mapped_column(Text)
    held_on: Mapped[date]
    stage: Mapped[str] = mapped_column(Text, server_default="called")
    after_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey(OF_A_BALLOT), unique=True, comment="the vote that this one repeats"
    )
    among_tied: Mapped[bool] = mapped_column(server_default="false", comment="a second vote, after one that left seats")
    called_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    opened_at: Mapped[datetime | None]
    rules: Mapped[str | None] = mapped_column(Text, comment="fingerprint of the rules of the day of opening")
    rule: Mapped[dict[str, Any] | None] = mapped_column(JSONB, comment="its own among them, as it is judged by")
    expected: Mapped[int] = mapped_column(server_default="0", comment="frozen at opening")
    round: Mapped[int] = mapped_column(server_default="1", comment="of counting")
    outcome: Mapped[str | None] = mapped_column(Text)
    needed: Mapped[int] = mapped_column(server_default="0", comment="votes in favour that decided it")
    seats_left: Mapped[int] = mapped_column(server_default="0")
    declared_on: Mapped[date | None]
    refused: Mapped[bool] = mapped_column(server_default="false", comment="its count was not accepted")
    why: Mapped[str | None] = mapped_column(Text, comment="it was refused, repeated, decided by the branch or ended")

    __table_args__ = (
        CheckConstraint(
            "stage in ('called', 'open', 'differs', 'agreed', 'unsettled', 'void', 'counted', 'repeated', 'ended')",
            name="stage",
        ),
        CheckConstraint("way in ('motion', 'choose') and (way = 'choose') = (seats > 0)", name="way"),
        Index(
            "ballot_one_open_key",
            "purpose",
            "subject_id",
            unique=True,
            postgresql_where=text("subject_id is not null and stage not in ('counted', 'repeated', 'ended')"),
        ),
        Index("ballot_unit_id_idx", "unit_id"),
        Index("ballot_township_id_idx", "township_id"),
        SCHEMA,
    )


class Voter(Base):
    """A member with a vote on the day of opening; one who is left out of those who should be present says why."""

    __tablename__ = "ballot_voter"

    ballot_id: Mapped[int] = mapped_column(BigInteger, ForeignKey(OF_A_BALLOT), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    left_out: Mapped[str | None] = mapped_column(Text)
    approved_by: Mapped[str | None] = mapped_column(Text)
    approved_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint(
            "(left_out is null) = (approved_by is null) and (left_out is null) = (approved_on is null)", name="left_out"
        ),
        SCHEMA,
    )


class Option(Base):
    """Who stands on the paper, and where."""

    __tablename__ = "ballot_option"

    ballot_id: Mapped[int] = mapped_column(BigInteger, ForeignKey(OF_A_BALLOT), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    place: Mapped[int]

    __table_args__ = (SCHEMA,)


class Teller(Base):
    """Who counts: two of them, each by his own account or by a slip of paper of which the hash is kept."""

    __tablename__ = "ballot_teller"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ballot_id: Mapped[int] = mapped_column(BigInteger, ForeignKey(OF_A_BALLOT))
    unit_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    place: Mapped[int]
    named_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(comment="another was named in his place")
    slip_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)

    __table_args__ = (
        CheckConstraint("place in (1, 2)", name="place"),
        Index("ballot_teller_place_key", "ballot_id", "place", unique=True, postgresql_where=text("ended_at is null")),
        Index(
            "ballot_teller_person_key", "ballot_id", "person_id", unique=True, postgresql_where=text("ended_at is null")
        ),
        Index("ballot_teller_person_id_idx", "person_id"),
        SCHEMA,
    )


class Sheet(Base):
    """What one teller counted and typed, in a round of counting. Written once; typed again it is another."""

    __tablename__ = "ballot_sheet"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ballot_id: Mapped[int] = mapped_column(BigInteger, ForeignKey(OF_A_BALLOT), index=True)
    teller_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("assessment.ballot_teller.id"))
    round: Mapped[int]
    attempt: Mapped[int] = mapped_column(comment="1: blind; later ones after both were laid side by side")
    by_slip: Mapped[bool]
    browser: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="a hash of it and of the vote: whether both were typed in one"
    )
    typed_at: Mapped[datetime]
    present: Mapped[int]
    issued: Mapped[int]
    returned: Mapped[int]
    valid: Mapped[int]
    invalid: Mapped[int]
    yes_written: Mapped[int]
    no_written: Mapped[int]

    __table_args__ = (
        CheckConstraint(
            "least(present, issued, returned, valid, invalid, yes_written, no_written) >= 0"
            " and issued <= present and valid + invalid = returned",
            name="arithmetic",
        ),
        Index("ballot_sheet_once_key", "teller_id", "round", "attempt", unique=True),
        SCHEMA,
    )


class Counted(Base):
    """The votes for one name of a sheet; under 0 those for a proposal."""

    __tablename__ = "ballot_counted"

    sheet_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("assessment.ballot_sheet.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    written_in: Mapped[bool]
    yes: Mapped[int]
    no: Mapped[int]
    neither: Mapped[int]

    __table_args__ = (CheckConstraint("least(yes, no, neither) >= 0", name="votes"), SCHEMA)


class Announced(Base):
    """How one came out of a vote, as it was announced; `seated`: by the vote, or because the branch decided."""

    __tablename__ = "ballot_announced"

    ballot_id: Mapped[int] = mapped_column(BigInteger, ForeignKey(OF_A_BALLOT), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    standing: Mapped[str] = mapped_column(Text)
    yes: Mapped[int]
    seated: Mapped[bool]
    stands_again: Mapped[bool]

    __table_args__ = (CheckConstraint("standing in ('elected', 'tied', 'not')", name="standing"), SCHEMA)
