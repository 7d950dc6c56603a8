"""What is tested here begins where no setting leads anywhere."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import unsettle
from tests.deploy.started import Office, Running, Start, Started
from tests.installed import copied, installed

__all__ = ["installed"]


@pytest.fixture(autouse=True)
def unsettled(monkeypatch: pytest.MonkeyPatch) -> None:
    unsettle(monkeypatch)


@pytest.fixture
def data(installed: Path, tmp_path: Path) -> Path:
    """The folder of an installation of one's own, in which nothing has happened yet."""
    return copied(installed, tmp_path / "data")


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as stack:
        yield _beginning(stack, Started)


@pytest.fixture
def run() -> Iterator[Callable[..., Office]]:
    with ExitStack() as stack:
        yield _beginning(stack, Office)


def _beginning(stack: ExitStack, kind: type[Running]) -> Callable[..., Running]:
    """Begins one, which ends with the test."""

    def begin(data: Path, *words: str, **how: str) -> Running:
        begun = kind(data, *words, **how)
        stack.callback(begun.close)
        return begun

    return begin


@pytest.fixture(scope="module")
def lasting(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """A small box for all who leave it as they found it: whole, though its parts may be others."""
    with ExitStack() as stack:
        begun = Started(copied(installed, tmp_path_factory.mktemp("lasting") / "data"), "--hung", "3")
        stack.callback(begun.close)
        begun.up()
        yield begun
