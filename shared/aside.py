"""Stepping aside: whoever will stand still in a thread without a connection gives his place among the working back.

The web lets in so many at once (shared/web/inside.py), for the sake of its connections. Who waits for a password to be
looked at, rests after a wrong one or waits for a provider needs none: his queues are counted in threads, of which there
are more, and strangers who fill them must not fill the office.
"""

from collections.abc import Callable
from contextvars import ContextVar

_leave: ContextVar[Callable[[], object] | None] = ContextVar("leave", default=None)


def step_aside() -> None:
    """From now on this request takes nobody's place; nothing where none was taken, or it was given back before."""
    if leave := _leave.get():
        leave()


def by(leave: Callable[[], object]) -> None:
    """How the request at hand gives its place back, from whichever thread."""
    _leave.set(leave)
