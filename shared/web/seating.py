"""The cookies of a sitting and of a device that is known: where nobody can listen, for encrypted addresses alone."""

from fastapi import Request
from fastapi.responses import Response

from shared import access, db
from shared.access.guesses import DEVICE_DAYS
from shared.errors import NotYours
from shared.settings import settings
from shared.web.door import SECURE_COOKIE, comes_from_our_page, cookie_of, service_of
from shared.web.hosts import is_safe
from shared.web.knocking import SECURE_DEVICE, device_cookie_of, whence_of
from shared.web.pages import View

STALE_SECONDS = 7 * 86400  # the server ends a sitting; a token that is over tells whoever comes back late why


def seated(request: Request, view: View, token: str, *, to: str, said: str = "") -> Response:
    """On, with the sitting's token in a cookie that no script can read; what stood there before is over."""
    answer = view.to(to, said=said)
    name = cookie_of(request)
    if before := request.cookies.get(name):
        with db.unit(service_of(request), anyway=True) as session:
            access.leave(session, before)
    seconds = settings().session_hours * 3600 + STALE_SECONDS
    answer.set_cookie(name, token, secure=name == SECURE_COOKIE, httponly=True, samesite="lax", max_age=seconds)
    remember_device(request, answer, token)
    return answer


def remember_device(request: Request, answer: Response, token: str) -> None:
    """Whoever has signed in whole is known at this device from now on, so that no stranger's guessing shuts him out."""
    with db.unit(service_of(request), anyway=True) as session:
        actor = access.actor_of(session, token)
        if actor.awaits:
            return
        device = access.remember(session, actor.account_id or 0, whence_of(request))
    name = device_cookie_of(request)
    answer.set_cookie(
        name, device, secure=name == SECURE_DEVICE, httponly=True, samesite="lax", max_age=DEVICE_DAYS * 86400
    )


def refuse_open_air(request: Request) -> None:
    """In use, nobody signs in where others can listen."""
    if settings().production and not is_safe(request):
        raise NotYours("这里要求加密连接，请用 https 开头的地址打开。")


def refuse_strangers(request: Request) -> None:
    """Nobody is signed in from a page of another house."""
    if not comes_from_our_page(request):
        raise NotYours("这个请求不是从本系统的页面发出的，已拒绝。")
