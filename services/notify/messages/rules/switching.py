"""Which kinds of message a township may switch off: none that is formal, none that guards accounts or machine."""

from services.notify.messages.rules.book import Entry
from services.notify.messages.rules.telling import Kind
from services.notify.messages.rules.topics import Topic

GUARDING = frozenset({Topic.MACHINE, Topic.OFFICE})
LIGHT = frozenset({Kind.INFORMATION, Kind.REMINDER})


def always_on(entry: Entry) -> str:
    """Why a kind cannot be switched off; empty where it can."""
    if entry.telling.kind not in LIGHT:
        return "正式通知和紧急通知不能停用。"
    if entry.topic in GUARDING:
        return "关于账号、职务和系统安全的通知不能停用。"
    return ""
