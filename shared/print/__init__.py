"""Printing: a template of typst and plain data become an A4 PDF, the same bytes for the same data and moment.

It is made in a program of its own with a ceiling on memory and time: a slip in a template cannot hold the web.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.errors import Away

__all__ = ["pdf"]

PRINTER = Path(__file__).with_name("child.py")
PATIENCE = 30
"""Seconds for which a print is waited for."""

_printing = threading.BoundedSemaphore(2)  # each takes a processor and some 100 MiB


def pdf(template: Path, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The PDF of a template with its data.

    In the template `data` is the data; office.typ stands before it and sets the page, the fonts and the office's forms.
    `made_at` is written into the file as its date. Raises Away where it takes too long.
    """
    asked = json.dumps(
        {"template": str(template), "data": json.dumps(data, ensure_ascii=False), "made_at": made_at.timestamp()}
    )
    if not _printing.acquire(timeout=PATIENCE):
        raise Away("现在打印的人太多，请稍后再试。")
    try:
        done = _run(asked.encode())
    except subprocess.TimeoutExpired:
        raise Away("打印没有完成，请稍后再试。") from None
    finally:
        _printing.release()
    if done.returncode:
        message = f"{template.name} was not printed: {done.stderr.decode(errors='replace')[-500:]}"
        raise RuntimeError(message)
    return done.stdout


def _run(question: bytes) -> subprocess.CompletedProcess[bytes]:
    """What the printer answers; it inherits no setting, so that it knows no secret."""
    command = [sys.executable, "-I", str(PRINTER)]
    return subprocess.run(command, input=question, capture_output=True, timeout=PATIENCE, env={}, check=False)  # noqa: S603
