"""A transaction has one service's rights and one person's reach, and whatever follows it follows its commit."""

from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from shared import db
from shared.db import after_commit, enter, unit
from shared.settings import SERVICES
from tests.deploy.started import eventually
from tests.servers import Database

WRITES = ("insert", "update", "delete", "truncate")
REGISTER = ("unit", "unit_name", "person", "membership", "post", "circumstance", "term", "workday", "workday_year")
# What names nobody, or must be looked up before anybody's reach is known; schemes are published.
OPEN_TO_ALL = {
    "office.unit",
    "office.unit_name",
    "office.post",
    "office.stand_in",
    "office.term",
    "office.rule_version",
    "office.setting",
    "assessment.scheme",
}


@dataclass(frozen=True)
class Acting:
    """Somebody with a reach."""

    reach: str
    account_id: int | None = None


# --- a service has its own rights ---


def may(office: Database, role: str, table: str, deed: str) -> bool:
    with psycopg.connect(office.owner_url) as connection:
        asked = "select has_table_privilege(%s, %s, %s)"
        return bool(connection.execute(asked, [f"xiaozu_{role}", table, deed]).fetchone()[0])


def tables(office: Database, *schemas: str) -> list[str]:
    with psycopg.connect(office.owner_url) as connection:
        found = connection.execute(
            "select schemaname || '.' || tablename from pg_tables where schemaname = any (%s) order by 1",
            [list(schemas)],
        )
        return [name for (name,) in found if not name.endswith("alembic_version")]


def everybody_but(service: str) -> list[str]:
    return [other for other in SERVICES if other != service]


@pytest.mark.parametrize("service", everybody_but("activities"))
@pytest.mark.parametrize("table", REGISTER)
def test_only_activities_writes_the_register(office, service, table):
    assert not [deed for deed in WRITES if may(office, service, f"office.{table}", deed)]
    assert may(office, service, f"office.{table}", "select")


def test_a_service_that_tries_to_write_the_register_is_stopped(place):
    with pytest.raises(ProgrammingError, match="permission denied"), unit("assessment") as session:
        session.execute(text("update office.unit set name = 'x'"))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_leave_work_with_the_others_and_touch_nothing_else_of_theirs(office, service):
    for other in everybody_but(service):
        theirs = tables(office, other)
        rights = {
            (table, deed) for table in theirs for deed in (*WRITES, "select") if may(office, service, table, deed)
        }
        assert rights == {(f"{other}.job", "insert")}


@pytest.mark.parametrize("service", SERVICES)
def test_work_left_with_another_service_arrives(office, service):
    for other in everybody_but(service):
        with unit(service) as session:
            session.execute(
                text(f"insert into {other}.job (task, key, payload) values ('x', :key, '{{}}')"), {"key": service}
            )

    with psycopg.connect(office.owner_url) as connection:
        counts = [
            connection.execute(f"select count(*) from {other}.job").fetchone()[0] for other in everybody_but(service)
        ]
    assert counts == [1, 1]


@pytest.mark.parametrize("service", [*SERVICES, "keeper"])
def test_a_service_owns_nothing_and_cannot_step_round_the_walls(office, service):
    with psycopg.connect(office.owner_url) as connection:
        row = connection.execute(
            "select rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, exists (select from pg_class where relowner = r.oid)"
            " from pg_roles r where rolname = %s",
            [f"xiaozu_{service}"],
        ).fetchone()
    assert row == (False, False, False, False, False)


def test_the_login_itself_may_do_nothing_before_it_takes_on_a_role(office):
    with psycopg.connect(office.app_url) as connection:
        rights = [table for table in tables(office, "office", *SERVICES) if can_read(connection, table)]

    assert rights == ["office.clock"]


def can_read(connection: psycopg.Connection[Any], table: str) -> bool:
    try:
        connection.execute(f"select from {table} limit 1")
    except psycopg.errors.InsufficientPrivilege:
        return False
    else:
        return True
    finally:
        connection.rollback()


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_moves_the_office_s_date(office, service):
    with pytest.raises(ProgrammingError, match="permission denied"), unit(service) as session:
        session.execute(text("select office.move_clock(now() + interval '1 day')"))


def test_a_role_and_a_reach_end_with_their_transaction(place):
    with unit("notify", Acting(str(place.east))):
        pass

    with db.engine().connect() as connection:
        row = connection.execute(text("select current_user, current_setting('app.reach', true)")).one()
    assert row == ("xiaozu_app", "")


def test_connections_that_nobody_wants_are_given_back_and_the_next_request_has_one(office):
    mine = "select count(*) from pg_stat_activity where usename = 'xiaozu_app' and datname = current_database()"

    def held() -> int:
        with psycopg.connect(office.owner_url) as connection:
            return connection.execute(mine).fetchall()[0][0]

    with db.let_go(every=0.05):
        with unit("notify"), unit("activities"):
            assert held() == 2
        eventually(lambda: held() == 0)
        with unit("notify") as session:
            assert session.scalar(text("select 1")) == 1


