"""The ledger's pages: the list of a unit, one record with its steps, what waits, corrections and attachments."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from fastapi.responses import Response
from pydantic import Field

from services.activities.ledger import actions, queries
from services.activities.ledger.actions import MOST, draft_of
from services.activities.ledger.queries import Listed, Roster
from services.activities.ledger.rules.absences import Reason
from services.activities.ledger.rules.changes import changes
from services.activities.ledger.rules.chat import read_roll, roll_said
from services.activities.ledger.rules.kinds import Kind, kinds_of
from services.activities.ledger.rules.stages import (
    KINDS_SAID,
    MOVES,
    OPEN,
    STAGES_SAID,
    WRITERS,
    Attended,
    Stage,
    Step,
)
from services.activities.ledger.rules.words import (
    HAPPENED_SAID,
    MONTHS_SAID,
    REASONS_SAID,
    absence_said,
    hours_said,
)
from services.activities.ledger.schemas import ActivityForm, Confirmations, Correction, Returns
from services.activities.register import queries as register
from shared import clock, files, rolls
from shared.access import Actor
from shared.db import Session
from shared.duties import month_end
from shared.errors import Conflict, Invalid
from shared.files import Handed
from shared.lists import Turn
from shared.web import Form, Html, Kept, Pages, Sent, Signed, Unit, View, Viewed
from shared.web.files import file_taken
from shared.web.lists import Search, Turns
from shared.web.sections import TODOS
from shared.web.shapes import UrlId

pages = Pages()
Id = Annotated[UrlId | None, Query()]
Year = Annotated[Annotated[int, Field(ge=1950, le=2200)] | None, Query()]
Month = Annotated[Annotated[int, Field(ge=1, le=12)] | None, Query()]
WORDS = "words-"
SAID: dict[str, Any] = {
    "kinds": KINDS_SAID,
    "stages": STAGES_SAID,
    "reasons": REASONS_SAID,
    "months": MONTHS_SAID,
    "happened": HAPPENED_SAID,
    "absence_said": absence_said,
    "hours_said": hours_said,
    "accepted": ",".join(f".{kind}" for kind in (*files.KINDS, "jpeg")),
    "most": MOST,
}
SORTS_SAID = {"latest": "日期，新的在前", "earliest": "日期，旧的在前", "unit": "党小组", "kind": "类别"}
WAITING_MOST = 100
YEARS_BACK = 4


# --- lists ---


def filtered(
    *,
    unit_id: Id = None,
    year: Year = None,
    month: Month = None,
    kind: Annotated[Kind | None, Query()] = None,
    stage: Annotated[Stage | None, Query()] = None,
    sort: Literal["latest", "earliest", "unit", "kind"] = "latest",
) -> dict[str, Any]:
    """The filters of a list of records."""
    return {
        "unit_id": unit_id,
        "year": year,
        "month": month,
        "kind": kind,
        "stage": stage,
        "sort": sort,
        "words": "",
    }


Filtered = Annotated[dict[str, Any], Depends(filtered)]


@pages.get("/records")
def records(view: Viewed, actor: Signed, session: Unit, asked: Filtered, turn: Turns) -> Html:
    """The ledger of a group, a branch or a township, by its filters; printed as the office files it."""
    return listed(view, session, actor, asked, turn)


@pages.post("/records/found")
def find(view: Viewed, actor: Signed, session: Unit, asked: Filtered, form: Sent) -> Kept:
    """Those of them whose topic, place or speaker holds some words."""
    looked = form.read(Search)
    return Kept(listed(view, session, actor, asked | {"words": looked.words}, looked.turn))


def listed(view: View, session: Session, actor: Actor, asked: dict[str, Any], turn: Turn) -> Html:
    """A page of the list."""
    today = clock.today(session)
    unit_id = asked["unit_id"]
    asked["year"] = chosen = asked["year"] or (today.year if asked["month"] else None)
    looks = actor if unit_id else actor.acting  # every unit means those of the post that he acts in
    leaf = queries.activities(session, looks, **asked, turn=turn)
    return view.show(
        "ledger/records.html",
        here="/activities/records",
        leaf=leaf,
        names=queries.group_names(session, leaf.rows),
        units=queries.places(session, actor),
        title=queries.unit_name(session, actor, unit_id) if unit_id else "",
        made_up=made_up_on(session, actor, asked, today) if unit_id else None,
        asked=asked,
        sorts=SORTS_SAID,
        years=[(each, f"{each}年") for each in sorted({chosen or today.year, *past_years(today)}, reverse=True)],
        **SAID,
    )


def made_up_on(session: Session, actor: Actor, asked: Mapping[str, Any], today: date) -> date | None:
    """The last day of a month that is over, for whoever writes there: what is made up of January opens in January."""
    year, month = asked["year"], asked["month"]
    if not month or (year, month) >= (today.year, today.month):
        return None
    unit = register.unit_in_reach(session, actor, asked["unit_id"])
    writes = actor.roles_over(unit.id, unit.branch_id) & WRITERS
    return month_end(year, month) if writes else None


def past_years(today: date) -> range:
    """The years to choose from."""
    return range(today.year - YEARS_BACK, today.year + 1)


@pages.get("/records/waiting")
def waiting(view: Viewed, actor: Signed, session: Unit) -> Html:
    """What waits to be confirmed or returned, several at once."""
    return view.show("ledger/waiting.html", **waiting_for(session, actor.acting), **SAID)


def waiting_for(session: Session, actor: Actor) -> dict[str, Any]:
    """The records that somebody may confirm, those that he may not and why, and what is needed to show them."""
    found = queries.waiting(session, actor, limit=WAITING_MOST)
    why_not = queries.barred(session, actor, found)
    ids = [record.id for record in found]
    return {
        "waiting": [record for record in found if record.id not in why_not],
        "why_not": [(record, why_not[record.id]) for record in found if why_not.get(record.id) == queries.OWN],
        "groups": queries.group_names(session, found),
        "absent": queries.absent_from(session, actor, ids),
        "changed": queries.corrected(session, actor, found),
        "writers": queries.names_on(session, actor, ids).accounts,
    }


@pages.post("/records/confirmations")
def confirm(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Confirm what was ticked; what cannot be is named with the reason."""
    _refuse_none(form)
    may, left = actions.sort_out(session, actor, form.read(Confirmations).activity_ids, Step.CONFIRM)
    done = actions.confirm(session, actor, may)
    return view.to(after_step(form), said=f"已确认{len(done)}条记录。{actions.left_said(session, left)}")


