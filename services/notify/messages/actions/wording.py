"""The office's own wording of a telling: a new version with its reason, or back to the shipped text."""

from services.notify.messages import queries
from services.notify.messages.models import Wording
from services.notify.messages.rules import Entry
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict
from shared.events import WordingChanged


def set_wording(
    session: Session,
    actor: Actor,
    entry: Entry,
    *,
    title: str,
    body: str,
    reason: str,
    based_on: int,
    township_id: int | None = None,
) -> Wording:
    """From now on this telling goes out in these words. `based_on` is the version that was on the screen."""
    township = queries.township_of_office(actor, township_id)
    read = entry.from_people(title, body)
    return _add(session, actor, entry, township, words=read, reason=reason, based_on=based_on)


def restore_wording(
    session: Session,
    actor: Actor,
    entry: Entry,
    *,
    reason: str,
    based_on: int,
    township_id: int | None = None,
) -> Wording:
    """Back to the shipped words."""
    township = queries.township_of_office(actor, township_id)
    return _add(session, actor, entry, township, words=(None, None), reason=reason, based_on=based_on)


def _add(
    session: Session,
    actor: Actor,
    entry: Entry,
    township_id: int,
    *,
    words: tuple[str | None, str | None],
    reason: str,
    based_on: int,
) -> Wording:
    """The next version; the earlier ones stay."""
    before = queries.wording(session, actor, township_id, entry.key)
    version = before.version if before else 0
    if version != based_on:
        raise Conflict("这条通知的文字刚被别人改过，请刷新后再看。")
    fact, telling = entry.key
    made = Wording(
        township_id=township_id,
        fact=fact,
        telling=telling,
        version=version + 1,
        title=words[0],
        body=words[1],
        account_id=actor.account_id,
        at=clock.now(session),
        reason=reason,
    )
    session.add(made)
    session.flush()
    announce(session, WordingChanged(unit_id=township_id, wording_id=made.id), by=actor, reason=reason)
    return made
