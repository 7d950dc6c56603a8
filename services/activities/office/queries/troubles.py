"""What is amiss, for the desks of keeper and auditor: the few figures of the machine, without asking its parts."""

from sqlalchemy import select, text

from services.activities.office.queries.machine import ALL_JOBS, BACKUP
from services.activities.office.rules import troubles as rules
from services.activities.office.rules.troubles import Amiss
from shared import clock, machine
from shared.access import Actor
from shared.db import Session, overseeing
from shared.people import Heartbeat
from shared.roles import Role

RAISED = text("""
    select body ->> 'alarm', max(at) from office.happening
    where fact = 'AlarmRaised' and unit_id = any (:units) and at > office.now() - interval '7 days' group by 1""")


def amiss(session: Session, actor: Actor) -> list[Amiss]:
    """What of the machine concerns its keeper, and what of its history its auditor; nobody else."""
    found = _of_machine(session) if actor.units_as(Role.KEEPER) else []
    if units := actor.units_as(Role.AUDITOR):
        raised = session.execute(RAISED, {"units": list(units)}).all()
        found += rules.of_alarms((alarm, clock.civil_day(at)) for alarm, at in raised)
    return found


def _of_machine(session: Session) -> list[Amiss]:
    """Counts and times alone: what gives away no row."""
    with overseeing(session):
        queues = [(row[0], row[1], row[4]) for row in session.execute(ALL_JOBS)]
        now = session.scalars(text("select now()")).one()
        beats = session.execute(select(Heartbeat.name, Heartbeat.at)).all()
        backup, jump = session.execute(BACKUP).one_or_none(), machine.clock_jump(session)
    signs = [(name, int((now - at).total_seconds())) for name, at in beats]
    return [
        *([rules.jumped()] if jump else []),
        *rules.of_programs(signs),
        *rules.of_queues(queues, clock.now(session)),
        *rules.of_disk(*machine.disk()),
        *rules.of_backup(backup[3] if backup and backup[0] else None),
    ]
