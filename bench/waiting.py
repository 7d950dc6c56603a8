"""Waiting without taking part: a look now and then, and a word on what hangs when it takes too long."""

import time

PAUSE_SECONDS = 0.05


class Hangs(Exception):
    """What was waited for did not come."""


def until(done, *, seconds, what, pause=PAUSE_SECONDS):
    """Wait until `done()` is true."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise Hangs(what())
        time.sleep(pause)
