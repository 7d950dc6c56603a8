"""Every change of messages: telling, reminding, passing on, reading, acknowledging, the office's own wording."""

from services.notify.messages.actions.passing import hold_off, keep_notices, pass_on
from services.notify.messages.actions.reading import (
    acknowledge_message,
    acknowledge_messages,
    read_all,
    read_message,
    read_messages,
)
from services.notify.messages.actions.reminding import remind, remind_township
from services.notify.messages.actions.resting import let_rest
from services.notify.messages.actions.switching import switch_kind
from services.notify.messages.actions.telling import tell, tell_units
from services.notify.messages.actions.waits import let_notices_rest
from services.notify.messages.actions.wording import restore_wording, set_wording

__all__ = [
    "acknowledge_message",
    "acknowledge_messages",
    "hold_off",
    "keep_notices",
    "let_notices_rest",
    "let_rest",
    "pass_on",
    "read_all",
    "read_message",
    "read_messages",
    "remind",
    "remind_township",
    "restore_wording",
    "set_wording",
    "switch_kind",
    "tell",
    "tell_units",
]
