"""The office's files by command: whom the history names, and who is named before anything is written."""

import json
import re
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
import xlsxwriter

from deploy.cli import files
from deploy.cli.files import Given, apply_roster, name_leavers
from deploy.cli.townships import meant
from services.activities.register.actions import make_account
from services.activities.register.rules import Roster, read_roster
from services.activities.register.rules.roster_said import endings_said, moves_said
from shared.access import SYSTEM
from shared.db import unit
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.sheets import read_workbook
from tests.activities.conftest import SAMPLES
from tests.town import TOWNSHIP

BY = "select a.login from office.happening h left join office.account a on a.id = h.actor_id where h.fact = 'RosterImported'"

GIVEN = Given(data=Path("/"), commit=False, login=None, errors=None, as_json=False)


@pytest.fixture
def roster():
    return read_roster(read_workbook(SAMPLES / "花名册.xlsx"), today=date(2025, 3, 3))


@pytest.mark.parametrize(("login", "named"), [(None, None), ("organiser", "organiser")])
@pytest.mark.usefixtures("town")
def test_the_history_names_the_account_that_is_given_or_nobody(office, roster, login, named):
    apply_roster(TOWNSHIP, roster, login=login, commit=True)

    with psycopg.connect(office.owner_url) as connection:
        assert connection.execute(BY).fetchall() == [(named,)]


@pytest.mark.usefixtures("town")
def test_nobody_is_named_who_may_not_or_is_not_there(roster):
    with pytest.raises(NotYours):
        apply_roster(TOWNSHIP, roster, login="committee", commit=True)
    with pytest.raises(OutOfReach, match="没有账号“nobody”"):
        apply_roster(TOWNSHIP, roster, login="nobody", commit=True)


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("day", ["since", "as_of"])
def test_a_roster_by_command_counts_from_no_day_to_come(office, roster, day):
    with pytest.raises(Invalid, match="不能晚于今天"):
        apply_roster(TOWNSHIP, roster, login=None, commit=True, **{day: date(2025, 3, 4)})

    with psycopg.connect(office.owner_url) as connection:
        assert connection.execute(BY).fetchall() == []


def read(name: str) -> Roster:
    return read_roster(read_workbook(SAMPLES / "cases" / name), today=date(2026, 1, 15))


@pytest.mark.usefixtures("town")
def test_a_roster_without_groups_moves_nobody_and_one_that_moves_somebody_says_so_first(office, capsys):
    def posts() -> list[tuple[int]]:
        with psycopg.connect(office.owner_url) as connection:
            return connection.execute("select count(*) from office.post where ends_on is not null").fetchall()

    def before(plan) -> None:
        assert posts() == ended
        name_leavers(plan, given=GIVEN)

    apply_roster(TOWNSHIP, read("全国系统_第一步.xlsx"), login=None, commit=True)
    ended = posts()
    assert apply_roster(TOWNSHIP, read("无小组列.xlsx"), login=None, commit=True, before=before).is_empty
    assert capsys.readouterr().out == ""

    first = read("全国系统_第一步.xlsx")
    moved = replace(first, people=[replace(first.people[0], group="第二党小组", posts=()), *first.people[1:]])
    plan = apply_roster(TOWNSHIP, moved, login=None, commit=True, before=before)
    told = "".join(capsys.readouterr().out.split())
    assert [*moves_said(plan.moves), *endings_said(plan.endings)] == [
        "从东岭村党支部第一党小组调到东岭村党支部第二党小组，1人：高大山",
        "不再担任党小组长，1人：高大山（东岭村党支部第一党小组）",
    ]
    assert all(name in told for name in ("高大山", "第二党小组", "不再担任党小组长"))
    assert posts() != ended


