"""`make mutants`: guards are removed one at a time (F24); the tests that belong to a module must miss each of them.

Which tests those are stands in tests/mutants.yaml, beside the changes that change nothing, each with its reason. Only
what stands in functions is changed: tables of moves and rules are data, and their tests name them row by row.
`make mutants only=shared/moves.py` takes one module.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
CHOSEN = Path(__file__).with_suffix(".yaml")
WHERE = ROOT / "build" / "mutants"
SETTINGS = """\
[mutmut]
source_paths =
  services
  shared
only_mutate =
  {module}
also_copy =
  deploy
  bench
  docs
  README.md
  Makefile
pytest_add_cli_args_test_selection =
  {tests}
"""
LIVES = ("survived", "no tests", "suspicious")


@dataclass
class Found:
    """What became of the mutants of a module: how many, and those that live, by what their line has become."""

    module: str
    whole: int = 0
    living: dict[str, str] = field(default_factory=dict)
    equivalent: int = 0

    @property
    def killed(self) -> int:
        return self.whole - len(self.living) - self.equivalent


def main() -> None:
    """Every module of the file, or those that are asked for; ends with 1 where a mutant lives that has no reason to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*")
    asked = parser.parse_args().modules
    chosen = yaml.safe_load(CHOSEN.read_text())
    found = [examined(module, about) for module, about in chosen.items() if not asked or module in asked]
    Console().print(table(found))
    for each in found:
        for becomes, name in each.living.items():
            print(f"{name}\n    {becomes}")
    sys.exit(any(each.living for each in found))


def examined(module: str, about: dict[str, Any]) -> Found:
    """One module with its tests."""
    folder = prepared(module, about["tests"])
    subprocess.run([*mutmut(), "run"], cwd=folder, env=environment(), check=True, stdout=subprocess.DEVNULL)
    found, equivalent, living = Found(module), about.get("equivalent") or {}, {}
    for line in said(folder, "results", "--all", "true"):
        name, _, state = line.strip().rpartition(": ")
        found.whole += bool(name)
        if state in LIVES:
            living[name] = state
    for name, becomes in changed(folder, list(living)).items():
        if becomes in equivalent:
            found.equivalent += 1
        else:
            found.living[f"{becomes} ({living[name]})"] = name
    return found


def prepared(module: str, tests: list[str]) -> Path:
    """A folder of its own, in which all is but links: what is changed there is a copy."""
    folder = WHERE / module.removesuffix(".py").replace("/", ".")
    shutil.rmtree(folder / "mutants", ignore_errors=True)  # what it knows of an earlier run may be true no more
    folder.mkdir(parents=True, exist_ok=True)
    for each in ("services", "shared", "deploy", "tests", "bench", "docs", "README.md", "Makefile", "pyproject.toml"):
        link = folder / each
        if not link.is_symlink():
            link.symlink_to(ROOT / each)
    (folder / "setup.cfg").write_text(SETTINGS.format(module=module, tests="\n  ".join(tests)))
    return folder


def mutmut() -> list[str]:
    return [sys.executable, "-m", "mutmut"]


def environment() -> dict[str, str]:
    """The tree that is meant is the one in the folder, never the one that is installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def said(folder: Path, *words: str) -> list[str]:
    done = subprocess.run(
        [*mutmut(), *words], cwd=folder, env=environment(), check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()


DIFFERENCES = """
import json, sys
from mutmut.mutation.diff_apply import get_diff_for_mutant
print(json.dumps([get_diff_for_mutant(name) for name in sys.argv[1:]]))"""


def changed(folder: Path, names: list[str]) -> dict[str, str]:
    """By mutant: the function, and the lines of it that he has otherwise."""
    command = [sys.executable, "-c", DIFFERENCES, *names]
    done = subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True, text=True)
    return {name: otherwise(name, shown) for name, shown in zip(names, json.loads(done.stdout), strict=True)}


def otherwise(name: str, shown: str) -> str:
    lines = [line for line in shown.splitlines() if line.startswith("+") and not line.startswith("+++")]
    function = name.rpartition("__mutmut_")[0].rpartition(".")[2].rpartition("ǁ")[2].removeprefix("x_")
    return f"{function}: {' '.join(line[1:].strip() for line in lines)}"


def table(found: list[Found]) -> Table:
    """For people."""
    shown = Table(title="Guards removed one at a time", title_justify="left")
    shown.add_column("module")
    for name in ("mutants", "killed", "equivalent", "living"):
        shown.add_column(name, justify="right")
    for each in found:
        shown.add_row(each.module, *map(str, (each.whole, each.killed, each.equivalent, len(each.living))))
    return shown


if __name__ == "__main__":
    main()
