"""Work on something untrusted, done in a program of its own: bounded in memory and time, two at once, without secrets.

What a template loops or a picture unfolds to is then the child's trouble alone, and ends in a sentence.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.errors import Away, Invalid

__all__ = ["Ceiling", "Unfinished", "apart"]

CHILD = Path(__file__).with_name("child.py")
DONE, REFUSED = b"+", b"!"
AT_ONCE, WAITING, WAIT = 2, 6, 10.0
"""How many at once, how many more may wait, and for how many seconds."""
BUSY = "现在处理的文件太多，请过一分钟再试。"

_seats = threading.BoundedSemaphore(AT_ONCE)
_queue = threading.BoundedSemaphore(AT_ONCE + WAITING)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What a piece of work may take: bytes of memory, seconds of a processor, bytes of an answer."""

    memory: int
    seconds: int
    answer: int

    @property
    def patience(self) -> int:
        """Seconds for which it is waited for: a busy machine gives less than a whole processor."""
        return 3 * self.seconds


class Unfinished(Exception):
    """It took more than its ceiling, or could not be gone through with."""


def apart(work: str, data: bytes, *, ceiling: Ceiling, **asked: str | int | Mapping[str, Any]) -> bytes:
    """What `work` (module:function, of bytes and what else is asked, reading no setting) makes of the data.

    Raises the Invalid that it raises, Unfinished where it does not come to an end, and Away where too many wait.
    """
    limits = {"memory": ceiling.memory, "seconds": ceiling.seconds}
    question = json.dumps({"work": work, "asked": asked, "limits": limits})
    with _seat():
        answer = _run(question.encode() + b"\n" + data, ceiling.patience)
    if answer[:1] == REFUSED:
        said = json.loads(answer[1:])
        raise Invalid(said["detail"], field=said["field"])
    if answer[:1] != DONE or len(answer) > ceiling.answer:
        raise Unfinished
    return answer[1:]


def _run(question: bytes, patience: int) -> bytes:
    """What the child answers; it inherits no setting, so that it knows no secret."""
    command = [sys.executable, "-I", "-B", str(CHILD)]
    try:
        done = subprocess.run(command, input=question, capture_output=True, timeout=patience, env={}, check=True)  # noqa: S603
    except subprocess.SubprocessError:
        raise Unfinished from None
    return done.stdout


@contextmanager
def _seat() -> Iterator[None]:
    if not _queue.acquire(blocking=False):
        raise Away(BUSY)
    try:
        if not _seats.acquire(timeout=WAIT):
            raise Away(BUSY)
        try:
            yield
        finally:
            _seats.release()
    finally:
        _queue.release()
