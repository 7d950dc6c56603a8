"""What follows from grades: the quota's warning, and the run of years that leads to a proposal of replacement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.assessment.schemes.rules.scoring import Grade

PER_CENT = 100


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """How many may be excellent, and the total (hundredths) of the last of them; without a total nobody is within it.

    tied: so many have that total, where the line would cut between them.
    """

    allowed: int
    total: int | None
    tied: int

    def beyond(self, total: int) -> bool:
        """Whether the quota leaves no room for this total."""
        return self.total is None or total < self.total

    def cuts(self, total: int) -> bool:
        """Whether the line would cut between those with this total: a person decides."""
        return self.tied > 0 and total == self.total


def quota_line(totals: Iterable[tuple[int, bool]], *, percent: int) -> QuotaLine:
    """The line under (total, vetoed) of everybody with a total who takes part: a vetoed leader takes no place.

    The statement of a run draws the same one (cases/actions/seal).
    """
    known = list(totals)
    allowed = len(known) * percent // PER_CENT
    ranked = sorted((total for total, vetoed in known if not vetoed), reverse=True)
    within = ranked[:allowed]
    if not within:
        return QuotaLine(allowed, None, 0)
    cut = ranked[allowed : allowed + 1] == within[-1:]
    return QuotaLine(allowed, within[-1], ranked.count(within[-1]) if cut else 0)


def places(totals: Mapping[int, tuple[int | None, bool]]) -> dict[int, int]:
    """The place of each case by its (total, vetoed): equal totals share one, and the next is as many places below.

    Without a total, or with a veto, there is none.
    """
    ranked = {case: total for case, (total, vetoed) in totals.items() if total is not None and not vetoed}
    ordered = sorted(ranked.values(), reverse=True)
    first: dict[int, int] = {}
    for place, total in enumerate(ordered, start=1):
        first.setdefault(total, place)
    return {case: first[total] for case, total in ranked.items()}


def quota_warning(*, excellent: int, assessed: int, percent: int) -> str | None:
    """A sentence where more are excellent than the quota allows; it only warns, and an override wants a reason."""
    allowed = assessed * percent // 100
    if excellent <= allowed:
        return None
    return (
        f"评定为优秀的有 {excellent} 人，超过参加考核 {assessed} 人的 {percent}%（{allowed} 人）。"
        "确需超出的，请写明理由，理由会留存备查。"
    )


def consecutive_incompetent(history: Iterable[tuple[int, Grade | None]]) -> int:
    """How many assessed years in a row, up to the last one, were incompetent, for one person in the post.

    A year without a grade was not assessed: it neither counts nor breaks the run.
    """
    run = 0
    for _, grade in sorted(history, key=lambda year: year[0]):
        if grade is not None:
            run = run + 1 if grade == Grade.INCOMPETENT else 0
    return run
