"""The parts of the house, as the bar of every page has them, and what waits in them for whoever looks."""

from sqlalchemy import text

from shared.access import Actor
from shared.db import Session
from shared.roles import STANDS_IN, Role
from shared.waiting import Line, lines_of

TODOS = "/activities/todos"
SECTIONS: tuple[tuple[str, str, frozenset[Role]], ...] = (
    (TODOS, "待办", frozenset(STANDS_IN)),
    ("/activities/", "活动", frozenset()),
    ("/assessment/", "考核", frozenset()),
    ("/notify/", "消息", frozenset()),
    ("/office/", "管理", frozenset({Role.ORGANISER, Role.KEEPER, Role.AUDITOR})),
)
SERVICES_SAID = {address.strip("/"): said for address, said, _ in SECTIONS if address != TODOS}
UNREAD = text("select notify.unread_of(:person)")


def section_of(path: str) -> str:
    """The address of the part in which a page is: of two that fit, the longer; empty where none does."""
    return max((address for address, _, _ in SECTIONS if path.startswith(address)), key=len, default="")


def todos_of(session: Session | None, actor: Actor | None) -> list[Line]:
    """What waits for somebody by any of his posts, the most urgent first."""
    return lines_of(session, actor.account_id, actor.posts) if session and actor else []


def unread_of(session: Session | None, actor: Actor | None) -> int:
    """How many of somebody's own messages are unread."""
    if session is None or actor is None or actor.person_id is None:
        return 0
    return int(session.scalar(UNREAD, {"person": actor.person_id}) or 0)
