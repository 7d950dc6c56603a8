"""Traces: from a request through the work that came of it to the delivery, for whoever looks for lost time.

Off unless a setting says where they go, and then nothing of OpenTelemetry's SDK is imported: it costs a process 8 MiB.
A span has ids, names of routes and of work, counts and outcomes, never a name, a text or an address of a person; of an
error its kind. It is carried on in a column of each row of work, by the transaction that leaves it (shared/db.py), so
that all tries of one piece of work hang on the request that asked for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.settings import settings

__all__ = ["carried", "span", "tell"]


@contextmanager
def span(name: str, *, parent: str | None = None, **about: str | int) -> Iterator[None]:
    """What is done in the block is a span; `parent`: what a row of work carries, otherwise the span around it."""
    if not settings().traces:
        yield
        return
    from shared.traces import kept  # noqa: PLC0415  only where somebody looks

    with kept.span(name, parent, about):
        yield


def tell(name: str = "", **about: str | int) -> None:
    """Say more of the span at hand, once it is known; or by which name it goes."""
    if settings().traces:
        from shared.traces import kept  # noqa: PLC0415

        kept.tell(name, about)


def carried() -> str:
    """The span at hand as W3C's `traceparent`, 55 letters without anything else; empty where there is none."""
    if not settings().traces:
        return ""
    from shared.traces import kept  # noqa: PLC0415

    return kept.carried()
