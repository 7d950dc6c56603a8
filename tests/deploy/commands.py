"""`xiaozu`, its words given to it in this process: what a process of its own takes to start is not the matter here."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from deploy.cli import main
from tests.conftest import forget, unsettle


@dataclass(frozen=True)
class Called:
    """What a command left behind: its exit code, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def call(*words: str, data: Path) -> Called:
    """Run a command as somebody at a terminal would, whom no setting leads anywhere."""
    out, err, code = StringIO(), StringIO(), 0
    with elsewhere(), redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["xiaozu", *words, "--data", str(data)])
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Called(code, out.getvalue(), err.getvalue())


@contextmanager
def elsewhere() -> Iterator[None]:
    """What this process was led to is forgotten for as long as the block runs, and so is what the block leads it to."""
    kept = dict(os.environ)
    with pytest.MonkeyPatch.context() as patch:
        unsettle(patch)
        forget()
        try:
            yield
        finally:
            forget()
            os.environ.clear()
            os.environ.update(kept)
