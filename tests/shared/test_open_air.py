"""In use, nobody signs in where others can listen, by the pages or by the doors for programs."""

import pytest
from starlette.testclient import TestClient

from shared.settings import settings
from tests import applications
from tests.browsing import Visitor
from tests.shared.place import PASSWORD, Account

ASKED = {"login": "east", "password": PASSWORD}


@pytest.fixture
def in_use(office, settled_environment: pytest.MonkeyPatch):
    settled_environment.setenv("XIAOZU_PRODUCTION", "true")
    settings.cache_clear()
    yield
    settings.cache_clear()


def at(address: str) -> int:
    return TestClient(applications.whole(), base_url=address).post("/api/activities/sittings", json=ASKED).status_code


def test_a_program_is_let_in_only_where_nobody_can_listen(secretary: Account, in_use: None):
    assert at("http://office.example") == 403
    assert at("https://office.example") == 201
    assert at("http://127.0.0.1") == 201


def test_a_page_too(secretary: Account, in_use: None):
    visitor = Visitor(applications.whole())
    open_air = {"Origin": "http://office.example", "Host": "office.example"}
    visitor.client.base_url, visitor.client.headers = "http://office.example", open_air

    told = visitor.submit(visitor.get("/sign-in"), "sign-in", 403, **ASKED)

    assert "https" in told.text


def test_a_blank_that_a_keyboard_left_is_none_of_the_password(secretary: Account):
    asked = ASKED | {"password": f"{PASSWORD} "}

    answer = TestClient(applications.whole()).post("/api/activities/sittings", json=asked)

    assert answer.status_code == 201
