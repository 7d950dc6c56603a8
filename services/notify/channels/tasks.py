"""What the clock does about letters. Only transmitting is a try at the outside: one row at a time."""

from typing import Any

from services.notify.channels import actions
from services.notify.channels.rules import MAIL
from services.notify.messages import actions as messages
from shared import daily
from shared.db import Session
from shared.work import task


@task("notify.send_letters", batch=16, timed=True)
def send_letters(session: Session, payload: dict[str, Any]) -> None:
    """Begin these letters when it is their turn; meanwhile another may sit in the post that one is addressed to."""
    ids, line = payload["deliveries"], payload.get("line", MAIL)
    among = actions.ready_with(session, ids) if line == MAIL else []
    asked = sorted({*ids, *among})
    messages.pass_on(session, letters=asked)
    messages.hold_off(session, asked)
    urgent, reserved = payload.get("urgent", False), payload.get("reserved", False)
    actions.send_letters(session, actions.Turn(ids, line, urgent, reserved), among=among)


@task("notify.transmit", seconds_max=120, timed=True)
def transmit(session: Session, payload: dict[str, Any]) -> None:
    """Send what was begun."""
    actions.transmit(session, payload["deliveries"], payload.get("line", MAIL))


@task("notify.resend_letters")
def resend_letters(session: Session, payload: dict[str, Any]) -> None:
    """Reminders of unknown fate go once more."""
    actions.resend_unknown(session, ids=payload["deliveries"], urgent=payload.get("urgent", False))


@task("notify.try_line", seconds_max=120)
def try_line(session: Session, payload: dict[str, Any]) -> None:
    """A test message that somebody asked for."""
    actions.try_line(session, payload["line"], payload["person"])


@daily.task("notify.mail_head")
def mail_head(session: Session, _payload: dict[str, Any]) -> None:
    """The head of the chain leaves the house, where a setting says whereto."""
    actions.mail_head(session)
