"""Whether a program that stands alone gets on: for the probes of containers and clusters.

A worker, a beat or a sweep leaves its signs of life (shared/pulse.py) in the file of XIAOZU_SIGNS, which belongs into
memory, as /tmp of a container is. `python -m deploy.alive` ends with 0 where the last is young; `python -m deploy.alive
8000` where a web answers at that port. It imports next to nothing: it is called every few seconds.
"""

import mmap
import os
import sys
import time
from http.client import OK, HTTPConnection, HTTPException

from shared import pulse

SILENCE_SECONDS = 30.0
ANSWER_SECONDS = 3.0
SIGNS = "XIAOZU_SIGNS"


def keep() -> None:
    """From now on this process leaves its signs where XIAOZU_SIGNS says; nowhere, where it says nothing."""
    if not (name := os.environ.get(SIGNS)):
        return
    descriptor = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
    os.ftruncate(descriptor, pulse.size(1))
    pulse.keep(mmap.mmap(descriptor, pulse.size(1)), 0)
    os.close(descriptor)
    pulse.give()


def getting_on(name: str, *, now: float) -> bool:
    """Whether the program, or whoever works for it, gave a sign within SILENCE_SECONDS, or has promised a later one."""
    try:
        with open(name, "rb") as file:  # noqa: PTH123  pathlib alone takes as long to load as all the rest
            said = file.read(pulse.size(1))
    except OSError:
        return False
    moments = (pulse.MOMENT.unpack_from(said, pulse.where(0, place))[0] for place in range(pulse.PLACES))
    return len(said) == pulse.size(1) and now - max(moments) < SILENCE_SECONDS


def answering(port: int) -> bool:
    """Whether the web of this machine answers at that port that it is well."""
    line = HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    try:
        line.request("GET", "/health")
        return line.getresponse().status == OK
    except (OSError, HTTPException):
        return False
    finally:
        line.close()


def main() -> int:
    """The exit code of a probe."""
    if len(sys.argv) > 1:
        return int(not answering(int(sys.argv[1])))
    return int(not getting_on(os.environ.get(SIGNS, ""), now=time.monotonic()))


if __name__ == "__main__":
    sys.exit(main())
