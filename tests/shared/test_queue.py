"""The bells, apart from what they are rung for."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from kombu.exceptions import OperationalError
from redis.exceptions import NoPermissionError

from shared import queue
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


def test_a_bell_that_may_not_be_rung_does_not_silence_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is another service's, whose own beat rings for it."""
    rung: list[str] = []

    def send(name: str, **_: object) -> None:
        if name.startswith("notify."):
            raise OperationalError from NoPermissionError
        rung.append(name)

    monkeypatch.setattr(queue.app, "send_task", send)
    for kept in (queue._rung, queue._not_ours):
        kept.clear()

    queue.ring("notify.hear")
    queue.ring("activities.hear")

    assert rung == ["activities.hear"]
    queue._not_ours.clear()
