"""What waits for whoever looks."""

from typing import NamedTuple

from shared.access import Actor
from shared.db import Session
from shared.waiting import Line, done_today, lines_of


class Waiting(NamedTuple):
    """What waits for somebody by any of his posts, the most urgent first; and what he has done today."""

    all: list[Line]
    actor: Actor
    done: int

    @property
    def lines(self) -> list[Line]:
        """That for the post in which he acts now."""
        return [line for line in self.all if (line.holder, line.held_in) == self.actor.duty]

    @property
    def others(self) -> int:
        """How much waits for his other posts."""
        return sum(line.count for line in self.all) - sum(line.count for line in self.lines)


def todos(session: Session, actor: Actor) -> Waiting:
    """The desk of whoever looks."""
    found = lines_of(session, actor.account_id, actor.posts)
    return Waiting(found, actor, done_today(session, actor.account_id))
