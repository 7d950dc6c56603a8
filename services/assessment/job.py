"""The durable work of this service."""

from shared.db import Base
from shared.jobs import JobRow, job_table_args


class Job(JobRow, Base):
    """Work to be done; see shared/work.py."""

    __tablename__ = "job"
    __table_args__ = job_table_args("assessment")
