"""One-time codes: set up once, asked for after the password, counted when wrong, accepted once, reset by the keeper."""

from collections.abc import Callable
from datetime import timedelta
from time import sleep, time

import psycopg
import pyotp
import pytest
from sqlalchemy import update

from shared import access, clock, office_settings
from shared.access import SYSTEM, Actor, Awaits, codes
from shared.db import unit
from shared.errors import Conflict, Invalid, NotSignedIn
from shared.office_settings import Key
from shared.people import Post, Sitting
from shared.roles import Role
from shared.settings import settings
from tests.conftest import START, set_office_date
from tests.servers import Database
from tests.shared.at_the_door import choose, sign_in, sits, whoever
from tests.shared.place import PASSWORD, Account, Place, make_account


def code_of(secret: str, steps: int = 0) -> str:
    """The code of this half minute, or of another one; not in the last second of one, so that it is still that."""
    if time() % codes.STEP_SECONDS > codes.STEP_SECONDS - 1:
        sleep(1)
    return pyotp.TOTP(secret).generate_otp(int(time()) // codes.STEP_SECONDS + steps)


def wrong(secret: str) -> str:
    right = {code_of(secret, steps) for steps in range(-2, 3)}
    return next(code for code in map("{:06}".format, range(9)) if code not in right)


def begin(token: str) -> str:
    with unit("activities") as session:
        return access.begin_enrolment(session, access.actor_of(session, token)).secret


def confirm(token: str, code: str) -> str | None:
    with unit("activities") as session:
        return access.confirm_enrolment(session, access.actor_of(session, token), code)


def give(token: str, code: str) -> str | None:
    with unit("assessment") as session:
        return access.accept_code(session, access.actor_of(session, token), code)


@pytest.fixture
def secret(secretary: Account) -> str:
    """The secretary signs in with codes from now on; the code of the half minute before was his first one."""
    made = begin(secretary.token)
    assert confirm(secretary.token, code_of(made, -1))
    return made


def test_without_codes_a_password_is_enough(secretary: Account):
    assert whoever(secretary.token).awaits is None


def test_after_the_password_the_sitting_waits_for_the_code_and_goes_on_under_a_new_token(secretary, secret):
    token = sign_in("east", PASSWORD)
    assert whoever(token).awaits is Awaits.CODE

    signed = give(token, code_of(secret))

    assert whoever(signed).awaits is None
    assert not sits(token)


def test_a_code_is_accepted_once(secretary, secret):
    code = code_of(secret)
    assert give(sign_in("east", PASSWORD), code)

    assert give(sign_in("east", PASSWORD), code) is None
    assert give(sign_in("east", PASSWORD), code_of(secret, -1)) is None  # nor an older one afterwards


def test_the_code_of_the_enrolment_opens_no_sitting_too(secretary):
    made = begin(secretary.token)
    confirm(secretary.token, code_of(made))

    assert give(sign_in("east", PASSWORD), code_of(made)) is None


def test_digits_of_a_chinese_keyboard_and_a_space_are_read(secretary, secret):
    code = code_of(secret)
    typed = f"{code[:3]} {code[3:]}".translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})

    assert give(sign_in("east", PASSWORD), typed)


@pytest.mark.parametrize("typed", ["", "12345", "验证码", "1234567", "\x00"])
def test_what_is_no_code_is_wrong(secretary, secret, typed):
    assert give(sign_in("east", PASSWORD), typed) is None


def test_wrong_codes_are_counted_as_wrong_passwords_are(secretary, secret, office: Database):
    token = sign_in("east", PASSWORD)
    for _ in range(settings().lock_tries):
        assert give(token, wrong(secret)) is None

    assert give(token, code_of(secret)) is None
    assert sign_in("east", PASSWORD) is None
    set_office_date(office, clock.moment(START, 9) + timedelta(minutes=5, seconds=10))
    assert give(sign_in("east", PASSWORD), code_of(secret))


def test_knowing_the_password_does_not_begin_the_count_again(secretary, secret):
    for _ in range(settings().lock_tries):
        assert give(sign_in("east", PASSWORD), wrong(secret)) is None

    assert sign_in("east", PASSWORD) is None


def test_whoever_has_only_the_password_chooses_no_other_and_sees_no_sitting(secretary, secret):
    halfway = sign_in("east", PASSWORD)

    with pytest.raises(NotSignedIn):
        choose(halfway, "一个新的密码 1978", PASSWORD)
    for look in (access.open_sittings, access.end_other_sittings, access.begin_enrolment, access.pending_enrolment):
        with pytest.raises(NotSignedIn), unit("activities") as session:
            look(session, access.actor_of(session, halfway))


