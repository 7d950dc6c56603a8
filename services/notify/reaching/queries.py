"""How somebody is reached: what he chose, what his posts have, what there is of him; and the posts of a township."""

from typing import NamedTuple

from sqlalchemy import false, select, text

from services.notify.reaching.models import OwnWays, PostWays
from shared.access import Actor
from shared.db import Session, beyond
from shared.errors import NotYours, OutOfReach
from shared.roles import Role


class Reached(NamedTuple):
    """How somebody is told."""

    own: list[str] | None
    posts: list[str] | None
    account: bool
    mail: bool
    phone: bool
    open: list[str]


HIM = text("""
    select coalesce(u.township_id, u.id) as township_id, x.mail_sealed is not null as mail,
      x.phone_sealed is not null as phone
    from office.person x join office.unit u on u.id = x.unit_id where x.id = :person""")
OPEN = text("""
    select array(select distinct kind from notify.way where unit_id = :township and ended_at is null order by kind)""")
OF_POSTS = text("""
    select p.ways from unnest(cast(:posts as text[])) with ordinality l (post, n)
    join notify.post_ways p on p.post = l.post and p.township_id = any (:townships) order by l.n limit 1""")


def own_ways(session: Session, actor: Actor) -> OwnWays | None:
    """What he chose himself."""
    mine = OwnWays.person_id == actor.person_id if actor.person_id is not None else false()
    return session.scalar(select(OwnWays).where(mine))


def reached(session: Session, actor: Actor) -> Reached:
    """How somebody himself is told. NotYours for whoever is nobody: the console."""
    if actor.person_id is None:
        raise NotYours("这里由本人选择，控制台没有本人。")
    own = own_ways(session, actor)
    with beyond(session):  # of the unit to which he belongs a member sees nothing else
        about = session.execute(HIM, {"person": actor.person_id}).one()
        held = {"posts": [role for role, _ in actor.posts], "townships": [about.township_id]}
        posts = session.scalar(OF_POSTS, held)
        open_now = session.scalar(OPEN, {"township": about.township_id}) or []
    return Reached(own.ways if own else None, posts, actor.account_id is not None, about.mail, about.phone, open_now)


def township_of_own(session: Session, actor: Actor) -> int:
    """The township to which somebody belongs."""
    with beyond(session):
        return int(session.execute(HIM, {"person": actor.person_id}).one().township_id)


def office_of(actor: Actor, township_id: int | None, *, looking: bool = False) -> int:
    """The township whose posts somebody decides on; the committee may look. NotYours or OutOfReach."""
    held = actor.units_as(Role.ORGANISER, *([Role.COMMITTEE] if looking else []))
    if not held:
        raise NotYours("各职务用什么方式由乡镇组织委员决定，您没有这个职务。")
    if township_id is not None and township_id not in held:
        raise OutOfReach
    return township_id or held[0]


def of_posts(session: Session, township_id: int) -> dict[str, list[str]]:
    """What a township decided for its posts."""
    rows = session.scalars(select(PostWays).where(PostWays.township_id == township_id))
    return {row.post: row.ways for row in rows}
