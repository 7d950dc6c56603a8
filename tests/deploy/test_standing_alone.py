"""Programs that stand alone, as in containers and clusters: they wait for their database, and say that they get on."""

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from deploy import alive, version
from deploy.compose.secrets import make
from deploy.embedded.postgres import APP
from deploy.migrate import have_login
from deploy.version import Lacking, lacking
from shared import pulse
from shared.settings import SERVICES
from tests.servers import Database, PostgresServer
from tests.town import Town


def test_a_program_waits_for_a_database_that_is_away_empty_or_behind_and_for_none_that_is_ahead(
    office: Database, postgres_server: PostgresServer
) -> None:
    empty = postgres_server.create("xiaozu_without_anything")
    try:
        away = lacking("postgresql://nobody@127.0.0.1:1/none")
        assert away is not None
        assert "没有应答" in away.why
        assert not away.lasting
        assert lacking(empty.app_url) == Lacking("InvalidSchemaName")
    finally:
        postgres_server.drop(empty.name)
    assert lacking(office.app_url) is None

    with psycopg.connect(office.owner_url, autocommit=True) as owner:
        owner.execute("update notify.alembic_version set version_num = 'notify_0001'")
        assert lacking(office.app_url) == Lacking("not migrated: notify")
        owner.execute("update notify.alembic_version set version_num = 'notify_9999'")
        assert lacking(office.app_url) is None


def test_it_goes_on_once_the_database_is_ready(office: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter([Lacking("no answer"), Lacking("no such login", lasting=True), Lacking("not migrated: notify"), None])
    monkeypatch.setattr(version, "lacking", lambda _url: next(found))
    monkeypatch.setattr(version, "AGAIN_SECONDS", 0)

    version.wait(office.app_url)

    assert next(found, "asked no more") == "asked no more"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [("password", "数据库不认账号或者密码"), ("login", "数据库不认账号或者密码"), ("database", "没有这个数据库")],
)
@pytest.mark.parametrize("wait", [version.wait, version.wait_for_server])
def test_a_program_that_the_database_refuses_says_why_in_a_sentence_and_ends(
    office: Database, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch, *, wrong: str, says: str, wait
) -> None:
    """Not at once: the migrations, which start at the same moment, make the login."""
    address = {
        "password": office.app_url.replace(postgres_server.app_password, "wrong"),
        "login": office.app_url.replace(f"{APP}:", "stranger:"),
        "database": office.app_url.replace(office.name, "none_such"),
    }[wrong]
    slept = list[float]()
    clock = SimpleNamespace(sleep=slept.append, monotonic=lambda: 1 + len(slept))
    monkeypatch.setattr(version, "time", clock)
    monkeypatch.setattr(version, "PATIENCE_SECONDS", 2)

    with pytest.raises(SystemExit) as ended:
        wait(address)

    assert says in str(ended.value)
    assert postgres_server.app_password not in str(ended.value)
    assert len(slept) == 2


def test_the_login_of_the_services_is_made_once_and_its_password_is_the_one_that_was_given_last(
    postgres_server: PostgresServer, office: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = list[str]()
    execute = psycopg.Connection.execute
    monkeypatch.setattr(
        psycopg.Connection,
        "execute",
        lambda self, query, *rest: (
            said.append(query if isinstance(query, str) else query.as_string(self)),
            execute(self, query, *rest),
        )[1],
    )
    login, given = "xiaozu_app_of_a_test", f"{APP}:{postgres_server.app_password}@"
    try:
        for password in ("one word", "another word"):
            have_login(postgres_server.owner_url, password, login=login)
        asked = "select rolsuper or rolcreatedb or rolcreaterole from pg_roles where rolname = current_user"
        with psycopg.connect(office.app_url.replace(given, f"{login}:another%20word@")) as services:
            assert services.execute(asked).fetchone() == (False,)
        assert any("SCRAM-SHA-256" in each for each in said)
        assert not any("one word" in each or "another word" in each for each in said)
    finally:
        with psycopg.connect(postgres_server.owner_url, autocommit=True) as owner:
            owner.execute(f"drop role {login}")


def test_what_waits_is_counted_by_service_for_whoever_scales_the_workers(office: Database, town: Town) -> None:
    asked = "select service, ready + later + dead from office.work_waiting() order by service"
    with psycopg.connect(office.app_url) as services:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            services.execute(asked)
        services.rollback()
        services.execute("set role xiaozu_keeper")
        counted = dict(services.execute(asked).fetchall())
    with psycopg.connect(office.owner_url) as owner:
        there = {
            name: owner.execute(f"select count(*) from {name}.job where state in ('ready', 'dead')").fetchone()
            for name in SERVICES
        }
    assert {name: (counted[name],) for name in SERVICES} == there


def test_a_sign_of_life_is_young_promised_or_missing(tmp_path: Path) -> None:
    signs = tmp_path / "signs"
    now = time.monotonic()

    def left(own: float, below: float) -> bool:
        signs.write_bytes(pulse.MOMENT.pack(own) + pulse.MOMENT.pack(below))
        return alive.getting_on(str(signs), now=now)

    assert not alive.getting_on(str(signs), now=now)
    assert left(now - 1, 0)
    assert left(0, now - 1)
    assert left(now + 600, 0)
    assert not left(now - 31, now - 40)
    signs.write_bytes(b"cut")
    assert not alive.getting_on(str(signs), now=now)


def test_the_probe_of_a_container_ends_with_nought_only_where_somebody_gets_on(tmp_path: Path) -> None:
    def probed(*asked: str, signs: Path) -> int:
        env = os.environ | {"XIAOZU_SIGNS": str(signs)}
        return subprocess.run([sys.executable, "-m", "deploy.alive", *asked], env=env, check=False).returncode

    signs = tmp_path / "signs"
    keeps = "import time; from deploy import alive; alive.keep(); print('kept', flush=True); time.sleep(1000)"
    with subprocess.Popen(
        [sys.executable, "-c", keeps], env=os.environ | {"XIAOZU_SIGNS": str(signs)}, stdout=subprocess.PIPE
    ) as program:
        assert program.stdout
        assert program.stdout.readline() == b"kept\n"
        assert probed(signs=signs) == 0
        program.kill()

    assert probed(signs=tmp_path / "none") == 1
    assert probed("1", signs=signs) == 1


def test_secrets_of_containers_are_made_once_and_no_password_of_the_broker_stands_in_its_list(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"

    made = make(folder)
    before = {file.name: file.read_text() for file in folder.iterdir()}

    assert make(folder) == []
    assert {file.name: file.read_text() for file in folder.iterdir()} == before
    assert set(made) == set(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    users = before["redis_users"]
    assert users.startswith("user default off\n")
    assert not any(
        before[f"redis_password_{user}"] in users for user in ("activities", "assessment", "notify", "xiaozu")
    )
    assert before["redis_password_notify"] in before["redis_url_notify"]
    assert before["owner_password"] not in before["xiaozu_database_url"]


def test_what_the_compose_file_and_the_chart_call_secret_is_what_is_made(tmp_path: Path) -> None:
    import yaml

    make(tmp_path)
    compose = yaml.safe_load(Path("deploy/compose/compose.yaml").read_text())

    files = {Path(one["file"]).name for one in compose["secrets"].values()}
    assert files <= {file.name for file in tmp_path.iterdir()}
    for program in compose["services"].values():
        for secret in program.get("secrets", []):
            assert (secret["source"] if isinstance(secret, dict) else secret) in compose["secrets"]
        assert not any("PASSWORD" in name or "KEY" in name for name in program.get("environment", {}))
