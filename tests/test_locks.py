"""What is installed: an installation in use gets what runs it, in the very versions that were tested, and no tools."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAME = re.compile(r"[A-Za-z0-9._-]+")


def locked(name: str) -> dict[str, str]:
    """The versions of a lock, by the package's name."""
    pinned = re.findall(r"^([a-z0-9-]+)(?:\[[a-z,-]+\])?==(\S+)", (ROOT / name).read_text(), re.MULTILINE)
    return dict(pinned)


def named(requirements: list[str]) -> set[str]:
    found = (NAME.match(each) for each in requirements)
    return {match.group().lower().replace("_", "-").replace(".", "-") for match in found if match}


def test_production_has_what_it_runs_on_as_it_was_tested_and_no_tools():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    production, tested = locked("production.lock"), locked("requirements.lock")

    assert named(project["dependencies"]) | named(extras["build"]) <= production.keys()
    assert not (named(extras["dev"]) - named(extras["build"])) & production.keys()
    assert production.items() <= tested.items()
    assert len(production) < len(tested)
