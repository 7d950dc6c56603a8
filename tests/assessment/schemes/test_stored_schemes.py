"""Schemes are stored whole, once, and never changed; the newest that fits a year is taken."""

from importlib.resources import files

import psycopg
import pytest

from services.assessment.schemes import actions, queries
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfReach
from tests.assessment.conftest import Town
from tests.servers import Database

EXAMPLE = files("services.assessment.schemes").joinpath("examples", "leader-example.yaml").read_text("utf-8")


def version(number: int, year_from: int, year_to: int | None = None) -> str:
    text = EXAMPLE.replace('version: "1"', f'version: "{number}"').replace("year_from: 2020", f"year_from: {year_from}")
    return text if year_to is None else text.replace("points: 100\n", f"points: 100\nyear_to: {year_to}\n", 1)


def store(town: Town, text: str) -> int:
    with unit("assessment", town.organiser) as session:
        return actions.store_scheme(session, town.organiser, text, township_id=town.id).id


def in_force(town: Town, year: int) -> tuple[str, int | None] | None:
    with unit("assessment") as session:
        found = queries.scheme_in_force(session, town.id, year)
        return found and (found.version, found.township_id)


def test_the_same_text_is_stored_once(town: Town):
    assert store(town, version(2, 2024)) == store(town, version(2, 2024))


def test_the_townships_own_newest_scheme_comes_before_the_example(town: Town):
    with unit("assessment") as session:
        actions.store_example(session, township_id=town.id, year=2025)
    assert in_force(town, 2025) == ("1", None)

    store(town, version(2, 2024))
    store(town, version(3, 2025, 2025))

    assert in_force(town, 2023) == ("1", None)
    assert in_force(town, 2024) == ("2", town.id)
    assert in_force(town, 2025) == ("3", town.id)
    assert in_force(town, 2026) == ("2", town.id)


def test_the_tenth_version_is_newer_than_the_ninth(town: Town):
    for number in (10, 9):
        store(town, version(number, 2024))

    assert in_force(town, 2025) == ("10", town.id)


def test_another_townships_scheme_is_neither_seen_nor_used(town: Town):
    own = store(town, version(2, 2024))

    with pytest.raises(OutOfReach), unit("assessment", town.outsider) as session:
        queries.scheme_seen(session, town.outsider, own)
    with unit("assessment") as session:
        assert queries.scheme_in_force(session, town.units["别的镇"], 2025) is None


def test_only_the_office_of_the_township_stores_one(town: Town):
    for actor, refusal in ((town.secretary("东村"), OutOfReach), (town.outsider, OutOfReach)):
        with pytest.raises(refusal), unit("assessment", actor) as session:
            actions.store_scheme(session, actor, EXAMPLE, township_id=town.id)
    from shared.roles import Role

    keeper = town.actor("villager", (Role.KEEPER, "清河镇"))
    with pytest.raises(NotYours), unit("assessment", keeper) as session:
        actions.store_scheme(session, keeper, EXAMPLE, township_id=town.id)


def test_a_scheme_that_does_not_add_up_is_refused_in_chinese(town: Town):
    with pytest.raises(Invalid, match="分"):
        store(town, EXAMPLE.replace("points: 25}", "points: 26}", 1))


def test_a_stored_scheme_cannot_be_changed_by_the_house(town: Town, office: Database):
    store(town, version(2, 2024))

    with psycopg.connect(office.app_url) as connection:
        connection.execute("set role xiaozu_assessment")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("update assessment.scheme set body = '{}'")
