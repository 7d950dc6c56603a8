"""The parts of the house, as the bar of every page has them, and what waits in them for whoever looks."""

from collections.abc import Container
from dataclasses import dataclass

from sqlalchemy import text

from shared.access import Actor
from shared.db import Session
from shared.roles import STANDS_IN, Role
from shared.switches import on_for
from shared.systems import System
from shared.todos import Line
from shared.waiting import count_of, lines_of

# The posts that answer for groups, or look at them; whoever keeps the machine or its audit has no business among them.
ANSWERS = frozenset(STANDS_IN) - {Role.KEEPER, Role.AUDITOR}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the house.

    address: where its entry in the bar leads. said: its word there. within: how the addresses of its pages begin.
    roles: the posts that have something in it; None, everybody. system: without which it is not there.
    """

    address: str
    said: str
    within: tuple[str, ...]
    roles: frozenset[Role] | None = None
    system: System | None = None


TODOS, OWN_RECORD = "/activities/todos", "/activities/me"
BUSINESS = "/activities/systems"
SECTIONS = (
    Section(TODOS, "待办", (TODOS, "/activities/desk")),
    Section(BUSINESS, "业务", ("/activities/", "/assessment/choosings"), ANSWERS),
    Section("/activities/register", "名册", ("/activities/register", "/activities/imports"), ANSWERS | {Role.KEEPER}),
    Section("/assessment/", "考核", ("/assessment/",), ANSWERS, System.ASSESSMENT),
    Section("/notify/", "消息", ("/notify/",)),
    Section("/office/", "管理", ("/office/",), frozenset({Role.ORGANISER, Role.KEEPER, Role.AUDITOR})),
)
SERVICES_SAID = {"activities": "活动", "assessment": "考核", "notify": "消息", "office": "管理"}
UNREAD = text("select notify.unread_of(:person)")


def section_of(path: str) -> str:
    """The address of the part in which a page is: where two fit, of the longer beginning; empty where none does."""
    fitting = [(len(each), part.address) for part in SECTIONS for each in part.within if path.startswith(each)]
    return max(fitting, default=(0, ""))[1]


def sections_of(role: Role | None, systems: Container[System]) -> list[Section]:
    """The parts that a post has something in, of the systems that are on; without a post, those that everybody has."""
    mine = [part for part in SECTIONS if part.roles is None or role in part.roles]
    return [part for part in mine if part.system is None or part.system in systems]


def systems_of(session: Session | None, actor: Actor | None) -> frozenset[System]:
    """The systems that are on where somebody acts."""
    return on_for(session, actor.duty[1]) if session and actor and actor.duty else frozenset()


def todos_of(session: Session | None, actor: Actor | None) -> list[Line]:
    """What waits for somebody by any of his posts, the most urgent first."""
    return lines_of(session, actor.account_id, actor.posts) if session and actor else []


def waiting_of(session: Session | None, actor: Actor | None) -> int:
    """How many things wait for the post in which somebody acts."""
    return count_of(session, actor.account_id, *actor.duty) if session and actor and actor.duty else 0


def unread_of(session: Session | None, actor: Actor | None) -> int:
    """How many of somebody's own messages are unread."""
    if session is None or actor is None or actor.person_id is None:
        return 0
    return int(session.scalar(UNREAD, {"person": actor.person_id}) or 0)
