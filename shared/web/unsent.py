"""A form that came when its sitting was over: kept for the account that it was made for, and shown again.

What is kept stands sealed among the answers and goes when they go; files are not kept, passwords neither.
"""

from fastapi import Request
from fastapi.responses import Response

from shared import db
from shared.access import Ended
from shared.errors import Conflict, OutOfReach, Refusal
from shared.web.door import Signed, Unit, fingerprint, kept_answer, put_by, service_of
from shared.web.forms import KEY, Form, checked_token, form_of

UNSENT = "/unsent"  # where such a form stands, under its token
SECRETS = {"password", "current", "again", "code"}
NOT_SENT = "提交时登录已经过期，这份内容还没有提交。下面是当时填写的，请核对后再提交一次。"
FILES_GONE = "当时选的文件没有存下，请重新选择。"


class NotSent(Conflict):
    """The page that held a form, with what was typed: nothing came of it yet."""


def keep(request: Request, ended: Ended) -> None:
    """Keep what the request carries, if its form was made for the account whose sitting this was."""
    try:
        form = form_of(request)
        token = checked_token(form, ended.account_id)
    except Refusal:
        return
    entries = [(name, value) for name, value in form.entries if name not in SECRETS]
    key = ".".join(token.split(".")[:2])  # without the part that a copy of a page made up: as many as we gave out
    with db.unit(service_of(request)) as session:
        kept = {"entries": entries, "files": any(upload.name for _, upload in form.uploads)}
        put_by(session, ended.account_id, _name(key), fingerprint(request), kept)
    request.state.unsent = f"{request.scope['root_path']}{UNSENT}/{key}"


def unsent(request: Request, key: str, session: Unit, actor: Signed) -> Response:
    """The form of one's own that was not sent, on its page."""
    kept = kept_answer(session, actor, _name(key))
    if kept is None:
        raise OutOfReach("这里没有您没提交的内容，或者已经过期。请回到原来的页面，重新填写。")
    form = request.state.form = Form([(name, value) for name, value in kept.body["entries"]])
    form.entries.append((KEY, key))
    raise NotSent(NOT_SENT + (FILES_GONE if kept.body["files"] else ""))


def _name(key: str) -> str:
    return f"unsent {key}"
