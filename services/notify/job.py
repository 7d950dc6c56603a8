"""The durable work of this service."""

from shared import work
from shared.db import Base


class Job(work.JobRow, Base):
    """A piece of work of notify."""

    __tablename__ = "job"
    __table_args__ = work.job_table_args("notify")
