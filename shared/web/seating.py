"""The cookie of a sitting: where nobody can listen, under a name that browsers keep for encrypted addresses alone."""

from fastapi import Request
from fastapi.responses import Response

from shared.settings import settings
from shared.web.door import PLAIN_COOKIE, SECURE_COOKIE
from shared.web.pages import View

STALE_SECONDS = 7 * 86400  # the server ends a sitting; a token that is over tells whoever comes back late why
LOCAL = ("localhost", "127.0.0.1", "[::1]", "::1")


def seated(request: Request, view: View, token: str, *, to: str, said: str = "") -> Response:
    """On, with the sitting's token in a cookie that no script can read."""
    answer = view.to(to, said=said)
    safe = is_safe(request)
    name = SECURE_COOKIE if safe else PLAIN_COOKIE
    seconds = settings().session_hours * 3600 + STALE_SECONDS
    answer.set_cookie(name, token, secure=safe, httponly=True, samesite="lax", max_age=seconds)
    return answer


def is_safe(request: Request) -> bool:
    """Whether nobody can listen: over TLS, or on the machine itself."""
    return request.url.scheme == "https" or (request.url.hostname or "") in LOCAL
