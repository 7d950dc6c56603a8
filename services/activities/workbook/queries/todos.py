"""What waits for whoever looks, and what he has done of it."""

from shared import waiting
from shared.access import Actor
from shared.db import Session
from shared.todos import Line


def todos(session: Session, actor: Actor) -> list[Line]:
    """What waits for somebody by any of his posts, the most urgent first."""
    return waiting.lines_of(session, actor.account_id, actor.posts)


def in_stead(session: Session) -> list[Line]:
    """What whoever stands in for a keeper or an auditor sees at his desk."""
    return waiting.seen_in_stead(session)


def done_today(session: Session, actor: Actor) -> int:
    """How many things that waited he has done today."""
    return waiting.done_today(session, actor.account_id)