def test_the_secret_is_sealed_and_shown_only_until_the_first_code(secretary, office: Database):
    made = begin(secretary.token)
    with unit("activities") as session:
        pending = access.pending_enrolment(session, access.actor_of(session, secretary.token))
    token = confirm(secretary.token, code_of(made))

    with unit("activities") as session:
        assert access.pending_enrolment(session, access.actor_of(session, token)) is None
    assert pending.secret == made
    assert made in pending.uri
    with psycopg.connect(office.owner_url) as connection:
        stored = connection.execute("select t::text from office.totp t").fetchone()[0]
    assert made not in stored
    assert made.encode().hex() not in stored


def test_a_secret_that_no_code_has_confirmed_asks_for_nothing(secretary):
    begin(secretary.token)

    assert whoever(sign_in("east", PASSWORD)).awaits is None


def test_a_wrong_first_code_sets_nothing_up(secretary):
    made = begin(secretary.token)

    assert confirm(secretary.token, wrong(made)) is None
    assert whoever(sign_in("east", PASSWORD)).awaits is None


def test_codes_are_not_set_up_over_others(secretary, secret):
    token = give(sign_in("east", PASSWORD), code_of(secret))

    with pytest.raises(Conflict, match="安全管理员"):
        begin(token)


def test_after_a_reset_the_password_is_enough_and_every_sitting_has_ended(secretary, secret):
    token = give(sign_in("east", PASSWORD), code_of(secret))

    with unit("activities") as session:
        access.reset_codes(session, secretary.id)

    assert not sits(token)
    assert whoever(sign_in("east", PASSWORD)).awaits is None
    with pytest.raises(Conflict), unit("activities") as session:
        access.reset_codes(session, secretary.id)


# --- a post that signs in with codes ---


@pytest.fixture
def secretaries_need_codes(place: Place) -> None:
    with unit("activities") as session:
        office_settings.put(session, SYSTEM, place.township, Key.TOTP_ROLES, ["secretary"], reason="等保要求。")


def test_whoever_holds_such_a_post_sets_codes_up_before_anything_else(secretary, secretaries_need_codes):
    token = sign_in("east", PASSWORD)
    assert whoever(token).awaits is Awaits.ENROLMENT

    signed = confirm(token, code_of(begin(token)))

    assert whoever(signed).awaits is None
    assert not sits(token)


def test_after_a_first_password_the_codes_come_next(place: Place, secretaries_need_codes):
    with unit("activities") as session:
        first = access.make_account(session, place.secretary, "east")[1]

    token = sign_in("east", first)
    assert whoever(token).awaits is Awaits.PASSWORD

    assert whoever(choose(token, PASSWORD)).awaits is Awaits.ENROLMENT


def test_other_posts_and_other_townships_go_on_with_the_password(place: Place, secretaries_need_codes):
    for person_id, login in ((place.leader, "leader"), (place.stranger, "stranger")):
        with unit("activities") as session:
            first = access.make_account(session, person_id, login)[1]
        assert whoever(choose(sign_in(login, first), PASSWORD)).awaits is None


def test_a_sitting_goes_back_to_the_codes_once_its_post_comes_to_need_them(secretary, secretaries_need_codes):
    assert whoever(secretary.token).awaits is Awaits.ENROLMENT

    signed = confirm(secretary.token, code_of(begin(secretary.token)))

    assert whoever(signed).awaits is None


def test_a_post_or_a_setting_of_a_later_day_asks_for_codes_from_that_day_on(secretary, place: Place, pass_time):
    later = START + timedelta(days=1)
    leader = make_account(place.leader, "leader")
    pass_time(timedelta(hours=14, minutes=50))
    evening = [sign_in(login, PASSWORD) for login in ("east", "leader")]
    with unit("activities") as session:
        asked = (session, SYSTEM, place.township, Key.TOTP_ROLES, ["secretary"])
        office_settings.put(*asked, reason="等保要求。", effective_from=later)
        session.add(Post(person_id=place.leader, unit_id=place.west, kind=Role.SECRETARY, starts_on=later))
    assert [whoever(token).awaits for token in evening] == [None, None]

    pass_time(timedelta(minutes=20))

    assert [whoever(token).awaits for token in evening] == [Awaits.ENROLMENT, Awaits.ENROLMENT]
    assert not sits(leader.token)  # since the morning


