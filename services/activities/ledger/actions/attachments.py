"""Photos and papers of a record: added and taken away while it is not confirmed. None is ever asked for."""

from collections.abc import Sequence
from functools import partial

from services.activities.ledger import queries
from services.activities.ledger.models import Activity, Attachment
from services.activities.ledger.rules.stages import OPEN, WRITERS
from shared import clock, kept
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import NotYours, OutOfOrder
from shared.events import AttachmentAdded, AttachmentRemoved, PaperTaken
from shared.files import IMAGES, Handed, Stored

MOST = 5


def attach(session: Session, actor: Actor, activity_id: int, handed: Sequence[Handed]) -> list[Attachment]:
    """Add files to a record; one that is attached already is not added twice. All of them, or none."""
    activity = _open_record(session, actor, activity_id)
    there = {each.sha256: each for each in queries.attachments(session, actor, activity_id)}
    refusal = f"一条记录最多 {MOST} 个附件，请先移除不需要的。"
    add = partial(_add, session, actor, activity)
    return kept.keep_each(session, activity.group_id, handed, there, add, most=MOST, refusal=refusal)


def _add(session: Session, actor: Actor, activity: Activity, stored: Stored) -> Attachment:
    added = Attachment(
        activity_id=activity.id,
        group_id=activity.group_id,
        sha256=stored.sha256,
        kind=stored.kind,
        size=stored.size,
        name=stored.name,
        added_by=actor.account_id,
        added_at=clock.now(session),
    )
    session.add(added)
    session.flush()
    fact = AttachmentAdded(unit_id=activity.group_id, activity_id=activity.id, attachment_id=added.id)
    announce(session, fact, by=actor)
    return added


def remove_attachment(session: Session, actor: Actor, attachment_id: int) -> Activity:
    """Take something away from a record that is not confirmed; the history keeps who did it."""
    attachment = queries.attachment_in_reach(session, actor, attachment_id)
    activity = _open_record(session, actor, attachment.activity_id)
    attachment.removed_at, attachment.removed_by = clock.now(session), actor.account_id
    fact = AttachmentRemoved(unit_id=activity.group_id, activity_id=activity.id, attachment_id=attachment.id)
    announce(session, fact, by=actor)
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
    """The file itself. That a paper was taken is told; a photo is looked at where the record is."""
    found = queries.attachment_in_reach(session, actor, attachment_id)
    if found.kind not in IMAGES:
        fact = PaperTaken(
            unit_id=found.group_id,
            paper="attachment",
            form=found.kind,
            sort="activity",
            thing_id=found.activity_id,
        )
        announce(session, fact, by=actor)
    return found
