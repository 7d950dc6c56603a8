"""An installation that was made and migrated once a run: whoever wants to begin with one has a copy of its folder."""

import subprocess
from pathlib import Path

import pytest

from deploy.box import box
from tests.together import Shelf

OWN = ("reserve", "postgres/port", "valkey/port")  # room is kept back, and ports are chosen, by each copy anew


@pytest.fixture(scope="session")
def installed(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a box that has been up and has ended; nobody starts one there."""
    return shelf.once("installed", lambda: _made(tmp_path_factory.mktemp("installed") / "data"))


def copied(installed: Path, data: Path) -> Path:
    """A copy in which a box may run: owners and rights are kept."""
    subprocess.run(["cp", "-a", str(installed), str(data)], check=True)
    return data


def _made(data: Path) -> Path:
    from tests.conftest import unsettle

    with pytest.MonkeyPatch.context() as patch:
        unsettle(patch)
        with box(data, say=lambda _text: None):
            pass
    for name in OWN:
        (data / name).unlink(missing_ok=True)
    return data