# --- the second wall ---


def names(actor: Acting | None) -> list[str]:
    """A query whose WHERE was forgotten."""
    with unit("activities", actor) as session:
        return list(session.scalars(text("select name from office.person order by id")))


def test_a_forgotten_where_shows_only_what_is_in_reach(place):
    assert names(Acting(str(place.east))) == ["书记甲", "组长乙"]
    assert names(Acting(str(place.east_first))) == ["组长乙"]
    assert names(Acting(f"{place.east_first},{place.elsewhere}")) == ["组长乙", "干事丁"]
    assert names(Acting(str(place.township))) == ["书记甲", "组长乙", "干事丙"]


def test_the_system_reaches_everybody(place):
    assert len(names(None)) == 4


@pytest.mark.parametrize("reach", ["", "0", "-1", "99999"])
def test_whoever_reaches_nothing_sees_nothing(place, reach):
    assert names(Acting(reach)) == []


def test_whoever_forgot_to_say_his_reach_sees_nothing(place, office):
    with psycopg.connect(office.app_url) as connection:
        connection.execute("set role xiaozu_activities")

        assert connection.execute("select name from office.person").fetchall() == []


@pytest.mark.parametrize("reach", ["*,1", "1,*", "1;2", "all", "{1}"])
def test_a_reach_that_makes_no_sense_shows_nothing(place, reach):
    with pytest.raises(DBAPIError):
        names(Acting(reach))


INSERT = text("insert into office.person (unit_id, name, pinyin) values (:unit, '某人', '')")


def test_nothing_is_written_into_a_unit_out_of_reach(place):
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        unit("activities", Acting(str(place.east))) as session,
    ):
        session.execute(INSERT, {"unit": place.west})


def test_what_is_in_reach_may_be_written(place):
    with unit("activities", Acting(str(place.east))) as session:
        session.execute(INSERT, {"unit": place.east_first})

    assert names(Acting(str(place.east))) == ["书记甲", "组长乙", "某人"]


def test_nothing_is_moved_out_of_reach(place):
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        unit("activities", Acting(str(place.east))) as session,
    ):
        session.execute(text("update office.person set unit_id = :unit"), {"unit": place.west})


def test_an_update_without_where_changes_only_what_is_in_reach(place):
    with unit("activities", Acting(str(place.east))) as session:
        session.execute(text("update office.person set name = '改了'"))

    assert names(None) == ["改了", "改了", "干事丙", "干事丁"]


def test_a_narrower_reach_holds_for_the_rest_of_the_transaction(place):
    with unit("activities") as session:
        enter(session, "activities", Acting(str(place.east_first)))

        assert list(session.scalars(text("select name from office.person"))) == ["组长乙"]


def test_every_table_that_belongs_to_units_has_its_wall(office):
    with psycopg.connect(office.owner_url) as connection:
        found = connection.execute(
            "select distinct n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " join pg_attribute a on a.attrelid = c.oid"
            " where n.nspname = any (%s) and c.relkind in ('r', 'p') and not c.relrowsecurity"
            " and a.attname in ('unit_id', 'group_id', 'branch_id', 'township_id')",
            [["office", *SERVICES]],
        )
        bare = {name for (name,) in found}

    assert bare == OPEN_TO_ALL


# --- what follows a commit ---


def test_what_was_left_for_after_the_commit_runs_once_and_sees_it_committed(office):
    seen = []

    def look() -> None:
        with psycopg.connect(office.owner_url) as connection:
            seen.append(connection.execute("select count(*) from office.heartbeat").fetchone()[0])

    with unit("activities") as session:
        session.execute(text("insert into office.heartbeat values ('x', now())"))
        after_commit(session, "look", look)
        after_commit(session, "look", look)
        assert seen == []

    assert seen == [1]


def test_nothing_follows_a_transaction_that_fails(office):
    ran = []

    with pytest.raises(ZeroDivisionError), unit("activities") as session:
        after_commit(session, "run", lambda: ran.append(1))
        raise ZeroDivisionError

    assert ran == []


def test_nothing_follows_a_commit_that_fails(office):
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute("create table activities.later (id int unique deferrable initially deferred)")
        connection.execute("grant insert on activities.later to xiaozu_activities")
    ran = []

    with pytest.raises(DBAPIError), unit("activities") as session:
        session.execute(text("insert into activities.later values (1), (1)"))
        after_commit(session, "run", lambda: ran.append(1))

    assert ran == []


def test_an_error_text_never_carries_the_values_that_were_bound(place):
    with pytest.raises(ProgrammingError) as caught, unit("assessment") as session:
        session.execute(text("update office.person set name = :name"), {"name": "某某的秘密"})

    assert "某某的秘密" not in str(caught.value)
