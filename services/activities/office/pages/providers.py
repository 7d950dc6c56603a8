"""Where people may sign in from besides this house: set up, and ended, by the keeper."""

from fastapi.responses import Response

from services.activities.office.pages.tabs import tabs_of
from services.activities.office.schemas import NewProvider, ProviderEnded
from shared.access import chats, providers
from shared.web import Pages, Signed, Unit
from shared.web.forms import Sent
from shared.web.pages import Html, Viewed
from shared.web.shapes import UrlId

pages = Pages(prefix="/office")


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
    providers.set_provider(session, actor, form.read(NewProvider).wanted())
    return view.to("/office/providers", said="已保存。请先在自己的账号里绑定，试着登录一次。")


@pages.post("/providers/{provider_id}/endings")
def end_provider(view: Viewed, provider_id: UrlId, actor: Signed, session: Unit, form: Sent) -> Response:
    """Nobody signs in by it any more."""
    providers.require_keeper(actor)
    providers.end_provider(session, actor, provider_id, reason=form.read(ProviderEnded).reason)
    return view.to("/office/providers", said="已停用，密钥和绑定都已删除。")
