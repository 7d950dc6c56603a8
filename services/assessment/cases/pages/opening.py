"""Before a year opens: what it opens with, on one page; confirmed, put off, opened by hand, and taken back."""

from typing import Annotated

from fastapi import Query, Response

from services.assessment.cases import actions, queries
from services.assessment.cases.queries import OFFICE
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.rules import OFFICE as OPENERS
from services.assessment.cycles.rules import OPENING_MOVES, OpeningStage, OpeningStep, assessed_year, latest_opening
from services.assessment.cycles.schemas import Opening, PutOff, Withdrawal
from services.assessment.schemes.rules import counted_said, sort_said
from shared import clock
from shared.errors import NotYours
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed
from shared.web.templates import long_date

pages = Pages()
Wanted = Annotated[int | None, Query(ge=1950, le=2200)]
Where = Annotated[int | None, Query(ge=1, le=2**63 - 1)]


@pages.get("/cycles/new")
def new(view: Viewed, actor: Signed, session: Unit, year: Wanted = None, township: Where = None) -> Html:
    """Open a year by hand: what it would open with today, and a tick that it was looked at."""
    townships = cycles.townships_as(session, actor, *OFFICE)
    if not townships:
        raise NotYours("年度考核由组织委员或党委启动，您没有这个职务。")
    where = next((each for each in townships if each.id == township), townships[0])
    today = clock.today(session)
    wanted = year or assessed_year(today)
    return view.show(
        "cycles/new.html",
        options=[(each.id, each.name) for each in townships],
        where=where,
        today=today,
        year=wanted,
        opens=queries.summary_of(session, where.id, wanted, today),
        opened=cycles.cycle_of(session, actor, township_id=where.id, year=wanted),
        counted_said=counted_said,
        sort_said=sort_said,
    )


@pages.post("/cycles")
def open_cycle(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Open it."""
    asked = form.read(Opening, confirmed=bool(form.text("confirmed")))
    cycle = actions.open_by_hand(session, actor, asked)
    said = f"{cycle.year}年度考核已启动，各支部已收到通知。一天以内、还没有人提交材料的，可以撤回。"
    return view.to(f"/assessment/cycles/{cycle.id}", said=said)


@pages.get("/openings/{opening_id}")
def opening(view: Viewed, actor: Signed, session: Unit, opening_id: int) -> Html:
    """What a year will open with on its day."""
    one = cycles.opening_seen(session, actor, opening_id)
    if not actor.roles_over(one.township_id) & OPENERS:
        raise NotYours("年度考核由组织委员或党委启动，您没有这个职务。")
    steps = OPENING_MOVES.open_to(one.stage, roles=actor.roles_over(one.township_id))
    return view.show(
        "cycles/opening.html",
        one=one,
        township=cycles.township(session, one.township_id).name,
        today=clock.today(session),
        latest=latest_opening(one.year),
        opens=queries.summary_of(session, one.township_id, one.year, max(one.opens_on, clock.today(session))),
        confirms=OpeningStep.CONFIRM in steps and one.opens_on >= clock.today(session),
        puts_off=OpeningStep.PUT_OFF in steps,
        word=OpeningStage(one.stage).chinese,
        counted_said=counted_said,
        sort_said=sort_said,
    )


@pages.post("/openings/{opening_id}/confirmations")
def confirm(view: Viewed, actor: Signed, session: Unit, opening_id: int) -> Response:
    """It is as it should be."""
    one = actions.confirm_opening(session, actor, opening_id)
    return view.to(f"/assessment/openings/{one.id}", said=f"已确认，{long_date(one.opens_on)}自动启动。")


@pages.post("/openings/{opening_id}/postponements")
def postpone(view: Viewed, actor: Signed, session: Unit, opening_id: int, form: Sent) -> Response:
    """It opens on another day."""
    asked = form.read(PutOff)
    one = actions.put_off(session, actor, opening_id, opens_on=asked.opens_on, reason=asked.reason)
    return view.to(f"/assessment/openings/{one.id}", said=f"已推迟到{long_date(one.opens_on)}启动。")


@pages.post("/cycles/{cycle_id}/withdrawals")
def withdraw(view: Viewed, actor: Signed, session: Unit, cycle_id: int, form: Sent) -> Response:
    """Take the opening back."""
    cycle = actions.withdraw_opening(session, actor, cycle_id, form.read(Withdrawal).reason)
    return view.to("/assessment/", said=f"{cycle.year}年度考核的启动已撤回，各支部会收到通知。")
