"""Records as plain values: what a ledger is compared with, without a database."""

from dataclasses import replace
from datetime import date

from services.activities.ledger.rules import Ledger
from services.activities.ledger.rules.attendance import Roll, Stay
from services.activities.ledger.rules.plan import Known, Records, Slot, plan_ledger
from services.activities.register.rules.changes import RegisterNow


def empty(register: RegisterNow) -> Records:
    """The books of a township in which nothing was recorded yet."""
    units = {place: at for at, place in enumerate(register.founded, 1)}
    stays = [
        Stay(units[person.membership.place], person.id, person.name, date(2024, 1, 1), None)
        for person in register.people
        if person.membership
    ]
    return Records(township_id=0, units=units, roll=Roll.of(stays, ()), known={}, exempt_on=lambda _: frozenset())


def kept(records: Records, ledger: Ledger) -> Records:
    """The books once a ledger is in."""
    known: dict[Slot, tuple[Known, ...]] = {}
    for number, each in enumerate(plan_ledger(ledger, records).activities):
        absent = frozenset(line.person_id for line in each.attendance if line.state == "absent")
        slot = Slot(each.group_id, each.held_on, each.kind)
        known[slot] = (*known.get(slot, ()), Known(number, each.topic, each.place, each.minutes, absent))
    return replace(records, known=known)
