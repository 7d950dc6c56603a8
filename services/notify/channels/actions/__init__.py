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
from services.notify.channels.actions.choosing import send_out
from services.notify.channels.actions.heads import mail_head
from services.notify.channels.actions.hours import set_quiet_hours, set_rate
from services.notify.channels.actions.letters import transmit
from services.notify.channels.actions.turns import Turn, let_out, queue_letters, ready_with, send_letters
from services.notify.channels.actions.ways import Wanted, ask_trial, end_way, set_way, try_line

__all__ = [
    "Turn",
    "Wanted",
    "abandon",
    "ask_trial",
    "confirm_deliveries",
    "discard_deliveries",
    "doubt_letters",
    "end_way",
    "let_go",
    "let_out",
    "mail_head",
    "queue_letters",
    "ready_with",
    "resend_deliveries",
    "resend_unknown",
    "send_letters",
    "send_out",
    "set_quiet_hours",
    "set_rate",
    "set_way",
    "transmit",
    "try_line",
]
