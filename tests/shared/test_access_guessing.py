"""Guessing from outside: whoever guesses waits, and the one whose account he guesses at gets in."""

from datetime import timedelta

import psycopg
import pytest

from shared.access import Whence, knock, remember
from shared.access.guesses import CROWD, FEW, allowed, place_of
from shared.db import unit
from shared.settings import settings
from tests.shared.at_the_door import end_account, fail_to_sign_in, known_device, sign_in
from tests.shared.place import PASSWORD, make_account

STRANGER, HOME, VILLAGE = "198.51.100.7", "203.0.113.9", "203.0.113.77"
TEN_MINUTES = 10


def test_a_stranger_who_guesses_for_ten_minutes_keeps_nobody_out(secretary, pass_time):
    """Whoever comes from elsewhere, and whoever comes from the stranger's own address at a device that is known."""
    known = known_device(secretary.token)
    for _ in range(TEN_MINUTES):
        fail_to_sign_in("east", 8, address=STRANGER)

        assert sign_in("east", PASSWORD, address=HOME)
        assert sign_in("east", PASSWORD, address=STRANGER, device=known)
        pass_time(timedelta(minutes=1))


def test_strangers_from_everywhere_keep_nobody_out_who_comes_from_a_place_of_his_own(secretary, pass_time):
    known = known_device(secretary.token)
    for minute in range(TEN_MINUTES):
        for number in range(8):
            fail_to_sign_in("east", 1, address=f"192.0.{minute}.{number}")

        assert sign_in("east", PASSWORD, address=f"203.0.113.{minute}")
        assert sign_in("east", PASSWORD, address=HOME, device=known)
        pass_time(timedelta(minutes=1))


def test_who_guesses_has_five_tries_in_five_minutes(secretary, pass_time):
    fail_to_sign_in("east", settings().lock_tries, address=STRANGER)

    assert sign_in("east", PASSWORD, address=STRANGER) is None
    pass_time(timedelta(minutes=4, seconds=50))
    assert sign_in("east", PASSWORD, address=STRANGER) is None
    pass_time(timedelta(seconds=20))
    assert sign_in("east", PASSWORD, address=STRANGER)


def test_a_known_device_that_guesses_is_a_stranger_after_five_tries(secretary):
    stolen = known_device(secretary.token)
    fail_to_sign_in("east", 2 * settings().lock_tries, address=STRANGER, device=stolen)

    assert sign_in("east", PASSWORD, address=STRANGER, device=stolen) is None
    assert sign_in("east", PASSWORD, address=HOME)


def test_a_village_behind_one_address_is_not_one_attacker(secretary, place):
    neighbour = make_account(place.leader, "leader")
    for number in range(2 * CROWD):
        sign_in(f"nobody{number}", "wrong", address=VILLAGE)
    fail_to_sign_in("east", 20, address=VILLAGE)

    assert sign_in(neighbour.login, PASSWORD, address=VILLAGE)


def test_the_more_goes_wrong_around_him_the_fewer_tries_a_guesser_has_and_the_longer_he_waits():
    few = min(FEW, settings().lock_tries)
    minutes = [(tries, wait.total_seconds() / 60) for tries, wait in map(allowed, (0, CROWD - 1, CROWD, 2 * CROWD))]

    assert minutes == [(5, 5), (5, 5), (few, 10), (few, 20)]
    assert allowed(10**9) == (few, timedelta(hours=1))  # never for good


def test_slips_of_people_who_got_in_do_not_add_up_to_a_crowd(secretary, office):
    for _ in range(CROWD):
        fail_to_sign_in("east", 3, address=VILLAGE)
        assert sign_in("east", PASSWORD, address=VILLAGE)

    assert failures(office, f"address:{VILLAGE}", 0) == 0
    assert failures(office, "anywhere", secretary.id) == 0


def failures(office, source: str, account_id: int) -> int:
    with psycopg.connect(office.owner_url) as connection:
        asked = "select coalesce(sum(failures), 0) from office.guess where source = %s and account_id = %s"
        return connection.execute(asked, [source, account_id]).fetchone()[0]


def test_old_counts_go(secretary, office, pass_time):
    for number in range(10):
        sign_in("nobody", "wrong", address=f"192.0.2.{number}")
    pass_time(timedelta(hours=3))

    sign_in("nobody", "wrong", address=STRANGER)

    with psycopg.connect(office.owner_url) as connection:
        assert connection.execute("select source from office.guess").fetchall() == [(f"address:{STRANGER}",)]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.9", "address:203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::/64"),  # whoever has one has all of these
        ("", "address:"),
        ("testclient", "address:"),
    ],
)
def test_tries_are_counted_by_what_one_person_has(address: str, place: str):
    assert place_of(Whence(address)) == place


# --- devices that are known ---


def test_only_the_hash_of_a_device_is_stored_and_it_opens_nothing(secretary, office):
    device = known_device(secretary.token)

    with psycopg.connect(office.owner_url) as connection:
        assert device not in str(connection.execute("select * from office.device").fetchall())
    assert sign_in("east", "wrong", device=device) is None


def test_nobody_chooses_by_what_he_is_known(secretary):
    with unit("activities") as session:
        given = remember(session, secretary.id, Whence(device="chosen by a stranger"))
        again = remember(session, secretary.id, Whence(device=given))

    assert given != "chosen by a stranger"
    assert again == given


def test_a_device_is_known_to_the_accounts_that_signed_in_there_alone(secretary, place):
    neighbour = make_account(place.leader, "leader")
    device = known_device(secretary.token)
    fail_to_sign_in("leader", settings().lock_tries, address=STRANGER, device=device)

    assert sign_in("leader", PASSWORD, address=STRANGER, device=device) is None
    with unit("activities") as session:
        remember(session, neighbour.id, Whence(device=device))  # an office's machine, used by both
    assert sign_in("leader", PASSWORD, address=STRANGER, device=device)
    assert sign_in("east", PASSWORD, address=STRANGER, device=device)


def test_who_cannot_get_in_is_known_before_his_password_is_looked_at(secretary, place):
    ended = make_account(place.leader, "leader")
    end_account(ended.id)
    fail_to_sign_in("east", settings().lock_tries, address=STRANGER)
    whences = [("east", STRANGER), ("leader", HOME), ("nobody", HOME), ("east", HOME)]

    with unit("activities") as session:
        assert [knock(session, login, Whence(address)).hopeful for login, address in whences] == [
            False,
            False,
            False,
            True,
        ]
