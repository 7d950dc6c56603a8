"""Addresses that somebody has typed, cut off or passed on wrongly: a page says what to do, and nothing breaks."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from tests.browsing import Seen
from tests.pages.conftest import House
from tests.pages.places import NOT_PAGES, PLACES, Place

WORDS = ("abc", "2026年", "1.5", "2025-13-45", "]['\";--", "😀", "\0", "-1", "0", "99999", str(2**63), "9" * 5000)
STRANGE = (*(quote(word, safe="") for word in WORDS), "%FF", "%")


def asked(house: House, place: Place) -> list[str]:
    """What the query of a page may name, itself or by way of what it depends on."""
    for mount in (route for route in house.app.routes if isinstance(route, Mount)):
        if getattr(getattr(mount.app, "state", None), "pages", False):
            for route in iter_route_contexts(mount.app.routes):
                if mount.path + getattr(route, "path", "") == place.route and "GET" in (route.methods or ()):
                    return sorted(set(queried(route.dependant)))
    return []


def queried(dependant: Any) -> Iterator[str]:
    for field in dependant.query_params:
        yield from getattr(field.field_info.annotation, "model_fields", None) or [field.alias]
    for inner in dependant.dependencies:
        yield from queried(inner)


def astray(house: House, place: Place) -> Iterator[str]:
    """The addresses of a page with one thing of its path, or of its query, as nobody meant it."""
    sound = house.addresses(place)[0]
    for number, word in enumerate(place.route.split("/")):
        if re.fullmatch(r"{\w+}", word):
            parts = sound.split("/")
            yield from ("/".join([*parts[:number], strange, *parts[number + 1 :]]) for strange in STRANGE)
    for name in asked(house, place):
        yield from (f"{sound}?{name}={strange}" for strange in STRANGE)
    yield from (f"{sound}?part={strange}&unknown={strange}" for strange in STRANGE)  # of which none is refused


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.route)
def test_a_strange_address_is_answered_by_a_page_that_says_what_to_do(house: House, place: Place):
    visitor = house.visitor(place.people[0])
    for address in astray(house, place):
        answer = visitor.client.get(address)
        page = Seen(answer)

        assert answer.status_code in {200, 400, 404}, f"{address[:200]}: {answer.status_code}"
        assert answer.headers["content-type"].startswith("text/html"), address[:200]
        if answer.status_code != 200:
            assert re.search(r"没有找到|没有这个地址|请重新选择条件", page.text), f"{address[:200]}: {page.text}"
            assert page.links()[-1] == (place_of(address) if answer.status_code == 400 else "/"), address[:200]


@pytest.mark.parametrize("route", NOT_PAGES)
def test_a_file_or_a_stream_that_is_not_there_is_answered_by_a_page_too(house: House, route: str):
    organiser = house.visitor("organiser")
    for strange in STRANGE:
        answer = organiser.client.get(re.sub(r"{\w+}", strange, route) + f"?since={strange}&after={strange}")

        assert answer.status_code in {200, 204, 400, 403, 404, 409}, f"{route} {strange[:20]}: {answer.status_code}"
        assert "json" not in answer.headers.get("content-type", ""), f"{route} {strange[:20]}"


def place_of(address: str) -> str:
    return address.partition("?")[0]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.route)
def test_a_filter_that_was_left_empty_asks_for_nothing(house: House, place: Place):
    visitor, sound = house.visitor(place.people[0]), house.addresses(place)[0]

    plain, empty = visitor.get(sound), visitor.get(f"{sound}?{'&'.join(f'{name}=' for name in asked(house, place))}")

    assert empty.title == plain.title


def test_a_day_in_an_address_is_read_as_offices_write_it_or_said_how(house: House):
    auditor = house.visitor("auditor")

    auditor.get("/office/audit?since=2024年1月1日&until=２０２４.２.１")
    assert "例如2026年2月1日" in auditor.get("/office/audit?since=1", 400).text
