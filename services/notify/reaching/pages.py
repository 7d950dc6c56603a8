"""The pages of how somebody is reached: one's own ways in order, and the posts' of a township."""

from fastapi.responses import Response

from services.notify.channels.rules import CHANNELS
from services.notify.reaching import actions, queries
from services.notify.reaching.rules import CHOICES, NEVER, NONE, POSTS, RANKS, said
from services.notify.reaching.schemas import PostRanked, Ranked
from shared import office_settings
from shared.office_settings import Key
from shared.roles import Role
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages()

OPTIONS = [(NONE, NEVER), *((way, CHANNELS[way]) for way in CHOICES)]
WORDS = {"options": OPTIONS, "ranks": list(zip(RANKS, ("先用", "不通时用", "再不通时用"), strict=True)), "said": said}


@pages.get("/reaching")
def own(view: Viewed, actor: Signed, session: Unit) -> Html:
    """By which ways one is told oneself, and when nothing is sent."""
    found = queries.reached(session, actor)
    township = queries.township_of_own(session, actor)
    quiet = [office_settings.number(session, key, township) for key in (Key.QUIET_FROM, Key.QUIET_TO)]
    return view.show(
        "reaching/own.html", found=found, quiet=quiet, decides=bool(actor.units_as(Role.ORGANISER)), **WORDS
    )


@pages.post("/reaching")
def choose(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """From now on in this order."""
    chosen = actions.choose(session, actor, form.read(Ranked).ways)
    return view.to("/notify/reaching", said="已恢复为职务的方式。" if chosen is None else f"已保存：{said(chosen)}。")


@pages.get("/reaching/posts")
def posts(view: Viewed, actor: Signed, session: Unit) -> Html:
    """By which ways whoever sits in each post is told, unless he chose himself."""
    township = queries.office_of(actor, None, looking=True)
    return view.show(
        "reaching/posts.html",
        posts=[(post.value, post.chinese) for post in POSTS],
        chosen=queries.of_posts(session, township),
        edits=township in actor.units_as(Role.ORGANISER),
        **WORDS,
    )


@pages.post("/reaching/posts")
def choose_for_post(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """From now on so for a post."""
    queries.office_of(actor, None)
    asked = form.read(PostRanked)
    chosen = actions.choose_for_post(session, actor, asked.post, asked.ways)
    return view.to("/notify/reaching/posts", said=f"已保存：{asked.post.chinese}，{said(chosen)}。")
