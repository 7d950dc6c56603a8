"""The page of one view, with all that may be done with it."""

from typing import Annotated, Any

from fastapi import Query, Response

from services.activities.concerns import actions, queries
from services.activities.concerns.rules import (
    FORMS,
    KINDS,
    NOTES,
    PASTS,
    RESULTS,
    SATISFIED,
    Stage,
    Step,
)
from services.activities.concerns.schemas import (
    Answer,
    Blackening,
    Closing,
    Designation,
    Holding,
    Merging,
    MoreTime,
    Outside,
    Placing,
    Said,
    Telling,
    Why,
)
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.files import KINDS as FILES
from shared.matters.rules import days_late
from shared.papers.press import Made
from shared.roles import Role
from shared.web import Form, Html, Pages, Sent, Signed, Unit, Viewed
from shared.web.files import PaperVersion, taken

pages = Pages(prefix="/concerns")
LIST = "/activities/concerns"
STAGES = {stage.value: stage.chinese for stage in Stage}
Known = Annotated[int | None, Query(ge=1, le=2**63 - 1)]


@pages.get("/{concern_id}/handing.pdf")
def handing(actor: Signed, session: Unit, concern_id: int) -> Response:
    """The slip by which it is handed on, with its receipt."""
    return given(session, actions.take_handing(session, actor, concern_id))


@pages.get("/{concern_id}/handing.docx")
def handing_word(actor: Signed, session: Unit, concern_id: int, version: PaperVersion = 0) -> Response:
    """The same in Word, in the office's own form where one is in use; by `version` as it was printed then."""
    return given(session, actions.take_handing(session, actor, concern_id, form="docx", version=version))


def given(session: Session, made: Made) -> Response:
    """A file that one keeps."""
    return taken(session, made.data, FILES[made.form], made.name)


@pages.get("/{concern_id}")
def concern(view: Viewed, actor: Signed, session: Unit, concern_id: int, usual: Known = None) -> Html:
    """One view: what it is about, whose it is, what may be done, and what happened. `usual`: the answer taken."""
    row = queries.concern(session, actor, concern_id)
    today, steps = clock.today(session), queries.steps_open(session, actor, row)
    answers = queries.usual_answers(session, actor, kind=row.kind) if Step.ANSWER in steps else []
    return view.show(
        "concerns/concern.html",
        one=row,
        here=f"{LIST}/{row.id}",
        today=today,
        late=days_late(row, today),
        steps=[step.value for step in steps],
        stages=STAGES,
        kinds=KINDS,
        names=queries.named(session, [row]),
        post=Role(row.holder_post).chinese,
        results=RESULTS,
        forms=FORMS,
        satisfied=SATISFIED,
        pasts=PASTS,
        cell=queries.cell_said(session, row),
        holders=queries.holders_said(session, row),
        remarks=queries.remarks(session, row),
        history=queries.history(session, row),
        merged=queries.merged(session, actor, row),
        usual=answers,
        taken=next((each for each in answers if each.id == usual), None),
        photos=queries.photos(session, row),
        **_may(session, actor, row, steps),
    )


def _may(session: Session, actor: Actor, row: Any, steps: list[Step]) -> dict[str, Any]:  # noqa: ANN401  a row of the queries
    """What the forms of a view hold, each only for whom it is."""
    asks = queries.may_ask_for_time(session, actor, row)
    return {
        "latest": queries.latest_extension(session, row) if asks else None,
        "decides": queries.may_decide_time(session, actor, row),
        "similar": queries.similar(session, actor, row) if Step.MERGE in steps else [],
        "designates": queries.units_to_designate(session, actor, row) if Step.DESIGNATE in steps else [],
        "remarking": row.ended_on is None and bool(steps),
        "places": queries.cells_to_place_in(session, actor, row) if row.cell_lost and places(actor) else [],
        "asks_again": queries.is_asked_again(session, actor, row),
        "blackens": bool(actor.roles_over(row.township_id) & {Role.ORGANISER}),
        "attaches": row.ended_on is None and bool(queries.roles_over(session, actor, row) & NOTES),
        "photos_most": actions.PHOTOS_MOST,
    }


def places(actor: Actor) -> bool:
    """Whether somebody says in which cell a view is."""
    return bool(actor.units_as(Role.SECRETARY, Role.ORGANISER))


def seen(session: Session, actor: Actor, concern_id: int) -> int:
    """That it is there for whoever asks, before any word is read."""
    return queries.concern(session, actor, concern_id).id


def words(session: Session, form: Form) -> Said:
    """The words of a form; those that name somebody are replaced where that is asked for."""
    if form.text("then") == "clean":
        form.fill({"said": actions.clean(session, form.text("said"))})
    return form.read(Said)


def led(view: Viewed, actor: Actor, session: Session, concern_id: int, said: str) -> Response:
    """Where an act leads: to the view, as long as it is still to be seen; else to the others."""
    session.flush()
    there = queries.sees(session, actor, concern_id)
    return view.to(f"{LIST}/{concern_id}" if there else LIST, said=said)


