"""The list of a unit's people: narrowed by group, kind, post and circumstance, a page after the other."""

from typing import Annotated, Literal

from fastapi import Query

from services.activities.register import queries
from services.activities.register.queries import Sought
from services.activities.register.rules.words import CIRCUMSTANCES_SAID, MEMBERS_SAID
from shared import clock
from shared.people import UnitKind
from shared.roles import Role
from shared.web import Html, Pages, Signed, Unit, Viewed
from shared.web.shapes import PAGE_ROWS, UrlId

pages = Pages(prefix="/register")
Id = Annotated[UrlId | None, Query()]
OF_MEMBERS = (Role.LEADER, Role.DEPUTY, Role.SECRETARY, Role.COMMITTEE_MEMBER)


@pages.get("/units/{unit_id}/people")
def listing(
    view: Viewed,
    unit_id: int,
    actor: Signed,
    session: Unit,
    *,
    group_id: Id = None,
    kind: Literal["", "full", "probationary"] = "",
    post: Role | None = None,
    circumstance: Literal["", "aged", "ill", "away", "caring"] = "",
    after: Id = None,
) -> Html:
    """The members of a unit by its filters, by pinyin, so many a page."""
    unit = queries.unit_in_reach(session, actor, unit_id)
    sought = Sought(group_id, kind, post or "", circumstance)
    found = queries.listed(session, actor, unit.id, sought, on=clock.today(session), after=after, limit=PAGE_ROWS)
    below = queries.names_below(session, actor, unit.id)
    return view.show(
        "register/listing.html",
        unit=unit,
        found=found,
        next=found[-1].id if len(found) == PAGE_ROWS else None,
        sought=sought,
        groups=[(each.id, each.whole_name) for each in below if each.kind == UnitKind.GROUP],
        posts=[(role, role.chinese) for role in OF_MEMBERS],
        roles={role: role.chinese for role in Role},
        said={"members": MEMBERS_SAID, "circumstances": CIRCUMSTANCES_SAID},
    )
