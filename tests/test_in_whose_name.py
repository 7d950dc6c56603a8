"""Two years of history: what a person decided stands in his name, whoever carried it out; the clock's own does not."""

import psycopg
import pytest

from shared.events import CATALOGUE, Reminder
from tests.conftest import Doors
from tests.test_reach import database_url

NOBODYS = """
    select distinct fact from office.happening
    where actor_id is null and at > (select min(at) + interval '1 day' from office.happening)"""
# Reminders; a year opened on its day, with the scheme that ships; a run at its end; days counted by a new calendar.
BY_THE_CLOCK = {name for name, fact in CATALOGUE.items() if issubclass(fact, Reminder)}
BY_THE_CLOCK |= {"TodosReminded", "CycleOpened", "SchemeStored", "CycleScored", "CycleDated", "OpeningMoved"}


@pytest.fixture(scope="module")
def sql(afterwards: Doors):
    def ask(question: str) -> list[tuple]:
        with psycopg.connect(database_url()) as connection:
            return connection.execute(question).fetchall()

    return ask


def test_only_what_the_clock_does_is_in_nobodys_name(sql):
    assert {fact for (fact,) in sql(NOBODYS)} <= BY_THE_CLOCK


def test_whoever_lost_his_post_by_a_decision_lost_it_by_whoever_decided(sql):
    decided = "select actor_id, body ->> 'person_id' from office.happening where fact = 'ReplacementDecided'"
    left = (
        "select actor_id, body ->> 'person_id' from office.happening"
        " where fact = 'PostChanged' and body ->> 'change' = 'left' and reason = '党委决定调整'"
    )

    assert sql(left)
    assert set(sql(left)) <= set(sql(decided))


def test_rectifications_are_ordered_by_whoever_closed_the_year(sql):
    closed = {actor for (actor,) in sql("select actor_id from office.happening where fact = 'CycleClosed'")}
    ordered = {actor for (actor,) in sql("select actor_id from office.happening where fact = 'RectificationOrdered'")}

    assert ordered
    assert ordered <= closed - {None}
