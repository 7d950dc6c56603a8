"""The houses: what a process of them does in the background. A worker and the sweep load this, and no web."""

from importlib import import_module

import structlog

from shared import queue

WARNING = 30  # of logging, which nothing here needs


def load(services: tuple[str, ...]) -> None:
    """Import the houses' work, so that it and their ears are registered, and hang the bells."""
    for service in services:
        import_module(f"services.{service}.work")
    queue.hang_bells()


def speak_softly() -> None:
    """Log what is worth a look; the rest is for whoever is looking for a mistake."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(WARNING))
