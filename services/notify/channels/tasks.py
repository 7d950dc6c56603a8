"""What the clock does about letters. Only transmitting is a try at the outside: one row at a time."""

from typing import Any

from services.notify.channels import actions
from services.notify.messages import actions as messages
from shared import daily
from shared.db import Session
from shared.work import task


@task("notify.send_letters", batch=16, timed=True)
def send_letters(session: Session, payload: dict[str, Any]) -> None:
    """Begin these letters when it is their turn; meanwhile another may sit in the post that one is addressed to."""
    ids = payload["deliveries"]
    among = actions.ready_with(session, ids)
    asked = sorted({*ids, *among})
    messages.pass_on(session, letters=asked)
    messages.hold_off(session, asked)
    actions.send_letters(
        session,
        ids=ids,
        among=among,
        urgent=payload.get("urgent", False),
        reserved=payload.get("reserved", False),
    )


@task("notify.transmit", seconds_max=120, timed=True)
def transmit(session: Session, payload: dict[str, Any]) -> None:
    """Send what was begun."""
    actions.transmit(session, payload["deliveries"])


@task("notify.resend_letters")
def resend_letters(session: Session, payload: dict[str, Any]) -> None:
    """Reminders of unknown fate go once more."""
    actions.resend_unknown(session, ids=payload["deliveries"], urgent=payload.get("urgent", False))


@daily.task("notify.mail_head")
def mail_head(session: Session, _payload: dict[str, Any]) -> None:
    """The head of the chain leaves the house, where a setting says whereto."""
    actions.mail_head(session)
