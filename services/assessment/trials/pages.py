"""The page of a trial: change figures in a copy of the scheme, see who would move, and keep it for a later year."""

from fastapi import Request, Response

from services.assessment.cycles.queries import called
from services.assessment.schemes.rules import Grade
from services.assessment.trials import actions
from services.assessment.trials.rules import Figure
from services.assessment.trials.schemas import Next
from shared.errors import Invalid
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/cycles/{cycle_id}")
MOVERS_MAX = 300


@pages.get("/trial")
def trial(view: Viewed, actor: Signed, session: Unit, cycle_id: int, request: Request) -> Html:
    """The form, and what would come of it; nothing is stored, the address says it all."""
    cycle, _ = actions.found(session, actor, cycle_id)
    figures = actions.figures(session, actor, cycle_id)
    names = {figure.name for figure in figures}
    asked = {name: value for name, value in request.query_params.items() if name in names}
    tried, refusal = None, None
    try:
        tried = actions.try_changes(session, actor, cycle_id, asked) if asked else None
    except Invalid as wrong:
        refusal = wrong
    return view.show(
        "trials/trial.html",
        cycle=cycle,
        township=called(session, cycle.id),
        groups=grouped(figures),
        asked=asked,
        trial=tried,
        refusal=refusal,
        movers_max=MOVERS_MAX,
        grades={grade: grade.said for grade in Grade},
    )


def grouped(figures: tuple[Figure, ...]) -> list[tuple[str, list[tuple[Figure, str]]]]:
    """The figures by indicator: its name, and each figure with what is said of it there."""
    groups: dict[str, list[tuple[Figure, str]]] = {}
    for figure in figures:
        first, colon, rest = figure.label.rpartition("：")
        groups.setdefault(first if colon else "总分和等次", []).append((figure, rest))
    return list(groups.items())


@pages.post("/next-schemes")
def keep(view: Viewed, actor: Signed, session: Unit, cycle_id: int, form: Sent) -> Response:
    """Keep the changed scheme for a later year."""
    changes = dict(each.partition("=")[::2] for each in form.all("change"))
    stored = actions.keep_for_next_year(session, actor, cycle_id, form.read(Next, changes=changes))
    return view.to(f"/assessment/schemes/{stored.id}", said=f"已另存，{stored.year_from}年度起适用；本年度不受影响。")
