"""Where the backups lie, by name and age."""

import re
import time
from datetime import datetime
from pathlib import Path

from deploy.backup.keep import kept
from deploy.backup.refusals import BackupRefusal, said
from shared.settings import settings

WRITTEN = "小组备份-{at:%Y%m%d-%H%M%S}.tar"
HALF_SECONDS = 3600
NAME = re.compile(r"小组备份-(\d{8}-\d{6})\.tar(\.part)?")


def backups_folder(data: Path) -> Path:
    """The folder of the settings, or one within the data folder. Raises BackupRefusal where it is away.

    One of the settings is never made: where a disk is not plugged in, its place would fill the wrong one.
    """
    chosen = settings().backup_folder
    folder = Path(chosen) if chosen else data / "backups"
    if chosen and not folder.is_dir():
        raise BackupRefusal(f"备份文件夹 {folder} 不在：U 盘或者硬盘没有接好，或者设置写错了。请接好以后再备份。")
    with said():
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def given(folder: Path) -> Path:
    """A folder that somebody names by hand; made where only it is missing, not the disk that it is to be on."""
    with said():
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder.absolute()


def backups_in(folder: Path) -> dict[datetime, Path]:
    """The whole backups of a folder, by the moment in their names."""
    found = {each: NAME.fullmatch(each.name) for each in folder.iterdir()}
    return {
        datetime.strptime(match[1], "%Y%m%d-%H%M%S"): each  # noqa: DTZ007  the machine's own time, as in the name
        for each, match in found.items()
        if match and not match[2]
    }


def clear_halves(folder: Path) -> None:
    """What a killed one left of a file; a younger one may be in the making, by another installation."""
    for each in folder.iterdir():
        if (match := NAME.fullmatch(each.name)) and match[2] and time.time() - each.stat().st_mtime > HALF_SECONDS:
            each.unlink(missing_ok=True)


def thin_out(folder: Path) -> None:
    """Let go of what need not be kept any longer."""
    there = backups_in(folder)
    for at in there.keys() - kept(there):
        there[at].unlink(missing_ok=True)
