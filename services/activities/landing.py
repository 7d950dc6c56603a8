"""Where somebody's work in activities begins, by the posts that he holds."""

from fastapi.responses import RedirectResponse, Response

from shared.roles import Role
from shared.web import Pages, Signed

pages = Pages()

# Whoever holds several posts lands where the first of these leads.
LANDINGS = (
    (Role.ORGANISER, "/activities/duties"),
    (Role.COMMITTEE, "/activities/duties"),
    (Role.INSPECTOR, "/activities/duties"),
    (Role.SECRETARY, "/activities/desk"),
    (Role.COMMITTEE_MEMBER, "/activities/duties"),
    (Role.LEADER, "/activities/desk"),
    (Role.DEPUTY, "/activities/desk"),
    (Role.KEEPER, "/activities/register/accounts"),
)
OWN_RECORD = "/activities/me"


@pages.get("/")
def home(actor: Signed) -> Response:
    """On to it; whoever has no post sees his own record."""
    held = {role for role, _ in actor.posts}
    return RedirectResponse(next((to for role, to in LANDINGS if role in held), OWN_RECORD), status_code=303)
