"""Everybody of the town, with the ids of the township next door: no door and no page shows a foreign row or breaks.

The other direction, the outsider with the ids of the town, is in `test_reach`.
"""

import re
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from typing import Any

import psycopg
import pytest
from fastapi.routing import iter_route_contexts

from deploy.houses import load
from shared.settings import SERVICES
from shared.web import page_app
from shared.web.templates import templates_of
from tests.browsing import Visitor
from tests.conftest import Doors, TwoYears
from tests.test_reach import GETS, IDS, database_url, filled, units_named
from tests.town import ELSEWHERE, LOGINS, NEIGHBOURS

TOWNSPEOPLE = [login for login in LOGINS if login != "outsider"]
FOREIGN = re.compile("|".join([ELSEWHERE, *(branch for branch, _ in NEIGHBOURS), *sum(NEIGHBOURS.values(), ())]))
# Words of a path that name nothing of anybody's; a word that is in no list fails.
WORDS = {
    "fact": ["CycleOpened"],
    "telling": ["opened"],
    "year": [2025],
    "quarter": [1],
    "sort": ["merge"],
    "paper": ["opinion"],
    "activities.paper": ["ledger"],
    "notify.paper": ["circular_slip"],
    "listing": ["ledger"],
    "blank": ["roster"],
}
# Handed in by the neighbours: a roster, and a template of the opinion form that was tried.
HANDED = {
    "handed_id": "insert into activities.handed_in (township_id, kind, name, content)"
    " values (%s, 'roster', '柳湾镇花名册.xlsx', 'sealed') returning id",
    "template_id": "insert into office.paper_template (township_id, paper, version, form, sha256, size, name, handed_at)"
    " values (%s, 'opinion', 99, 'docx', repeat('0', 64), 1, '柳湾镇意见表.docx', now()) returning id",
}
NOWHERE = [2**62]  # where the neighbours have nothing of a kind


@pytest.fixture(scope="module")
def foreign(two_years: TwoYears, afterwards: Doors) -> dict[str, list[Any]]:
    """The ids of 柳湾镇, of everything that a path may name."""
    with psycopg.connect(database_url()) as connection:
        (town,) = connection.execute("select id from office.unit where name = %s", [ELSEWHERE]).fetchone()
        found = {
            name: [row[0] for row in connection.execute(question.format(town=town)) if row[0]] or NOWHERE
            for name, question in IDS.items()
        }
        handed = {name: list(connection.execute(made, [town]).fetchone()) for name, made in HANDED.items()}
    return found | handed | WORDS | {"key": [kept_by(Visitor(afterwards.client.app, "outsider"))]}


def kept_by(neighbour: Visitor) -> str:
    """The token under which the neighbours are shown one of their own."""
    one = next(iter(NEIGHBOURS.values()))[1]
    found = neighbour.submit(neighbour.get("/activities/register/people"), "find", words=one)
    assert one in found.text
    return found.address.rpartition("/shown/")[2]


def asked(names: list[str], path: str, foreign: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """No filter, and each that names a thing of the neighbours."""
    sifted = [{name: each} for name in names if name in IDS and f"{{{name}}}" not in path for each in foreign[name]]
    return [{}, *sifted]


@pytest.mark.parametrize("login", TOWNSPEOPLE)
def test_no_door_shows_the_town_a_row_of_the_neighbours(afterwards: Doors, foreign: dict[str, list[Any]], login: str):
    person, strange = getattr(afterwards, login), set(foreign["unit_id"])
    for path, names in GETS:
        for address, query in product(filled(path, foreign), asked(names, path, foreign)):
            answer = person.ask("GET", address, params={"year": 2024, "limit": 200} | query)

            assert answer.status_code in (200, 403, 404, 409, 422), f"{login} {address} {query}: {answer.status_code}"
            assert not FOREIGN.search(answer.text), f"{login} {address} {query}: {answer.text}"
            if answer.status_code == 200 and "json" in answer.headers["content-type"]:
                assert not units_named(answer.json()) & strange, f"{login} {address} {query}: {answer.text}"


def pages() -> Iterator[tuple[str, list[str]]]:
    """Every page that is asked for by GET, with the filters of its query."""
    load(SERVICES)
    for service in SERVICES:
        house = import_module(f"services.{service}.app")
        app = page_app(service, house.pages, templates=[templates_of(house.__file__)])
        for route in iter_route_contexts(app.routes):
            if getattr(route, "dependant", None) and "GET" in (route.methods or ()):
                yield f"/{service}{route.path}", [field.name for field in route.dependant.query_params]


PAGES = list(pages())


@pytest.mark.parametrize("login", TOWNSPEOPLE)
def test_no_page_shows_the_town_a_row_of_the_neighbours(afterwards: Doors, foreign: dict[str, list[Any]], login: str):
    visitor = Visitor(afterwards.client.app, login)
    for path, names in PAGES:
        for address, query in product(filled(path, foreign), asked(names, path, foreign)):
            answer = visitor.client.get(address, params=query)

            assert answer.status_code in (200, 303, 403, 404, 409, 422), (
                f"{login} {address} {query}: {answer.status_code}"
            )
            assert not FOREIGN.search(answer.text), f"{login} {address} {query}"
