"""What a process owes to the one that it was forked from."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1  # from linux/prctl.h


def end_with_parent(last_signal: signal.Signals = signal.SIGKILL) -> None:
    """Be sent this signal when the parent has gone, however it went; elsewhere than on Linux nothing is promised."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(last_signal))
