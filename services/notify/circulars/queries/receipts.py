"""Receipts as a table: how a notice stands with each post of each unit, truly."""

from collections.abc import Sequence

from services.notify.channels.rules import CHANNELS
from services.notify.circulars import queries
from services.notify.circulars.queries import Line
from services.notify.circulars.rules import Stage, came, reached
from services.notify.circulars.schemas import ReceiptLine
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.roles import Role


def receipt_lines(session: Session, actor: Actor, circular_id: int) -> list[ReceiptLine]:
    """How a notice stands with each post of each unit that he may see."""
    found = queries.circular(session, actor, circular_id)
    posts: dict[tuple[int, str], list[Line]] = {}
    for line in queries.lines(session, actor, found):
        posts.setdefault((line.unit_id, line.post), []).append(line)
    waits = found.wants_receipt and found.stage == Stage.SENT
    late = waits and found.due_on is not None and found.due_on < clock.today(session)
    return [receipt_line(lines, waits=waits, late=bool(late), reader=actor.person_id) for lines in posts.values()]


def receipt_line(lines: Sequence[Line], *, waits: bool, late: bool, reader: int | None) -> ReceiptLine:
    """Of one post, from all who were told in it: the receipt of any of them, else how it stands with who has it now.

    reader: who reads it; `his` is what he himself is to confirm, and records for nobody.
    """
    given = next((line for line in lines if line.acknowledged_at), None)
    now = [given] if given else [line for line in lines if not line.passed] or list(lines)
    ways = reached([way for line in now for way in line.ways], CHANNELS)
    said = came(
        told=any(line.person_id for line in now),
        account=any(line.account for line in now),
        read=any(line.read_at for line in now),
        waits=waits,
        receipted=given is not None,
        paper=given is not None and given.paper_on is not None,
        ways=ways,
    )
    return ReceiptLine(
        message_id=now[0].message_id,
        unit=now[0].unit,
        post=Role(now[0].post).chinese,
        people=[f"{line.person}（代收）" if line.stands_in else line.person for line in now if line.person],
        came=said,
        receipted_at=given.acknowledged_at if given else None,
        paper_on=given.paper_on if given else None,
        waits=waits and given is None,
        late=late and given is None,
        vacant=given is None and all(line.person_id is None or line.stands_in for line in now),
        his=reader is not None and any(line.person_id == reader and not line.passed for line in lines),
    )
