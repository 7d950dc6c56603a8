"""Each way into and out of the register: who is expected in the month before, on the eve, on the day, and after."""

from collections.abc import Callable
from datetime import date

import pytest

from services.activities.ledger.queries.rolls import roll_of_day
from services.activities.register import actions
from services.activities.register.rules.care import Looked, Sort
from services.activities.register.rules.membership import LEAVES, Asked, Turn
from services.activities.register.rules.regrouping import Merge, Part, Split
from services.activities.register.rules.transfers import Letter
from shared.access import SYSTEM

ON = date(2025, 2, 15)
DAYS = (date(2025, 1, 20), date(2025, 2, 14), ON, date(2025, 3, 3))
PAPER = {"basis": "证明。", "elsewhere": "外县某支部", "dues_until": date(2025, 1, 1), "decided_on": date(2025, 2, 10)}
EXEMPT = ("aged", "ill", "away")

Act = Callable[..., object]


def turned(turn: Turn, name: str = "甲乙", on: date = ON, **more: object) -> Act:
    def act(session, place):
        return actions.turn(session, place.organiser, place.people[name], Asked(turn=turn, on=on, **PAPER | more))

    return act


def moved(session, place):
    turned(Turn.MOVED, to_unit_id=place.sister)(session, place)


def returned(session, place):
    turned(Turn.RESIGNED, on=date(2025, 1, 10))(session, place)
    turned(Turn.RETURNED, to_unit_id=place.group)(session, place)


def undone(session, place):
    act = turned(Turn.EXPELLED)(session, place)
    actions.undo_turn(session, place.organiser, act.id)


def came(turn: Turn, kind: str) -> Act:
    def act(session, place):
        arrival = Asked(turn=turn, on=ON, **PAPER)
        actions.register_person(session, place.organiser, place.group, arrival=arrival, name="新人", kind=kind)

    return act


def full(session, place):
    arrival = Asked(turn=Turn.ADMITTED, on=date(2025, 1, 10), **PAPER | {"decided_on": date(2025, 1, 10)})
    new = actions.register_person(
        session, place.organiser, place.group, arrival=arrival, name="新人", kind="probationary"
    )
    actions.turn(session, place.organiser, new.id, Asked(turn=Turn.FULL, on=ON, **PAPER))


def cancelled(session, place):
    arrival = Asked(turn=Turn.ADMITTED, on=date(2025, 1, 10), **PAPER | {"decided_on": date(2025, 1, 10)})
    new = actions.register_person(
        session, place.organiser, place.group, arrival=arrival, name="新人", kind="probationary"
    )
    actions.turn(session, place.organiser, new.id, Asked(turn=Turn.CANCELLED, on=ON, **PAPER))


def taken_there(session, place):
    there = actions.found_township(session, SYSTEM, "白河镇", rule_set="zhen", founded_on=date(2024, 1, 1))
    branch = actions.found_branch(session, SYSTEM, there.id, "北村党支部", founded_on=date(2024, 1, 1))
    letter = Letter(to_township_id=there.id, on=ON, number="1号", basis="调动", dues_until=date(2025, 1, 1))
    sent = actions.send(session, place.organiser, place.people["甲乙"], letter)
    actions.take(session, SYSTEM, sent.id, branch.id, on=ON)
    return branch.id


def away(session, place):
    told = {"kind": "务工", "place": "外省"}
    asked = Looked(sort=Sort.OUT, on=ON, told=told, contact_id=place.people["书记"])
    actions.look_after(session, place.secretary, place.people["甲乙"], asked)


def home_again(session, place):
    told = {"kind": "务工", "place": "外省"}
    asked = Looked(sort=Sort.OUT, on=date(2025, 1, 10), told=told, contact_id=place.people["书记"])
    row = actions.look_after(session, place.secretary, place.people["甲乙"], asked)
    actions.end_care(session, place.secretary, row.id, why="回来了", on=ON)


def lost(session, place):
    asked = Looked(sort=Sort.LOST, on=ON, told={"kind": "联系不上"})
    actions.look_after(session, place.secretary, place.people["甲乙"], asked)


def split_off(session, place):
    parts = [Part(name="第三党小组", members=[place.people["甲乙"]])]
    actions.regroup(session, place.organiser, Split(group_id=place.group, parts=parts, on=ON))


def merged(session, place):
    asked = Merge(group_ids=[place.group, place.sister], into=place.group, on=ON)
    actions.regroup(session, place.organiser, asked)


# Five are in the group and one in its sister: (group, sister) on each of the days, counted by hand.
GONE = ((5, 1), (5, 1), (4, 1), (4, 1))
NEW = ((5, 1), (5, 1), (6, 1), (6, 1))
WAYS: dict[str, tuple[Act, tuple[tuple[int, int], ...]]] = {
    **{turn.value: (turned(turn), GONE) for turn in LEAVES if turn is not Turn.CANCELLED},
    "cancelled": (cancelled, ((6, 1), (6, 1), (5, 1), (5, 1))),
    "moved": (moved, ((5, 1), (5, 1), (4, 2), (4, 2))),
    "returned": (returned, ((4, 1), (4, 1), (5, 1), (5, 1))),
    "came": (came(Turn.CAME, "full"), NEW),
    "admitted": (came(Turn.ADMITTED, "probationary"), NEW),
    "full": (full, ((6, 1), (6, 1), (6, 1), (6, 1))),
    "mistaken": (turned(Turn.MISTAKEN), ((4, 1), (4, 1), (4, 1), (4, 1))),
    "undone": (undone, ((5, 1), (5, 1), (5, 1), (5, 1))),
    "taken in another township": (taken_there, GONE),
    "mobile": (away, GONE),
    "mobile and home again": (home_again, ((4, 1), (4, 1), (5, 1), (5, 1))),
    "out of contact": (lost, ((5, 1), (5, 1), (5, 1), (5, 1))),
    "split off": (split_off, GONE),
    "merged": (merged, ((5, 1), (5, 1), (6, 0), (6, 0))),
}


@pytest.mark.parametrize("way", WAYS)
def test_who_is_expected_before_on_and_after_the_day(place, working, way):
    act, figures = WAYS[way]
    with working() as session:  # 甲乙 leads nothing: nobody's post is in the way
        act(session, place)
    assert expected(working, place.group, place.sister) == figures


def test_whoever_is_taken_next_door_is_expected_there_from_that_day_on(place, working):
    with working() as session:
        branch = taken_there(session, place)
    assert expected(working, branch) == ((0,), (0,), (1,), (1,))


def expected(working, *units: int) -> tuple[tuple[int, ...], ...]:
    """How many are expected in each of some units, on each of the days."""

    def of(session, unit: int, day: date) -> int:
        roll = roll_of_day(session, SYSTEM, unit, day)
        return len(roll.members - roll.exempt(EXEMPT))

    with working(SYSTEM) as session:
        return tuple(tuple(of(session, unit, day) for unit in units) for day in DAYS)
