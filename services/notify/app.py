"""The house of notify put together: its doors, and its work."""

from fastapi import APIRouter

import services.notify.work  # noqa: F401  registers its work
from services.notify.channels.api import door as channels
from services.notify.channels.pages import pages as channel_pages
from services.notify.messages.api import door as messages
from services.notify.messages.pages import pages as message_pages

doors: list[APIRouter] = [messages, channels]
pages: list[APIRouter] = [message_pages, channel_pages]
