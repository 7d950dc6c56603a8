"""The house answers to its own names where a setting lists them, takes the cookie of its own, and may close its papers."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from shared.settings import settings
from shared.web import service_app
from tests.browsing import Visitor
from tests.shared.trial import door

SAID = "请用管理员告诉您的网址打开"


@pytest.fixture
def named(settled_environment: pytest.MonkeyPatch) -> None:
    settled_environment.setenv("XIAOZU_HOSTS", "xiaozu.example, 10.1.2.3")
    settled_environment.setenv("XIAOZU_PUBLIC_URL", "https://party.example:8443/")
    settings.cache_clear()


@pytest.mark.parametrize(
    "host",
    [
        "xiaozu.example",
        "XIAOZU.example:8000",
        "xiaozu.example.",
        "10.1.2.3:80",
        "party.example",
        "localhost",
        "[::1]:8000",
    ],
)
def test_its_own_names_are_answered(client: TestClient, named: None, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == 200


def test_the_address_at_which_a_request_came_in_is_its_own(client: TestClient, named: None) -> None:
    assert client.get("/health").status_code == 200  # the client connects to testserver, and says so


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "xiaozu.example.evil.example",
        "",
        "[",
        "a@xiaozu.example",
        "xiaozu.example/x",
        "xiaozu.example:x",
        "127.0.0.1.evil",
    ],
)
def test_other_names_are_refused_with_a_sentence(client: TestClient, named: None, host: str) -> None:
    refused = client.get("/health", headers={"Host": host})

    assert refused.status_code == 421
    assert SAID in refused.json()["detail"]
    assert "evil" not in refused.text


def test_a_page_says_so_too(visit: Callable[..., Visitor], named: None) -> None:
    refused = visit().client.get("/sign-in", headers={"Host": "evil.example"})

    assert refused.status_code == 421
    assert SAID in refused.text


def test_without_a_list_it_answers_to_whatever_it_is_called(client: TestClient) -> None:
    assert client.get("/health", headers={"Host": "dangwei.lan"}).status_code == 200


# --- the cookie that counts ---


@pytest.mark.parametrize(
    ("host", "cookie", "status"),
    [
        ("https://testserver", "__Host-sid", 200),
        ("https://testserver", "sid", 401),
        ("http://localhost", "__Host-sid", 200),
        ("http://localhost", "sid", 401),
        ("http://office.lan", "sid", 200),
        ("http://office.lan", "__Host-sid", 401),
    ],
)
def test_where_nobody_can_listen_only_the_cookie_counts_that_no_other_machine_can_set(
    client, secretary, host: str, cookie: str, status: int
) -> None:
    client.base_url = host

    assert client.get("/sittings/me", headers={"Cookie": f"{cookie}={secretary.token}"}).status_code == status


# --- the papers ---


@pytest.fixture
def closed(settled_environment: pytest.MonkeyPatch, client: TestClient) -> TestClient:
    settled_environment.setenv("XIAOZU_DOCS_SIGNED_IN", "true")
    settings.cache_clear()
    return TestClient(service_app("activities", "试验", [door]), base_url="https://testserver")


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
def test_where_a_setting_says_so_the_papers_are_for_whoever_is_signed_in(closed, client, secretary, path: str) -> None:
    cookie = {"Cookie": f"__Host-sid={secretary.token}"}

    assert closed.get(path).status_code == 401
    assert closed.get(path, headers=cookie).text == client.get(path).text
