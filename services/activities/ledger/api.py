"""The ledger's doors."""

from typing import Annotated

from fastapi import Depends, Query, Response, UploadFile

from services.activities.ledger import actions, queries
from services.activities.ledger.actions import draft_of
from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.sheet import Ledger, read_ledger
from services.activities.ledger.rules.stages import Stage
from services.activities.ledger.schemas import (
    ActivityOut,
    AttachmentOut,
    AttendanceOut,
    Confirmations,
    Correction,
    DisagreeingOut,
    LateOut,
    LedgerOut,
    NewActivity,
    RecordedOut,
    Return,
    RevisionOut,
    TallyOut,
    WholeActivityOut,
    ledger_out,
)
from services.activities.register import queries as register
from shared.files import KINDS, Handed
from shared.lists import Turn
from shared.sheets import understood
from shared.web import Door, Page, Paged, Signed, Unit, UrlId, gives
from shared.web.files import file_taken

door = Door(tags=["ledger"])
Year = Annotated[int, Query(ge=1950, le=2200)]


@door.get("/activities")
def activities(
    page: Paged,
    actor: Signed,
    session: Unit,
    *,
    unit_id: UrlId | None = None,
    year: Year | None = None,
    month: Annotated[int | None, Query(ge=1, le=12)] = None,
    kind: Kind | None = None,
    stage: Stage | None = None,
) -> Page[ActivityOut]:
    """A page of records in reach, the latest first."""
    found = queries.activities(
        session,
        actor,
        unit_id=unit_id,
        year=year,
        month=month,
        kind=kind,
        stage=stage,
        turn=Turn(page.after, limit=page.limit),
    )
    return Page(rows=[ActivityOut.model_validate(activity) for activity in found.rows], next=found.next)


@door.get("/activities/{activity_id}")
def activity(activity_id: UrlId, actor: Signed, session: Unit) -> WholeActivityOut:
    """A record whole, with its attendance and the steps that may be taken."""
    found = queries.activity_in_reach(session, actor, activity_id)
    lines = queries.attendance(session, actor, activity_id)
    return WholeActivityOut(
        **{name: getattr(found, name) for name in WholeActivityOut.model_fields if hasattr(found, name)},
        steps=queries.open_steps(session, actor, found)[0],
        attendance=[AttendanceOut(**dict(zip(AttendanceOut.model_fields, line, strict=True))) for line in lines],
    )


@door.get("/activities/{activity_id}/revisions")
def revisions(activity_id: UrlId, actor: Signed, session: Unit) -> list[RevisionOut]:
    """The earlier forms of a record."""
    queries.activity_in_reach(session, actor, activity_id)
    return [RevisionOut.model_validate(each) for each in queries.revisions(session, actor, activity_id)]


@door.get("/units/{unit_id}/tallies")
def tallies(unit_id: UrlId, year: Year, actor: Signed, session: Unit) -> list[TallyOut]:
    """The counters of a unit's groups for a year."""
    return [TallyOut.model_validate(tally) for tally in queries.tallies(session, actor, unit_id, year)]


@door.post("/activities")
def record_activity(asked: NewActivity, actor: Signed, session: Unit) -> RecordedOut:
    """Write a record, as a draft or handed in at once."""
    made = actions.record_activity(session, actor, asked.group_id, draft_of(asked), submitted=asked.submitted)
    return RecordedOut.model_validate(made)


@door.post("/activities/{activity_id}/submissions")
def submit(activity_id: UrlId, actor: Signed, session: Unit) -> ActivityOut:
    """Hand a record to the secretary."""
    return ActivityOut.model_validate(actions.submit(session, actor, activity_id))


@door.post("/activities/{activity_id}/withdrawals")
def withdraw(activity_id: UrlId, actor: Signed, session: Unit) -> ActivityOut:
    """Take a record back that waits to be confirmed; it is a draft again."""
    return ActivityOut.model_validate(actions.withdraw(session, actor, activity_id))


@door.post("/confirmations")
def confirm(asked: Confirmations, actor: Signed, session: Unit) -> list[ActivityOut]:
    """Confirm records, several at once: all of them, or none."""
    found = actions.confirm(session, actor, asked.activity_ids)
    return [ActivityOut.model_validate(activity) for activity in found]


@door.post("/activities/{activity_id}/returns")
def return_activity(activity_id: UrlId, asked: Return, actor: Signed, session: Unit) -> ActivityOut:
    """Give a record back with a reason."""
    return ActivityOut.model_validate(actions.return_activity(session, actor, activity_id, reason=asked.reason))


