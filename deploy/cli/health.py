"""The command `doctor`: the invariants of an installation at rest."""

import sys
from pathlib import Path

from deploy.cli.office import office, print_json, print_pairs, screen


def examine(data: Path, *, as_json: bool) -> None:
    """Ask for I1 to I7; the exit code is 1 where one does not hold."""
    with office(data):
        from deploy import doctor

        with screen.status("正在体检……"):
            found = doctor.examine()
    if as_json:
        print_json(found)
    else:
        print_pairs("体检（I1–I7）", found)
    if any(said != doctor.OK for said in found.values()):
        sys.exit(1)
