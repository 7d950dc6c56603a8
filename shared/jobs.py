"""The rows in which work stands: each service declares its `job` table in two lines."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class JobState(StrEnum):
    """Where a piece of work stands."""

    READY = "ready"  # to be done, from run_at
    DONE = "done"  # its effect is committed
    DEAD = "dead"  # failed for good: waits for a person
    CANCELLED = "cancelled"  # no longer wanted, or discarded by a person with a reason


class JobRow:
    """The columns of `<service>.job`; each service declares the table in two lines."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    task: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(Text, server_default="ready")
    due_at: Mapped[datetime] = mapped_column(
        server_default=text("office.now()"), comment="never done before it; moves with its deadline"
    )
    run_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))
    attempts: Mapped[int] = mapped_column(server_default="0")
    attempts_max: Mapped[int] = mapped_column(server_default="12")
    last_error: Mapped[str | None] = mapped_column(Text)
    trouble: Mapped[str | None] = mapped_column(Text, comment="of what kind the last error was (shared/troubles.py)")
    discarded_why: Mapped[str | None] = mapped_column(Text)
    passed_over: Mapped[bool] = mapped_column(
        server_default="false", comment="done, and nobody was told: what it was to announce had come already"
    )
    trace: Mapped[str | None] = mapped_column(
        Text,
        server_default=text("nullif(current_setting('app.trace', true), '')"),
        comment="the span that left it, where traces are on (shared/traces)",
    )
    created_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))
    done_at: Mapped[datetime | None]


def job_table_args(schema: str) -> tuple[Any, ...]:
    """Constraints and indexes of a job table: a key is unique within its task; open rows are found at once."""
    return (
        CheckConstraint("state in ('ready', 'done', 'dead', 'cancelled')", name="state"),
        Index("job_task_key_key", "task", "key", unique=True),
        Index("job_ready_idx", "task", "run_at", "id", postgresql_where=text("state = 'ready'")),
        Index("job_dead_idx", "id", postgresql_where=text("state = 'dead'")),
        {"schema": schema},
    )
