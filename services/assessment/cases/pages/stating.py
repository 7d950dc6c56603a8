"""A leader's own statement, on his phone: what his group did stands beside it, so that nothing is typed twice."""

from fastapi import Response

from services.assessment.cases import actions, queries
from services.assessment.cases.schemas import Statement
from services.assessment.cycles.queries import cycle_seen
from shared import clock
from shared.access import SYSTEM
from shared.errors import NotYours
from shared.evidence import KINDS
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/cases")


@pages.get("/{case_id}/statement")
def statement(view: Viewed, actor: Signed, session: Unit, case_id: int) -> Html:
    """The form, with his year in view."""
    row = queries.case_seen(session, actor, case_id)
    if row.Case.person_id != actor.person_id:
        raise NotYours("本人总结由党小组长本人写。")
    return view.show(
        "cases/statement.html",
        row=row,
        case=row.Case,
        cycle=cycle_seen(session, SYSTEM, row.Case.cycle_id),
        so_far=queries.year_so_far(session, row.Case),
        kinds=KINDS,
        today=clock.today(session),
    )


@pages.post("/{case_id}/statements")
def write(view: Viewed, actor: Signed, session: Unit, case_id: int, form: Sent) -> Response:
    """Write it."""
    actions.write_statement(session, actor, case_id, form.read(Statement).statement)
    return view.to(f"/assessment/cases/{case_id}", said="总结已保存，支部提名以前可以再改。")