@pytest.mark.usefixtures("town")
def test_a_preview_by_command_names_in_its_answer_who_would_move(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(files, "office", nullcontext)
    apply_roster(TOWNSHIP, read("全国系统_第一步.xlsx"), login=None, commit=True)

    def answer(name: str) -> dict[str, Any]:
        files.roster(
            SAMPLES / "cases" / name,
            TOWNSHIP,
            Given(data=tmp_path, commit=False, login=None, errors=None, as_json=True),
        )
        return json.loads(capsys.readouterr().out)

    silent = answer("无小组列.xlsx")
    assert (silent["rows"], silent["read"], silent["refused"], silent["secretaries"]) == (12, 12, 0, 1)
    assert [silent[key] for key in ("moves", "endings", "lines")] == [[], [], []]
    assert set(silent["changes"].values()) == {0}
    assert silent["warnings"][0].keys() == {"sheet", "cell", "problem"}
    assert not any("高大山" in each for each in silent["missing"])
    assert sum("党小组一列" in each["problem"] for each in silent["warnings"]) == 1


@pytest.mark.usefixtures("town")
def test_the_command_names_who_left_by_the_file_and_who_is_out_of_contact_as_the_page_does(
    capsys, monkeypatch, tmp_path, office
):
    monkeypatch.setattr(files, "office", nullcontext)
    with xlsxwriter.Workbook(tmp_path / "名册.xlsx") as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(
            [
                ("党支部", "党小组", "姓名", "党员类别", "备注"),
                ("东岭村党支部", "第一党小组", "许安", "正式党员", "2025年1月20日去世"),
                ("东岭村党支部", "第一党小组", "白梅", "正式党员", "失联"),
            ]
        ):
            sheet.write_row(number, 0, row)
    with psycopg.connect(office.owner_url) as connection:
        before = connection.execute("select count(*) from office.membership where ends_on is null").fetchall()

    files.roster(tmp_path / "名册.xlsx", TOWNSHIP, replace(GIVEN, data=tmp_path))
    told = re.sub(r"[\s│─]", "", capsys.readouterr().out)
    files.roster(tmp_path / "名册.xlsx", TOWNSHIP, replace(GIVEN, data=tmp_path, as_json=True))
    said = json.loads(capsys.readouterr().out)

    assert "文件写着已不在册的（1人" in told
    assert "文件写着失联的（1人" in told
    assert all(words in told for words in ("许安", "去世", "2025-01-20", "白梅"))
    assert [(each["name"], each["turn"], each["on"]) for each in said["leaving"]] == [("许安", "died", "2025-01-20")]
    assert [each["name"] for each in said["lost"]] == ["白梅"]
    with psycopg.connect(office.owner_url) as connection:
        assert connection.execute("select count(*) from office.membership where ends_on is null").fetchall() == before


@pytest.mark.usefixtures("town")
def test_more_than_a_tenth_is_written_only_with_that_very_number(office, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(files, "office", nullcontext)
    monkeypatch.setattr(files.mark, "adopt", lambda _: None)
    first = read("全国系统_第一步.xlsx")
    apply_roster(TOWNSHIP, first, login=None, commit=True)
    others = {"第一党小组": "第二党小组", "第二党小组": "第一党小组"}
    moved = replace(first, people=[replace(each, group=others[each.group or ""], posts=()) for each in first.people])
    asked = partial(apply_roster, TOWNSHIP, moved, login=None, commit=True)
    given = replace(GIVEN, commit=True)

    with pytest.raises(Invalid, match="十分之一") as refused:
        asked(before=partial(name_leavers, given=given))
    number = int(re.findall(r"同意这 (\d+) 处", refused.value.detail)[0])
    assert f"--agreed{number}" in "".join(capsys.readouterr().out.split())
    with pytest.raises(Invalid):
        asked(before=partial(name_leavers, given=replace(given, agreed=number + 1)))

    plan = asked(before=partial(name_leavers, given=replace(given, agreed=number)))
    assert (len(plan.moves) + len(plan.endings), plan.is_sweeping) == (number, True)


@pytest.mark.usefixtures("town")
def test_the_last_import_is_taken_back_by_command_and_what_rests_on_it_is_told(office, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(files, "office", nullcontext)
    people = "select count(*) from office.person"
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        before = connection.execute(people).fetchall()
        apply_roster(TOWNSHIP, read("全国系统_第一步.xlsx"), login="organiser", commit=True, name="花名册.xlsx")
        assert connection.execute(people).fetchall() != before

        def undo(*, commit: bool) -> dict[str, Any]:
            files.undo(tmp_path, TOWNSHIP, commit=commit, login=None, as_json=True)
            return json.loads(capsys.readouterr().out)

        shown = undo(commit=False)
        assert (shown["file"], shown["undone"], shown["resting"]) == ("花名册.xlsx", False, [])
        assert any("名新登记的党员删除" in line for line in shown["goes"])
        with unit("activities") as session:
            new = connection.execute("select max(id) from office.person").fetchall()[0][0]
            make_account(session, SYSTEM, new, "newcomer")
        assert undo(commit=False)["resting"][0].startswith("账号：")
        with pytest.raises(Conflict, match="账号："):
            undo(commit=True)
        connection.execute("delete from office.account where login = 'newcomer'")

        assert undo(commit=True)["undone"]
        assert connection.execute(people).fetchall() == before
        with pytest.raises(Invalid, match="没有可以撤销的导入"):
            undo(commit=False)


# --- which township is meant ---


def test_on_an_empty_folder_the_township_is_founded_and_its_rule_set_said_loudly(office, roster, capsys):
    apply_roster("大河镇", roster, login=None, commit=True)

    assert "没有写--rules，“大河镇”先按“乡实施意见”设立" in "".join(capsys.readouterr().err.split())
    assert townships(office) == [("大河镇", "xiang")]
    apply_roster("大河镇", roster, login=None, commit=True, rules="zhen")
    assert townships(office) == [("大河镇", "zhen")]


def townships(office) -> list[tuple[str, str]]:
    with psycopg.connect(office.owner_url) as connection:
        asked = "select name, rule_set from office.unit where kind = 'township' order by id"
        return connection.execute(asked).fetchall()


@pytest.mark.usefixtures("town")
def test_where_there_are_townships_a_name_that_is_none_of_them_is_refused_unless_it_is_said_to_be_new(office, roster):
    before = townships(office)
    with pytest.raises(OutOfReach, match=r"已有的是：.*清溪镇.*--new"):
        apply_roster("清溪乡", roster, login=None, commit=True)
    assert townships(office) == before

    apply_roster("大河乡", roster, login=None, commit=True, rules="zhen", new=True)
    assert townships(office) == [*before, ("大河乡", "zhen")]


@pytest.mark.usefixtures("town")
def test_nobody_changes_the_rule_set_of_a_township_whose_first_year_was_opened(doors, town):
    doors.organiser.post("assessment/cycles", {"township_id": town.id, "year": 2024})

    with pytest.raises(Conflict, match="请拟一个新版本"), unit("activities") as session:
        meant(session, TOWNSHIP, rules="xiang", new=False)
