"""The passphrase of the backups: named by a setting, kept by the box, asked for, or made by it."""

import os
import secrets
import sys
from getpass import getpass
from pathlib import Path

from deploy.backup.refusals import BackupRefusal
from deploy.box.state import secrets_of

SETTING, KEPT = "XIAOZU_BACKUP_PASSPHRASE", "backup_passphrase"
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are mistaken for another
GROUPS, LENGTH = 5, 5
LEAST = 12  # signs of one that somebody chooses


def of_box(data: Path) -> str:
    """The passphrase that this box's backups are under; made once where nobody has chosen one.

    It stands beside the data that it protects elsewhere: backups are made at night, when nobody can type it.
    """
    return os.environ.get(SETTING) or secrets_of(data).get(KEPT, made)


def is_known(data: Path) -> bool:
    """Whether anybody has named one, or the box keeps one already."""
    return bool(os.environ.get(SETTING)) or secrets_of(data).has(KEPT)


def chosen(data: Path) -> str:
    """The same; where there is none yet, whoever sits at the terminal chooses it, typed twice, or lets it be made.

    Raises BackupRefusal where what he typed is too short, or is not the same twice.
    """
    if is_known(data) or not sys.stdin.isatty():
        return of_box(data)
    typed = getpass("还没有备份口令。请输入一个（直接回车，由系统生成）：").strip()
    if not typed:
        return of_box(data)
    if len(typed) < LEAST:
        raise BackupRefusal(f"备份口令至少 {LEAST} 位，请重新运行，换一个长一些的。")
    if getpass("再输入一次：").strip() != typed:
        raise BackupRefusal("两次输入的口令不一样，没有备份，请重新运行。")
    return secrets_of(data).get(KEPT, lambda: typed)


def asked() -> str:
    """The passphrase of a backup that is to be opened. Raises BackupRefusal where nobody can be asked."""
    if given := os.environ.get(SETTING):
        return given
    if not sys.stdin.isatty():
        raise BackupRefusal(f"缺少口令。请用环境变量 {SETTING} 给出，或者在终端里运行，按提示输入。")
    return getpass("备份的口令：").strip()


def made() -> str:
    """Some 120 random bits, to be written down and typed by people: `hs7gk-…`."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(LENGTH)) for _ in range(GROUPS))
