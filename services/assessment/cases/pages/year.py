"""A year: its calendar, what waits, the run with its live bar, and the steps that take it on."""

from fastapi import Request, Response

from services.assessment.cases import actions
from services.assessment.cases.pages.seen import year_of
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.rules import CycleStage
from services.assessment.cycles.schemas import Withdrawal
from shared.db import Session
from shared.web import Html, Pages, Sent, Signed, Unit, View, Viewed, fragment, live
from shared.web.templates import long_date

pages = Pages(prefix="/cycles")


@pages.get("/{cycle_id}")
def year(view: Viewed, actor: Signed, session: Unit, cycle_id: int) -> Html:
    """A year as its calendar; where its opening was taken back, that it was."""
    if gone := cycles.withdrawn(session, actor, cycle_id):
        return view.show("cycles/withdrawn.html", cycle=gone, township=cycles.called(session, gone.id))
    return view.show("cycles/year.html", year=year_of(session, actor, cycle_id))


@pages.get("/{cycle_id}/progress")
def progress(request: Request, view: Viewed, actor: Signed, session: Unit, cycle_id: int) -> Response:
    """How far the run is, as it goes on."""
    cycles.cycle_seen(session, actor, cycle_id)

    def draw(looking: Session) -> tuple[str, bool]:
        cycle = cycles.cycle_seen(looking, actor, cycle_id)
        run = cycles.progress(looking, cycle)
        shown = fragment(request, "cycles/progress.html", "progress", run=run)
        return shown, cycle.stage != CycleStage.COLLECTING

    return live(view, draw)


@pages.post("/{cycle_id}/runs")
def start_run(view: Viewed, actor: Signed, session: Unit, cycle_id: int) -> Response:
    """Collect the evidence and score it."""
    actions.start_run(session, actor, cycle_id)
    return back(view, cycle_id, "已开始汇总，进度显示在下面。")


@pages.post("/{cycle_id}/stops")
def stop_run(view: Viewed, actor: Signed, session: Unit, cycle_id: int) -> Response:
    """Let the run wait."""
    actions.stop_run(session, actor, cycle_id)
    return back(view, cycle_id, "汇总已暂停，已经算好的不会丢。")


@pages.post("/{cycle_id}/continuations")
def go_on(view: Viewed, actor: Signed, session: Unit, cycle_id: int) -> Response:
    """Let it go on."""
    actions.go_on(session, actor, cycle_id)
    return back(view, cycle_id, "汇总继续进行。")


@pages.post("/{cycle_id}/notices")
def publish(view: Viewed, actor: Signed, session: Unit, cycle_id: int) -> Response:
    """Put the results on public notice."""
    cycle = actions.publish_notice(session, actor, cycle_id)
    said = f"公示已开始，到{long_date(cycle.notice_to)}为止。请打印张贴。"
    return view.to(f"/assessment/cycles/{cycle_id}/notice", said=said)


@pages.post("/{cycle_id}/recalls")
def recall(view: Viewed, actor: Signed, session: Unit, cycle_id: int, form: Sent) -> Response:
    """Take the notice down."""
    actions.recall_notice(session, actor, cycle_id, form.read(Withdrawal).reason)
    return back(view, cycle_id, "公示已撤回，收到公示通知的支部会收到撤回通知。")


@pages.post("/{cycle_id}/endings")
def end(view: Viewed, actor: Signed, session: Unit, cycle_id: int, form: Sent) -> Response:
    """Break the year off."""
    cycle = actions.end_cycle(session, actor, cycle_id, form.read(Withdrawal).reason)
    return back(view, cycle_id, f"{cycle.year}年度考核已中止，各支部会收到通知。")


@pages.post("/{cycle_id}/closings")
def close(view: Viewed, actor: Signed, session: Unit, cycle_id: int) -> Response:
    """Make the year final."""
    actions.close_cycle(session, actor, cycle_id)
    return back(view, cycle_id, "本年度考核已办结。")


@pages.get("/{cycle_id}/verification")
def verification(view: Viewed, actor: Signed, session: Unit, cycle_id: int) -> Html:
    """Compute the year again from its frozen evidence, and say what came of it."""
    checked = actions.verify_cycle(session, actor, cycle_id)
    return view.show("cycles/verification.html", year=year_of(session, actor, cycle_id), checked=checked)


def back(view: View, cycle_id: int, said: str) -> Response:
    """Back to the year."""
    return view.to(f"/assessment/cycles/{cycle_id}", said=said)
