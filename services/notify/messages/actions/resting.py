"""What was told of a year that is broken off, or of a notice that was taken down, asks for nothing any more."""

from typing import Any

from sqlalchemy import text

from services.notify.channels.actions import NOT_LEFT, let_out
from services.notify.messages.actions.waits import let_notices_rest
from shared.db import Session
from shared.events import Fact

TAKEN_BACK = "所通知的事已撤回或者中止"

# What was told before of the same year, of these facts: whoever has not acknowledged it has nothing to acknowledge.
REST = text("""
    update notify.message m set taken_back_at = (select office.now())
    from office.happening h
    where h.id = m.happening_id and h.subject = :subject and h.fact = any (:facts) and h.id < :happening
      and m.taken_back_at is null
    returning m.id""")

# Letters that have not left yet: of these messages, and of whatever else of the system was asked and waits no more.
HOLD = text(f"""
    update notify.delivery d set state = 'suppressed', reason = :reason, within = null from notify.message m
    where m.id = d.message_id and {NOT_LEFT} and d.person_id is not null
      and (m.id = any (:ids) or (m.township_id = :township and m.done_at is not null and exists (
        select from notify.matter x where x.message_id = m.id and x.kind like 'assessment.%'
          and not exists (select from office.todo t where t.kind = x.kind and t.subject = x.subject
            and t.closed_at is null))))
    returning d.id""")


def let_rest(session: Session, fact: Fact, facts: tuple[str, ...]) -> None:
    """What was told by `facts` of what this fact is about waits no more, and its letters do not go any more."""
    about: dict[str, Any] = {"subject": fact.subject, "facts": list(facts), "happening": session.info["happening"]}
    ids = list(session.scalars(REST, about))
    let_notices_rest(session, ids)
    values = {"ids": ids, "reason": TAKEN_BACK, "township": fact.unit_id}
    let_out(session, session.scalars(HOLD, values).all())
