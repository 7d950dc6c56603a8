"""The year of a township, and the pieces of its run."""

from datetime import date, datetime

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.cycles.rules import CycleStage, OpeningStage
from shared.db import Base


class Cycle(Base):
    """A township's assessment of one year: what it was judged by, its calendar, and what came of its last run."""

    __tablename__ = "cycle"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.unit.id"))
    year: Mapped[int]
    stage: Mapped[str] = mapped_column(Text, default=CycleStage.OPEN)
    run: Mapped[int] = mapped_column(default=0, comment="how often the evidence was collected")
    run_on: Mapped[date | None] = mapped_column(comment="what was due before it is owed; null: the whole year")
    scheme_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("assessment.scheme.id"))
    typed_by_branch: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'"), comment="the keys of its scheme whose points the branches type"
    )
    typed_by_township: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'"), comment="the same of those that the township types"
    )
    rule_set: Mapped[str | None] = mapped_column(Text)
    rule_fingerprint: Mapped[str] = mapped_column(Text)

    opened_on: Mapped[date]
    nomination_due: Mapped[date]
    review_due: Mapped[date]
    rating_due: Mapped[date]
    provisional: Mapped[bool] = mapped_column(default=False, comment="counted over working days not yet published")
    collected_at: Mapped[datetime | None]
    notice_from: Mapped[date | None]
    notice_to: Mapped[date | None]
    notice_township: Mapped[str | None] = mapped_column(
        Text, comment="what it was called when the notice was published"
    )
    notice_phone: Mapped[str | None] = mapped_column(Text, comment="of the office, as it stands in the notice")
    notice_incompetent: Mapped[bool] = mapped_column(
        server_default=text("true"), comment="whether the notice names those"
    )
    published_as: Mapped[int | None] = mapped_column(BigInteger, comment="the happening; what is older was not public")
    recalled_at: Mapped[datetime | None] = mapped_column(comment="when its notice was taken down")
    recalled_why: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(
        comment="when it was broken off without a result, or its opening taken back"
    )
    ended_why: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None]
    reopened: Mapped[int] = mapped_column(server_default="0", comment="how often, after its end")

    cases: Mapped[int] = mapped_column(default=0, comment="leaders on its list")
    chunks: Mapped[int] = mapped_column(default=0)
    chunks_done: Mapped[int] = mapped_column(default=0)
    scored: Mapped[int] = mapped_column(default=0, comment="sheets of the last run")
    assessed: Mapped[int] = mapped_column(default=0, comment="sheets with a total")
    excellent_percent: Mapped[int]
    excellent_allowed: Mapped[int] = mapped_column(default=0)
    quota_line: Mapped[int | None] = mapped_column(Integer, comment="hundredths: the last total within the quota")
    quota_tied: Mapped[int] = mapped_column(
        server_default="0", comment="how many have that total, where some are within the quota and some not"
    )
    digest: Mapped[str | None] = mapped_column(Text, comment="sha256 over the sheets in order")

    __table_args__ = (
        Index(
            "cycle_township_id_year_key",
            "township_id",
            "year",
            unique=True,
            postgresql_where=text("stage <> 'withdrawn'"),
        ),
        {"schema": "assessment"},
    )

    @property
    def stopped(self) -> bool:
        """Whether its run waits for a person."""
        return self.stage == CycleStage.STOPPED


class Opening(Base):
    """A year that is still to open: on which day, and what the office said to it when it was shown what would be."""

    __tablename__ = "opening"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.unit.id"))
    year: Mapped[int]
    stage: Mapped[str] = mapped_column(Text, default=OpeningStage.PLANNED)
    opens_on: Mapped[date]
    put_off_why: Mapped[str | None] = mapped_column(Text)
    cycle_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("assessment.cycle.id"))
    opened_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("stage in ('planned', 'confirmed', 'opened', 'withdrawn')", name="stage"),
        Index(
            "opening_township_id_year_key",
            "township_id",
            "year",
            unique=True,
            postgresql_where=text("stage <> 'withdrawn'"),
        ),
        {"schema": "assessment"},
    )


class Chunk(Base):
    """A span of a township's groups that is collected and scored at once."""

    __tablename__ = "chunk"

    cycle_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("assessment.cycle.id"), primary_key=True)
    run: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    first_group: Mapped[int] = mapped_column(BigInteger)
    last_group: Mapped[int] = mapped_column(BigInteger)
    groups: Mapped[int]
    asked_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    __table_args__ = ({"schema": "assessment"},)
