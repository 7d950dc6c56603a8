"""Which systems a township has switched on, and since when: what is off is not owed, and nothing is done in it.

The decisions are dated settings (shared/office_settings): a past that was judged while a system was on stays as it was.
"""

from datetime import date

from sqlalchemy import func, select

from shared import clock, office_settings, rule_versions
from shared.db import Session
from shared.duties import Duty
from shared.errors import OutOfOrder
from shared.evidence import KINDS
from shared.office_settings import DEFAULTS, Key
from shared.people import Unit
from shared.rulebase import Bearer
from shared.settings import settings
from shared.systems import SYSTEMS, System


def on_in(session: Session, township_id: int | None, day: date | None = None) -> frozenset[System]:
    """What is on in a township on a day, today unless one is given; a part comes and goes with what it is a part of."""
    chosen = DEFAULTS[Key.SYSTEMS](settings())
    for start, value in office_settings.dated(session, Key.SYSTEMS, township_id):
        if start <= (day or clock.today(session)):
            chosen = value
    named = chosen if isinstance(chosen, list) else []
    return frozenset(each for each in System if (SYSTEMS[each].part_of or each) in named)


def on_for(session: Session, unit_id: int) -> frozenset[System]:
    """What is on today in the township of a unit."""
    township = select(func.coalesce(Unit.township_id, Unit.id)).where(Unit.id == unit_id)
    return on_in(session, session.scalar(township))


def is_on(session: Session, system: System, township_id: int | None) -> bool:
    """Whether a system is on today."""
    return system in on_in(session, township_id)


def require_on(session: Session, system: System, township_id: int | None) -> None:
    """Refuse what would be done in a system that is off (409); what was done before stays to be read."""
    if not is_on(session, system, township_id):
        title = SYSTEMS[system].title
        raise OutOfOrder(
            f"本乡镇没有开通“{title}”，不能办理；以前的记录可以照常查看。需要时，请组织委员在“管理—设置”里开通。"
        )


def calendar(session: Session, township_id: int | None, year: int) -> tuple[Duty, ...]:
    """What a group owes in a year: nothing that falls due while the township has the system switched off."""
    duties = rule_versions.calendar(session, township_id, year)
    if not office_settings.dated(session, Key.SYSTEMS, township_id):
        return duties
    return tuple(duty for duty in duties if System.GROUP_LIFE in on_in(session, township_id, duty.due.day))


def calendar_of_members(session: Session, township_id: int | None, year: int) -> tuple[Duty, ...]:
    """What a member owes in a year, of the kinds of evidence whose system is on when it falls due."""
    duties = rule_versions.calendar(session, township_id, year, bearers=(Bearer.MEMBER,))
    known = [duty for duty in duties if duty.kind in KINDS]
    return tuple(duty for duty in known if KINDS[duty.kind].system in on_in(session, township_id, duty.due.day))
