"""Every change to a delivery: its turn, the wire and what came of it, and what a person does about it."""

from services.notify.channels.actions.again import (
    abandon,
    confirm_deliveries,
    discard_deliveries,
    doubt_letters,
    let_go,
    resend_deliveries,
    resend_unknown,
)
from services.notify.channels.actions.heads import mail_head
from services.notify.channels.actions.hours import set_quiet_hours, set_rate
from services.notify.channels.actions.letters import transmit
from services.notify.channels.actions.turns import let_out, queue_letters, ready_with, send_letters

__all__ = [
    "abandon",
    "confirm_deliveries",
    "discard_deliveries",
    "doubt_letters",
    "let_go",
    "let_out",
    "mail_head",
    "queue_letters",
    "ready_with",
    "resend_deliveries",
    "resend_unknown",
    "send_letters",
    "set_quiet_hours",
    "set_rate",
    "transmit",
]
