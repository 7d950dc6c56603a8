"""The bells, apart from what they are rung for."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from shared.queue import Beat, app


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the beat is started in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_beat_keeps_its_timetable_in_memory_and_neither_writes_nor_removes_a_file(folder: Path) -> None:
    beat = Beat(SimpleNamespace(app=app)).create(SimpleNamespace(app=app))

    assert beat.service.scheduler_cls == app.conf.beat_scheduler  # before one is made, which might harm this machine
    assert beat.service.scheduler.schedule.keys() >= app.conf.beat_schedule.keys()

    beat.service.scheduler.close()
    nothing = Path(os.devnull)
    assert nothing.is_char_device()
    assert [*folder.iterdir(), *nothing.parent.glob(f"{nothing.name}.*")] == []
