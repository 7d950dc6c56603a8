"""A first password that only opens the way, and those that people choose."""

import pytest

from shared import access
from shared.db import unit
from shared.errors import Invalid, NotSignedIn
from tests.shared.at_the_door import OTHER_PASSWORD, choose, sign_in, sits, whoever
from tests.shared.place import PASSWORD, Place


@pytest.fixture
def first(place: Place) -> str:
    """The first password of the east secretary, whose login is `east`."""
    with unit("activities") as session:
        return access.make_account(session, place.secretary, "east")[1]


def test_a_first_password_only_lets_one_choose_a_password(first):
    token = sign_in("east", first)

    assert whoever(token).restricted
    assert not whoever(choose(token, PASSWORD)).restricted


def test_a_first_password_opens_again_as_long_as_no_other_was_chosen(first):
    """The telephone rang, the page was closed: it is not used up by the first attempt."""
    assert sign_in("east", first)

    assert whoever(sign_in("east", first)).restricted


def test_it_is_made_of_signs_that_nobody_mistakes_and_typed_with_the_gaps_of_its_slip(first):
    assert not set(first) & set("0o1liIO")

    assert sign_in("east", access.in_pieces(first))
    assert sign_in("east", access.in_pieces(first).replace(" ", "-"))


def test_a_first_password_is_dead_once_another_is_chosen(first):
    choose(sign_in("east", first), PASSWORD)

    assert sign_in("east", first) is None
    assert not whoever(sign_in("east", PASSWORD)).restricted


def test_the_first_password_cannot_be_chosen_again(first):
    token = sign_in("east", first)

    with pytest.raises(Invalid, match="原密码"):
        choose(token, first)


def test_whoever_lost_his_password_gets_a_first_one_again_and_his_sittings_end(secretary):
    with unit("activities") as session:
        renewed = access.renew_password(session, secretary.id)

    assert not sits(secretary.token)
    assert sign_in("east", PASSWORD) is None
    assert whoever(sign_in("east", renewed)).restricted


# --- choosing a password ---


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaaa", "my east password"])
def test_a_password_that_is_easy_to_guess_is_refused(first, weak):
    token = sign_in("east", first)

    with pytest.raises(Invalid):
        choose(token, weak)


@pytest.mark.parametrize("current", [None, "", "wrong"])
def test_an_open_sitting_is_not_enough_to_change_a_password(secretary, current):
    with pytest.raises(Invalid, match="当前密码"):
        choose(secretary.token, OTHER_PASSWORD, current)

    assert sign_in("east", PASSWORD)


def test_whoever_knows_his_password_may_change_it_and_every_older_sitting_ends(secretary):
    elsewhere = sign_in("east", PASSWORD)

    token = choose(secretary.token, OTHER_PASSWORD, PASSWORD)

    assert [sits(each) for each in (secretary.token, elsewhere, token)] == [False, False, True]


def test_of_two_who_race_with_the_same_first_sitting_one_chooses(first):
    token = sign_in("east", first)
    actor = whoever(token)
    with unit("activities") as session:
        access.choose_password(session, actor, PASSWORD)

    with pytest.raises(NotSignedIn), unit("activities") as session:
        access.choose_password(session, actor, OTHER_PASSWORD)

    assert sign_in("east", PASSWORD)
