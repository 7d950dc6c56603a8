"""Every form of every page does its work in a browser without script, in the hands of whoever is entitled to it.

Those who are not walk the same forms in `test_reach_posts`.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser

from services.activities.register import actions as register
from shared import clock
from shared.access import SYSTEM
from shared.db import unit
from shared.roles import Role
from shared.settings import settings
from tests import applications
from tests.acts import Act, World
from tests.browsing import Desk, served
from tests.chapters import CHAPTERS, WHERE, WHY
from tests.conftest import browsers, copy_of, led_to, set_office_date
from tests.servers import Database, PostgresServer
from tests.test_reach_posts import addresses
from tests.together import Shelf
from tests.town import DONGLING, ELSEWHERE, FIRST, FOUNDED, NANPING, Town, build_town
from tests.walking import Walk

NOTICE_OVER = date(2025, 3, 12)
# A passkey is made and asked for by a script alone; its forms are walked in shared/test_passkeys.
BY_SCRIPT = {"/sign-in/passkey", *(f"/account/passkeys{rest}" for rest in ("", "/proofs", "/removals"))}
# What wants a provider outside, which this world has not: shared/test_arrivals, notify/channels/test_applications.
ELSEWHERE_TOO = {"/office/providers", "/office/providers/{provider_id}/endings", "/notify/ways/applications"}
ELSEWHERE_TOO |= {"/notify/ways/numbers"}
ELSEWHERE_TOO |= {f"/account/providers{rest}" for rest in ("", "/proofs", "/removals")} | {"/sign-in/with/confirmation"}
# Only an installation in which nobody can sign in is set up: activities/register/test_first_day.
BY_CODE = {"/setup", "/setup/codes"}
# Only before a township's first year is opened, and here one was: activities/register/test_rule_set_page.
BEFORE_THE_YEARS = {"/activities/register/townships/{township_id}/rule-set"}
# What leads to a file and not on to a page: activities/papers/test_lists_taken_out.
TO_A_FILE = {"/activities/units/{unit_id}/prints/numbers"}


def test_every_form_is_walked():
    walked = {step.form for chapter in CHAPTERS.values() for step in chapter if isinstance(step, Act)}

    assert set(addresses()) == walked | BY_SCRIPT | BY_CODE | BEFORE_THE_YEARS | TO_A_FILE | ELSEWHERE_TOO


def take_up_posts(town: Town) -> None:
    """Nobody's own secretary is missing, somebody has two posts, and the keeper keeps all townships."""
    with unit("activities") as session:
        for name, where, role in (
            ("江海", town.units[NANPING], Role.SECRETARY),
            ("宋平", town.groups[DONGLING, FIRST], Role.DEPUTY),
            ("马静", town.units[ELSEWHERE], Role.KEEPER),
        ):
            register.appoint(session, SYSTEM, town.people[name], where, role, starts_on=FOUNDED)


def assess(world: Walk, year: int) -> None:
    """A year from its opening to its end: 何闲 is incompetent, everybody else is competent."""
    doors = world.doors
    cycle = doors.organiser.post("assessment/cycles", {"township_id": world.town.id, "year": year})["id"]
    for secretary in (doors.dongling, doors.xihe):
        world.put_forward(secretary, cycle)
    cases = world.cases(doors.organiser, cycle)
    doors.organiser.post("assessment/filings", {"rows": [{"case_id": row["id"]} for row in cases.values()]})
    doors.organiser.post(f"assessment/cycles/{cycle}/runs")
    world.rest()
    decided = [
        {"case_id": row["id"], "grade": "incompetent" if row["person"] == "何闲" else "competent", **WHY}
        for row in cases.values()
    ]
    doors.committee.post("assessment/decisions", {"rows": decided})
    doors.organiser.post(f"assessment/cycles/{cycle}/notices")
    world.go_to(NOTICE_OVER)
    doors.organiser.post(f"assessment/cycles/{cycle}/closings")
    world.rest()


@dataclass(frozen=True)
class Assessed:
    """The named world when its year 2023 is closed, and 何闲 has to set right what was wrong."""

    database: Database
    data: Path
    town: Town


@pytest.fixture(scope="session")
def assessed(postgres_server: PostgresServer, shelf: Shelf, migrated: Database, tmp_path_factory) -> Assessed:
    """Made once a run."""

    def make() -> Assessed:
        data = tmp_path_factory.mktemp("forms")
        database = postgres_server.create(f"{migrated.name}_assessed", migrated.name)
        set_office_date(database, clock.moment(date(2025, 3, 3), 9))
        with led_to(database, data), browsers() as doors:
            town = build_town()
            take_up_posts(town)
            assess(Walk(database, data, town, doors, lambda day: set_office_date(database, clock.moment(day, 9))), 2023)
        return Assessed(database, data, town)

    return shelf.once("assessed", make)


@pytest.fixture
def world(assessed: Assessed, postgres_server: PostgresServer, chromium: Browser) -> Iterator[World]:
    """A copy for each chapter, for what happens in one is not to be known in another."""
    with ExitStack() as stack:
        begun = clock.moment(NOTICE_OVER, 9)
        database = stack.enter_context(copy_of(assessed.database, assessed.data, begun, postgres_server))
        doors = stack.enter_context(browsers())
        desk = Desk(chromium, stack.enter_context(served(applications.whole())))
        windows = stack.enter_context(ExitStack())
        yield World(
            database,
            settings().data,
            assessed.town,
            doors,
            lambda day: set_office_date(database, clock.moment(day, 9)),
            desk=desk,
            connection=stack.enter_context(psycopg.connect(database.owner_url, autocommit=True)),
            stack=windows,
            questions=WHERE,
        )


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_form_does_its_work_without_script(world: World, chapter: str):
    for step in CHAPTERS[chapter]:
        if isinstance(step, Act):
            world.do(step)
        elif isinstance(step, date):
            world.go_to(step)
        else:
            step(world)
