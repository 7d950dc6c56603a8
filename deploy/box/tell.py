"""`python -m deploy.box.tell PART CHANGE`: what the watcher saw, for the keepers; a process for this once.

The watcher itself has no client of the database: it would carry it about for months.
"""

import sys

from shared import machine
from shared.db import unit


def main(part: str, change: str) -> None:
    """Tell it, even where nothing else is written; the exit code is not 0 where the database did not take it."""
    with unit("keeper", anyway=True) as session:
        machine.tell(session, part, change)


if __name__ == "__main__":
    main(*sys.argv[1:])
