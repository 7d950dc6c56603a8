"""Work that failed for good, in the hands of a person: another chance, or dropped with a reason."""

from sqlalchemy import text

from shared import work
from shared.db import Session, after_commit
from shared.errors import OutOfOrder

# One attempt stays counted: the work is no longer fresh, and an earlier try may have got as far as the outside.
REDRIVE = """
    update {service}.job set state = 'ready', attempts = 1, run_at = office.now()
    where id = :id and state = 'dead' returning task"""

DISCARD = """
    update {service}.job set state = 'cancelled', discarded_why = :why
    where id = :id and state = 'dead' returning task"""


def redrive(session: Session, service: str, job_id: int) -> None:
    """Give dead work another chance. OutOfOrder where it is not dead."""
    name = session.scalar(text(REDRIVE.format(service=service)), {"id": job_id})
    if name is None:
        raise OutOfOrder("这项任务不在失败状态，请刷新后再看。")
    after_commit(session, f"ring:{name}", lambda: work.let_ring(name))


def discard(session: Session, service: str, job_id: int, *, why: str) -> None:
    """Drop dead work for a reason, which stays with its row. OutOfOrder where it is not dead."""
    if session.scalar(text(DISCARD.format(service=service)), {"id": job_id, "why": why}) is None:
        raise OutOfOrder("这项任务不在失败状态，请刷新后再看。")
