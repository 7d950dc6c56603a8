"""Notices that want to be acknowledged: each waits for the post, once for its unit, until one who holds it has.

Where nobody holds the post, nor anybody in whom it would find another, it waits all the same: for whoever comes.
"""

from collections.abc import Iterable

from sqlalchemy import text

from shared.db import Session
from shared.roles import Role
from shared.workdays import Deadline

KIND = "notify.acknowledge"

OPEN = text("""
    select office.open_todos(coalesce(jsonb_agg(jsonb_build_object('kind', cast(:kind as text),
      'subject', concat_ws(':', 'notice', m.happening_id, m.telling, m.unit_id), 'unit_id', m.unit_id,
      'post', cast(:post as text), 'due_on', cast(:due as date), 'provisional', cast(:provisional as boolean))), '[]'))
    from (select distinct happening_id, telling, unit_id from notify.message
          where happening_id = :happening and telling = :telling and acknowledged_at is null) m""")

MOVE = text("""
    select office.open_todos(coalesce(jsonb_agg(jsonb_build_object('kind', t.kind, 'subject', t.subject,
      'unit_id', t.unit_id, 'post', t.post, 'due_on', cast(:due as date),
      'provisional', cast(:provisional as boolean))), '[]'))
    from office.todo t
    where t.kind = :kind and t.closed_at is null
      and starts_with(t.subject, concat_ws(':', 'notice', cast(:happening as bigint), cast(:telling as text), ''))""")

CLOSE = text("""
    select office.close_todos(:kind, array(
      select concat_ws(':', 'notice', m.happening_id, m.telling, m.unit_id) from notify.message m
      where m.id = any (:ids)))""")


def let_notices_wait(session: Session, happening_id: int, telling: str, post: Role, due: Deadline) -> None:
    """What was just told waits in each unit to be acknowledged."""
    session.execute(OPEN, _about(happening_id, telling, due) | {"post": post})


def move_notices(session: Session, happening_id: int, telling: str, due: Deadline) -> None:
    """What waits still is due by another day."""
    session.execute(MOVE, _about(happening_id, telling, due))


def _about(happening_id: int, telling: str, due: Deadline) -> dict[str, object]:
    about = {"kind": KIND, "happening": happening_id, "telling": telling}
    return about | {"due": due.day, "provisional": due.provisional}


def let_notices_rest(session: Session, message_ids: Iterable[int]) -> None:
    """Messages have been acknowledged: the post knows, whoever else holds it."""
    session.execute(CLOSE, {"kind": KIND, "ids": list(message_ids)})
