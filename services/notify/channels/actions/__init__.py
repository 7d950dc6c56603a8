"""Every change to a delivery: its turn, the wire and what came of it, and what a person does about it."""

from services.notify.channels.actions.again import (
    abandon,
    confirm_deliveries,
    discard_deliveries,
    doubt_letters,
    let_go,
    resend_deliveries,
    resend_unknown,
    tell_by_telephone,
)
from services.notify.channels.actions.choosing import send_out
from services.notify.channels.actions.heads import mail_head
from services.notify.channels.actions.hours import set_quiet_hours, set_rate
from services.notify.channels.actions.known import note_known
from services.notify.channels.actions.letters import transmit
from services.notify.channels.actions.turns import NOT_LEFT, Turn, let_out, queue_letters, ready_with, send_letters
from services.notify.channels.actions.ways import (
    application,
    ask_trial,
    call_list,
    end_way,
    gateway,
    robot,
    set_way,
    try_line,
)

__all__ = [
    "NOT_LEFT",
    "Turn",
    "abandon",
    "application",
    "ask_trial",
    "call_list",
    "confirm_deliveries",
    "discard_deliveries",
    "doubt_letters",
    "end_way",
    "gateway",
    "let_go",
    "let_out",
    "mail_head",
    "note_known",
    "queue_letters",
    "ready_with",
    "resend_deliveries",
    "resend_unknown",
    "robot",
    "send_letters",
    "send_out",
    "set_quiet_hours",
    "set_rate",
    "set_way",
    "tell_by_telephone",
    "transmit",
    "try_line",
]
