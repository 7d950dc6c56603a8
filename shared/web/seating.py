"""The cookie of a sitting: where nobody can listen, under a name that browsers keep for encrypted addresses alone."""

from fastapi import Request
from fastapi.responses import Response

from shared.settings import settings
from shared.web.door import SECURE_COOKIE, cookie_of
from shared.web.pages import View

STALE_SECONDS = 7 * 86400  # the server ends a sitting; a token that is over tells whoever comes back late why


def seated(request: Request, view: View, token: str, *, to: str, said: str = "") -> Response:
    """On, with the sitting's token in a cookie that no script can read."""
    answer = view.to(to, said=said)
    name = cookie_of(request)
    seconds = settings().session_hours * 3600 + STALE_SECONDS
    answer.set_cookie(name, token, secure=name == SECURE_COOKIE, httponly=True, samesite="lax", max_age=seconds)
    return answer
