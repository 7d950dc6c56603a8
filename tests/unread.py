"""What would read something that was handed in, watched: nothing of it may be opened before the right is asked."""

import csv
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import filetype
import pytest
from PIL import Image

from services.activities.office import actions as office
from services.assessment.schemes import actions as schemes
from shared import documents

# Whatever is handed in goes through one of these: a table or a paper is opened in a program of its own or unpacked,
# a photo drawn, a text of rules parsed, an announcement taken apart.
READERS: tuple[tuple[Any, str], ...] = (
    (subprocess.Popen, "__init__"),
    (zipfile.ZipFile, "__init__"),
    (csv, "reader"),
    (filetype, "guess"),
    (Image, "open"),
    (documents.PlainLoader, "__init__"),
    (schemes, "scheme_typed"),
    (office, "stretches_from"),
)


@contextmanager
def watched() -> Iterator[list[str]]:
    """The names of the readers that were called within, each as often as it was."""
    called: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for place, name in READERS:
            patch.setattr(place, name, noting(called, place, name))
        yield called


def noting(called: list[str], place: Any, name: str) -> Any:
    reader = getattr(place, name)

    def read(*arguments: Any, **named: Any) -> Any:
        called.append(f"{place.__name__}.{name}")
        return reader(*arguments, **named)

    return read
