"""By which names the house is called: those of a setting, those of the machine itself; and where nobody can listen."""

import re

from fastapi import Request

from shared.settings import settings
from shared.web.forms import parts_of

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
NAME = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s\[\]:/?#@\\]+)(?::\d{0,5})?")
NOT_OURS = "这里不用这个网址。请用管理员告诉您的网址打开；管理员可以在设置 XIAOZU_HOSTS 里加上这个名称。"


def host_of(request: Request) -> str:
    """The name by which it is called, small and without its port; empty where what was sent is none."""
    found = NAME.fullmatch(request.headers.get("host", ""))
    return found.group(1).strip("[]").lower().removesuffix(".") if found else ""


def is_ours(request: Request) -> bool:
    """Whether the house answers to that name: any, unless a setting lists them.

    It always answers to the machine's own names, and to the very address at which the request came in.
    """
    named = {name.strip().lower() for name in settings().hosts.split(",") if name.strip()}
    if not named:
        return True
    public = parts_of(settings().public_url)
    reached = request.scope.get("server") or ("", None)
    return host_of(request) in named | LOCAL | {public.hostname if public else None, reached[0]} - {None, ""}


def is_safe(request: Request) -> bool:
    """Whether nobody can listen: over TLS, or on the machine itself."""
    return request.url.scheme == "https" or host_of(request) in LOCAL
