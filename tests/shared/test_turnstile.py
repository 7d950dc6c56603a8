"""The queue before a password is looked at: short, and no address takes all of it from the others."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from shared.access import Knock, resting, turns, turnstile
from shared.access.turns import KEPT, PLACES, RESTING, SHARE, TALKS, TALKS_OF_ONE, talking
from shared.errors import TooMany

Stand = Callable[[Knock], None]


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    """Somebody goes in and stays there until the test is over."""
    monkeypatch.setattr("shared.access.turns._hashing", threading.BoundedSemaphore(PLACES + 1))
    with ExitStack() as inside:
        yield lambda knock: inside.enter_context(turnstile(knock))


def stranger(address: str) -> Knock:
    return Knock(address=f"address:{address}")


def fits_in(knock: Knock) -> bool:
    try:
        with turnstile(knock) as look:
            return look
    except TooMany:
        return False


def test_one_address_takes_its_share_and_others_go_in(stand: Stand):
    for _ in range(SHARE):
        stand(stranger("198.51.100.7"))

    assert not fits_in(stranger("198.51.100.7"))
    assert fits_in(stranger("203.0.113.9"))


def test_whoever_comes_into_a_crowd_is_told_to_come_later_and_who_has_left_is_forgotten(stand: Stand):
    with turnstile(stranger("203.0.113.9")):
        assert turns._inside[False, "address:203.0.113.9"] == 1
    assert (False, "address:203.0.113.9") not in turns._inside
    for _ in range(SHARE):
        stand(stranger("198.51.100.7"))

    with pytest.raises(TooMany, match=r"^现在登录的人太多，请稍后再试。$"), turnstile(stranger("198.51.100.7")):
        pass
    with turnstile(stranger("203.0.113.9")), turnstile(stranger("203.0.113.9")):
        pass


def test_strangers_from_everywhere_leave_places_for_known_devices_and_for_those_who_sit(stand: Stand):
    for number in range(PLACES - KEPT):
        stand(stranger(f"198.51.100.{number}"))

    assert not fits_in(stranger("203.0.113.9"))
    for _ in range(KEPT):
        stand(Knock(known=True, address="address:198.51.100.1"))
    assert not fits_in(Knock(known=True))  # beyond these nobody waits


def test_whoever_cannot_get_in_takes_no_place_however_many_there_are(stand: Stand):
    hopeless = Knock(hopeful=False, address="address:198.51.100.7")
    for _ in range(40):
        stand(hopeless)

    assert not fits_in(hopeless)  # not looked at, and refused as he would have been
    assert fits_in(stranger("198.51.100.7"))


def test_where_no_address_is_known_all_strangers_share(stand: Stand):
    for _ in range(PLACES - KEPT):
        stand(stranger(""))

    assert not fits_in(stranger(""))


def test_two_at_a_time_are_looked_at_and_the_others_wait_their_turn():
    inside, leave = threading.Semaphore(0), threading.Event()

    def go_in() -> None:
        with turnstile():
            inside.release()
            leave.wait(10)

    threads = [threading.Thread(target=go_in) for _ in range(PLACES)]
    for thread in threads:
        thread.start()
    assert inside.acquire(timeout=10)
    assert inside.acquire(timeout=10)

    assert not inside.acquire(timeout=0.05)
    leave.set()
    for thread in threads:
        thread.join()
    assert fits_in(Knock(known=True))


def test_those_of_one_address_who_have_failed_do_not_hold_all_threads():
    with ExitStack() as stack:
        for _ in range(RESTING):
            stack.enter_context(resting("address:198.51.100.7"))

        with pytest.raises(TooMany):
            stack.enter_context(resting("address:198.51.100.7"))
        stack.enter_context(resting("address:203.0.113.9"))
    with resting("address:198.51.100.7"):
        pass


def asks(address: str, provider: str) -> bool:
    try:
        with talking(address, provider):
            return True
    except TooMany:
        return False


def test_a_provider_that_hangs_holds_its_share_of_the_threads_and_no_more():
    with ExitStack() as inside:
        for number in range(TALKS_OF_ONE):
            inside.enter_context(talking(f"address:198.51.100.{number}", "provider:1"))
        assert not asks("address:203.0.113.9", "provider:1")
        for number in range(TALKS - TALKS_OF_ONE):
            inside.enter_context(talking(f"address:203.0.113.{number}", "provider:2"))

        assert not asks("address:192.0.2.1", "provider:3")

    assert asks("address:203.0.113.9", "provider:1")


def test_one_address_asks_providers_for_no_more_than_its_share():
    with ExitStack() as inside:
        for number in range(TALKS_OF_ONE):
            inside.enter_context(talking("address:198.51.100.7", f"provider:{number}"))

        assert not asks("address:198.51.100.7", "provider:9")
        assert asks("address:203.0.113.9", "provider:9")
