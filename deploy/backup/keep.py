"""Which backups are kept: the last of each of 7 days, 4 weeks and 12 months that have one. Pure."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

DAYS, WEEKS, MONTHS = 7, 4, 12
OLDEST_DAYS = 366  # 一年, as shared/templates/office/privacy.html promises
Span = Callable[[datetime], tuple[int, ...]]

SPANS: tuple[tuple[Span, int], ...] = (
    (lambda at: (at.year, at.month, at.day), DAYS),
    (lambda at: at.isocalendar()[:2], WEEKS),
    (lambda at: (at.year, at.month), MONTHS),
)


def kept(backups: Iterable[datetime]) -> set[datetime]:
    """Those to keep. Days on which there was none do not count: after a pause the old ones are still there.

    But none older than the page on personal data promises, seen from the newest.
    """
    newest_first = sorted(backups, reverse=True)
    newest_first = [at for at in newest_first if newest_first[0] - at <= timedelta(days=OLDEST_DAYS)]
    found: set[datetime] = set()
    for span, most in SPANS:
        last: dict[tuple[int, ...], datetime] = {}
        for at in newest_first:
            last.setdefault(span(at), at)
        found |= set(list(last.values())[:most])
    return found


def is_due(now: datetime, tried: datetime, hour: int) -> bool:
    """Whether the hour has come since the last try; one that passed while the machine was off is made good."""
    moment = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    latest = moment if moment <= now else moment - timedelta(days=1)
    return tried < latest
