"""Work on something untrusted, done in a program of its own: bounded in memory and time, two at once, without secrets.

What a template loops or a picture unfolds to is then the child's trouble alone, and ends in a sentence.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.apart.child import DONE, REFUSED, TOO_MUCH
from shared.errors import Away, Invalid

__all__ = ["Ceiling", "Seats", "Unfinished", "apart"]

CHILD = Path(__file__).with_name("child.py")
ENDED = {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGABRT, TOO_MUCH}
"""How a child ends that took too long, or too much: a library that gets no memory aborts."""

SAID_LENGTH = 500


class Seats:
    """Where work of a kind is done: so many pieces `at_once`, so many more that wait for so many seconds."""

    def __init__(self, at_once: int, waiting: int, wait: float, busy: str) -> None:
        self._seats = threading.BoundedSemaphore(at_once)
        self._queue = threading.BoundedSemaphore(at_once + waiting)
        self._wait, self._busy = wait, busy

    @contextmanager
    def one(self) -> Iterator[None]:
        """One of them. Raises Away where none comes free in time."""
        if not self._queue.acquire(blocking=False):
            raise Away(self._busy)
        try:
            if not self._seats.acquire(timeout=self._wait):
                raise Away(self._busy)
            try:
                yield
            finally:
                self._seats.release()
        finally:
            self._queue.release()


SEATS = Seats(2, 6, 10.0, "现在处理的文件太多，请过一分钟再试。")


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What a piece of work may take: bytes of memory, seconds of a processor, bytes of an answer.

    `patience`: seconds for which it is waited for; a busy machine gives less than a whole processor.
    """

    memory: int
    seconds: int
    answer: int
    patience: int


class Unfinished(Exception):
    """It took more than its ceiling (`beyond`), or could not be gone through with.

    `said`: the last that the child said, for whoever mends it; it may hold personal data.
    """

    def __init__(self, *, beyond: bool, said: str = "") -> None:
        super().__init__("beyond its ceiling" if beyond else "broken off")
        self.beyond, self.said = beyond, said


def apart(
    work: str,
    data: bytes,
    *,
    ceiling: Ceiling,
    seats: Seats = SEATS,
    **asked: str | int | Mapping[str, Any] | Sequence[Mapping[str, Any]],
) -> bytes:
    """What `work` (module:function, of bytes and what else is asked, reading no setting) makes of the data.

    Raises the Invalid that it raises, Unfinished where it does not come to an end, and Away where too many wait.
    """
    limits = {"memory": ceiling.memory, "seconds": ceiling.seconds}
    question = json.dumps({"work": work, "asked": asked, "limits": limits})
    with seats.one():
        answer = _run(question.encode() + b"\n" + data, ceiling.patience)
    if answer[:1] == REFUSED:
        said = json.loads(answer[1:])
        raise Invalid(said["detail"], field=said["field"])
    if answer[:1] != DONE or len(answer) > ceiling.answer:
        raise Unfinished(beyond=answer[:1] == DONE)
    return answer[1:]


def _run(question: bytes, patience: int) -> bytes:
    """What the child answers; it inherits no setting, so that it knows no secret."""
    command = [sys.executable, "-I", "-B", str(CHILD)]
    try:
        done = subprocess.run(command, input=question, capture_output=True, timeout=patience, env={}, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Unfinished(beyond=True) from None
    if done.returncode:
        raise Unfinished(beyond=done.returncode in ENDED, said=done.stderr.decode(errors="replace")[-SAID_LENGTH:])
    return done.stdout
