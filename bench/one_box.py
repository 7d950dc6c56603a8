"""The whole of one box: CPU seconds from its start to its first answer, and memory by process, at rest and after a run.

Memory is PSS: what processes share counts once, in parts; the names of the rows are the box's own. Measured is the
second start, as on every morning: the first one makes the database.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import psutil
from rich.table import Table

from bench.meter import MIB, cpu_of, tree
from deploy.box import Box

ROOT = Path(__file__).parent.parent
SECONDS = 120
REST_SECONDS = 10  # until beat and sweep have had some rounds
GROUPS = 200


def measure():
    """Start, rest, play two years of 200 groups in it, rest; what each took."""
    with tempfile.TemporaryDirectory(prefix="xiaozu-bench-") as folder:
        data = Path(folder) / "data"
        _stop(_started(data))
        process = _started(data)
        try:
            started = {"start_cpu_s": cpu_of([process.pid]), "start_wall_s": time.monotonic() - process.began}
            time.sleep(REST_SECONDS)
            cpu = cpu_of([process.pid])
            time.sleep(REST_SECONDS)
            idle = (cpu_of([process.pid]) - cpu) / REST_SECONDS
            at_rest = memory(process.pid, data)
            _command("demo", "--groups", str(GROUPS), "--exit", "--json", "--data", str(data))
            time.sleep(REST_SECONDS)
            after = memory(process.pid, data)
        finally:
            _stop(process)
    rounded = {name: round(value, 2) for name, value in started.items()}
    return rounded | {"idle_cpu_s_a_minute": round(idle * 60, 2), "idle": at_rest, "after_a_run": after}


def memory(root, data):
    """PSS in MiB by the name that the box gives to a process; children are under their parent's."""
    found = Box.read(data)
    names = {pid: name for name, pid in found.pids.items()} | {root: "xiaozu up"}
    parts = {}
    for process in tree(root):
        with suppress(psutil.NoSuchProcess):
            name = _name(process, names)
            parts[name] = parts.get(name, 0) + process.memory_full_info().pss / MIB
    return {
        "pss_mib": round(sum(parts.values()), 1),
        "by_process": {name: round(mib, 1) for name, mib in parts.items()},
    }


def _name(process, names):
    if process.pid in names:
        return names[process.pid]
    above = names.get(process.ppid(), "other")
    return f"{above}'s processes" if above == "postgres" else f"{above}'s child"


class _Process(subprocess.Popen):
    began = 0.0


def _started(data):
    began = time.monotonic()
    command = [sys.executable, "-m", "deploy.cli", "up", "--data", str(data)]
    process = _Process(command, cwd=ROOT, env=_environment(), stderr=subprocess.DEVNULL)
    process.began = began
    until = began + SECONDS
    while not _answers(process, data):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the box does not start, see {data}")
        time.sleep(0.02)
    return process


def _answers(process, data):
    found = Box.read(data)
    if found and found.pid == process.pid and found.serves:
        with suppress(OSError), urlopen(f"{found.url}health", timeout=5) as answer:
            return answer.status == 200
    return False


def _stop(process):
    process.terminate()
    process.wait(SECONDS)


def _command(*words):
    command = [sys.executable, "-m", "deploy.cli", *words]
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("XIAOZU_")}


def table(row):
    """For people."""
    title = f"One box: {row['start_cpu_s']:.1f} CPU s ({row['start_wall_s']:.1f} s) to its first answer, "
    title += f"{row['idle_cpu_s_a_minute']:.1f} CPU s a minute at rest"
    shown = Table(title=title, title_justify="left")
    shown.add_column("PSS MiB")
    for name in ("at rest", f"after two years of {GROUPS} groups"):
        shown.add_column(name, justify="right")
    idle, after = row["idle"]["by_process"], row["after_a_run"]["by_process"]
    for name in idle | after:
        shown.add_row(name, f"{idle.get(name, 0):.1f}", f"{after.get(name, 0):.1f}")
    shown.add_section()
    shown.add_row("all", f"{row['idle']['pss_mib']:.0f}", f"{row['after_a_run']['pss_mib']:.0f}")
    return shown


if __name__ == "__main__":
    from rich.console import Console

    measured = measure()
    print(json.dumps(measured, indent=1))
    Console().print(table(measured))
