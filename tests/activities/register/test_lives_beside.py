"""Lives walked at random beside all else: letters to the next township, care, meetings of the whole branch, the desk."""

from contextlib import suppress
from datetime import date, timedelta
from random import Random

import pytest

from deploy import doctor
from services.activities.ledger import actions as ledger
from services.activities.ledger import queries as records
from services.activities.ledger.actions import Draft
from services.activities.ledger.rules.kinds import Kind
from services.activities.register import actions, queries
from services.activities.register.rules.care import Looked, Sort
from services.activities.register.rules.transfers import Letter, Stage
from shared import clock, daily
from shared.access import SYSTEM
from shared.db import unit as transaction
from shared.errors import Refusal
from tests.activities.register.test_between_townships import there  # noqa: F401  the township next door
from tests.activities.register.test_lives import amiss, step  # noqa: F401  what is whole, and how members live

STEPS = 30


def write_letters(place, there, chance: Random, today: date) -> None:  # noqa: F811
    """A letter is sent, taken, returned, withdrawn, or its taking is undone; each may be refused."""
    him = place.people[chance.choice(["甲乙", "丙丁", "戊己", "姊妹"])]
    with transaction("activities", place.organiser) as session:
        home = {each.id: each.stage for each in queries.transfers(session, place.organiser)}
    chosen = chance.choice([*home, 0])
    what = chance.randrange(5)
    if what == 0 or not chosen:
        asked = Letter(
            to_township_id=there.township, on=today, number="1号", basis="工作调动", dues_until=today.replace(day=1)
        )
        with transaction("activities", place.organiser) as session:
            actions.send(session, place.organiser, him, asked)
    elif what == 1 and home[chosen] == Stage.SENT:
        with transaction("activities", there.organiser) as session:
            actions.send_back(session, there.organiser, chosen, reason="住址不符。")
    elif what in {1, 2}:
        with transaction("activities", there.organiser) as session:
            actions.take(session, there.organiser, chosen, there.branch)
    elif what == 3:
        with transaction("activities", there.organiser) as session:
            actions.undo_transfer(session, there.organiser, chosen)
    else:
        with transaction("activities", place.organiser) as session:
            actions.withdraw_transfer(session, place.organiser, chosen)


def look_after(place, chance: Random, today: date) -> None:
    """Somebody is put on a list, met, or taken off it."""
    him, helper = place.people[chance.choice(["甲乙", "丙丁", "戊己"])], place.people["书记"]
    on = today - timedelta(days=chance.choice([0, 10, 170]))
    with transaction("activities", place.secretary) as session:
        listed = queries.cared_for(session, place.secretary, unit_id=place.branch)
        if not listed or chance.random() < 0.4:
            sort = chance.choice([Sort.OUT, Sort.NEED])
            told = {"kind": "务工", "place": "外省"} if sort is Sort.OUT else {"kind": "病"}
            actions.look_after(session, place.secretary, him, Looked(sort=sort, on=on, told=told, contact_id=helper))
        elif chance.random() < 0.5:
            actions.meet(session, place.secretary, chance.choice(listed).id)
        else:
            actions.end_care(session, place.secretary, chance.choice(listed).id, why="回来了")


def meet(place, chance: Random, today: date) -> None:
    """The whole branch meets, and its record is confirmed; or a group alone."""
    draft = Draft(
        kind=chance.choice([Kind.THEME_DAY, Kind.LECTURE]), held_on=today - timedelta(days=chance.randrange(5))
    )
    with transaction("activities", place.secretary) as session:
        where = chance.choice([place.branch, place.branch, place.group])
        made = ledger.record_activity(session, place.secretary, where, draft, submitted=True).id
    with transaction("activities", place.secretary) as session:
        ledger.confirm(session, place.secretary, [made])


def counted_as_written(year: int) -> bool:
    with transaction("activities") as session:
        return records.counted(session, year) == records.recount(session, year)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_beside_letters_care_and_meetings_all_stays_whole(request, place, there, amiss, seed):  # noqa: F811
    chance, move_to, settle = Random(seed), *(request.getfixturevalue(name) for name in ("move_to", "settle"))
    with transaction("activities") as session:
        today = clock.today(session)
    done = dict.fromkeys(("lives", "letters", "care", "meetings"), 0)
    for _ in range(STEPS):
        kind = chance.choice([*done])
        with suppress(Refusal):
            if kind == "lives":
                with transaction("activities", place.organiser) as session:
                    step(session, place, chance, today)
            elif kind == "letters":
                write_letters(place, there, chance, today)
            elif kind == "care":
                look_after(place, chance, today)
            else:
                meet(place, chance, today)
            done[kind] += 1
        if chance.random() < 0.2:
            today += timedelta(days=chance.choice([1, 1, 40]))
            move_to(today)
            daily.post("activities")
            settle()
        assert amiss() == {}
        assert counted_as_written(today.year)
    assert min(done.values()) > 0, done
    daily.post("activities")
    settle()
    with transaction("keeper") as session:
        assert doctor.waiting_is_what_stands(session) == doctor.OK
    with transaction("activities", SYSTEM) as session:
        assert queries.balance_of(session, SYSTEM, place.township, start=today, end=today).after >= 0
