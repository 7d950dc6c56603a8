"""Personal fields: sealed to their place, found blindly, shown masked."""

from base64 import b64encode

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from shared import privacy
from shared.errors import Away
from shared.settings import settings

PHONE = "13900005089"
PLACE = "person|phone|7"


@pytest.fixture(autouse=True)
def _key(settled_environment):
    settings.cache_clear()
    yield
    settings.cache_clear()


def set_key(settled_environment, key: str) -> None:
    settled_environment.setenv("XIAOZU_SECRET_KEY", key)
    settings.cache_clear()


@pytest.mark.parametrize("text", [PHONE, "", "玛依拉·阿卜杜拉", "x" * 5000])
def test_what_is_sealed_can_be_opened_at_its_place(text):
    assert privacy.unseal(privacy.seal(text, place=PLACE), place=PLACE) == text


def test_a_seal_does_not_show_the_text_and_never_looks_the_same():
    first, second = privacy.seal(PHONE, place=PLACE), privacy.seal(PHONE, place=PLACE)

    assert PHONE.encode() not in first
    assert first != second


@pytest.mark.parametrize("elsewhere", ["person|phone|8", "person|mail|7", "account|phone|7", ""])
def test_a_seal_moved_to_another_place_does_not_open(elsewhere):
    sealed = privacy.seal(PHONE, place=PLACE)

    with pytest.raises(InvalidTag):
        privacy.unseal(sealed, place=elsewhere)


def test_a_seal_with_any_byte_altered_or_missing_does_not_open():
    sealed = privacy.seal(PHONE, place=PLACE)

    altered = [sealed[:at] + bytes([byte ^ 1]) + sealed[at + 1 :] for at, byte in enumerate(sealed)]
    shortened = [sealed[:length] for length in range(len(sealed))]
    for wrong in [*altered, *shortened]:
        with pytest.raises(InvalidTag):
            privacy.unseal(wrong, place=PLACE)


def test_another_installation_opens_nothing_and_finds_nothing(settled_environment):
    sealed, found = privacy.seal(PHONE, place=PLACE), privacy.index(PHONE)

    set_key(settled_environment, b64encode(b"another key, of thirty-two bytes").decode())

    assert privacy.index(PHONE) != found
    with pytest.raises(InvalidTag):
        privacy.unseal(sealed, place=PLACE)


def test_the_blind_index_is_the_same_for_the_same_text_only_and_shows_nothing():
    assert privacy.index(PHONE) == privacy.index(PHONE)
    assert privacy.index(PHONE) != privacy.index("13900005088")
    assert PHONE.encode() not in privacy.index(PHONE)


@pytest.mark.parametrize("key", ["", "c2hvcnQ=", "not base64!", "abc"])
def test_without_a_proper_key_nothing_is_sealed_and_it_says_what_is_missing(key, settled_environment):
    set_key(settled_environment, key)

    with pytest.raises(Away, match="XIAOZU_SECRET_KEY"):
        privacy.seal(PHONE, place=PLACE)
    with pytest.raises(Away, match="XIAOZU_SECRET_KEY"):
        privacy.index(PHONE)


def test_a_masked_number_can_be_recognised_and_no_more():
    assert privacy.masked(PHONE) == "139****5089"
    assert privacy.masked("110101194910010011") == "110***********0011"


@given(text=st.text(max_size=30), head=st.integers(0, 6), tail=st.integers(1, 6))
def test_a_mask_is_as_long_as_its_text_and_shows_no_more_than_it_may(text, head, tail):
    shown = privacy.masked(text, head=head, tail=tail)

    assert len(shown) == len(text)
    assert (
        shown == "*" * len(text) if len(text) <= head + tail else shown[head:-tail] == "*" * (len(text) - head - tail)
    )
