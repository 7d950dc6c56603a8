"""What a process owes to the one that started it."""

import ctypes
import signal
import sys
from types import FrameType

PR_SET_PDEATHSIG = 1  # from linux/prctl.h


def end_with_parent(last_signal: signal.Signals = signal.SIGKILL) -> None:
    """Be sent this signal when the parent has gone, however it went; elsewhere than on Linux nothing is promised."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(last_signal))


def end_when_asked() -> None:
    """End in order, with 0, when asked to (SIGTERM); for a program that has not yet loaded what ends it better."""
    signal.signal(signal.SIGTERM, _end)


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
