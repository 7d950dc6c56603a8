"""Personal fields: sealed to their place, found blindly, shown masked."""

from base64 import b64encode

import pytest
from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SM3, Hash
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


def choose(settled_environment, **chosen: str) -> None:
    for name, value in chosen.items():
        settled_environment.setenv(f"XIAOZU_{name.upper()}", value)
    settings.cache_clear()


@pytest.fixture(params=["aes", "sm4"])
def _cipher(request, settled_environment):
    choose(settled_environment, cipher=request.param)


@pytest.mark.usefixtures("_cipher")
@pytest.mark.parametrize("text", [PHONE, "", "玛依拉·阿卜杜拉", "x" * 5000])
def test_what_is_sealed_can_be_opened_at_its_place(text):
    assert privacy.unseal(privacy.seal(text, place=PLACE), place=PLACE) == text


@pytest.mark.usefixtures("_cipher")
def test_a_seal_does_not_show_the_text_and_never_looks_the_same():
    first, second = privacy.seal(PHONE, place=PLACE), privacy.seal(PHONE, place=PLACE)

    assert PHONE.encode() not in first
    assert first != second


@pytest.mark.usefixtures("_cipher")
@pytest.mark.parametrize("elsewhere", ["person|phone|8", "person|mail|7", "account|phone|7", ""])
def test_a_seal_moved_to_another_place_does_not_open(elsewhere):
    sealed = privacy.seal(PHONE, place=PLACE)

    with pytest.raises(InvalidTag):
        privacy.unseal(sealed, place=elsewhere)


@pytest.mark.usefixtures("_cipher")
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


@pytest.mark.parametrize(("before", "after"), [("aes", "sm4"), ("sm4", "aes")])
def test_what_was_sealed_before_the_setting_changed_is_read_and_new_fields_are_sealed_by_it(
    settled_environment, before: str, after: str
):
    choose(settled_environment, cipher=before)
    old = privacy.seal(PHONE, place=PLACE)
    choose(settled_environment, cipher=after)
    new = privacy.seal(PHONE, place=PLACE)

    assert [privacy.unseal(each, place=PLACE) for each in (old, new)] == [PHONE, PHONE]
    assert [each[:1] for each in (old, new)] == [privacy.VERSIONS[before], privacy.VERSIONS[after]]
    with pytest.raises(InvalidTag):
        privacy.unseal(new[:1] + old[1:], place=PLACE)


def test_sm4_and_sm3_are_those_of_the_standards():
    """GB/T 32907 A.1, RFC 8998 A.1 and GB/T 32905 A.1 by the library, which may be built with others."""
    one = bytes.fromhex("0123456789abcdeffedcba9876543210")
    plain = "".join(pair * 8 for pair in ("aa", "bb", "cc", "dd", "ee", "ff", "ee", "aa"))
    gcm = Cipher(SM4(one), GCM(bytes.fromhex("00001234567800000000abcd"))).encryptor()
    gcm.authenticate_additional_data(bytes.fromhex("feedfacedeadbeef" * 2 + "abaddad2"))
    gcm.update(bytes.fromhex(plain))
    gcm.finalize()
    digest = Hash(SM3())
    digest.update(b"abc")

    assert gcm.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_an_index_and_a_link_are_by_the_digest_of_the_setting_and_old_links_still_follow(settled_environment):
    found, linked = privacy.index(PHONE), privacy.link(b"before", "row")
    assert len(found) == privacy.index_bytes()

    choose(settled_environment, digest="sm3")

    assert privacy.index(PHONE)[1:] != found
    assert len(privacy.index(PHONE)) == privacy.index_bytes() != len(found)
    assert privacy.link(b"before", "row") != linked
    for kept in (linked, privacy.link(b"before", "row")):
        assert privacy.follows(b"before", "row", kept)
        assert not privacy.follows(b"before", "another row", kept)
        assert not privacy.follows(b"elsewhere", "row", kept)


@pytest.mark.parametrize("missing", ["Cipher", "HMAC"])
def test_a_machine_without_the_national_algorithms_says_so(settled_environment, monkeypatch, missing: str):
    def unsupported(*_: object) -> None:
        raise UnsupportedAlgorithm("not built in")

    choose(settled_environment, cipher="sm4", digest="sm3")
    privacy._drawn.cache_clear()
    monkeypatch.setattr(privacy, missing, unsupported)

    with pytest.raises(Away, match=r"不支持国密.*XIAOZU_CIPHER"):
        privacy.seal(PHONE, place=PLACE)
