"""The list of a unit's people: narrowed, sorted, searched, turned a page; and somebody found by a number of his."""

from typing import Annotated, Literal, NamedTuple

from fastapi import Depends, Query

from services.activities.register import actions, queries
from services.activities.register.queries import LOOKS_AT_NUMBERS, Sought
from services.activities.register.rules.words import CIRCUMSTANCES_SAID, MEMBERS_SAID, NUMBERS_SAID
from services.activities.register.schemas import NumberSearch
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.lists import Turn
from shared.people import UnitKind
from shared.roles import Role
from shared.web import Html, Kept, Pages, Sent, Signed, Unit, View, Viewed
from shared.web.lists import Search, Turns
from shared.web.shapes import UrlId

pages = Pages(prefix="/register")
OF_MEMBERS = (Role.LEADER, Role.DEPUTY, Role.SECRETARY, Role.COMMITTEE_MEMBER)
SORTS_SAID = {"name": "姓名", "unit": "党组织", "joined": "入党时间", "born": "年龄", "latest": "最近编入"}


class Filters(NamedTuple):
    """What stands in the query: nothing of anybody."""

    group_id: int | None
    kind: str
    post: str
    circumstance: str
    sort: str


def filtered(
    group_id: Annotated[UrlId | None, Query()] = None,
    kind: Literal["", "full", "probationary"] = "",
    post: Role | None = None,
    circumstance: Literal["", "aged", "ill", "away", "caring"] = "",
    sort: Literal["name", "unit", "joined", "born", "latest"] = "name",
) -> Filters:
    """The filters of a list of people."""
    return Filters(group_id, kind, post or "", circumstance, sort)


Filtered = Annotated[Filters, Depends(filtered)]


@pages.get("/units/{unit_id}/people")
def listing(view: Viewed, unit_id: int, actor: Signed, session: Unit, *, asked: Filtered, turn: Turns) -> Html:
    """The members of a unit by its filters, as they are sorted, so many a page."""
    return shown(view, session, actor, unit_id, sought=Sought(**asked._asdict()), turn=turn)


@pages.post("/units/{unit_id}/people/found")
def find(view: Viewed, unit_id: int, actor: Signed, session: Unit, *, asked: Filtered, form: Sent) -> Kept:
    """Those of them who are called so."""
    queries.unit_in_reach(session, actor, unit_id)
    looked = form.read(Search)
    sought = Sought(**asked._asdict(), words=looked.words)
    return Kept(shown(view, session, actor, unit_id, sought=sought, turn=looked.turn))


def shown(view: View, session: Session, actor: Actor, unit_id: int, *, sought: Sought, turn: Turn) -> Html:
    """A page of the list."""
    unit = queries.unit_in_reach(session, actor, unit_id)
    roles = actor.roles_over(unit.id, unit.branch_id, unit.township_id)
    below = queries.names_below(session, actor, unit.id)
    return view.show(
        "register/listing.html",
        unit=unit,
        here=f"/activities/register/units/{unit.id}/people",
        leaf=queries.listed(session, actor, unit.id, sought, on=clock.today(session), turn=turn),
        sought=sought,
        sorts=SORTS_SAID,
        looks=bool(roles & set(LOOKS_AT_NUMBERS)),
        groups=[(each.id, each.whole_name) for each in below if each.kind == UnitKind.GROUP],
        posts=[(role, role.chinese) for role in OF_MEMBERS],
        roles={role: role.chinese for role in Role},
        said={"members": MEMBERS_SAID, "circumstances": CIRCUMSTANCES_SAID},
    )


@pages.post("/people/numbered")
def find_numbered(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Kept:
    """Whose number that is; the number is on no page and in no address."""
    asked = form.read(NumberSearch)
    found = actions.find_by_number(session, actor, asked.number, reason=asked.reason)
    names = {each.id: each.whole_name for each in queries.names_below(session, actor)}
    rows = [(person.id, person.name, names.get(person.unit_id, "")) for person in found]
    said = NUMBERS_SAID[queries.field_of(asked.number)]
    return Kept(view.show("register/numbered.html", rows=rows, said=said, reason=asked.reason))
