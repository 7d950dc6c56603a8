"""Choosing ways: one's own, and those of a post."""

from collections.abc import Sequence

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert

from services.notify.reaching import queries
from services.notify.reaching.models import OwnWays, PostWays
from services.notify.reaching.rules import ordered, said
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import NotYours
from shared.events import WaysChosen
from shared.roles import Role

OWN_UNIT = text("select office.own_unit()")


def choose(session: Session, actor: Actor, ways: Sequence[str]) -> list[str] | None:
    """By which ways he himself is told from now on, in their order; none at all: back to his post's."""
    if actor.person_id is None:
        raise NotYours("这里由本人选择，控制台没有本人。")
    before = queries.own_ways(session, actor)
    chosen = ordered(ways) if ways else None
    if chosen is None:
        session.execute(delete(OwnWays).where(OwnWays.person_id == actor.person_id))
    else:
        row = {"person_id": actor.person_id, "ways": chosen, "set_at": clock.now(session)}
        put = insert(OwnWays).values(row)
        session.execute(put.on_conflict_do_update(index_elements=["person_id"], set_=row))
    fact = WaysChosen(
        unit_id=int(session.scalar(OWN_UNIT) or 0),
        person_id=actor.person_id,
        before=said(before.ways if before else None),
        after=said(chosen),
    )
    announce(session, fact, by=actor)
    return chosen


def choose_for_post(
    session: Session, actor: Actor, post: Role, ways: Sequence[str], *, township_id: int | None = None
) -> list[str] | None:
    """By which ways whoever sits in a post is told, unless he chose himself; none at all: back to how it ships."""
    township = queries.office_of(actor, township_id)
    before = queries.of_posts(session, township).get(post)
    chosen = ordered(ways) if ways else None
    if chosen is None:
        session.execute(delete(PostWays).where(PostWays.township_id == township, PostWays.post == post))
    else:
        row = {"township_id": township, "post": post.value, "ways": chosen}
        row |= {"set_by": actor.account_id, "set_at": clock.now(session)}
        put = insert(PostWays).values(row)
        session.execute(put.on_conflict_do_update(index_elements=["township_id", "post"], set_=row))
    fact = WaysChosen(unit_id=township, post=post.value, before=said(before), after=said(chosen))
    announce(session, fact, by=actor)
    return chosen
