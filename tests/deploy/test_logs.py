"""The log of a program is bounded, whatever it says and however often; and whatever becomes of the log, it goes on."""

import sys
from pathlib import Path

import pytest

from deploy.embedded import logs
from deploy.embedded.children import Child, spawn
from deploy.embedded.logs import Log, keeper

SECONDS = 30


def ended(log: Path, program: str) -> int:
    """How a program ends that says something; when this returns, its last word is written."""
    child: Child = spawn([sys.executable, "-c", program], log=log)
    child._process.wait(SECONDS)
    keeper().settle()
    return child.exit_code or 0


def test_a_line_that_is_said_again_and_again_stands_there_twice_with_its_count(tmp_path: Path) -> None:
    program = """
for number in range(200_000):
    print(f"2025-03-03 09:00:{number} accept() failed\\n  at 0x{number:x}")
print("the end")
"""
    ended(tmp_path / "web.log", program)

    said = (tmp_path / "web.log").read_text().splitlines()
    assert said[0] == "2025-03-03 09:00:0 accept() failed"
    assert any(line.startswith("2025-03-03 09:00:199999 accept() failed … ×") for line in said)
    assert sum(int(line.rpartition("×")[2].replace(",", "")) for line in said if "×" in line) == 400_000 - 2
    assert "the end" in said
    assert len("".join(said)) < 2**16


def test_lines_that_differ_fill_two_files_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 200_000)
    program = 'import itertools\nfor some in itertools.permutations("abcdefgh"): print("".join(some) * 10)'

    ended(tmp_path / "worker.log", program)

    assert {file.name for file in tmp_path.iterdir()} <= {"worker.log", "worker.1.log"}
    assert all(file.stat().st_size < 200_000 + 2 * logs.PIPE_BYTES for file in tmp_path.iterdir())
    assert (tmp_path / "worker.1.log").exists()


def test_a_line_without_an_end_is_not_kept_in_memory(tmp_path: Path) -> None:
    log = Log(tmp_path / "web.log")

    for _ in range(100):
        log.take(b"x" * 2**20)
    log.close()

    assert (tmp_path / "web.log").stat().st_size < 110 * logs.LINE_BYTES


def test_a_program_whose_log_cannot_be_written_goes_on(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("no folder")

    assert ended(tmp_path / "log" / "web.log", 'print("x" * 100_000_00)') == 0


def test_two_programs_of_one_name_follow_one_another_in_one_file(tmp_path: Path) -> None:
    for word in ("first", "second"):
        ended(tmp_path / "sweep.log", f"print('{word}')")

    assert (tmp_path / "sweep.log").read_text().split() == ["first", "second"]
