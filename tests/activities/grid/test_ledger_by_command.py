"""The ledger of the grid by command: looked at, written, and taken back as the last import."""

import json
from contextlib import nullcontext
from typing import Any

import psycopg
import xlsxwriter

from deploy.cli import files
from deploy.cli.files import Given
from tests.town import TOWNSHIP


def test_a_ledger_of_the_grid_is_looked_at_written_and_taken_back_by_command(
    grid, office, monkeypatch, capsys, tmp_path
):
    monkeypatch.setattr(files, "office", nullcontext)
    monkeypatch.setattr(files.mark, "adopt", lambda _: None)
    with xlsxwriter.Workbook(tmp_path / "网格台账.xlsx") as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([("网格", "上级网格", "居住党员", "户数"), ("南网格", "东岭村", "", "30")]):
            sheet.write_row(number, 0, row)

    def answer(*, commit: bool) -> dict[str, Any]:
        given = Given(data=tmp_path, commit=commit, login="organiser", errors=None, as_json=True)
        files.grid(tmp_path / "网格台账.xlsx", TOWNSHIP, given)
        return json.loads(capsys.readouterr().out)

    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        south = "select count(*) from activities.cell where name = '南网格' and ends_on is null"
        assert answer(commit=False)["lines"] == ["设立“东岭村/南网格”（网格），从2025年3月3日起"]
        assert connection.execute(south).fetchall() == [(0,)]
        assert (answer(commit=True)["cells"], answer(commit=True)["cells"]) == (1, 0)
        assert connection.execute(south).fetchall() == [(1,)]

        files.undo(tmp_path, TOWNSHIP, commit=True, login="organiser", as_json=True)
        assert json.loads(capsys.readouterr().out)["goes"] == ["1 个新设立的网格撤销"]
        assert connection.execute(south).fetchall() == [(0,)]
