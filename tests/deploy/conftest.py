"""What is tested here begins where no setting leads anywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import unsettle
from tests.deploy.started import Start, Started


@pytest.fixture(autouse=True)
def unsettled(monkeypatch: pytest.MonkeyPatch) -> None:
    unsettle(monkeypatch)


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[Started] = []

    def begin(data: Path, *options: str, **how: str) -> Started:
        started.append(Started(data, *options, **how))
        return started[-1]

    yield begin
    for one in started:
        one.process.terminate()
    for one in started:
        if not one.process.stderr.closed:
            one.said()
