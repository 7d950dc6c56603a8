"""A file is understood in a program of its own: bounded, a few at once, and what it says comes back whole."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from services.activities.ledger.rules import read_ledger, year_in
from services.activities.register.rules import read_roster
from shared.apart import Seats
from shared.errors import Away, Invalid
from shared.sheets import apart, read_workbook, reading, understood
from tests.shared import readers

SAMPLES = Path(__file__).parent.parent / "activities" / "samples"
SMALL = "姓名,电话\n李强,13800000000\n".encode()


def refusal(source: bytes, reader: Callable[..., Any] = readers.falls, name: str = "a.csv") -> str:
    with pytest.raises(Invalid) as refused:
        understood(source, reader, name=name)
    assert refused.value.field == "file"
    return refused.value.detail


def book(*cells: tuple[int, int, str]) -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target) as made:
        sheet = made.add_worksheet("甲")
        for row, column, text in cells:
            sheet.write(row, column, text)
    return target.getvalue()


def test_what_a_reader_makes_of_a_file_comes_back_whole():
    roster, ledger = SAMPLES / "花名册.xlsx", SAMPLES / "活动台账2025.xlsx"

    assert understood(roster, read_roster, today="2026-01-05") == read_roster(
        read_workbook(roster), today=date(2026, 1, 5)
    )
    assert understood(ledger, read_ledger, year=2025) == read_ledger(read_workbook(ledger), 2025)
    assert understood(ledger, year_in, latest=2026).year == 2025


def test_rows_that_were_refused_come_back_as_they_stood():
    source = "党支部,姓名,身份证号码,入党时间\n东岭村党支部,李强强强强强强强强强,123,1992-08-05\n".encode()

    (table,) = understood(source, read_roster, name="a.csv", today="2026-01-05").refused

    assert table.header[:4] == ("党支部", "姓名", "身份证号码", "入党时间")
    assert table.rows[0].values[:4] == ("东岭村党支部", "李强强强强强强强强强", "123", "1992-08-05")


def test_every_size_is_bounded_with_a_sentence(monkeypatch: pytest.MonkeyPatch):
    long = "字" * (reading.LONGEST_CELL + 1)

    assert "“甲”的 B2 里有 10,001 个字" in refusal(book((1, 1, long)), name="a.xlsx")
    assert "“a”的 A1 里有 40,000 个字" in refusal(("（" * 40_000).encode())
    assert "256 列" in refusal(book((0, 256, "x")), name="a.xlsx")
    assert "256 列" in refusal(b"," * 300 + b"x")
    assert "50,000 行" in refusal(b"x\n" * 50_001)
    assert "1,500,000 格" in refusal(book((49_999, 59, "x")), name="a.xlsx")
    assert "12,000,000 字" in refusal((b"x" * 9_999 + b"\n") * 1_300)
    assert "12,000,000 字" in refusal(SMALL, readers.wordy)
    assert understood(("字" * 10_000).encode(), readers.counting, name="a.csv", least=10_000).words


@pytest.mark.parametrize("reader", [readers.for_ever, readers.greedy])
def test_one_that_takes_too_long_or_too_much_is_ended_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, reader: Callable[..., Any]
):
    monkeypatch.setattr(apart, "CEILING", replace(apart.CEILING, patience=3))

    assert "已经停下" in refusal(SMALL, reader)


def test_one_that_falls_is_a_sentence_too():
    assert "打不开" in refusal(SMALL, readers.falls)


def test_it_knows_no_secret_and_writes_nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("XIAOZU_SECRET_KEY", "secret")

    assert not [name for name in understood(SMALL, readers.prying, name="a.csv").words if "XIAOZU" in name]
    assert understood(SMALL, readers.writing, name="a.csv", where=str(tmp_path / "x")).words == ["OSError"]


def test_a_few_are_read_at_once_and_the_next_is_told_to_wait(monkeypatch: pytest.MonkeyPatch):
    few = Seats(2, 2, 0.05, "现在正在读取别的表格，请过一分钟再试。")
    monkeypatch.setattr(apart, "SEATS", few)
    with few.one(), few.one(), pytest.raises(Away, match="正在读取别的表格，请过一分钟再试"):
        understood(SMALL, readers.prying, name="a.csv")

    assert understood(SMALL, readers.counting, name="a.csv", least=11).words == ["13800000000"]


def test_no_more_than_a_few_wait(monkeypatch: pytest.MonkeyPatch):
    few = Seats(1, 0, 3600.0, "请过一分钟再试。")
    monkeypatch.setattr(apart, "SEATS", few)
    with few.one(), pytest.raises(Away):
        understood(SMALL, readers.prying, name="a.csv")
