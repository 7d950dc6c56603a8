"""Notices that want to be acknowledged: each waits for the post, once for its unit, until one who holds it has."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import text

from shared.db import Session
from shared.roles import Role

KIND = "notify.acknowledge"

OPEN = text("""
    select office.open_todos(coalesce(jsonb_agg(jsonb_build_object('kind', cast(:kind as text),
      'subject', concat_ws(':', 'notice', m.happening_id, m.telling, m.unit_id), 'unit_id', m.unit_id,
      'post', cast(:post as text), 'due_on', cast(:due as date))), '[]'))
    from (select distinct happening_id, telling, unit_id from notify.message
          where happening_id = :happening and telling = :telling and acknowledged_at is null
            and person_id is not null) m""")

CLOSE = text("""
    select office.close_todos(:kind, array(
      select concat_ws(':', 'notice', m.happening_id, m.telling, m.unit_id) from notify.message m
      where m.id = any (:ids)))""")


def let_notices_wait(session: Session, happening_id: int, telling: str, post: Role, due_on: date) -> None:
    """What was just told waits in each unit to be acknowledged; again, with the day that it is due by now."""
    values = {"kind": KIND, "happening": happening_id, "telling": telling, "post": post, "due": due_on}
    session.execute(OPEN, values)


def let_notices_rest(session: Session, message_ids: Iterable[int]) -> None:
    """Messages have been acknowledged: the post knows, whoever else holds it."""
    session.execute(CLOSE, {"kind": KIND, "ids": list(message_ids)})
