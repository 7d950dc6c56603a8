"""The durable work of this service, as rows."""

from shared.db import Base
from shared.jobs import JobRow, job_table_args


class Job(JobRow, Base):
    """A piece of work of activities."""

    __tablename__ = "job"
    __table_args__ = job_table_args("activities")
