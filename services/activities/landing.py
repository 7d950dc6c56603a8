"""Where somebody's work in activities begins, by the post that he acts in."""

from fastapi.responses import RedirectResponse, Response

from shared.roles import Role
from shared.web import Pages, Signed

pages = Pages()

LANDINGS = {
    Role.ORGANISER: "/activities/duties",
    Role.COMMITTEE: "/activities/duties",
    Role.INSPECTOR: "/activities/duties",
    Role.SECRETARY: "/activities/desk",
    Role.COMMITTEE_MEMBER: "/activities/duties",
    Role.LEADER: "/activities/desk",
    Role.DEPUTY: "/activities/desk",
    Role.KEEPER: "/activities/register/accounts",
}
OWN_RECORD = "/activities/me"


@pages.get("/")
def home(actor: Signed) -> Response:
    """On to it; whoever has no post sees his own record."""
    to = LANDINGS.get(actor.duty[0], OWN_RECORD) if actor.duty else OWN_RECORD
    return RedirectResponse(to, status_code=303)
