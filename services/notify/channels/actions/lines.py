"""What all workers share of a way out: whether it is closed, for how long, and what is in the way."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.notify.channels import queries
from services.notify.channels.actions.turns import queue_letters
from services.notify.channels.models import Channel
from services.notify.channels.queries import ways
from services.notify.channels.rules import Breaker, Outcome, Result, breaker_after
from shared import clock
from shared.access import SYSTEM
from shared.audit import announce
from shared.db import Session
from shared.events import WayHeld


def note_line(session: Session, line: str, results: Sequence[Result]) -> datetime | None:
    """What these outcomes say of the way out: until when it is closed, if it is, and what is in the way, in words."""
    channel, now = queries.channel_to_change(session, line), clock.now(session)
    before = Breaker(channel.failures, channel.opened, channel.open_until)
    after = breaker_after(before, [result.outcome for result in results if not result.ours], now=now)
    channel.failures, channel.opened, channel.open_until = after.failures, after.opened, after.open_until
    held = next((result for result in results if result.outcome is Outcome.HELD), None)
    if held is not None and held.wait is not None:  # the other side is busy: that is no trouble for anybody to mend
        channel.open_until = now + timedelta(seconds=max(1.0, held.wait))
    elif held is not None:
        if not channel.trouble:
            _tell_keepers(session, line, held.reason or "")
        channel.trouble_at = channel.trouble_at if channel.trouble else now
        channel.trouble = held.reason
    elif any(result.outcome in {Outcome.SENT, Outcome.PERMANENT} for result in results):
        channel.trouble = channel.trouble_at = None
    return channel.open_until


def _tell_keepers(session: Session, line: str, why: str) -> None:
    """Once, when something begins to be in the way: in every township whose messages go there."""
    for unit_id in ways.townships_of_line(session, line):
        announce(session, WayHeld(unit_id=unit_id, line=line, why=why), by=SYSTEM)


def opened(session: Session, line: str, channel: Channel) -> None:
    """It is mended: what waits goes now, not at the end of the pause."""
    channel.failures = channel.opened = 0
    channel.open_until = channel.trouble = channel.trouble_at = None
    waiting = queries.ready_by(session, line)
    queue_letters(session, waiting, key=f"opened:{line}:{clock.now(session).timestamp()}", line=line)
