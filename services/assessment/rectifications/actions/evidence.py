"""What shows that something was done: files that the branch adds while it is at work on a rectification."""

from collections.abc import Sequence
from functools import partial

from services.assessment.cases.actions.standing import refuse_unless_for_branch
from services.assessment.rectifications import queries
from services.assessment.rectifications.models import EvidenceFile, Rectification
from services.assessment.rectifications.rules import BRANCH, RectificationStage
from shared import clock, kept
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import NotYours, OutOfOrder
from shared.events import EvidenceAdded, EvidenceRemoved, PaperTaken
from shared.files import IMAGES, Handed, Stored

MOST = 10


def attach(session: Session, actor: Actor, rectification_id: int, handed: Sequence[Handed]) -> list[EvidenceFile]:
    """Add files; one that is there already is not added twice. All of them, or none."""
    row = queries.rectification_to_change(session, actor, rectification_id)
    refuse_unless_at_work(session, actor, row)
    return add_files(session, actor, row, handed)


def refuse_unless_at_work(session: Session, actor: Actor, row: Rectification) -> None:
    """Files are the branch's, and only while it works: what was reported stands as it was reported."""
    if not actor.roles_over(row.branch_id, row.township_id) & BRANCH:
        raise NotYours("整改的佐证材料由支部书记上传和移除，您没有这个职务。")
    refuse_unless_for_branch(session, actor, row.branch_id, row.person_id)
    if row.stage != RectificationStage.WORK:
        raise OutOfOrder("整改中才能上传或移除佐证材料；已经上报的，等乡镇退回后再改。")


def add_files(session: Session, actor: Actor, row: Rectification, handed: Sequence[Handed]) -> list[EvidenceFile]:
    """Add files to a rectification that is held by whoever calls."""
    there = {each.sha256: each for each in queries.evidence_files(session, actor, row.id)}
    refusal = f"佐证材料最多 {MOST} 个，请先移除不需要的。"
    add = partial(_add, session, actor, row)
    return kept.keep_each(session, row.group_id, handed, there, add, most=MOST, refusal=refusal)


def _add(session: Session, actor: Actor, row: Rectification, stored: Stored) -> EvidenceFile:
    added = EvidenceFile(
        rectification_id=row.id,
        group_id=row.group_id,
        person_id=row.person_id,
        sha256=stored.sha256,
        kind=stored.kind,
        size=stored.size,
        name=stored.name,
        added_by=actor.account_id,
        added_at=clock.now(session),
    )
    session.add(added)
    session.flush()
    announce(session, EvidenceAdded(unit_id=row.group_id, rectification_id=row.id, file_id=added.id), by=actor)
    return added


def remove(session: Session, actor: Actor, file_id: int) -> Rectification:
    """Take a file away; the row stays, and the history says who did it."""
    found = queries.evidence_file(session, actor, file_id)
    row = queries.rectification_to_change(session, actor, found.rectification_id)
    refuse_unless_at_work(session, actor, row)
    found.removed_at, found.removed_by = clock.now(session), actor.account_id
    announce(session, EvidenceRemoved(unit_id=row.group_id, rectification_id=row.id, file_id=found.id), by=actor)
    return row


def take_evidence(session: Session, actor: Actor, file_id: int) -> EvidenceFile:
    """The file itself. That a paper was taken is told; a photo is looked at where the rectification is."""
    found = queries.evidence_file(session, actor, file_id)
    if found.kind not in IMAGES:
        fact = PaperTaken(
            unit_id=found.group_id,
            paper="evidence",
            form=found.kind,
            sort="rectification",
            thing_id=found.rectification_id,
        )
        announce(session, fact, by=actor)
    return found
