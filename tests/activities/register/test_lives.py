"""Lives walked at random: whatever becomes of members, in whatever order, the register stays whole."""

from contextlib import suppress
from datetime import date, timedelta
from random import Random

import psycopg
import pytest

from services.activities.register import actions, queries
from services.activities.register.rules.membership import LEAVES, Asked, Stage, Turn
from shared import clock
from shared.access import SYSTEM
from shared.errors import Refusal
from shared.roles import Role

STEPS = 40
# Nobody may be in two places or posts at once, nowhere without having left, or on an account after he left.
WHOLE = {
    "two memberships on one day": """
        select a.person_id from office.membership a join office.membership b on b.person_id = a.person_id and b.id > a.id
        where daterange(a.starts_on, a.ends_on) && daterange(b.starts_on, b.ends_on)""",
    "two in a single post": """
        select a.unit_id from office.post a join office.post b
          on (b.unit_id, b.kind) = (a.unit_id, a.kind) and b.id > a.id
        where a.kind in ('leader', 'deputy', 'secretary')
          and daterange(a.starts_on, a.ends_on) && daterange(b.starts_on, b.ends_on)""",
    "found where he does not belong": """
        select p.id from office.person p join office.membership m on m.person_id = p.id and m.ends_on is null
        where p.unit_id <> m.unit_id""",
    "nowhere, though nobody took him off the roll": """
        select m.person_id from office.membership m group by m.person_id
        having every(m.ends_on is not null) and not exists (
          select from activities.member_act a where a.person_id = m.person_id and a.stage = 'done'
            and a.turn in ('died', 'transferred', 'expelled', 'struck_off', 'resigned', 'cancelled', 'suspended', 'mistaken'))""",
    "gone, and still in a post or on an account": """
        select m.person_id from office.membership m group by m.person_id
        having every(m.ends_on is not null) and (
          exists (select from office.post t where t.person_id = m.person_id and t.ends_on is null)
          or exists (select from office.account c where c.person_id = m.person_id and c.ended_at is null))""",
    "two that wait for one member": """
        select person_id from activities.member_act where stage = 'planned' group by person_id having count(*) > 1""",
    "kept away, though gone": """
        select c.person_id from office.circumstance c where c.ends_on is null
          and not exists (select from office.membership m where m.person_id = c.person_id and m.ends_on is null)""",
}


def step(session, place, chance: Random, today: date) -> None:
    """One thing that somebody of the office does, which may be refused."""
    him = chance.choice([each for name, each in place.people.items() if name != "干事"])
    group = chance.choice([place.group, place.sister, place.other_group])
    on = today + timedelta(days=chance.choice([-9, -3, -1, 0, 0, 0, 2, 5]))
    by = place.organiser
    acts = queries.acts_of(session, by, him)
    match chance.randrange(8):
        case 0 | 1:
            turn = chance.choice([*LEAVES, Turn.MISTAKEN])
            asked = Asked(turn=turn, on=on, basis="证明。", elsewhere="外县", dues_until=date(2025, 1, 1))
            actions.turn(session, by, him, asked)
        case 2:
            actions.turn(session, by, him, Asked(turn=Turn.MOVED, on=on, to_unit_id=group))
        case 3:
            actions.turn(session, by, him, Asked(turn=Turn.RETURNED, on=on, to_unit_id=group, basis="恢复。"))
        case 4:
            for act in [each for each in acts if each.undoable][:1]:
                actions.undo_turn(session, by, act.id)
        case 5:
            for act in [each for each in acts if each.stage in {Stage.PLANNED, Stage.FAILED}][:1]:
                actions.withdraw_turn(session, by, act.id)
        case 6:
            unit = queries.unit_in_reach(session, SYSTEM, queries.person_in_reach(session, SYSTEM, him).unit_id)
            actions.appoint(session, SYSTEM, him, unit.id, chance.choice([Role.LEADER, Role.DEPUTY]), starts_on=on)
        case _:
            actions.set_circumstance(session, by, him, "ill", starts_on=min(on, today))


@pytest.fixture
def amiss(office):
    """What is wrong with the register, by name."""

    def asked() -> dict[str, list[tuple]]:
        with psycopg.connect(office.owner_url) as connection:
            return {name: rows for name, sql in WHOLE.items() if (rows := connection.execute(sql).fetchall())}

    return asked


@pytest.fixture
def go_to(move_to, settle):
    """The office's date, with the work of that day done."""

    def to(day: date) -> None:
        move_to(day)
        settle()

    return to


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_whatever_becomes_of_members_the_register_stays_whole(place, working, amiss, go_to, seed):
    chance = Random(seed)
    with working() as session:
        today = clock.today(session)
        actions.make_account(session, SYSTEM, place.people["甲乙"], "jiayi")
    done = 0
    for _ in range(STEPS):
        with suppress(Refusal), working(place.organiser) as session:
            step(session, place, chance, today)
            done += 1
        if chance.random() < 0.2:
            today += timedelta(days=1)
            go_to(today)
        assert amiss() == {}
    assert done > STEPS / 4
    with working(place.organiser) as session:
        rows = {
            unit: len(queries.members_on(session, place.organiser, unit, today)) for unit in (place.group, place.sister)
        }
        counted = queries.members_count(session, place.organiser)
        assert {unit: counted.get(unit, 0) for unit in rows} == rows
        found = queries.balance_of(
            session, place.organiser, place.township, start=today - timedelta(days=30), end=today
        )
        assert found.before + sum(found.came.values()) - sum(found.went.values()) == found.after
