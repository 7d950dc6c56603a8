"""F27: what gets scarce, and what had to be replaced, is told to the keepers once, and again when it is over."""

import sys
from pathlib import Path

import psutil
import pytest

from deploy.box import box, stack, strain
from deploy.box.stack import Stack
from deploy.box.strain import Report, Strain, memory_free
from deploy.embedded.children import spawn
from tests.deploy.started import eventually, gone


def test_scarcity_is_said_when_it_grows_and_when_it_is_over() -> None:
    free = [0.5, 0.09, 0.08, 0.005, 0.005, 0.05, 0.11, 0.13, 0.5, 0.09]
    disk = Strain("disk", iter(free).__next__)

    said = [disk.look() for _ in free]

    assert said == ["", "disk_low", "", "disk_nearly_full", "", "", "", "disk_well", "", "disk_low"]


def test_the_memory_that_is_left_is_a_share() -> None:
    assert 0 < memory_free() <= 1


def test_where_nothing_is_known_of_the_memory_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strain, "MEMINFO", tmp_path / "nothing")

    assert not Strain("memory", memory_free).look()


def test_what_the_database_did_not_take_is_told_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strain, "AGAIN_SECONDS", 0.1)
    monkeypatch.setattr(strain, "LOOK_SECONDS", 0.0)
    told = tmp_path / "told"
    program = f"import sys, pathlib; p = pathlib.Path({str(told)!r}); n = len(p.read_text().split()) if p.exists() else 0; p.open('a').write(sys.argv[-1] + ' '); sys.exit(n < 2)"
    real = strain.spawn
    monkeypatch.setattr(
        strain, "spawn", lambda command, **how: real([sys.executable, "-c", program, *command[3:]], **how)
    )
    report = Report([], env={}, log=tmp_path / "tell.log")

    report.replaced("web")

    def gone_on() -> bool:
        report.go_on()
        return told.exists() and len(told.read_text().split()) == 3 and not report._telling

    eventually(gone_on)
    for _ in range(5):
        report.go_on()
    assert told.read_text().split() == ["program_replaced"] * 3


def test_what_is_still_being_told_ends_with_the_box(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(1000)"]
    monkeypatch.setattr(Stack, "_migrate", lambda _self: None)
    monkeypatch.setattr(stack, "memory_free", lambda: 0.05)
    monkeypatch.setattr(strain, "spawn", lambda _command, **how: spawn(endless, **how))
    log, before = data / "log" / "tell.log", set(psutil.Process().children())
    with box(data, say=lambda _text: None):
        eventually(lambda: log.exists() and "here" in log.read_text())
        family = set(psutil.Process().children()) - before

    assert family
    assert [each for each in family if not gone(each)] == []
