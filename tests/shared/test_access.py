"""Signing in: a first password that only opens the way, waiting after wrong ones, sittings that end, dated posts."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy import select

from shared import access, clock
from shared.access import Actor, passwords
from shared.audit import Happening
from shared.db import unit
from shared.errors import Invalid, NotSignedIn, TooMany
from shared.people import Account as AccountRow
from shared.people import Post
from shared.roles import Role
from shared.settings import settings
from tests.conftest import START, set_office_date
from tests.servers import Database
from tests.shared.place import PASSWORD, Place, make_account

recommended = passwords._hasher  # before the tests make it quick

OTHER_PASSWORD = "另一条河的水向西 1921"


def sign_in(login: str, password: str) -> str | None:
    with unit("activities") as session:
        return access.sign_in(session, login, password)


def whoever(token: str) -> Actor:
    with unit("activities") as session:
        return access.actor_of(session, token)


def sits(token: str) -> bool:
    try:
        whoever(token)
    except NotSignedIn:
        return False
    return True


def choose(token: str, password: str, current: str | None = None) -> str:
    with unit("activities") as session:
        return access.choose_password(session, access.actor_of(session, token), password, current=current)


def fail_to_sign_in(login: str, times: int) -> None:
    for _ in range(times):
        assert sign_in(login, "wrong") is None


@pytest.fixture
def pass_time(office: Database) -> Callable[[timedelta], None]:
    """Let the office's clock go on by so much, from where the test began."""
    passed = [clock.moment(START, 9)]

    def go_on(span: timedelta) -> None:
        passed[0] += span
        set_office_date(office, passed[0])

    return go_on


# --- the first password ---


@pytest.fixture
def first(place: Place) -> str:
    """The first password of the east secretary, whose login is `east`."""
    with unit("activities") as session:
        return access.make_account(session, place.secretary, "east")[1]


def test_a_first_password_only_lets_one_choose_a_password(first):
    token = sign_in("east", first)

    assert whoever(token).restricted
    assert not whoever(choose(token, PASSWORD)).restricted


def test_a_first_password_works_once(first):
    assert sign_in("east", first)

    assert sign_in("east", first) is None


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


# --- wrong passwords ---


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


def test_a_crowd_at_the_door_is_turned_away_instead_of_waiting(office):
    inside, leave = threading.Semaphore(0), threading.Event()

    def stand() -> None:
        with access.turnstile():
            inside.release()
            leave.wait(10)

    threads = [threading.Thread(target=stand) for _ in range(10)]
    for thread in threads:
        thread.start()
    assert inside.acquire(timeout=10)
    assert inside.acquire(timeout=10)
    while passwords._waiting._value:
        pass

    with pytest.raises(TooMany), access.turnstile():
        pass

    assert not inside.acquire(blocking=False)  # two at a time, the others wait
    leave.set()
    for thread in threads:
        thread.join()
    with access.turnstile():
        pass


# --- sittings ---


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


def end_account(account_id: int) -> None:
    with unit("activities") as session:
        session.get_one(AccountRow, account_id).ended_at = clock.now(session)


def test_the_sittings_of_an_ended_account_end_at_once_and_it_opens_none(secretary):
    end_account(secretary.id)

    assert not sits(secretary.token)
    assert sign_in("east", PASSWORD) is None


@pytest.mark.parametrize("token", ["", "made-up", "x" * 5000])
def test_a_token_that_was_never_given_opens_nothing(office, token):
    assert not sits(token)


# --- who one is ---


def test_roles_follow_the_days_of_a_post(secretary, place, move_to):
    with unit("activities") as session:
        post = session.scalars(select(Post).where(Post.person_id == place.secretary)).one()
        post.ends_on = date(2025, 3, 5)
        session.add(
            Post(person_id=place.secretary, unit_id=place.west, kind=Role.SECRETARY, starts_on=date(2025, 3, 6))
        )

    posts = {}
    for day in (3, 4, 5, 6):
        move_to(date(2025, 3, day))
        posts[day] = whoever(sign_in("east", PASSWORD)).posts

    assert posts == {
        3: ((Role.SECRETARY, place.east),),
        4: ((Role.SECRETARY, place.east),),
        5: (),
        6: ((Role.SECRETARY, place.west),),
    }


def test_a_post_that_ends_today_is_gone_from_a_sitting_that_is_open(secretary, place):
    with unit("activities") as session:
        session.scalars(select(Post).where(Post.person_id == place.secretary)).one().ends_on = START

    assert whoever(secretary.token).posts == ()
    assert whoever(secretary.token).reach == ""


def test_a_role_is_held_in_its_unit_only():
    actor = Actor(account_id=1, person_id=1, name="", posts=((Role.LEADER, 7), (Role.SECRETARY, 3)))

    assert actor.roles_over(7, 2, 1) == {Role.LEADER}
    assert actor.roles_over(7, 3, None) == {Role.LEADER, Role.SECRETARY}
    assert actor.roles_over(8, None) == frozenset()
    assert actor.units_as(Role.SECRETARY) == (3,)
    assert actor.reach == "3,7"


def test_only_the_system_reaches_everything():
    assert access.SYSTEM.reach == "*"
    assert access.SYSTEM.roles_over(99) == {Role.SYSTEM}
    assert access.console(Role.KEEPER, unit_id=4).reach == "4"
    assert access.console(Role.KEEPER, unit_id=4).roles_over(5) == frozenset()


# --- the history ---


def test_signing_in_and_failing_to_are_in_the_history_and_no_password_is(secretary, place, office):
    sign_in("east", "wrong")
    sign_in("east", PASSWORD)

    with unit("keeper") as session:
        rows = session.scalars(select(Happening).order_by(Happening.id)).all()
    told = [(row.fact, row.unit_id, row.body.get("succeeded"), row.body.get("change")) for row in rows]
    assert told == [
        ("SignedIn", place.east, True, None),
        ("AccountChanged", place.east, None, "password"),
        ("SignedIn", place.east, False, None),
        ("SignedIn", place.east, True, None),
    ]
    assert {row.actor_id for row in rows} == {secretary.id}
    with psycopg.connect(office.owner_url) as connection:
        dump = str(connection.execute("select * from office.happening").fetchall())
    assert PASSWORD not in dump
    assert "wrong" not in dump
