"""The commands that run and watch the box: one JSON object on stdout, sentences for people, exit codes for the shell."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import psycopg
from lxml import html

from deploy.box import box
from tests.deploy.commands import call
from tests.deploy.started import ROOT

ROSTER = ROOT / "tests" / "activities" / "samples" / "花名册.xlsx"


def said(*words: str, data: Path) -> dict[str, Any]:
    done = call(*words, "--json", data=data)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_database_is_made_once_and_the_second_time_nothing_is_to_do(tmp_path: Path) -> None:
    first = said("migrate", data=tmp_path)

    assert first["done"][0].startswith("office: ")
    assert said("migrate", data=tmp_path) == {"done": [], "pending": []}


def test_the_status_of_what_does_not_run_is_said(tmp_path: Path) -> None:
    assert said("status", data=tmp_path) == {"running": False, "data": str(tmp_path)}
    assert "没有运行" in call("status", data=tmp_path).stdout


def test_the_status_of_what_runs_has_its_processes_and_its_work(data: Path) -> None:
    with box(data, say=lambda _text: None):
        found = said("status", data=data)
        table = call("status", data=data).stdout

    assert found["running"]
    assert set(found["pids"]) == {"postgres", "valkey"}
    assert found["jobs"]["assessment"] == {"ready": 0, "later": 0, "dead": 0}
    assert "assessment" in table


def test_the_status_counts_by_the_clock_of_the_office(data: Path) -> None:
    with box(data, say=lambda _text: None) as house, psycopg.connect(house.migrate_database_url) as connection:
        connection.execute("update office.clock set movable = true, shift = interval '10 days'")
        connection.execute(
            "insert into notify.job (task, key, payload, due_at, run_at)"
            " select 'notify.deliver', 'day ' || days, '{}', at, at"
            " from (values (5), (15)) d (days), lateral (select now() + make_interval(days => days) as at) moment"
        )
        connection.commit()

        assert said("status", data=data)["jobs"]["notify"] == {"ready": 1, "later": 1, "dead": 0}


def test_the_first_officer_of_an_empty_house_signs_in_with_the_password_that_is_shown(data: Path) -> None:
    asked = ("officer", "王芳", "--township", "柳河乡", "--role", "organiser", "--login", "wangfang")
    with box(data, web=True, say=lambda _text: None) as house:
        opens = said("setup", data=data)
        assert httpx2.get(opens["url"]).status_code == 200
        assert opens["url"] in call("setup", data=data).stdout
        assert call(*asked, data=data).stderr.startswith("没有名为“柳河乡”的乡镇")
        assert call("import", "roster", str(ROSTER), "--township", "柳河乡", "--commit", data=data).returncode == 0

        password = said(*asked, data=data)["first_password"]
        again = call(*asked, data=data)
        assert "已经有人能登录" in call("setup", data=data).stderr
        keeper = ("officer", "王芳", "--township", "柳河乡", "--role", "keeper", "--login", "another")
        assert said(*keeper, data=data)["role"] == "keeper"
        assert said("officers", "--township", "柳河乡", data=data) == {"acts": [], "overlaps": [], "clashes": []}
        assert call("agree", "1", data=data).stderr.startswith("没有找到这个事项")

        with httpx2.Client(base_url=house.url.rstrip("/"), headers={"Origin": house.url.rstrip("/")}) as browser:
            form = html.fromstring(browser.get("/sign-in").text).forms[0]
            typed = dict(form.form_values()) | {"login": "wangfang", "password": password}
            assert browser.post("/sign-in", data=typed | {"password": "not this one"}).status_code == 401
            assert browser.post("/sign-in", data=typed).status_code == 303

    assert (again.returncode, again.stderr) == (1, "这个账号名已经有人使用。\n")


def test_a_refusal_is_a_sentence_and_an_exit_code(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    command = [sys.executable, "-m", "deploy.cli", "up", "--data", str(tmp_path / "data")]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 5
    assert "数据文件夹" in done.stderr
    assert "Traceback" not in done.stderr
