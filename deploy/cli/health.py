"""The commands `doctor`, for the invariants of an installation at rest, and `clock`, for its time."""

import sys
from pathlib import Path

from deploy.cli.office import office, print_json, print_pairs, screen


def examine(data: Path, *, as_json: bool) -> None:
    """Ask for I1 to I7 and I9; the exit code is 1 where one does not hold."""
    with office(data):
        from deploy import doctor

        with screen.status("正在体检……"):
            found = doctor.examine()
    if as_json:
        print_json(found)
    else:
        print_pairs("体检（I1–I7、I9）", found)
    if any(said != doctor.OK for said in found.values()):
        sys.exit(1)


def look_at_clock(data: Path, *, confirm: bool, as_json: bool) -> None:
    """Whether the clock has jumped; with `confirm`, whoever sits at the machine says that it is right now."""
    with office(data):
        from shared import machine
        from shared.access import SYSTEM
        from shared.db import unit

        with unit("keeper") as session:
            jump = machine.clock_jump(session)
            confirmed = confirm and machine.confirm_clock(session, SYSTEM, machine.townships(session))
    said = {"jumped_at": str(jump[0]) if jump else None, "expected": str(jump[1]) if jump else None}
    if as_json:
        print_json(said | {"confirmed": bool(confirmed)})
    elif jump is None:
        sys.stdout.write("系统时间没有待确认的跳变。\n")
    else:
        done = "已确认，暂停的事项接着办理。" if confirmed else "请核对系统时间，无误再加 --confirm 确认。"
        sys.stdout.write(f"系统时间在 {jump[0]} 跳变，按运行的时间推算应为 {jump[1]}。{done}\n")