@pages.post("/records/returns")
def give_back(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Return what was ticked, with the reason."""
    _refuse_none(form)
    asked = form.read(Returns)
    may, left = actions.sort_out(session, actor, asked.activity_ids, Step.RETURN)
    done = actions.return_activities(session, actor, may, reason=asked.reason)
    said = f"已退回{len(done)}条记录，原因已告诉党小组长。{actions.left_said(session, left)}"
    return view.to(after_step(form), said=said)


def _refuse_none(form: Form) -> None:
    if not form.all("activity_ids"):
        raise Invalid("没有选中任何记录，请先勾选。", field="activity_ids")


def after_step(form: Form) -> str:
    """Back to the page that held the form, as far as it is one of ours."""
    back = form.text("back")
    return back if back.startswith("/activities/") else "/activities/"


# --- one record ---


@pages.get("/records/{activity_id}")
def record(view: Viewed, activity_id: int, actor: Signed, session: Unit) -> Html:
    """A record whole: attendance, attachments, steps, and its history."""
    found = queries.activity_in_reach(session, actor, activity_id)
    roles = actor.roles_over(found.group_id, found.branch_id, found.township_id)
    steps, why_not = queries.open_steps(session, actor, found)
    names = queries.names_on(session, actor, [found.id])
    revisions = queries.revisions(session, actor, found.id)
    forms = [revision.body for revision in revisions] + [actions.form_of(session, actor, found)]
    return view.show(
        "ledger/record.html",
        record=found,
        steps=steps,
        why_not=why_not,
        lists=queries.by_roll(session, found, queries.lists_of(session, actor, [found.id]).get(found.id, [])),
        people=names.people,
        accounts=names.accounts,
        place=queries.group_names(session, [found])[found.group_id],
        attachments=queries.attachments(session, actor, found.id),
        attaches=bool(roles & WRITERS) and found.stage in OPEN,
        history=queries.history(session, actor, found.id),
        revisions=[
            (revision, changes(before, after, names.people))
            for revision, before, after in zip(revisions, forms, forms[1:], strict=False)
        ],
        **SAID,
    )


@pages.post("/records/{activity_id}/submissions")
def submit(view: Viewed, activity_id: int, actor: Signed, session: Unit) -> Response:
    """Hand it in."""
    actions.submit(session, actor, activity_id)
    return view.to(f"/activities/records/{activity_id}", said="已提交，等待支部书记确认。")


@pages.post("/records/{activity_id}/withdrawals")
def withdraw(view: Viewed, activity_id: int, actor: Signed, session: Unit) -> Response:
    """Take it back before it is confirmed."""
    actions.withdraw(session, actor, activity_id)
    return view.to(f"/activities/records/{activity_id}", said="已撤回，现在是草稿，改好后请再提交。")


@pages.post("/records/{activity_id}/discards")
def discard(view: Viewed, activity_id: int, actor: Signed, session: Unit) -> Response:
    """Give it up."""
    actions.discard(session, actor, activity_id)
    return view.to(TODOS, said="这条记录已作废。")


# --- corrections ---


@pages.get("/records/{activity_id}/correct")
def correcting(view: Viewed, activity_id: int, actor: Signed, session: Unit) -> Html:
    """The form of a record, filled in, with the reason why it came back."""
    found = queries.activity_in_reach(session, actor, activity_id)
    roles = actor.roles_over(found.group_id, found.branch_id, found.township_id)
    MOVES.move(found.stage, Step.CORRECT, roles=roles)
    lines = queries.lists_of(session, actor, [found.id]).get(found.id, [])
    roster = queries.roster(session, actor, found.group_id, found.held_on, found.kind)
    is_group = found.branch_id != found.group_id
    offered = kinds_of(found.kind, group=is_group, divided=bool(roster.groups))
    people = queries.names_on(session, actor, [found.id]).people
    return view.show(
        "ledger/correct.html",
        record=found,
        place=queries.group_names(session, [found])[found.group_id],
        roster=roster,
        people=people,
        offered=[(kind, KINDS_SAID[kind]) for kind in offered],
        **stood_of(lines, roster, people),
        submits=Step.SUBMIT in MOVES.open_to(found.stage, roles=roles),
        **SAID,
    )


def stood_of(lines: Iterable[Listed], roster: Roster, people: Mapping[int, str]) -> dict[str, Any]:
    """How each stood on the record, for its form; guests are those who belong to no roll of the day."""
    here = {member.person_id for member in roster.members}
    stood, words = {}, {}
    for line in lines:
        if line.state == Attended.PRESENT:
            stood[line.person_id] = "came" if line.person_id in roster.apart else "present"
        elif line.person_id not in roster.apart:
            stood[line.person_id] = line.reason or Reason.OTHER
            words[line.person_id] = f"{stood[line.person_id]}|{line.words or ''}"
    guests = [(line.person_id, line.name or people.get(line.person_id, "")) for line in lines]
    return {"stood": stood, "words": words, "guests": [guest for guest in guests if guest[0] not in here]}


@pages.post("/records/{activity_id}/corrections")
def correct(view: Viewed, activity_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Write it anew, and hand it in again where that is wanted."""
    before = queries.activity_in_reach(session, actor, activity_id)
    asked = form.read(Correction, recorder_id=before.recorder_id, **roll_of(form))
    read_pasted(session, actor, form, before.group_id, asked)
    actions.correct(session, actor, activity_id, draft_of(asked), why=asked.why, revision=asked.revision)
    attach_to(session, actor, activity_id, form)
    if form.text("submitted"):
        actions.submit(session, actor, activity_id)
    said = "已改好并提交，等待支部书记确认。" if form.text("submitted") else "已更正。"
    return view.to(f"/activities/records/{activity_id}", said=said)


def read_pasted(session: Session, actor: Actor, form: Form, group_id: int, asked: ActivityForm) -> None:
    """Read a chat's list into the form's roll; the form comes back to be looked at, with what was understood."""
    if not form.text("pasted"):
        return
    roster = queries.roster(session, actor, group_id, asked.held_on, asked.kind)
    members = {member.person_id: member.name for member in roster.members}
    read = read_roll(form.text("pasted"), members)
    read.unnamed = [each for each in read.unnamed if each not in roster.apart]
    stood = {each: "came" if each in roster.apart else "present" for each in read.present}
    stood |= {each: why.reason or Reason.OTHER for each, why in read.absent.items() if each not in roster.apart}
    words = {each: f"{stood[each]}|{why.words}" for each, why in read.absent.items() if each in stood}
    if read.present:
        stood |= dict.fromkeys(read.unnamed, Reason.OTHER)
    form.fill({"pasted": "", **{f"{rolls.ROLL}{each}": how for each, how in stood.items()}})
    form.fill({f"{WORDS}{each}": said for each, said in words.items()})
    raise Conflict(roll_said(read, members), field="pasted")


def roll_of(form: Form) -> dict[str, Any]:
    """Who was not there and why, and who came although nothing was asked of him, out of the form's roll."""
    told, absent = rolls.presence(form), []
    for person, stood in told.away.items():
        reason, _, words = form.text(f"{WORDS}{person}").partition("|")
        absent.append({"person_id": person, "reason": stood, "words": (words or None) if reason == stood else None})
    return {"absent": absent, "came": list(told.came)}


# --- photos and papers ---


@pages.post("/records/{activity_id}/attachments")
def attach(view: Viewed, activity_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Add what was chosen."""
    if not form.files("files"):
        raise Invalid("请先选择照片或文件。", field="files")
    attach_to(session, actor, activity_id, form)
    return view.to(f"/activities/records/{activity_id}", said="附件已添加。")


def attach_to(session: Session, actor: Actor, activity_id: int, form: Form) -> None:
    """Add the files of a form, if there are any, to a record."""
    handed = [Handed(upload.content, upload.name) for upload in form.files("files")]
    if handed:
        actions.attach(session, actor, activity_id, handed)


@pages.get("/attachments/{attachment_id}")
def attachment(attachment_id: int, actor: Signed, session: Unit) -> Response:
    """The file itself."""
    found = actions.take_attachment(session, actor, attachment_id)
    return file_taken(session, found.sha256, found.kind, found.name)


@pages.post("/attachments/{attachment_id}/removals")
def remove_attachment(view: Viewed, attachment_id: int, actor: Signed, session: Unit) -> Response:
    """Take it away."""
    activity = actions.remove_attachment(session, actor, attachment_id)
    return view.to(f"/activities/records/{activity.id}", said="附件已移除。")


# --- records that no longer agree with the register ---


@pages.get("/units/{unit_id}/disagreements")
def entered_late(view: Viewed, unit_id: int, actor: Signed, session: Unit) -> Html:
    """Of whom in a unit changes that were entered late leave records in disagreement with the register."""
    unit = register.unit_in_reach(session, actor, unit_id)
    return view.show("ledger/late.html", unit=unit, found=queries.late_in(session, actor, unit_id))


@pages.get("/people/{person_id}/disagreements")
def disagreements(view: Viewed, person_id: int, actor: Signed, session: Unit) -> Html:
    """The records that a change of somebody, entered late, leaves in disagreement with the register."""
    person = register.person_in_reach(session, actor, person_id)
    found = queries.disagreeing(session, actor, person_id)
    return view.show("ledger/disagreements.html", person=person, found=found, said=SAID)


@pages.post("/people/{person_id}/disagreements")
def leave_out(view: Viewed, person_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Correct those chosen: he is left out of them."""
    _refuse_none(form)
    may, left = actions.leavable(session, actor, person_id, form.read(Confirmations).activity_ids)
    done = actions.leave_out(session, actor, person_id, may)
    said = f"已更正{len(done)}条，请支部重新确认。原来的写法都留着。{actions.left_said(session, left)}"
    return view.to(f"/activities/people/{person_id}/disagreements", said=said)
