"""Where everybody's work begins: what waits for him."""

from fastapi.responses import RedirectResponse, Response

from shared.web import Pages, Signed
from shared.web.sections import TODOS

pages = Pages()


@pages.get("/")
@pages.get("/desk")
def home(_: Signed) -> Response:
    """On to it; also by the address at which a leader's month and a secretary's morning stood before."""
    return RedirectResponse(TODOS, status_code=303)
