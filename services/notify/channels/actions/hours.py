"""The office's quiet hours and the rate of letters, each decided from a day on, with its reason."""

from datetime import date

from shared import office_settings
from shared.access import Actor
from shared.db import Session
from shared.errors import Invalid
from shared.office_settings import Key


def set_quiet_hours(
    session: Session,
    actor: Actor,
    township_id: int,
    *,
    quiet_from: int,
    quiet_to: int,
    reason: str,
    effective_from: date | None = None,
) -> None:
    """No letters go from one hour to the other; the same hour twice means that none is quiet."""
    decided = {Key.QUIET_FROM: quiet_from, Key.QUIET_TO: quiet_to}
    changed = {key: hour for key, hour in decided.items() if office_settings.number(session, key, township_id) != hour}
    if not changed:
        raise Invalid("时间没有变化。", field="quiet_from")
    for key, hour in changed.items():
        office_settings.put(session, actor, township_id, key, hour, reason=reason, effective_from=effective_from)


def set_rate(
    session: Session,
    actor: Actor,
    township_id: int,
    *,
    per_minute: int,
    reason: str,
    effective_from: date | None = None,
) -> None:
    """How many letters may go in a minute, for all townships together."""
    office_settings.put(
        session, actor, township_id, Key.MAIL_PER_MINUTE, per_minute, reason=reason, effective_from=effective_from
    )
