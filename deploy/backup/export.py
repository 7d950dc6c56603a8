"""Everything as CSV and plain files: readable in any program, for as long as there are programs."""

import csv
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from deploy.backup.refusals import BackupRefusal, said
from deploy.backup.telling import tell_exported
from deploy.box.state import Box
from services.activities.register.queries import sealed_place
from shared import privacy

README = "说明.txt"
# Nobody outside may sign in with it, and what sleeps in them says nothing.
LEFT_OUT = {"office.sitting", "office.reply", "office.totp"}
SECRET = {("office.account", "password_hash")}
SEALED = {"id_number_sealed": "id_number", "phone_sealed": "phone", "mail_sealed": "mail", "more_sealed": "more"}
DIGITS = 15  # a table program keeps so many of a number
LIVE = ("=", "+", "-", "@", "\t", "\r")  # a table program would run it
COLUMNS = """
    select table_schema || '.' || table_name, array_agg(column_name::text order by ordinal_position),
           array_agg(data_type::text order by ordinal_position)
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where table_schema in ('office', 'activities', 'assessment', 'notify') and table_type = 'BASE TABLE'
      and table_name not in ('alembic_version', 'job')
    group by 1 order by 1"""
FILES = ("files", "mail")
HOW_TO = """\
这个文件夹是小组（xiaozu）系统的全部数据，不用小组程序也能看。

一、表：每个 .csv 是一张表，用 WPS 表格或者 Excel 打开（UTF-8）。名字前一段是所属部分：
  office 单位、人员、任职、账号、设置和操作记录；activities 活动；assessment 考核；notify 消息。
  各表用编号相连：person_id 对应 office.person.csv 的 id，unit_id、group_id、branch_id、township_id
  对应 office.unit.csv 的 id，activity_id 对应 activities.activity.csv 的 id，依此类推。
  单元格前的单引号（'）是为了不被当作公式、长号码不被四舍五入，不是内容。时间都是 UTC，北京时间请加 8 小时。
  不在其中的：密码、登录状态、验证码密钥、后台任务{more}。
二、文件：files 是上传的文件，文件名是内容的 SHA-256；原来的名字和种类在 activities.attachment.csv
  和 assessment.attachment.csv 的 name、kind 栏，按 sha256 栏对应。mail 是存下来的信件（.eml）。

内容没有加密，含有党员的个人信息，请妥善保管，用完删除。导出不能用来恢复系统；恢复请用备份（xiaozu backup）。
"""
HIDDEN = "、身份证号、手机号和邮箱"


def export(box: Box, folder: Path, *, opened: bool) -> dict[str, int]:
    """Write every table and file into a new folder; returns the rows of each. Raises BackupRefusal; nothing is left.

    `opened`: sealed fields too, and that somebody had them stands on the audit.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupRefusal(f"{folder} 里已经有东西。请指定一个新的文件夹。")
    there = folder.exists()
    try:
        with said(), _snapshot(box.migrate_database_url) as seen:
            folder.mkdir(mode=0o700, exist_ok=True)
            rows = {table: _write(seen, folder, table, *about, opened=opened) for table, *about in _tables(seen)}
            for name in FILES:
                if (box.data / name).is_dir():
                    shutil.copytree(box.data / name, folder / name)
            (folder / README).write_text(HOW_TO.format(more="" if opened else HIDDEN), encoding="utf-8-sig")
        tell_exported(sum(rows.values()), opened=opened)
    except BaseException:
        _remove(folder, there=there)
        raise
    return rows


@contextmanager
def _snapshot(url: str) -> Iterator[psycopg.Connection[Any]]:
    """One moment for all tables."""
    try:
        seen = psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=10)
    except psycopg.OperationalError as error:
        raise BackupRefusal("数据库没有回答，没有导出。请先确认系统在正常运行，再办一次。") from error
    with seen:
        seen.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        seen.read_only = True
        seen.execute("set local timezone to 'UTC'")
        try:
            yield seen
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupRefusal(
                "没有权限读全部数据。请用 XIAOZU_MIGRATE_DATABASE_URL 写明数据库所有者的登录。"
            ) from error


def _tables(seen: psycopg.Connection[Any]) -> list[tuple[str, list[str], list[str]]]:
    return [row for row in seen.execute(COLUMNS).fetchall() if row[0] not in LEFT_OUT]


def _write(
    seen: psycopg.Connection[Any], folder: Path, table: str, names: Sequence[str], types: Sequence[str], *, opened: bool
) -> int:
    shown = [
        name
        for name, kind in zip(names, types, strict=True)
        if (table, name) not in SECRET and (kind != "bytea" or (opened and name in SEALED))
    ]
    number = 0
    columns = sql.SQL(", ").join(map(sql.Identifier, shown))
    asked = sql.SQL("select {} from {}").format(columns, sql.Identifier(*table.split(".")))
    with (
        (folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline="") as out,
        seen.cursor(f"{table}") as cursor,
    ):
        lines = csv.writer(out)
        lines.writerow(SEALED.get(name, name) for name in shown)
        for row in cursor.execute(asked):
            lines.writerow(_cells(shown, row))
            number += 1
    return number


def _cells(names: Sequence[str], row: Sequence[Any]) -> Iterable[str]:
    whole = dict(zip(names, row, strict=True))
    return (safe(_opened(name, value, whole)) for name, value in whole.items())


def _opened(name: str, value: Any, row: dict[str, Any]) -> str:  # noqa: ANN401  of any column
    if value is None:
        return ""
    if name in SEALED:
        return privacy.unseal(bytes(value), place=sealed_place(SEALED[name], row["id"]))
    return _plain(value)


def _plain(value: Any) -> str:  # noqa: ANN401  of any column
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)


def safe(cell: str) -> str:
    """A cell that no table program takes for a formula, and no long number of which it would round the end off."""
    is_live = cell.startswith(LIVE) and not _is_number(cell)
    return f"'{cell}" if is_live or (cell.isdecimal() and len(cell) > DIGITS) else cell


def _is_number(cell: str) -> bool:
    return cell[1:].replace(".", "", 1).isdecimal() and cell[0] == "-"


def _remove(folder: Path, *, there: bool) -> None:
    if not there:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for each in folder.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()
