"""From where a request comes is the peer's word, unless a setting names a gateway."""

import pytest
from starlette.requests import Request

from shared.settings import settings
from shared.web.address import address_of

GATEWAY = "10.0.0.0/24, 192.168.7.1"


@pytest.fixture
def behind(settled_environment: pytest.MonkeyPatch):
    settled_environment.setenv("XIAOZU_GATEWAYS", GATEWAY)
    settings.cache_clear()
    yield
    settings.cache_clear()


def asked(peer: str | None, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    return Request({"type": "http", "client": (peer, 1) if peer else None, "headers": headers})


def test_without_a_named_gateway_nobody_is_believed_about_another(settled_environment: pytest.MonkeyPatch) -> None:
    settings.cache_clear()
    assert address_of(asked("10.0.0.5", "1.2.3.4")) == "10.0.0.5"


def test_a_named_gateway_is_believed_about_who_asked_it(behind: None) -> None:
    assert address_of(asked("10.0.0.5", "1.2.3.4")) == "1.2.3.4"


def test_a_chain_of_gateways_is_followed_no_further_than_they_reach(behind: None) -> None:
    assert address_of(asked("10.0.0.5", "6.6.6.6, 1.2.3.4", "192.168.7.1")) == "1.2.3.4"


def test_a_stranger_who_writes_the_header_himself_stays_himself(behind: None) -> None:
    assert address_of(asked("7.7.7.7", "1.2.3.4")) == "7.7.7.7"


@pytest.mark.parametrize("said", ["", "unknown", "::ffff:1.2.3.4"])
def test_strange_words_of_a_gateway_leave_an_address(behind: None, said: str) -> None:
    assert address_of(asked("10.0.0.5", said)) in {"10.0.0.5", "1.2.3.4"}


def test_without_a_peer_there_is_no_address(behind: None) -> None:
    assert address_of(asked(None)) == ""