@pages.post("/{concern_id}/settlements")
def settle(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """It was settled on the spot."""
    seen(session, actor, concern_id)
    row = actions.settle(session, actor, concern_id, words(session, form))
    return led(view, actor, session, row.id, "已记为当场解决。")


@pages.post("/{concern_id}/submissions")
def pass_on(view: Viewed, actor: Signed, session: Unit, concern_id: int) -> Response:
    """Pass it on."""
    row = actions.pass_on(session, actor, concern_id)
    return led(view, actor, session, row.id, "已上交，等上一级受理。")


@pages.post("/{concern_id}/acceptances")
def accept(view: Viewed, actor: Signed, session: Unit, concern_id: int) -> Response:
    """Take it up."""
    row = actions.accept(session, actor, concern_id)
    return led(view, actor, session, row.id, "已受理，请按期答复。")


@pages.post("/{concern_id}/returns")
def give_back(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """Give it back."""
    seen(session, actor, concern_id)
    row = actions.give_back(session, actor, concern_id, words(session, form))
    return led(view, actor, session, row.id, "已退回，原因已写明。")


@pages.post("/{concern_id}/designations")
def designate(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """Say whose it is."""
    seen(session, actor, concern_id)
    row = actions.designate(session, actor, concern_id, form.read(Designation))
    return led(view, actor, session, row.id, "已指定办理单位，不再转交。")


@pages.post("/{concern_id}/escalations")
def pass_up(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """Pass it up to the township."""
    seen(session, actor, concern_id)
    row = actions.pass_up(session, actor, concern_id, words(session, form))
    return led(view, actor, session, row.id, "已上报乡镇。")


@pages.post("/{concern_id}/transfers")
def send_out(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """Hand it to a department or a hotline."""
    seen(session, actor, concern_id)
    row = actions.send_out(session, actor, concern_id, form.read(Outside))
    return led(view, actor, session, row.id, "已登记转外单位办理，有回音后请答复。")


@pages.post("/{concern_id}/answers")
def answer(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """Answer it."""
    seen(session, actor, concern_id)
    row = actions.answer(session, actor, concern_id, form.read(Answer))
    return led(view, actor, session, row.id, "已答复，等待反馈给群众。")


@pages.post("/{concern_id}/tellings")
def tell(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """The answer was brought back."""
    seen(session, actor, concern_id)
    row = actions.tell(session, actor, concern_id, form.read(Telling))
    return led(view, actor, session, row.id, "已登记反馈。")


@pages.post("/{concern_id}/closings")
def close(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """Close it."""
    seen(session, actor, concern_id)
    row = actions.close(session, actor, concern_id, form.read(Closing))
    return led(view, actor, session, row.id, "已了结。")


@pages.post("/{concern_id}/reopenings")
def reopen(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """There are new facts."""
    seen(session, actor, concern_id)
    row = actions.reopen(session, actor, concern_id, words(session, form))
    return led(view, actor, session, row.id, "已重新办理。")


@pages.post("/{concern_id}/mergers")
def merge(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """Merge it into another one."""
    seen(session, actor, concern_id)
    row = actions.merge(session, actor, concern_id, form.read(Merging))
    return led(view, actor, session, row.merged_into or row.id, "已合并到这一条。")


@pages.post("/{concern_id}/withdrawals")
def withdraw(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """Withdraw it."""
    seen(session, actor, concern_id)
    row = actions.withdraw(session, actor, concern_id, words(session, form))
    return led(view, actor, session, row.id, "已撤回。")


@pages.post("/{concern_id}/remarks")
def remark(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """Write something on it."""
    seen(session, actor, concern_id)
    actions.remark(session, actor, concern_id, words(session, form))
    return led(view, actor, session, concern_id, "已记下。")


@pages.post("/{concern_id}/extensions")
def ask_for_time(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """Ask for more time."""
    seen(session, actor, concern_id)
    row = actions.ask_for_time(session, actor, concern_id, form.read(MoreTime))
    return led(view, actor, session, row.id, "已申请延期，由上一级决定。")


@pages.post("/{concern_id}/extensions/grants")
def grant_time(view: Viewed, actor: Signed, session: Unit, concern_id: int) -> Response:
    """Grant it."""
    row = actions.grant_time(session, actor, concern_id)
    return led(view, actor, session, row.id, "已同意延期。")


@pages.post("/{concern_id}/extensions/refusals")
def refuse_time(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """Do not."""
    seen(session, actor, concern_id)
    row = actions.refuse_time(session, actor, concern_id, form.read(Why))
    return led(view, actor, session, row.id, "已记下，期限不变。")


@pages.post("/{concern_id}/follow-ups")
def say_whether_it_holds(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """Whether it is still so."""
    seen(session, actor, concern_id)
    row = actions.say_whether_it_holds(session, actor, concern_id, form.read(Holding))
    return led(view, actor, session, row.id, "已登记回访。")


@pages.post("/{concern_id}/placings")
def place(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """Say in which cell it is now."""
    seen(session, actor, concern_id)
    row = actions.place(session, actor, concern_id, form.read(Placing))
    return led(view, actor, session, row.id, "已放入网格。")


@pages.post("/{concern_id}/blackenings")
def blacken(view: Viewed, actor: Signed, session: Unit, concern_id: int, form: Sent) -> Response:
    """Take words out of it."""
    seen(session, actor, concern_id)
    row = actions.blacken(session, actor, concern_id, form.read(Blackening).words)
    return led(view, actor, session, row.id, "已涂去，原文不再保留。")
