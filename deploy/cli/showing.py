"""The commands `run`, `demo` and `clock`: an invented township, two years of it, and its date that goes on."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from deploy.box import AlreadyRunning, Box, box
from deploy.box.life import HOST, LOCK
from deploy.box.stack import end_survivors
from deploy.box.state import locked
from deploy.cli import service
from deploy.cli.office import led_to, office, print_json, print_pairs, print_rows, screen
from deploy.demo import mark

YEAR = 2025  # of `make run`
STEPS = 24  # what the demo announces on its way
PAUSE_SECONDS = 0.1
SAID = {
    "groups": "党小组",
    "branches": "党支部",
    "members": "党员",
    "activities": "本年度活动",
    "cases": "参加考核的党小组长",
    "rectifications": "整改",
    "replacements_proposed": "建议调整",
    "messages_sent": "已发出的消息",
    "run_seconds": "采集与计分（秒）",
}
GRADES_SAID = {"excellent": "优秀", "competent": "称职", "incompetent": "不称职"}


def run(data: Path, *, groups: int) -> None:
    """Serve what is in the folder. An empty one gets a demo first, and so does one whose demo was cut off midway."""
    data = data.absolute()
    if mark.read(data) is mark.Mark.BEGUN:
        with only_here(data):
            screen.print("上一次的演示没有做完，现在重新开始。")
            mark.clear_away(data)
    if os.environ.get("XIAOZU_DATABASE_URL") or mark.has_installation(data):
        service.up(data, host=HOST, port=None)
    mark.write(data, mark.Mark.BEGUN)
    demo(data, groups=groups, year=YEAR, leave=False, as_json=False)


def demo(data: Path, *, groups: int, year: int, leave: bool, as_json: bool) -> None:
    """Play, show what came of it, and go on serving unless `leave`."""
    with box(data, work=True) as found, led_to(found):
        result, accounts = play(found, groups=groups, year=year)
        mark.write(found.data, mark.Mark.COMPLETE)
        if as_json:
            print_json(result)
        else:
            show(result, accounts)
        ours = found.pid == os.getpid()
    sys.stdout.flush()
    if leave:
        return
    if not ours:
        screen.print(f"正在提供服务：{found.url}")
    else:
        service.up(data, host=HOST, port=None)


def move_date(data: Path, day: date, *, as_json: bool) -> None:
    """Let a day of the demo come; its deadlines are kept by the box that runs, or when one runs again."""
    with office(data):
        from deploy.demo.office_date import HOUR, move_to

        move_to(day)
    if as_json:
        print_json({"date": day.isoformat(), "hour": HOUR})
    else:
        screen.print(f"演示的日期是 {day} {HOUR}:00。到期的提醒和各项工作随后办理；已经登录的，请重新登录。")


@contextmanager
def only_here(data: Path) -> Iterator[None]:
    """Nobody else runs the box of this folder meanwhile; what outlived one that was killed is ended."""
    with locked(data / LOCK) as free:
        if not free:
            raise AlreadyRunning(f"另一条命令正在使用数据文件夹 {data}，请等它结束。")
        if stale := Box.read(data):
            end_survivors(stale)
        yield


def play(found: Box, *, groups: int, year: int) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """The demo under a progress bar on standard error."""
    from deploy.demo.play import Demo

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as progress:
        bar = progress.add_task("准备", total=STEPS)
        played = Demo(
            groups=groups,
            year=year,
            owner_url=found.migrate_database_url,
            rest=rest,
            step=lambda said: progress.update(bar, description=said, advance=1),
        )
        result = played.play()
        progress.update(bar, completed=STEPS)
    return result, played.accounts


def rest() -> None:
    """Wait until the workers have nothing left to do."""
    from shared import work
    from shared.settings import SERVICES

    while any(work.unfinished(service) for service in SERVICES):
        time.sleep(PAUSE_SECONDS)


def show(result: dict[str, Any], accounts: list[tuple[str, str, str]]) -> None:
    """The result as tables for people."""
    grades = {said: result["grades"][grade] for grade, said in GRADES_SAID.items()}
    print_pairs("演示结果", {said: result[name] for name, said in SAID.items()} | grades)
    print_pairs("体检", result["doctor"])
    print_rows(
        "首次登录（换成自己的密码以后，初始密码作废）",
        ["身份", "账号", "初始密码"],
        [list(row) for row in accounts],
    )
