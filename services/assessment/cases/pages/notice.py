"""The public notice: a poster with names and grades only, and the objections to it."""

from typing import Any

from fastapi import Response

from services.assessment.cases import actions, queries
from services.assessment.cases.actions.notice import MAY_RECORD
from services.assessment.cases.rules import BY_OTHERS, Channel, ObjectionStage, notice_said
from services.assessment.cases.schemas import Answering, Raising, RaisingOnNotice
from services.assessment.cycles.queries import cycle_seen
from services.assessment.cycles.rules import OFFICE, PUBLIC
from services.assessment.schemes.rules import Grade
from shared import clock
from shared.access import Actor
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed
from shared.web.templates import long_date

pages = Pages()
RECORDED = "异议已登记，只记事由，不记反映人。"


@pages.get("/cycles/{cycle_id}/notice")
def poster(view: Viewed, actor: Signed, session: Unit, cycle_id: int) -> Html:
    """The notice as it is posted, with a form for what is objected; out of its days a branch sees its own part."""
    notice = queries.notice_of(session, actor, cycle_id)
    records = bool(actor.units_as(*MAY_RECORD))
    return view.show(
        "cases/notice.html",
        notice=notice,
        said=notice_said(notice.township, notice.year, notice.first, notice.last, notice.phone),
        records=records,
        office=bool(actor.roles_over(notice.township_id) & OFFICE),
        objected=[
            (row.id, f"{row.person}（{row.branch} {row.group}，{Grade(row.grade).said}）")
            for row in notice.rows
            if actor.roles_over(row.branch_id, notice.township_id) & MAY_RECORD
        ],
        mine=actor.units_as(*MAY_RECORD),
        late=clock.today(session) > notice.last,
        objections=queries.objections_in(session, actor, cycle_id) if records else [],
        grades={grade.value: grade.said for grade in Grade},
        stages={stage.value: stage.chinese for stage in ObjectionStage},
        channels={channel.value: channel.chinese for channel in Channel},
        sources=[(channel.value, channel.chinese) for channel in BY_OTHERS],
    )


@pages.post("/cases/{case_id}/objections")
def raise_objection(view: Viewed, actor: Signed, session: Unit, case_id: int, form: Sent) -> Response:
    """Record an objection: the matter, never the person; or one's own."""
    asked = form.read(Raising)
    made = actions.raise_objection(session, actor, case_id, channel=asked.channel, matter=asked.matter)
    said = f"异议已提出，组织委员在{long_date(made.answer_due)}前答复。" if asked.channel is Channel.OWN else RECORDED
    return view.to(f"/assessment/cases/{case_id}", said=said)


@pages.post("/cycles/{cycle_id}/objections")
def raise_on_notice(view: Viewed, actor: Signed, session: Unit, cycle_id: int, form: Sent) -> Response:
    """The same on the notice, which names everybody."""
    cycle_seen(session, actor, cycle_id)
    asked = form.read(RaisingOnNotice)
    made = actions.raise_objection(session, actor, asked.case_id, channel=asked.channel, matter=asked.matter)
    return view.to(f"/assessment/cycles/{made.cycle_id}/notice#objections", said=RECORDED)


@pages.post("/objections/{objection_id}/answers")
def answer(view: Viewed, actor: Signed, session: Unit, objection_id: int, form: Sent) -> Response:
    """Answer one."""
    asked = form.read(Answering)
    objection = actions.answer_objection(
        session, actor, objection_id, upheld=asked.upheld, answer=asked.answer, told=asked.told
    )
    said = "已答复：异议成立，请党委重新评定。" if asked.upheld else "已答复：异议不成立。"
    return view.to(f"/assessment/cycles/{objection.cycle_id}/notice", said=said)


def may_object(actor: Actor, cycle: Any, branch_id: int) -> bool:  # noqa: ANN401  a year that was seen
    """Whether an objection to a result of that branch may be recorded by this person now."""
    return is_public(cycle) and bool(actor.roles_over(branch_id, cycle.township_id) & MAY_RECORD)


def is_public(cycle: Any) -> bool:  # noqa: ANN401  a year that was seen
    """Whether there are published results to object to; after the notice's last day an objection is late."""
    return cycle.stage in PUBLIC and cycle.notice_to is not None
