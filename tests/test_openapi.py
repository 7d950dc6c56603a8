"""The OpenAPI of each service is the whole truth: who may ask, what is valid, what is refused and by which status."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from shared.settings import SERVICES, settings
from tests import applications
from tests.contract import differences
from tests.test_reach import IDS
from tests.town import Town

AT_LENGTH = int(os.environ.get("XIAOZU_CONTRACT", "0"))  # how many examples a door; else a few, and few doors in full
NAMED = ("unit_id", "township_id", "branch_id", "group_id", "person_id", "account_id", "post_id")
EVERYWHERE = {"421", "500", "503"}
BODY, CHANGE, SOMEBODY = {"400", "413", "422", "429"}, {"409", "507"}, {"401", "403"}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.timeout(20_000)
def test_what_is_asked_by_the_openapi_is_answered_as_it_says(town: Town, service: str):
    assert not differences(service, ids_in(town), at_length=AT_LENGTH)


def ids_in(town: Town) -> dict[str, list[int]]:
    """What a path may name, of 清溪镇."""
    with psycopg.connect(settings().migrate_database_url) as connection:
        asked = {name: IDS[name].format(town=town.id) for name in NAMED}
        return {name: [row[0] for row in connection.execute(question)] for name, question in asked.items()}


@pytest.mark.parametrize(
    ("service", "method", "path", "refused"),
    [
        ("activities", "get", "/health", set()),
        ("activities", "get", "/sittings/me", {"401"}),
        ("activities", "get", "/units", SOMEBODY | {"404", "422"}),
        ("activities", "get", "/units/{unit_id}", SOMEBODY | {"404", "422"}),
        ("activities", "post", "/sittings", BODY | CHANGE | SOMEBODY),
        ("activities", "post", "/units/{unit_id}/people", BODY | CHANGE | SOMEBODY | {"404"}),
        ("activities", "delete", "/sittings/others", BODY | CHANGE | SOMEBODY),
        ("assessment", "post", "/papers/{paper}/templates", BODY | CHANGE | SOMEBODY | {"404"}),
        ("assessment", "post", "/cycles/{cycle_id}/runs", CHANGE | SOMEBODY | {"404", "422"}),
        ("assessment", "get", "/cycles/{cycle_id}/trial", SOMEBODY | {"404", "409", "422"}),
        ("notify", "get", "/inbox/unread", SOMEBODY),
    ],
)
def test_a_door_names_each_status_by_which_it_refuses_and_no_other(
    service: str, method: str, path: str, refused: set[str]
):
    answers = applications.of_service(service).openapi()["paths"][path][method]["responses"]

    assert {status for status in answers if status >= "400"} == refused | EVERYWHERE


@pytest.mark.parametrize("service", SERVICES)
def test_what_comes_in_has_bounds_that_are_told(service: str):
    told = applications.of_service(service).openapi()
    loose = [place for place, part in coming_in(told) if not bounded(part)]

    assert not [place for place in loose if place not in FREE], "a word without an end, or a number without bounds"


# Read by a rule that knows more than a shape can say: a value by its key, what a device says, what a trial changes.
FREE = {"NewDecision.value", "RuleChange.value", "RuleChange.value[]", "GET /cycles/{cycle_id}/trial change[]"}


def coming_in(told: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each part of what an operation takes, with its place."""
    shapes, seen = told["components"]["schemas"], set()

    def within(part: dict[str, Any], place: str) -> Iterator[tuple[str, dict[str, Any]]]:
        name = part.get("$ref", "").rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            yield from within(shapes[name], name)
        yield place, part
        for inner in (*part.get("anyOf", ()), *part.get("oneOf", ())):
            yield from within(inner, place)
        for field, inner in part.get("properties", {}).items():
            yield from within(inner, f"{place}.{field}")
        if "items" in part:
            yield from within(part["items"], f"{place}[]")

    for path, doors in told["paths"].items():
        for method, door in doors.items():
            for each in door["parameters"]:
                yield from within(each["schema"], f"{method.upper()} {path} {each['name']}")
            for sent in door.get("requestBody", {}).get("content", {}).values():
                yield from within(sent["schema"], f"{method.upper()} {path}")


def bounded(part: dict[str, Any]) -> bool:
    """Whether a number has a least and a most, and a word or a file an end."""
    if part.get("type") == "integer":
        return {"minimum", "maximum"} <= set(part)
    ends = {"maxLength", "enum", "const", "pattern", "contentMediaType"}
    return part.get("type") != "string" or bool(ends & set(part))


@pytest.mark.parametrize("service", SERVICES)
def test_every_refusal_is_a_problem_and_every_change_wants_its_key(service: str):
    told = applications.of_service(service).openapi()

    for answer in told["components"]["responses"].values():
        assert set(answer["content"]) == {"application/problem+json"}
    keyed = {path for path, doors in told["paths"].items() if "Idempotency-Key" in wanted(doors.get("post", {}))}
    own = {path for path, doors in told["paths"].items() if "post" in doors and not path.startswith(OWN)}
    assert keyed == own


OWN = ("/sittings", "/codes", "/passwords", "/passkeys")  # of whoever signs in: repeated, they do no harm


def wanted(door: dict[str, Any]) -> set[str]:
    return {each["name"] for each in door.get("parameters", ()) if each["required"]}


def test_where_something_is_done_another_way_all_ways_are_named():
    client = TestClient(applications.of_service("activities"))

    for method, path in (("PUT", "/activities"), ("OPTIONS", "/activities"), ("PUT", "/sittings/others")):
        answer = client.request(method, path)
        assert answer.status_code == 405
        assert answer.headers["content-type"] == "application/problem+json"
    assert client.put("/activities").headers["allow"] == "GET, POST"
    assert client.put("/sittings/others").headers["allow"] == "DELETE"


@pytest.mark.parametrize("service", SERVICES)
def test_whatever_is_printed_in_the_offices_own_form_is_printed_again_by_a_former_version(service: str):
    found = {}
    for path, methods in applications.of_service(service).openapi()["paths"].items():
        asked = {each["name"]: each["schema"] for each in methods.get("get", {}).get("parameters", ())}
        if {"docx", "own"} & {*asked.get("form", {}).get("enum", ()), *asked.get("file", {}).get("enum", ())}:
            found[path] = "version" in asked

    assert [path for path, has in found.items() if not has] == []
    assert found or service == "activities"
