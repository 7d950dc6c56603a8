"""A backup of one box that runs, after two years of 200 groups: seconds, and CPU over what the box takes anyway."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.table import Table

from bench.meter import cpu_of
from bench.one_box import GROUPS, REST_SECONDS, ROOT, _command, _environment, _started, _stop

BOUND_SECONDS, BOUND_SHARE = 60, 0.2


def measure():
    """Play two years in a box, then back it up twice: the second carries the log since the first."""
    with tempfile.TemporaryDirectory(prefix="xiaozu-bench-") as folder:
        data = Path(folder) / "data"
        process = _started(data)
        try:
            _command("demo", "--groups", str(GROUPS), "--exit", "--json", "--data", str(data))
            time.sleep(REST_SECONDS)
            idle = _idle(process.pid)
            turns = [_turn(process.pid, data, idle) for _ in range(2)]
        finally:
            _stop(process)
    return {"groups": GROUPS, "idle_cpu_share": round(idle, 3), "turns": turns}


def _idle(pid):
    """The part of a core that the box takes with nobody there."""
    before = cpu_of([pid])
    time.sleep(REST_SECONDS)
    return (cpu_of([pid]) - before) / REST_SECONDS


def _turn(pid, data, idle):
    """One backup by the command line: what it took, itself and in the box's servers."""
    servers, began = cpu_of([pid]), time.monotonic()
    command = [sys.executable, "-m", "deploy.cli", "backup", "--json", "--data", str(data)]
    done = subprocess.Popen(command, cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, text=True)
    said = done.stdout.read()
    _, _, used = _waited(done)
    seconds = time.monotonic() - began
    cpu = used + cpu_of([pid]) - servers - idle * seconds
    return {
        "wall_s": round(seconds, 1),
        "cpu_s": round(cpu, 2),
        "share_of_60_s": round(cpu / BOUND_SECONDS, 3),
        "file_mib": round(json.loads(said)["size"] / 2**20, 1),
    }


def _waited(process):
    """Its end, with the CPU seconds of all that it started."""
    pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return pid, status, used.ru_utime + used.ru_stime


def table(row):
    """For people."""
    title = f"A backup of two years of {row['groups']} groups (bound: {BOUND_SECONDS} s, {BOUND_SHARE:.0%} of a core)"
    shown = Table(title=title, title_justify="left")
    for name in ("turn", "wall s", "CPU s", "of a core over 60 s", "MiB"):
        shown.add_column(name, justify="right")
    for number, turn in enumerate(row["turns"], start=1):
        cells = (turn["wall_s"], turn["cpu_s"], f"{turn['share_of_60_s']:.1%}", turn["file_mib"])
        shown.add_row(str(number), *map(str, cells))
    return shown
