"""The house of notify put together: its doors, and its work."""

from fastapi import APIRouter

from services.notify.channels.api import door as channels
from services.notify.channels.pages import pages as channel_pages
from services.notify.circulars.actions import PRESSES
from services.notify.circulars.api import door as circulars
from services.notify.circulars.pages import pages as circular_pages
from services.notify.messages.api import door as messages
from services.notify.messages.pages import pages as message_pages
from services.notify.reaching.api import door as reaching
from services.notify.reaching.pages import pages as reaching_pages
from services.notify.work import DEAD
from shared.web import dead_work, papers

doors: list[APIRouter] = [
    messages,
    circulars,
    reaching,
    channels,
    papers.door_of("notify"),
    dead_work.door_of(DEAD),
]
pages: list[APIRouter] = [
    message_pages,
    circular_pages,
    reaching_pages,
    channel_pages,
    papers.pages_of("notify", PRESSES),
    dead_work.pages_of(DEAD),
]
