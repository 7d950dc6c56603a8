"""Where people may sign in from besides this house: set up, and ended, by the keeper."""

from typing import Annotated, Literal

from fastapi.responses import Response
from pydantic import Field, StringConstraints

from services.activities.office.pages.tabs import tabs_of
from shared.access import chats, providers
from shared.shapes import Id, Shape
from shared.web import Pages, Signed, Unit
from shared.web.forms import Sent
from shared.web.pages import Html, Viewed
from shared.web.shapes import UrlId

pages = Pages(prefix="/office")

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class ProviderWanted(Shape):
    """A provider to be set up."""

    township_id: Id
    kind: Literal["wecom", "dingtalk", "oidc"]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=20)]
    place: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""
    client: Short
    secret: Short
    agent: str = Field("", max_length=20)


class Ended(Shape):
    """Why it is ended."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


@pages.get("/providers")
def set_up(view: Viewed, actor: Signed, session: Unit) -> Html:
    """What is set up, how it stands, and the forms for more."""
    township = providers.require_keeper(actor)[0]
    return view.show(
        "office/providers_set_up.html",
        tabs=tabs_of(actor),
        rows=providers.stands(session, actor),
        kinds=providers.KINDS,
        official=chats.OFFICIAL,
        backs={kind: providers.back(kind, township) for kind in providers.KINDS},
        township=township,
    )


@pages.post("/providers")
def set_provider(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Set up, or changed."""
    providers.require_keeper(actor)
    asked = form.read(ProviderWanted).model_dump()
    asked["place"] = asked["place"] or chats.OFFICIAL.get(asked["kind"], "")
    providers.set_provider(session, actor, providers.Wanted(**asked))
    return view.to("/office/providers", said="已保存。请先在自己的账号里绑定，试着登录一次。")


@pages.post("/providers/{provider_id}/endings")
def end_provider(view: Viewed, provider_id: UrlId, actor: Signed, session: Unit, form: Sent) -> Response:
    """Nobody signs in by it any more."""
    providers.require_keeper(actor)
    providers.end_provider(session, actor, provider_id, reason=form.read(Ended).reason)
    return view.to("/office/providers", said="已停用，密钥和绑定都已删除。")
