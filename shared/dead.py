"""Work that failed for good, in the hands of a person: another chance, or dropped with a reason."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from shared import work
from shared.access import Actor
from shared.audit import announce
from shared.db import Session, after_commit
from shared.errors import NotYours, OutOfOrder, OutOfReach
from shared.events import WorkRedriven
from shared.roles import Role

KEEPERS = (Role.KEEPER, Role.SYSTEM)

DEAD = """
    select id, task, key, attempts, last_error, trouble, created_at, payload from {service}.job
    where state = 'dead' and (cast(:after as bigint) is null or id < :after) order by id desc limit :limit"""

CHOSEN = """
    select id, task, payload from {service}.job where state = 'dead' and id = any(:ids) order by id for update"""

# One attempt stays counted: the work is no longer fresh, and an earlier try may have got as far as the outside.
REDRIVE = "update {service}.job set state = 'ready', attempts = 1, run_at = office.now() where id = :id"
DISCARD = "update {service}.job set state = 'cancelled', discarded_why = :why where id = :id"


def nothing_more(_session: Session, _payload: dict[str, Any]) -> None:
    """Dropping most work leaves nothing behind."""


@dataclass(frozen=True, slots=True)
class DeadWork:
    """The dead work of one service. It is the keeper's, who looks after the machine and not the business."""

    service: str
    names: Mapping[str, str]
    """What people call each kind."""
    indispensable: frozenset[str] = frozenset()
    """Kinds that may only be tried again: something else would wait for them for ever."""
    dropped: Callable[[Session, dict[str, Any]], None] = nothing_more
    """What else becomes of a piece that is dropped, from its payload."""

    def seen_by(self, session: Session, actor: Actor, *, after: int | None, limit: int) -> Sequence[Row[Any]]:
        """What failed for good, the newest first."""
        _require(actor)
        return session.execute(self._of(DEAD), {"after": after, "limit": limit}).all()

    def redrive(self, session: Session, actor: Actor, job_ids: Iterable[int], *, reason: str) -> list[int]:
        """Give work another chance: all of it, or none. OutOfReach where a piece is not dead any more."""
        found = self._chosen(session, actor, job_ids)
        for job in found:
            session.execute(self._of(REDRIVE), {"id": job.id})
            self._note(session, actor, job.id, discarded=False, reason=reason)
        for name in {job.task for job in found}:
            after_commit(session, f"ring:{name}", lambda name=name: work.let_ring(name))  # type: ignore[misc]
        return [job.id for job in found]

    def discard(self, session: Session, actor: Actor, job_ids: Iterable[int], *, reason: str) -> list[int]:
        """Drop work for a reason, which stays with its row: all of it, or none. OutOfReach as above.

        OutOfOrder where a piece is indispensable.
        """
        found = self._chosen(session, actor, job_ids)
        needed = [self.names[job.task] for job in found if job.task in self.indispensable]
        if needed:
            raise OutOfOrder(f"“{needed[0]}”不能放弃，别的工作在等它。请查明原因后重新排队。")
        for job in found:
            session.execute(self._of(DISCARD), {"id": job.id, "why": reason})
            self.dropped(session, job.payload)
            self._note(session, actor, job.id, discarded=True, reason=reason)
        return [job.id for job in found]

    def _of(self, statement: str) -> Any:  # noqa: ANN401  a text clause
        return text(statement.format(service=self.service))

    def _chosen(self, session: Session, actor: Actor, job_ids: Iterable[int]) -> Sequence[Row[Any]]:
        _require(actor)
        wanted = sorted(set(job_ids))
        found = session.execute(self._of(CHOSEN), {"ids": wanted}).all()
        if len(found) != len(wanted):
            raise OutOfReach
        return found

    def _note(self, session: Session, actor: Actor, job_id: int, *, discarded: bool, reason: str) -> None:
        unit_id = actor.units_as(*KEEPERS)[0]
        fact = WorkRedriven(unit_id=unit_id, service=self.service, job_id=job_id, discarded=discarded)
        announce(session, fact, by=actor, reason=reason)


def _require(actor: Actor) -> None:
    if not {role for role, _ in actor.posts} & set(KEEPERS):
        raise NotYours("失败的后台任务由安全管理员处理。")
