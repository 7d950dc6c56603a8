"""The house put together: its doors, its work, and what it hears."""

from fastapi import APIRouter

import services.notify.channels.tasks
import services.notify.messages.tasks  # noqa: F401  registers its work
from services.notify.channels.api import door as channels
from services.notify.messages.api import door as messages
from shared.audit import hear

doors: list[APIRouter] = [messages, channels]

hear("notify")
