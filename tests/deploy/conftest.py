"""What is tested here begins where no setting leads anywhere."""

import pytest

from tests.conftest import unsettle


@pytest.fixture(autouse=True)
def unsettled(monkeypatch: pytest.MonkeyPatch) -> None:
    unsettle(monkeypatch)
