"""What shows that something was done: files that the branch adds while it is at work on a rectification."""

from collections.abc import Sequence

from services.assessment.cases.actions.standing import refuse_unless_for_branch
from services.assessment.rectifications import queries
from services.assessment.rectifications.models import Attachment, Rectification
from services.assessment.rectifications.queries import SORT
from services.assessment.rectifications.rules import AT_WORK, BRANCH
from shared import attachments
from shared.access import Actor
from shared.attachments import Bearer
from shared.db import Session
from shared.errors import NotYours, OutOfOrder
from shared.events import EvidenceAdded, EvidenceRemoved
from shared.files import Handed

MOST = 10


def attach(session: Session, actor: Actor, rectification_id: int, handed: Sequence[Handed]) -> list[Attachment]:
    """Add files; one that is there already is not added twice. All of them, or none."""
    row = queries.rectification_to_change(session, actor, rectification_id)
    refuse_unless_at_work(session, actor, row)
    return add_files(session, actor, row, handed)


def refuse_unless_at_work(session: Session, actor: Actor, row: Rectification) -> None:
    """Files are the branch's, and only while it works: what was reported stands as it was reported."""
    if not actor.roles_over(row.branch_id, row.township_id) & BRANCH:
        raise NotYours("整改的佐证材料由支部书记上传和移除，您没有这个职务。")
    refuse_unless_for_branch(session, actor, row.branch_id, row.person_id)
    refuse_taken_up(session, row)
    if row.stage not in AT_WORK:
        raise OutOfOrder("整改中才能上传或移除佐证材料；已经上报的，等乡镇退回后再改。")


def refuse_taken_up(session: Session, row: Rectification) -> None:
    """As long as the grade is being decided again nobody knows whether there is anything to set right."""
    if queries.is_taken_up(session, row.case_id):
        raise OutOfOrder("这一年度的考核结果正在重新评定，办结以后再办理整改。")


def add_files(session: Session, actor: Actor, row: Rectification, handed: Sequence[Handed]) -> list[Attachment]:
    """Add files to a rectification that is held by whoever calls."""
    refusal = f"佐证材料最多 {MOST} 个，请先移除不需要的。"
    bearer = Bearer(SORT, row.id, row.group_id, MOST, refusal, row.person_id)
    return attachments.add(
        session,
        actor,
        Attachment,
        bearer,
        handed,
        told=lambda each: EvidenceAdded(unit_id=row.group_id, rectification_id=row.id, file_id=each),
    )


def remove(session: Session, actor: Actor, file_id: int) -> Rectification:
    """Take a file away; the row stays, and the history says who did it."""
    found = queries.evidence_file(session, actor, file_id)
    row = queries.rectification_to_change(session, actor, found.thing_id)
    refuse_unless_at_work(session, actor, row)
    fact = EvidenceRemoved(unit_id=row.group_id, rectification_id=row.id, file_id=found.id)
    attachments.remove(session, actor, found, fact)
    return row


def take_evidence(session: Session, actor: Actor, file_id: int) -> Attachment:
    """The file itself; that a paper was taken is told."""
    return attachments.taken(session, actor, queries.evidence_file(session, actor, file_id), "evidence")
