"""The roll over a period: what it began with, who came and went, what it ended with; against figures counted by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.activities.register import actions, queries
from services.activities.register.rules.balance import (
    CAME_BY,
    REGISTERED,
    WENT_BY,
    Somebody,
    Span,
    age_band,
    balance,
    counts,
)
from services.activities.register.rules.membership import Asked, Turn
from shared import clock
from shared.access import SYSTEM

D = date(2025, 1, 1)
DAYS = st.integers(0, 60).map(lambda n: D + timedelta(days=n))


def span(person: int, start: date, end: date | None = None, *, here: bool = True, kind: str = "full") -> Span:
    return Span(person, here, kind, start, end)


@st.composite
def lives(draw: st.DrawFn) -> list[Span]:
    """Some people, each with spans that follow one another, here or elsewhere."""
    found = []
    for person in range(draw(st.integers(0, 5))):
        days = sorted(draw(st.sets(DAYS, max_size=6)))
        for start, end in zip(days, [*days[1:], None][: len(days)], strict=True):
            if draw(st.booleans()):
                found.append(span(person, start, end, here=draw(st.booleans())))
    return found


@given(lives(), DAYS, st.integers(0, 40))
def test_what_was_there_and_came_less_what_went_is_what_is_there(spans, start, length):
    end = start + timedelta(days=length)
    found = balance(spans, {}, start=start, end=end)

    def there(day: date) -> int:
        return len(
            {s.person_id for s in spans if s.here and s.starts_on <= day and (s.ends_on is None or day < s.ends_on)}
        )

    assert (found.before, found.after) == (there(start - timedelta(days=1)), there(end))
    assert found.before + sum(found.came.values()) - sum(found.went.values()) == found.after


def test_reasons_are_those_of_the_acts_and_a_move_within_is_none():
    spans = [
        span(1, D - timedelta(days=9), D),
        span(1, D),  # from one group of the branch to another
        span(2, D - timedelta(days=9), D),
        span(2, D, here=False),
        span(3, D - timedelta(days=9), D, here=False),
        span(3, D),
        span(4, D - timedelta(days=9), D),
        span(5, D),
        span(6, D - timedelta(days=9), D, kind="probationary"),
        span(6, D),
        span(7, D, D),  # registered by mistake
    ]
    found = balance(spans, {(4, D): Turn.DIED}, start=D, end=D)

    assert (found.before, found.after, found.full) == (4, 4, 1)
    assert found.came == {CAME_BY: 1, REGISTERED: 1}
    assert found.went == {WENT_BY: 1, "去世": 1}


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2000, 1, 1), "25岁及以下"),
        (date(1999, 1, 1), "26–54岁"),
        (date(1970, 1, 2), "26–54岁"),
        (date(1970, 1, 1), "55–59岁"),
        (date(1945, 1, 1), "70–80岁"),
        (date(1944, 1, 2), "70–80岁"),
        (date(1944, 1, 1), "80岁以上"),
        (None, None),
    ],
)
def test_eighty_is_in_the_band_that_ends_with_it(born, band):
    assert age_band(born, D) == band


def test_what_is_not_said_is_said_so_and_every_band_stands_there():
    found = counts(
        [Somebody("full", "male", None, "大专"), Somebody("probationary", None, date(1990, 1, 1), "本科")], D
    )
    assert (found["党员总数"], found["正式党员"], found["预备党员"], found["大专及以上"], found["女"]) == (
        2,
        1,
        1,
        2,
        0,
    )
    assert found["性别没有填或者不在各档里"] == 1


def test_a_branchs_month_against_figures_counted_by_hand(place, working):
    with working() as session:
        today = clock.today(session)
    start = today - timedelta(days=10)
    for name, turn, more in (
        ("甲乙", Turn.DIED, {}),
        ("丙丁", Turn.TRANSFERRED, {"elsewhere": "外县", "dues_until": date(2025, 1, 1)}),
        ("戊己", Turn.MOVED, {"to_unit_id": place.other_group}),
    ):
        with working(place.organiser) as session:
            asked = Asked(turn=turn, on=today - timedelta(days=3), basis="证明。", **more)
            actions.turn(session, place.organiser, place.people[name], asked)
    with working(place.organiser) as session:
        came = Asked(turn=Turn.CAME, on=today, basis="介绍信。", elsewhere="外县")
        actions.register_person(session, place.organiser, place.group, arrival=came, name="新来", kind="full")
    with working(place.organiser) as session:
        found = queries.balance_of(session, place.organiser, place.branch, start=start, end=today)
        assert (found.before, found.after) == (6, 4)
        assert found.came == {"组织关系转入": 1}
        assert found.went == {"去世": 1, "组织关系转出": 1, WENT_BY: 1}
        township = queries.balance_of(session, place.organiser, place.township, start=start, end=today)
        assert (township.before, township.after, township.went) == (7, 6, {"去世": 1, "组织关系转出": 1})
        names = [each.name for each in queries.roll_on(session, SYSTEM, place.branch, start)]
        assert sorted(names) == sorted(["组长", "书记", "甲乙", "丙丁", "戊己", "姊妹"])
    with working(place.outsider) as session:
        assert queries.balance_of(session, place.outsider, place.branch, start=start, end=today).before == 0
