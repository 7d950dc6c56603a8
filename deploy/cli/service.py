"""Commands that run and watch the box: up, migrate, status."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from deploy.box import Box, BoxRefusal, box, running
from deploy.box.programs import ROOT
from deploy.demo import mark

# Ready, waiting for its hour, given up: by the office's clock, which a demo has moved.
JOBS = """
select count(*) filter (where state = 'ready' and run_at <= office.now()),
       count(*) filter (where state = 'ready' and run_at > office.now()),
       count(*) filter (where state = 'dead')
from {table}
"""
SCHEMAS = ("office", "activities", "assessment", "notify")
KINDS = ("ready", "later", "dead")


def up(data: Path, *, host: str, port: int | None) -> None:
    """Become the box of a folder, until a signal ends it: what watches for months carries no command line about."""
    mark.adopt(data)
    command = [sys.executable, "-m", "deploy.box", str(data.absolute()), host, *([str(port)] if port else [])]
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    os.execve(sys.executable, command, {**os.environ, "PYTHONPATH": path})  # noqa: S606  no shell is wanted


def migrate(data: Path, *, as_json: bool) -> None:
    """Bring the database to this code's version; a box that starts does so too."""
    from deploy.migrate import pending, upgrade_all

    with box(data, migrate=False) as found:
        done = upgrade_all(found.migrate_database_url)
        left = pending(found.migrate_database_url)
    if as_json:
        _print_json({"done": done, "pending": left})
    else:
        sys.stdout.write("".join(f"{name}\n" for name in done) + "数据库是最新版本。\n")


def status(data: Path, *, as_json: bool) -> None:
    """Say whether the box runs, where, and what work waits or has failed."""
    found = running(data)
    said = {"running": False, "data": str(data.absolute())} if found is None else _described(found)
    if as_json:
        _print_json(said)
    elif found is None:
        sys.stdout.write(f"没有运行（数据文件夹 {data.absolute()}）。\n")
    else:
        _print_table(said)


def _described(found: Box) -> dict[str, Any]:
    return {
        "running": True,
        "data": str(found.data),
        "url": found.url,
        "addresses": found.addresses,
        "pid": found.pid,
        "pids": found.pids,
        "ports": found.ports,
        "started_at": found.started_at,
        "jobs": _jobs(found.migrate_database_url),
    }


def _jobs(url: str) -> dict[str, dict[str, int]]:
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            found = {}
            for schema in SCHEMAS:
                table = f"{schema}.job"
                if connection.execute("select to_regclass(%s) is not null", [table]).fetchone() == (True,):
                    counts = connection.execute(JOBS.format(table=table)).fetchone() or (0, 0, 0)
                    found[schema] = dict(zip(KINDS, counts, strict=True))
            return found
    except psycopg.OperationalError as error:
        msg = f"小组在运行，但数据库没有回答：{error}"
        raise BoxRefusal(msg) from error


def _print_json(said: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")


def _print_table(said: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    about = Table(show_header=False, box=None)
    for label, value in (
        ("网页", "  ".join(said["addresses"]) or "（没有：正由一条命令使用）"),
        ("数据文件夹", said["data"]),
        ("启动时间", said["started_at"]),
        ("进程", "  ".join(f"{name} {pid}" for name, pid in said["pids"].items())),
    ):
        about.add_row(label, value)
    work = Table("服务", "待办", "未到时间", "失败", title="后台任务")
    for schema, counts in said["jobs"].items():
        work.add_row(schema, *(str(counts[kind]) for kind in KINDS))
    console = Console()
    console.print(about)
    if said["jobs"]:
        console.print(work)
