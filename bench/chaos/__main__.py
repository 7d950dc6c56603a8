"""`make chaos`: ours and plain Celery under the same load and the same kills; a table, and results/chaos.json."""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.__main__ import LATEST, keep, machine

RESULT = LATEST.with_name("chaos.json")
SAID = ("messages", "kills", "lost", "twice", "early", "unknown", "recovery_seconds_max")
VARIANTS = ("ours", "defaults", "safe")
RECOVERY_SECONDS_MAX = 30
SHOWN = {
    "messages": "messages",
    "deadlines": "deadlines",
    "kills": "kills",
    "lost": "lost",
    "held": "of them held by the broker",
    "twice": "twice",
    "early": "early",
    "unknown": "unknown",
    "unknown_arrived": "of them arrived",
    "refused": "notices refused",
    "recovery_seconds_max": "after a burst, s at most",
    "under_fire_seconds_max": "within it, s at most",
}


def main():
    """Try them one after the other; ends with 1 where ours lost, doubled or hurried anything."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=500, help="notices, each to every branch")
    parser.add_argument("--branches", type=int, default=40)
    parser.add_argument("--deadlines", type=int, default=500)
    parser.add_argument("--kills", type=int, default=205)
    parser.add_argument("--pause", type=float, default=0.4, help="seconds from a notice to the next")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--only", choices=VARIANTS)
    parser.add_argument("--dry", action="store_true", help="write no results")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    rows = [trial(each, vars(asked)) for each in VARIANTS if asked.only in (None, each)]
    Console().print(table(rows))
    if not (asked.dry or asked.only):
        write(rows, asked.seed)
    sys.exit(any(fails(row) for row in rows if row["variant"] == "xiaozu"))


def trial(variant, asked):
    """One variant, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "row.json"
        subprocess.run([sys.executable, "-m", "bench.chaos.trial", variant, json.dumps(asked), str(out)], check=True)
        row = json.loads(out.read_text())
    print(json.dumps(row), flush=True)
    return row


def fails(row):
    """Whether the promise is broken."""
    late = row["recovery_seconds_max"] is None or row["recovery_seconds_max"] > RECOVERY_SECONDS_MAX
    return late or any(row[name] for name in ("lost", "twice", "early", "refused"))


def write(rows, seed):
    """The seven figures of ours by themselves, and the whole table with the other results."""
    RESULT.write_text(json.dumps({name: rows[0][name] for name in SAID}, indent=1) + "\n")
    keep(
        {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "chaos": {"seed": seed, "rows": rows},
        }
    )


def table(rows):
    """For people."""
    shown = Table(title="Everything killed, under load", title_justify="left")
    shown.add_column("")
    for row in rows:
        shown.add_column(row["variant"], justify="right")
    for name, words in SHOWN.items():
        shown.add_row(words, *(str(row[name]) for row in rows))
    return shown


if __name__ == "__main__":
    main()
