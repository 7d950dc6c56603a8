"""Waiting until the database is there and as new as this code: programs that stand alone start in any order."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import psycopg
import structlog

from deploy.migrate import TREES, Tree

log = structlog.get_logger()

AGAIN_SECONDS = 1.0
TOLD_EVERY = 30
PATIENCE_SECONDS = 300  # the migrations, which may run meanwhile, make login, database and schemas
MIGRATED = "select name, version from office.migrated()"

# What a server that answers says of whoever it lets not in: nothing of this mends itself once the migrations have run.
REFUSED: Mapping[str, str] = {
    "password authentication failed": "数据库不认账号或者密码：请核对 XIAOZU_DATABASE_URL 里的账号和密码，"
    "再看迁移程序（python -m deploy.migrate）是不是已经用同一个 XIAOZU_APP_PASSWORD 建好了账号。",
    "no password supplied": "连数据库没有给密码：请在 XIAOZU_DATABASE_URL 里写上密码。",
    "no pg_hba.conf entry": "数据库不让这台机器连接：请数据库管理员在 pg_hba.conf 里加上这台机器的地址。",
    "role": "数据库里没有这个账号：请先运行迁移程序（python -m deploy.migrate），再核对 XIAOZU_DATABASE_URL。",
    "database": "数据库服务器上没有这个数据库：请先建好它，或者核对 XIAOZU_DATABASE_URL 末尾的库名。",
}
MISSING = ("role", "database")
GONE = re.compile(r'(role|database) "[^"]{0,200}" does not exist')
AWAY: Mapping[str, str] = {
    "failed to resolve": "找不到数据库服务器的名字：请核对 XIAOZU_DATABASE_URL 里的地址。",
    "refused": "数据库服务器没有应答：请看它是否已经启动，地址和端口对不对。",
    "timeout": "数据库服务器没有应答：请看它是否已经启动，网络通不通，地址和端口对不对。",
}


class Lacking(NamedTuple):
    """Why a program cannot work with a database yet, as a sentence; `lasting`: waiting alone will not mend it."""

    why: str
    lasting: bool = False


def wait(url: str) -> None:
    """Return once the services' login finds every schema at this code's version, or at a later one.

    Ends the program with a sentence where the server has refused it for so long that nobody will mend it meanwhile.
    """
    _until(lambda: lacking(url), "waits_for_database")


def wait_for_server(url: str) -> None:
    """Return once the server lets the owner in; ends the program like `wait`."""
    _until(lambda: _locked_out(url), "waits_for_server")


def _until(ask: Callable[[], Lacking | None], told: str) -> None:
    """Ask until nothing is lacking."""
    tried, since = 0, None
    while (missing := ask()) is not None:
        since = (since or time.monotonic()) if missing.lasting else None
        if since is not None and time.monotonic() - since >= PATIENCE_SECONDS:
            raise SystemExit(missing.why)
        if tried % TOLD_EVERY == 0:
            log.warning(told, why=missing.why)
        tried += 1
        time.sleep(AGAIN_SECONDS)


def lacking(url: str, trees: Sequence[Tree] = TREES) -> Lacking | None:
    """Why a program of this code cannot work with that database yet; None where it can."""
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            connection.execute("set role xiaozu_keeper")
            here: dict[str, str] = dict(connection.execute(MIGRATED).fetchall())
    except psycopg.Error as error:
        return _why(error)
    behind = [tree.schema for tree in trees if tree.after(here.get(tree.schema))]
    return Lacking(f"not migrated: {', '.join(behind)}") if behind else None


def _why(error: psycopg.Error) -> Lacking:
    """As a sentence, without login and address: psycopg gives no code to what fails before one is let in."""
    said = str(error)
    for words, why in REFUSED.items():
        if words in said and (words not in MISSING or words in GONE.findall(said)):
            return Lacking(why, lasting=True)
    return next((Lacking(why) for words, why in AWAY.items() if words in said), Lacking(type(error).__name__))


def _locked_out(url: str) -> Lacking | None:
    """Why the server does not let one in; None where it does."""
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        return _why(error)
    return None