def test_an_older_sitting_is_asked_for_a_code_of_those_that_were_set_up_in_another(
    secretary, place: Place, secretaries_need_codes
):
    older = sign_in("east", PASSWORD)
    made = begin(secretary.token)
    confirm(secretary.token, code_of(made, -1))

    with unit("activities") as session:
        session.execute(update(Sitting).values(awaits=None))  # it began before the office wanted codes

    assert whoever(older).awaits is Awaits.CODE
    assert whoever(give(older, code_of(made))).awaits is None


def test_a_sitting_that_gave_its_code_goes_on_when_the_post_comes_to_need_it(secretary, secret, place: Place):
    token = give(sign_in("east", PASSWORD), code_of(secret))
    with unit("activities") as session:
        office_settings.put(session, SYSTEM, place.township, Key.TOTP_ROLES, ["secretary"], reason="等保要求。")

    assert whoever(token).awaits is None


# --- through the doors ---


@pytest.fixture
def ask(client) -> Callable:
    def send(method: str, path: str, token: str, status: int, body: object = None):
        headers = {"Authorization": f"Bearer {token}", "User-Agent": "Mozilla/5.0 (Windows NT 6.1) Chrome/86"}
        answer = client.request(method, path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.text else None

    return send


def test_the_doors_say_what_comes_next_and_refuse_everything_else(ask, secretary):
    made = ask("POST", "/codes", secretary.token, 201)
    token = ask("POST", "/codes/confirmations", secretary.token, 201, {"code": code_of(made["secret"], -1)})["token"]
    assert ask("GET", "/sittings/me", token, 200)["codes"]

    halfway = ask("POST", "/sittings", "", 201, {"login": "east", "password": PASSWORD})

    assert halfway["awaits"] == "code"
    assert ask("GET", "/sittings/me", halfway["token"], 200)["restricted"]
    assert "验证码" in ask("GET", "/notes", halfway["token"], 403)["detail"]
    refused = ask("POST", "/sittings/codes", halfway["token"], 409, {"code": wrong(made["secret"])})
    assert refused["fields"] == {"code": access.WRONG_CODE}
    whole = ask("POST", "/sittings/codes", halfway["token"], 201, {"code": code_of(made["secret"])})
    assert whole["awaits"] is None
    ask("GET", "/notes", whole["token"], 200)


def test_the_list_of_sittings_names_each_place_without_its_token(ask, secretary):
    elsewhere = ask("POST", "/sittings", "", 201, {"login": "east", "password": PASSWORD})["token"]

    here, other = ask("GET", "/sittings", secretary.token, 200)

    assert (here["here"], other["here"]) == (True, False)
    assert other["device"] == "Windows 电脑，Chrome 浏览器"
    assert elsewhere not in str(other)
    ask("DELETE", f"/sittings/{other['id']}", secretary.token, 204)
    assert not sits(elsewhere)
    assert sits(secretary.token)
    ask("DELETE", f"/sittings/{other['id']}", secretary.token, 404)


def test_all_other_sittings_end_at_once(ask, secretary):
    others = [sign_in("east", PASSWORD) for _ in range(3)]

    ask("DELETE", "/sittings/others", secretary.token, 204)

    assert [sits(token) for token in (*others, secretary.token)] == [False, False, False, True]


def test_nobody_ends_the_sitting_of_another(ask, secretary, place: Place):
    with unit("activities") as session:
        first = access.make_account(session, place.stranger, "stranger")[1]
    stranger = choose(sign_in("stranger", first), PASSWORD)
    mine = ask("GET", "/sittings", secretary.token, 200)[0]["id"]

    ask("DELETE", f"/sittings/{mine}", stranger, 404)

    assert sits(secretary.token)


def test_an_idle_sitting_is_not_in_the_list(secretary, office: Database):
    sign_in("east", PASSWORD)
    set_office_date(office, clock.moment(START, 9) + timedelta(minutes=settings().session_idle_minutes, seconds=5))
    token = sign_in("east", PASSWORD)

    with unit("activities") as session:
        actor: Actor = access.actor_of(session, token)
        assert [seat.here for seat in access.open_sittings(session, actor)] == [True]


def test_choosing_a_password_too_short_is_still_refused(secretary):
    with pytest.raises(Invalid):
        choose(secretary.token, "short", PASSWORD)
