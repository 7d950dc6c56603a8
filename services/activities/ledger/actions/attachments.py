"""Photos and papers of a record: added and taken away while it is not confirmed. None is ever asked for."""

from collections.abc import Sequence

from services.activities.ledger import queries
from services.activities.ledger.models import Activity
from services.activities.ledger.queries.attachments import SORT
from services.activities.ledger.rules.stages import OPEN, WRITERS
from services.activities.register.models import Attachment
from shared import attachments
from shared.access import Actor
from shared.attachments import Bearer
from shared.db import Session
from shared.errors import NotYours, OutOfOrder
from shared.events import AttachmentAdded, AttachmentRemoved
from shared.files import Handed

MOST = 5


def attach(session: Session, actor: Actor, activity_id: int, handed: Sequence[Handed]) -> list[Attachment]:
    """Add files to a record; one that is attached already is not added twice. All of them, or none."""
    activity = _open_record(session, actor, activity_id)
    refusal = f"一条记录最多 {MOST} 个附件，请先移除不需要的。"
    bearer = Bearer(SORT, activity.id, activity.group_id, MOST, refusal)
    return attachments.add(
        session,
        actor,
        Attachment,
        bearer,
        handed,
        told=lambda each: AttachmentAdded(unit_id=activity.group_id, activity_id=activity.id, attachment_id=each),
    )


def remove_attachment(session: Session, actor: Actor, attachment_id: int) -> Activity:
    """Take something away from a record that is not confirmed; the history keeps who did it."""
    attachment = queries.attachment_in_reach(session, actor, attachment_id)
    activity = _open_record(session, actor, attachment.thing_id)
    fact = AttachmentRemoved(unit_id=activity.group_id, activity_id=activity.id, attachment_id=attachment.id)
    attachments.remove(session, actor, attachment, fact)
    return activity


def _open_record(session: Session, actor: Actor, activity_id: int) -> Activity:
    """The record, locked, for somebody who writes in it and while it is not confirmed."""
    (activity,) = queries.to_change(session, actor, [activity_id])
    if not actor.roles_over(activity.group_id, activity.branch_id, activity.township_id) & WRITERS:
        raise NotYours("附件由党小组长、副组长或支部书记添加和移除，您没有这个职务。")
    if activity.stage not in OPEN:
        raise OutOfOrder("记录已经确认或作废，不能再改附件；需要时请先更正记录。")
    return activity


def take_attachment(session: Session, actor: Actor, attachment_id: int) -> Attachment:
    """The file itself; that a paper was taken is told."""
    found = queries.attachment_in_reach(session, actor, attachment_id)
    return attachments.taken(session, actor, found, "attachment")
