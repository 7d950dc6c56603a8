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


def of_box(data: Path) -> str:
    """The passphrase that this box's backups are under; made once where nobody has chosen one.

    It stands beside the data that it protects elsewhere: backups are made at night, when nobody can type it.
    """
    return os.environ.get(SETTING) or secrets_of(data).get(KEPT, made)


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