@door.post("/activities/{activity_id}/corrections")
def correct(activity_id: UrlId, asked: Correction, actor: Signed, session: Unit) -> ActivityOut:
    """Write a record anew; its earlier form is kept."""
    found = actions.correct(session, actor, activity_id, draft_of(asked), why=asked.why, revision=asked.revision)
    return ActivityOut.model_validate(found)


@door.get("/units/{unit_id}/disagreements")
def entered_late(unit_id: UrlId, actor: Signed, session: Unit) -> list[LateOut]:
    """Of whom in a unit changes that were entered late leave records in disagreement with the register."""
    register.unit_in_reach(session, actor, unit_id)
    return [LateOut.model_validate(each) for each in queries.late_in(session, actor, unit_id)]


@door.get("/people/{person_id}/disagreements")
def disagreements(person_id: UrlId, actor: Signed, session: Unit) -> list[DisagreeingOut]:
    """The records that a change of somebody, entered late, leaves in disagreement with the register."""
    register.person_in_reach(session, actor, person_id)
    return [DisagreeingOut.model_validate(each) for each in queries.disagreeing(session, actor, person_id)]


@door.post("/people/{person_id}/disagreement-corrections")
def leave_out(person_id: UrlId, asked: Confirmations, actor: Signed, session: Unit) -> list[ActivityOut]:
    """Correct those that list him: he is left out of them."""
    done = actions.leave_out(session, actor, person_id, asked.activity_ids)
    return [ActivityOut.model_validate(each) for each in done]


@door.post("/activities/{activity_id}/discards")
def discard(activity_id: UrlId, actor: Signed, session: Unit) -> ActivityOut:
    """Give up a record that was never confirmed."""
    return ActivityOut.model_validate(actions.discard(session, actor, activity_id))


# --- photos and papers ---


@door.get("/activities/{activity_id}/attachments")
def attachments(activity_id: UrlId, actor: Signed, session: Unit) -> list[AttachmentOut]:
    """What is attached to a record."""
    queries.activity_in_reach(session, actor, activity_id)
    return [AttachmentOut.model_validate(each) for each in queries.attachments(session, actor, activity_id)]


@door.post("/activities/{activity_id}/attachments")
def attach(activity_id: UrlId, file: UploadFile, actor: Signed, session: Unit) -> AttachmentOut:
    """Add a photo or a paper to a record that is not confirmed yet."""
    handed = Handed(file.file.read(), file.filename or "")
    (added,) = actions.attach(session, actor, activity_id, [handed])
    return AttachmentOut.model_validate(added)


@door.get("/attachments/{attachment_id}", response_class=Response, responses=gives(*KINDS))
def attachment(attachment_id: UrlId, actor: Signed, session: Unit) -> Response:
    """The file itself."""
    found = actions.take_attachment(session, actor, attachment_id)
    return file_taken(session, found.sha256, found.kind, found.name)


@door.post("/attachments/{attachment_id}/removals")
def remove_attachment(attachment_id: UrlId, actor: Signed, session: Unit) -> list[AttachmentOut]:
    """Take a photo or a paper away; what is left is answered."""
    activity = actions.remove_attachment(session, actor, attachment_id)
    return [AttachmentOut.model_validate(each) for each in queries.attachments(session, actor, activity.id)]


# --- a year's ledger as a file ---


def ledger_in(township_id: UrlId, file: UploadFile, year: Year, actor: Signed, session: Unit) -> Ledger:
    """The year's ledger in an uploaded file, which is opened only for whoever may bring it in."""
    township = actions.may_bring_in(session, actor, township_id).name
    return understood(file.file.read(), read_ledger, name=file.filename or "", year=year, township=township)


SentLedger = Annotated[Ledger, Depends(ledger_in, scope="function")]


@door.post("/townships/{township_id}/ledger-previews")
def preview_ledger(township_id: UrlId, ledger: SentLedger, actor: Signed, session: Unit) -> LedgerOut:
    """What a year's ledger would add; nothing is written."""
    return ledger_out(ledger, actions.preview_ledger(session, actor, township_id, ledger))


@door.post("/townships/{township_id}/ledgers")
def commit_ledger(township_id: UrlId, ledger: SentLedger, actor: Signed, session: Unit) -> LedgerOut:
    """Bring a year's ledger in; bringing it in again changes nothing."""
    return ledger_out(ledger, actions.commit_ledger(session, actor, township_id, ledger))
