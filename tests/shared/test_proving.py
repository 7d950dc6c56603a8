"""The password once more: wrong ones are counted as at the door, and codes are set up only after it."""

from datetime import timedelta

import pytest

from shared import access
from shared.access import Whence
from shared.access.guesses import NOWHERE
from shared.db import unit
from shared.errors import Invalid, NotSignedIn
from shared.settings import settings
from tests.shared.at_the_door import OTHER_PASSWORD, known_device, sign_in, sits
from tests.shared.place import PASSWORD
from tests.shared.test_codes import begin
from tests.shared.trial import bearer
from tests.town import PASSWORD as IN_TOWN

A_WHILE = timedelta(minutes=11)


def prove(token: str, password: str, whence: Whence = NOWHERE) -> bool:
    with unit("activities") as session:
        return access.prove(session, access.actor_of(session, token), password, whence=whence)


def fail_to_prove(token: str, times: int, whence: Whence = NOWHERE) -> None:
    for _ in range(times):
        assert not prove(token, "wrong", whence)


def test_wrong_current_passwords_are_counted_as_wrong_sign_ins_are(secretary, pass_time):
    fail_to_prove(secretary.token, settings().lock_tries)

    assert not prove(secretary.token, PASSWORD)
    assert sign_in("east", PASSWORD) is None
    pass_time(timedelta(minutes=5, seconds=10))
    assert prove(secretary.token, PASSWORD)
    assert sign_in("east", PASSWORD)


def test_whoever_guesses_at_a_stolen_sitting_does_not_make_its_owner_wait(secretary):
    thief = Whence("198.51.100.7")
    fail_to_prove(secretary.token, settings().lock_tries, thief)

    assert not prove(secretary.token, PASSWORD, thief)
    assert prove(secretary.token, PASSWORD, Whence("198.51.100.7", device=known_device(secretary.token)))


@pytest.mark.parametrize("path", ["/passwords", "/codes"])
def test_the_doors_count_them(client, secretary, path: str):
    asked = {"password": OTHER_PASSWORD, "current": "wrong"} if path == "/passwords" else {"current": "wrong"}
    for _ in range(settings().lock_tries):
        refused = client.post(path, json=asked, headers=bearer(secretary))
        assert refused.status_code == 409
        assert refused.json()["fields"] == {"current": access.WRONG_PASSWORD}

    assert client.post(path, json=asked | {"current": PASSWORD}, headers=bearer(secretary)).status_code == 409
    assert client.post("/sittings", json={"login": "east", "password": PASSWORD}).status_code == 401
    assert sits(secretary.token)


def test_codes_are_set_up_only_after_the_password_where_one_has_sat_for_a_while(secretary, client, pass_time):
    pass_time(A_WHILE)

    with pytest.raises(Invalid, match="当前密码"):
        begin(secretary.token)
    assert client.post("/codes", headers=bearer(secretary)).status_code == 409
    given = client.post("/codes", json={"current": PASSWORD}, headers=bearer(secretary))
    assert given.status_code == 201
    assert begin(secretary.token)


def test_a_secret_that_waits_for_its_first_code_is_not_shown_to_whoever_comes_by_later(secretary, pass_time):
    begin(secretary.token)
    pass_time(A_WHILE)

    with unit("activities") as session:
        assert access.pending_enrolment(session, access.actor_of(session, secretary.token)) is None


def test_a_new_sitting_under_another_token_is_as_old_as_the_password_in_it(secretary, pass_time):
    pass_time(A_WHILE)
    with unit("activities") as session:
        actor = access.actor_of(session, secretary.token)
        token = access.choose_password(session, actor, OTHER_PASSWORD, current=PASSWORD)

    with pytest.raises(Invalid):
        begin(token)


def test_on_the_page_the_password_is_asked_for_after_a_while_and_not_before(visit, pass_time):
    visitor = visit("dongling")
    assert "当前密码" not in visitor.get("/account/code").text
    pass_time(A_WHILE)

    page = visitor.get("/account/code")
    refused = visitor.submit(page, "begin", 422, current="wrong")
    assert access.WRONG_PASSWORD in refused.text
    begun = visitor.submit(refused, "begin", current=IN_TOWN)

    assert begun.root.find(".//code") is not None


def test_nobody_sets_up_codes_with_a_first_password(place):
    with unit("activities") as session:
        first = access.make_account(session, place.leader, "leader")[1]

    with pytest.raises(NotSignedIn, match="初始密码"):
        begin(sign_in("leader", first))
