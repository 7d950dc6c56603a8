"""The forms in which the office prints: every kind of paper, and which of its own it uses."""

from services.activities.office.pages.tabs import tabs_of
from shared.papers import PAPERS, templates
from shared.web import Html, Pages, Signed, Unit, Viewed

pages = Pages(prefix="/office")


@pages.get("/papers")
def papers(view: Viewed, actor: Signed, session: Unit) -> Html:
    """Every kind of paper, of whichever service, with the version in use."""
    township_id = templates.township_kept(actor)
    return view.show(
        "office/papers.html",
        tabs=tabs_of(actor),
        township=templates.township_named(session, township_id),
        kinds=list(PAPERS.values()),
        used=templates.used_by_kind(session, township_id),
    )
