"""Members and cells of the grid. Of whoever lives there and is no member, there is no column: a test fails for one."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.activities.grid.rules import Sort, Stage
from services.activities.register.models import GridCell
from shared.db import Base
from shared.spans import SpanColumns, alone, laws

HELD = "stage <> 'proposed'"


class CellLink(SpanColumns, Base):
    """A time in which a member lives in a cell, looks after it or keeps touch with households of it."""

    __tablename__ = "cell_link"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger)
    unit_id: Mapped[int] = mapped_column(BigInteger, comment="where the member belonged when it was written")
    person_id: Mapped[int] = mapped_column(BigInteger)
    cell_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("activities.cell.id"))
    sort: Mapped[str] = mapped_column(Text)
    doors: Mapped[str] = mapped_column(Text, server_default="", comment="which households: numbers of doors, no name")
    households: Mapped[int | None] = mapped_column(comment="how many of them")
    stage: Mapped[str] = mapped_column(Text)
    written_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")

    __table_args__ = (
        *laws(),
        CheckConstraint("sort in ('residence', 'contact', 'worker')", name="sort"),
        CheckConstraint("stage in ('proposed', 'in_force', 'ended')", name="stage"),
        alone("cell_link_one_residence_excl", "person_id", where=f"sort = 'residence' and {HELD}"),
        alone("cell_link_one_contact_excl", "person_id", "cell_id", where="sort = 'contact'"),
        alone("cell_link_one_worker_excl", "person_id", "cell_id", where="sort = 'worker'"),
        Index(
            "cell_link_proposed_key",
            "person_id",
            unique=True,
            postgresql_where=text("sort = 'residence' and stage = 'proposed'"),
        ),
        Index("cell_link_cell_id_idx", "cell_id"),
        Index("cell_link_person_id_idx", "person_id"),
        Index("cell_link_township_id_idx", "township_id", "id"),
        {"schema": "activities"},
    )


class Linked(NamedTuple):
    """What a member has to do with a cell."""

    id: int
    cell_id: int
    person_id: int
    name: str
    unit_id: int
    sort: Sort
    doors: str
    households: int | None
    stage: Stage
    starts_on: date
    ends_on: date | None


class Known(NamedTuple):
    """A cell in the tree: how deep, whose it is, how many members of one's reach, how many views go on."""

    cell: GridCell
    depth: int
    members: int
    unit_ids: list[int]
    open_views: int
