"""The named world after its two years, at its pages: without script, and in a real browser."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from playwright.sync_api import Browser
from sqlalchemy import text
from starlette.routing import Mount

from shared import work
from shared.access import SYSTEM, console
from shared.db import unit
from shared.files import Handed
from shared.roles import Role
from tests import applications
from tests.activities.conftest import SAMPLES
from tests.browsing import Desk, Visitor, served
from tests.choosings import choose
from tests.concerns import note_views
from tests.conftest import evening_of
from tests.grid import lay_the_grid
from tests.pages.places import Place
from tests.servers import Database, PostgresServer
from tests.town import DONGLING, Town
from tests.two_years import TwoYears


@dataclass
class House:
    """The served application, its database, and whoever goes in."""

    app: FastAPI
    database: Database
    desk: Desk
    visitor: Callable[[str], Visitor]

    def addresses(self, place: Place) -> list[str]:
        """Addresses of a page at which there is something to see."""
        if not place.question:
            return [place.route]
        with psycopg.connect(self.database.owner_url) as connection:
            rows = connection.execute(place.question).fetchmany(max(2, place.closely))
        assert rows, f"{place.route}: nothing found by its question"
        return [filled(place.route, row) for row in rows]

    def routes(self) -> set[str]:
        """The route of every page that is asked for by GET."""
        found = set()
        for mount in (route for route in self.app.routes if isinstance(route, Mount)):
            if getattr(getattr(mount.app, "state", None), "pages", False):
                inner = [route for route in iter_route_contexts(mount.app.routes) if getattr(route, "dependant", None)]
                found |= {mount.path + route.path for route in inner if "GET" in (route.methods or ())}
        return found


def filled(route: str, values: tuple[object, ...]) -> str:
    """A route with its words in braces replaced, in their order."""
    rest = iter(values)
    parts = [str(next(rest)) if part.startswith("{") else part for part in route.split("/")]
    return "/".join(parts)


def hand_in_files(township_id: int) -> None:
    """Files of the office, which the two years had by the door: one waits, one is half in, one cannot be brought in."""
    from services.activities.imports import actions

    content = (SAMPLES / "花名册.xlsx").read_bytes()
    with unit("activities") as session:
        made = [
            actions.hand_in(session, SYSTEM, township_id, name=name, content=content).id
            for name in ("花名册.xlsx", "花名册（新）.xlsx", "花名册（旧）.xlsx")
        ]
        for handed_id in made[1:]:
            actions.begin(session, SYSTEM, handed_id)
        session.execute(text("update activities.job set attempts = 1 where task = 'activities.bring_in'"))
        session.execute(text(HALF_IN), {"id": made[1]})
        session.execute(text(REFUSED), {"id": made[2]})


HALF_IN = (
    "update activities.handed_in set step = 'memberships', done = 334, whole = 688,"
    " counted_since = office.now() - interval '2 s' where id = :id"
)
REFUSED = (
    "update activities.handed_in set stage = 'refused', refused_why = '确认导入的人现在不是组织委员，所以没有导入。请组织委员重新导入。'"
    " where id = :id"
)


def hand_in_a_template(town: Town) -> None:
    """Papers of the township's own that wait to be taken into use: an opinion form and a ledger."""
    from services.assessment.papers.writers import blank_form
    from shared.papers import templates
    from shared.papers.catalogue import LEDGER, OPINION
    from shared.papers.making import beginning

    keeper = console(Role.KEEPER, unit_id=town.id)
    with unit("assessment", keeper) as session:
        templates.hand_in(session, keeper, OPINION, Handed(blank_form(), "意见表.docx"))
    with unit("activities", keeper) as session:
        templates.hand_in(session, keeper, LEDGER, Handed(beginning(LEDGER), "台账.xlsx"))


def write_circulars(town: Town) -> None:
    """Notices of the township: one that was sent to the posts of a branch, with a file, and the draft of another."""
    from services.notify.circulars import actions, queries
    from services.notify.circulars.schemas import Written

    organiser = console(Role.ORGANISER, unit_id=town.id)
    asked = {"title": "关于报送学习情况的通知", "body": "请按时报送。", "posts": ["secretary", "leader"]}
    asked |= {"units": [town.units[DONGLING]], "wants_receipt": True, "due_on": "2100-01-08", "meets": "other"}
    asked |= {"meets_on": "2100-01-05", "meets_at": "9:00", "place": "镇会议室"}
    written = Written.model_validate(asked, strict=False)
    with unit("notify", organiser) as session:
        actions.write(session, organiser, written)
        sent = actions.write(session, organiser, written, [Handed(b"%PDF-1.7\n%%EOF\n", "通知.pdf")])
        told = len(queries.recipients(session, sent))
        actions.send(session, organiser, sent.id, recipients=told)
    work.settle(("notify",))


@contextmanager
def copied(two_years: TwoYears, server: PostgresServer, chromium: Browser) -> Iterator[House]:
    """A house of one's own: a copy of the world, on the evening of its last day."""
    with evening_of(two_years, server) as copy:
        hand_in_files(two_years.town.id)
        hand_in_a_template(two_years.town)
        choose(two_years.town, two_years.last_day)
        note_views(two_years.town)
        lay_the_grid(two_years.town)
        write_circulars(two_years.town)
        app = applications.whole()
        with served(app) as address:
            yield House(app, copy, Desk(chromium, address), cache(lambda login: Visitor(app, login)))


@pytest.fixture(scope="package")
def house(two_years: TwoYears, postgres_server: PostgresServer, chromium: Browser) -> Iterator[House]:
    """The house that all tests here look at."""
    with copied(two_years, postgres_server, chromium) as found:
        yield found
