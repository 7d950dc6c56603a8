"""What follows from grades: the quota's warning, and the run of years that leads to a proposal of replacement."""

from __future__ import annotations

from collections.abc import Iterable

from services.assessment.schemes.rules.scoring import Grade


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
