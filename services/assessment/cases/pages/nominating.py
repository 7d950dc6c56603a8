"""Nomination: the secretary puts one leader after the other forward, without losing his place."""

from collections.abc import Sequence
from typing import Any

from fastapi import Response

from services.assessment.cases import actions, queries
from services.assessment.cases.rules import CaseStage
from services.assessment.cases.schemas import Nomination
from services.assessment.cycles.queries import cycle_seen
from services.assessment.schemes.rules import Grade
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import NotYours
from shared.evidence import KINDS
from shared.roles import Role
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/cases")


@pages.get("/{case_id}/nomination")
def nomination(view: Viewed, actor: Signed, session: Unit, case_id: int) -> Html:
    """The form, with what is known of the leader in view."""
    row = queries.case_seen(session, actor, case_id)
    if Role.SECRETARY not in actor.roles_over(row.Case.branch_id, row.Case.township_id):
        raise NotYours("提名由支部书记办理，您没有这个职务。")
    return view.show(
        "cases/nomination.html",
        row=row,
        case=row.Case,
        cycle=cycle_seen(session, actor, row.Case.cycle_id),
        leaders=of_branch(session, actor, row.Case),
        earlier=queries.earlier_years(session, actor, row.Case),
        so_far=queries.year_so_far(session, row.Case),
        kinds=KINDS,
        today=clock.today(session),
        grades=[(grade.value, grade.said) for grade in Grade],
    )


@pages.post("/{case_id}/nominations")
def nominate(view: Viewed, actor: Signed, session: Unit, case_id: int, form: Sent) -> Response:
    """Put him forward, and on to the next who waits."""
    case = actions.nominate(session, actor, case_id, form.read(Nomination))
    session.flush()
    following = next_waiting(of_branch(session, actor, case), case_id)
    if following is None:
        return view.to("/assessment/", said="已提交审查，本支部的党小组长已全部提名。")
    return view.to(f"/assessment/cases/{following.id}/nomination", said="已提交审查，请继续提名下一名。")


def of_branch(session: Session, actor: Actor, case: Any) -> list[Any]:  # noqa: ANN401  a case that was seen
    """The leaders of a case's branch, unit by unit."""
    return [row for row in queries.leaders(session, actor, case.cycle_id) if row.branch_id == case.branch_id]


def next_waiting(leaders: Sequence[Any], case_id: int) -> Any:  # noqa: ANN401  a row, or none
    """The next after this one who waits to be put forward, from the beginning again at the end."""
    ids = [row.id for row in leaders]
    place = ids.index(case_id) + 1 if case_id in ids else 0
    around = [*leaders[place:], *leaders[:place]]
    return next((row for row in around if row.stage == CaseStage.NOMINATION), None)
