"""Sittings: tokens of which only the hash is kept, and when they end."""

from datetime import timedelta

import psycopg
import pytest

from shared import access
from shared.db import unit
from tests.shared.at_the_door import end_account, sign_in, sits
from tests.shared.place import PASSWORD, make_account


def test_only_the_hash_of_a_token_is_stored(secretary, office):
    with psycopg.connect(office.owner_url) as connection:
        stored = b"".join(bytes(row[0]) for row in connection.execute("select token_hash from office.sitting"))
        dump = str(connection.execute("select * from office.sitting").fetchall())

    assert secretary.token.encode() not in stored
    assert secretary.token not in dump
    assert len(secretary.token) >= 43  # 256 bits


def test_every_sign_in_has_a_token_of_its_own(secretary):
    tokens = {sign_in("east", PASSWORD) for _ in range(3)}

    assert len(tokens | {secretary.token}) == 4


def test_a_sitting_ends_after_half_an_hour_without_a_request(secretary, pass_time):
    pass_time(timedelta(minutes=29))
    assert sits(secretary.token)
    pass_time(timedelta(minutes=29))
    assert sits(secretary.token)

    pass_time(timedelta(minutes=30, seconds=10))

    assert not sits(secretary.token)


def test_a_sitting_in_use_ends_after_twelve_hours_all_the_same(secretary, pass_time):
    for _ in range(24):
        pass_time(timedelta(minutes=29))
        assert sits(secretary.token)
    pass_time(timedelta(minutes=23))
    assert sits(secretary.token)

    pass_time(timedelta(minutes=1, seconds=10))

    assert not sits(secretary.token)


def test_a_request_that_takes_long_does_not_hold_up_another_of_the_same_sitting(secretary, pass_time):
    pass_time(timedelta(minutes=2))

    with unit("activities") as slow:
        access.actor_of(slow, secretary.token)
        with unit("activities") as quick:
            assert access.actor_of(quick, secretary.token).person_id


def test_signing_out_ends_every_sitting_of_the_account_and_no_other(secretary, place):
    colleague, second = make_account(place.leader, "leader"), sign_in("east", PASSWORD)

    with unit("activities") as session:
        access.end_sittings(session, secretary.id)

    assert [sits(token) for token in (secretary.token, second, colleague.token)] == [False, False, True]


def test_the_sittings_of_an_ended_account_end_at_once_and_it_opens_none(secretary):
    end_account(secretary.id)

    assert not sits(secretary.token)
    assert sign_in("east", PASSWORD) is None


@pytest.mark.parametrize("token", ["", "made-up", "x" * 5000])
def test_a_token_that_was_never_given_opens_nothing(office, token):
    assert not sits(token)
