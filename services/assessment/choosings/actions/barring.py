"""The office marks that somebody may not be put forward, and takes the mark away. Why is nobody's to read."""

from datetime import timedelta

from services.assessment.choosings import queries
from services.assessment.choosings.models import NotStanding
from services.assessment.choosings.schemas import NewBar
from shared import clock, spans
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid, NotYours
from shared.events import BarChanged
from shared.people import Unit

LONGEST = timedelta(days=3653)


def bar(session: Session, actor: Actor, asked: NewBar) -> None:
    """Mark somebody of the township, or let him stand again. Raises Conflict where it is so already."""
    person, running = queries.standing_of(session, actor, asked.person_id, clock.today(session))
    if person.id == actor.person_id:
        raise NotYours("这是您本人的事项，按规定应当回避，请由其他组织委员办理。")
    today, home = clock.today(session), session.get_one(Unit, person.unit_id)
    if asked.standing:
        if running is None:
            raise Conflict("没有标记，不用取消。", field="person_id")
        spans.end(running, today)
    elif running is not None:
        raise Conflict("已经标记，不用再标。", field="person_id")
    else:
        township_id = home.township_id or home.id
        if asked.until is not None and not today <= asked.until <= today + LONGEST:
            raise Invalid("到哪一天为止，应当在今天到十年以内；不知道的不填。", field="until")
        new = NotStanding(person_id=person.id, township_id=township_id, starts_on=today, set_by=actor.account_id)
        new.ends_on = asked.until + timedelta(days=1) if asked.until else None
        spans.begin(session, new)
    change = "lifted" if asked.standing else "marked"
    announce(
        session, BarChanged(unit_id=home.id, person_id=person.id, change=change, since=today.isoformat()), by=actor
    )
