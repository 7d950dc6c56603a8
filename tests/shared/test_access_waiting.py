"""Wrong passwords: whoever tries them waits, and a stranger learns nothing."""

import threading
from datetime import timedelta

from shared.access import passwords
from shared.settings import settings
from tests.hashes import recommended
from tests.shared.at_the_door import end_account, fail_to_sign_in, sign_in
from tests.shared.place import PASSWORD, make_account


def test_after_five_wrong_passwords_even_the_right_one_waits_five_minutes_and_never_longer(secretary, pass_time):
    fail_to_sign_in("east", settings().lock_tries)

    at_once = sign_in("east", PASSWORD)
    pass_time(timedelta(minutes=4, seconds=50))
    almost = sign_in("east", PASSWORD)
    pass_time(timedelta(seconds=20))

    assert at_once is None
    assert almost is None
    assert sign_in("east", PASSWORD)


def test_tries_while_an_account_waits_do_not_make_it_wait_longer(secretary, pass_time):
    fail_to_sign_in("east", settings().lock_tries)
    pass_time(timedelta(minutes=4))
    fail_to_sign_in("east", 20)

    pass_time(timedelta(minutes=1, seconds=10))

    assert sign_in("east", PASSWORD)


def test_a_stranger_who_goes_on_trying_makes_it_wait_again_after_five_more(secretary, pass_time):
    fail_to_sign_in("east", settings().lock_tries)
    pass_time(timedelta(minutes=5, seconds=10))

    fail_to_sign_in("east", settings().lock_tries)

    assert sign_in("east", PASSWORD) is None
    pass_time(timedelta(minutes=5, seconds=10))
    assert sign_in("east", PASSWORD)


def test_a_right_password_forgets_the_wrong_ones(secretary):
    fail_to_sign_in("east", settings().lock_tries - 1)
    sign_in("east", PASSWORD)

    fail_to_sign_in("east", settings().lock_tries - 1)

    assert sign_in("east", PASSWORD)


def test_tries_side_by_side_are_all_counted(secretary):
    start = threading.Barrier(settings().lock_tries)

    def attempt() -> None:
        start.wait()
        sign_in("east", "wrong")

    threads = [threading.Thread(target=attempt) for _ in range(settings().lock_tries)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sign_in("east", PASSWORD) is None


def test_unknown_wrong_waiting_and_ended_are_all_looked_at_once_and_answered_alike(secretary, place, monkeypatch):
    make_account(place.leader, "waits")
    gone = make_account(place.organiser, "gone")
    fail_to_sign_in("waits", settings().lock_tries)
    end_account(gone.id)
    looks = []
    hasher = passwords._hasher()

    class Counting:
        def verify(self, password: str, hashed: str) -> bool:
            looks.append(hashed.split("$")[:4])
            return hasher.verify(password, hashed)

    passwords._decoy()
    monkeypatch.setattr(passwords, "_hasher", Counting)

    answers = [sign_in(login, "wrong") for login in ("nobody", "east", "waits", "gone")]

    assert answers == [None] * 4
    assert len(looks) == 4
    assert all(look == looks[0] for look in looks)  # the same algorithm at the same cost


def test_a_password_costs_a_thief_at_least_what_is_recommended():
    """OWASP: Argon2id with 19 MiB and two rounds, or dearer."""
    _, kind, _, costs, *_ = recommended().hash("a password").split("$")
    memory, rounds, _ = (int(part.partition("=")[2]) for part in costs.split(","))

    assert kind == "argon2id"
    assert memory >= 19 * 1024
    assert rounds >= 2
