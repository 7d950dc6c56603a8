"""Papers are numbered without gaps, each number once, whoever asks and however many at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import ProgrammingError

from shared import numbers, office_settings
from shared.access import SYSTEM, Actor
from shared.db import unit
from shared.errors import Conflict, Invalid
from shared.numbers import Number, Series
from shared.office_settings import Key
from shared.roles import Role
from tests.shared.place import Place

PURPOSE = "assessment.filing"


@pytest.fixture
def series(place: Place) -> Series:
    return Series(place.township, 2025, PURPOSE)


def give(series: Series, subject: str, asked: str | None = None) -> str:
    with unit("assessment") as session:
        return numbers.give(session, series, subject, asked=asked).said


def given(series: Series, actor: Actor | None = None) -> list[Number]:
    with unit("assessment", actor) as session:
        return numbers.given(session, series)


def write_as(place: Place, pattern: str) -> None:
    with unit("activities") as session:
        office_settings.put(session, SYSTEM, place.township, Key.NUMBER_PATTERN, pattern, reason="与公文编号一致。")


def test_they_follow_one_another_in_each_series_by_itself(place: Place, series: Series):
    assert [give(series, f"case:{n}") for n in range(3)] == ["考备〔2025〕1号", "考备〔2025〕2号", "考备〔2025〕3号"]
    assert give(Series(place.township, 2026, PURPOSE), "case:9") == "考备〔2026〕1号"
    assert give(Series(place.elsewhere, 2025, PURPOSE), "case:9") == "考备〔2025〕1号"


def test_what_is_taken_back_leaves_no_gap(series: Series):
    give(series, "case:1")
    with pytest.raises(RuntimeError), unit("assessment") as session:
        numbers.give(session, series, "case:2")
        raise RuntimeError

    assert give(series, "case:3") == "考备〔2025〕2号"


def test_many_at_once_get_one_each_without_a_gap(series: Series):
    with ThreadPoolExecutor(4) as people:
        found = list(people.map(lambda n: give(series, f"case:{n}"), range(20)))

    assert set(found) == {f"考备〔2025〕{n}号" for n in range(1, 21)}
    assert [row.place for row in given(series)] == list(range(1, 21))


def test_one_written_by_hand_is_given_once_and_found_in_its_place_later(series: Series):
    give(series, "case:1", asked="清组备〔2025〕7号")
    give(series, "case:2", asked="考备〔2025〕2号")
    with pytest.raises(Conflict) as refused:
        give(series, "case:3", asked="清组备〔2025〕7号")

    assert "清组备〔2025〕7号" in refused.value.detail
    assert [give(series, f"case:{n}") for n in (4, 5)] == ["考备〔2025〕1号", "考备〔2025〕3号"]
    assert [(row.place, row.said) for row in given(series)] == [
        (1, "考备〔2025〕1号"),
        (2, "考备〔2025〕2号"),
        (3, "考备〔2025〕3号"),
        (None, "清组备〔2025〕7号"),
    ]


def test_they_are_written_as_the_township_decides_and_stay_as_they_were_given(place: Place, series: Series):
    give(series, "case:1")
    write_as(place, "清组{字}{年}-{序3}")

    assert give(series, "case:2") == "清组考备2025-002"
    assert [row.said for row in given(series)] == ["考备〔2025〕1号", "清组考备2025-002"]


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "{字}{年}",
        "{字}{序}",
        "{年}{序}",
        "{字}{年}{序}{序}",
        "{字}{年}{序}{号}",
        "{字}{年}{序}" + "长" * 40,
        "{序}{0.x}",
    ],
)
def test_a_way_to_write_them_that_gives_one_twice_is_refused(place: Place, pattern: str):
    with pytest.raises(Invalid) as refused:
        write_as(place, pattern)

    assert "编号的写法" in refused.value.detail


def test_one_may_stand_for_many_and_a_void_one_is_kept_and_not_given_again(series: Series):
    with unit("assessment") as session:
        first = numbers.give(session, series, "case:1")
        numbers.also(session, first.id, "case:2")
        numbers.void(session, first.id, "重复备案")

    [row] = given(series)
    assert (row.said, row.void_why, row.voided_at is not None) == (first.said, "重复备案", True)
    assert give(series, "case:1") == "考备〔2025〕2号"


def test_a_service_gives_no_number_of_another_and_nobody_one_of_a_township_that_he_does_not_reach(
    place: Place, series: Series
):
    with pytest.raises(ProgrammingError, match="another service"), unit("activities") as session:
        numbers.give(session, series, "case:1")
    away = Actor(account_id=None, person_id=None, name="某人", posts=((Role.ORGANISER, place.elsewhere),))
    with pytest.raises(ProgrammingError, match="out of reach"), unit("assessment", away) as session:
        numbers.give(session, series, "case:1")
    give(series, "case:1")

    assert given(series, away) == []
    assert len(given(series)) == 1
