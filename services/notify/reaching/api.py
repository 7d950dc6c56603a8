"""The doors of how somebody is reached: one's own ways in order, and the posts' of a township."""

from services.notify.reaching import actions, queries
from services.notify.reaching.rules import POSTS
from services.notify.reaching.schemas import PostRanked, PostWaysShown, Ranked, ReachedShown
from shared.web import Door, Signed, Unit, UrlId, refusals

door = Door(tags=["reaching"])


@door.get("/reaching")
def own(actor: Signed, session: Unit) -> ReachedShown:
    """By which ways one is told oneself."""
    return ReachedShown.model_validate(queries.reached(session, actor)._asdict())


@door.post("/reaching", responses=refusals(409))
def choose(asked: Ranked, actor: Signed, session: Unit) -> ReachedShown:
    """From now on in this order; none at all: back to what one's post has."""
    actions.choose(session, actor, asked.ways)
    return own(actor, session)


@door.get("/reaching/posts")
def posts(actor: Signed, session: Unit, township_id: UrlId | None = None) -> list[PostWaysShown]:
    """By which ways whoever sits in each post is told."""
    chosen = queries.of_posts(session, queries.office_of(actor, township_id, looking=True))
    return [PostWaysShown(post=post, ways=chosen.get(post)) for post in POSTS]


@door.post("/reaching/posts", responses=refusals(409))
def choose_for_post(asked: PostRanked, actor: Signed, session: Unit) -> list[PostWaysShown]:
    """From now on so for a post."""
    actions.choose_for_post(session, actor, asked.post, asked.ways, township_id=asked.township_id)
    return posts(actor, session, asked.township_id)
