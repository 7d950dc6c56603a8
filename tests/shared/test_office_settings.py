"""An office decides for itself, with a reason, from a day on; what it has not decided the environment says."""

from datetime import date

import psycopg
import pytest

from services.notify.channels.actions.turns import _next_allowed
from shared import office_settings
from shared.access import SYSTEM, Actor
from shared.db import unit
from shared.errors import Invalid, NotYours
from shared.office_settings import Key
from shared.roles import Role
from tests.servers import Database
from tests.shared.place import Place


def acting(role: Role, *units: int) -> Actor:
    return Actor(account_id=None, person_id=None, name="某人", posts=tuple((role, unit_id) for unit_id in units))


def put(actor: Actor, township_id: int, key: Key, value: object, **more: object) -> None:
    with unit("activities", actor) as session:
        office_settings.put(session, actor, township_id, key, value, **{"reason": "夏收农忙。", **more})


def value_of(key: Key, township_id: int) -> object:
    with unit("notify") as session:
        return office_settings.get(session, key, township_id)


@pytest.fixture
def keeper(place: Place) -> Actor:
    return acting(Role.KEEPER, place.township)


def test_while_nothing_is_decided_the_environment_holds(place: Place):
    assert value_of(Key.QUIET_FROM, place.township) == 21
    assert value_of(Key.TOTP_ROLES, place.township) == []


def test_a_decision_holds_for_its_own_township(place: Place, keeper: Actor):
    put(keeper, place.township, Key.QUIET_FROM, 19)

    assert value_of(Key.QUIET_FROM, place.township) == 19
    assert value_of(Key.QUIET_FROM, place.elsewhere) == 21


def test_a_decision_for_a_day_to_come_waits_for_it(place: Place, keeper: Actor, move_to):
    put(keeper, place.township, Key.QUIET_FROM, 19, effective_from=date(2025, 6, 1))
    assert value_of(Key.QUIET_FROM, place.township) == 21

    move_to(date(2025, 6, 1))

    assert value_of(Key.QUIET_FROM, place.township) == 19


def test_the_last_decision_for_a_day_counts(place: Place, keeper: Actor):
    put(keeper, place.township, Key.QUIET_FROM, 19)
    put(keeper, place.township, Key.QUIET_FROM, 20)

    assert value_of(Key.QUIET_FROM, place.township) == 20
    with unit("activities") as session:
        assert [each.value for each in office_settings.history(session, place.township)] == [20, 19]


def test_a_decision_is_a_fact_with_its_reason(office: Database, place: Place, keeper: Actor):
    put(keeper, place.township, Key.TOTP_ROLES, ["committee", "organiser"])

    with psycopg.connect(office.owner_url) as connection:
        [(unit_id, reason, body)] = connection.execute(
            "select unit_id, reason, body from office.happening where fact = 'SettingChanged'"
        ).fetchall()
    assert (unit_id, reason) == (place.township, "夏收农忙。")
    assert (body["key"], body["before"], body["after"]) == ("totp_roles", "都不要求", "组织委员、党委")


@pytest.mark.parametrize(
    "asked",
    [
        (Key.QUIET_FROM, 25, {}, "value"),
        (Key.QUIET_FROM, True, {}, "value"),
        (Key.QUIET_FROM, "19", {}, "value"),
        (Key.TOTP_ROLES, ["leader"], {}, "value"),
        (Key.QUIET_FROM, 19, {"reason": "  "}, "reason"),
        (Key.QUIET_FROM, 19, {"reason": "长" * 501}, "reason"),
        (Key.QUIET_FROM, 19, {"effective_from": date(2025, 3, 2)}, "effective_from"),
    ],
)
def test_what_makes_no_sense_is_refused(place: Place, asked):
    key, value, more, field = asked
    keeper = acting(Role.KEEPER, place.township)
    with pytest.raises(Invalid) as refusal:
        put(keeper, place.township, key, value, **more)

    assert refusal.value.field == field


@pytest.mark.parametrize("role", [Role.LEADER, Role.SECRETARY, Role.AUDITOR, Role.COMMITTEE])
def test_whoever_does_not_look_after_it_decides_nothing(place: Place, role: Role):
    with pytest.raises(NotYours):
        put(acting(role, place.township), place.township, Key.QUIET_FROM, 19)


def test_the_organiser_sets_the_quiet_hours_but_not_who_needs_a_code(place: Place):
    organiser = acting(Role.ORGANISER, place.township)
    put(organiser, place.township, Key.QUIET_FROM, 19)

    with pytest.raises(NotYours):
        put(organiser, place.township, Key.TOTP_ROLES, [])


def test_the_keeper_of_one_township_does_not_decide_for_another(place: Place, keeper: Actor):
    with pytest.raises(NotYours):
        put(keeper, place.elsewhere, Key.QUIET_FROM, 19)


def test_what_all_townships_share_wants_a_keeper_of_all(place: Place, keeper: Actor):
    with pytest.raises(NotYours):
        put(keeper, place.township, Key.MAIL_PER_MINUTE, 30)

    put(acting(Role.KEEPER, place.township, place.elsewhere), place.township, Key.MAIL_PER_MINUTE, 30)

    assert value_of(Key.MAIL_PER_MINUTE, place.elsewhere) == 30


def test_a_row_is_never_changed(place: Place, keeper: Actor):
    put(keeper, place.township, Key.QUIET_FROM, 19)

    for service in ("activities", "assessment", "notify", "keeper"):
        with pytest.raises(Exception, match="permission denied"), unit(service) as session:
            session.connection().exec_driver_sql("update office.setting set reason = 'x'")


def test_letters_wait_for_the_end_of_the_offices_quiet_hours(place: Place, office: Database):
    """Decided to end at noon: at nine in the morning letters of this township wait, those of the other one go."""
    put(SYSTEM, place.township, Key.QUIET_TO, 12)
    with psycopg.connect(office.owner_url) as connection:
        ids = {
            township: connection.execute(
                "with m as (insert into notify.message (happening_id, fact, telling, kind, unit_id, township_id, title,"
                " body, link) values (1, 'X', 'x', 'reminder', %(unit)s, %(unit)s, '', '', '') returning id)"
                " insert into notify.delivery (message_id, channel, state) select id, 'mail', 'ready' from m returning id",
                {"unit": township},
            ).fetchone()[0]
            for township in (place.township, place.elsewhere)
        }

    with unit("notify") as session:
        now = session.info["now"]
        waits, goes = (_next_allowed(session, now, [ids[each]]) for each in (place.township, place.elsewhere))
        both = _next_allowed(session, now, list(ids.values()))

    assert (waits.hour, goes) == (4, now)  # noon in Shanghai
    assert both == waits
