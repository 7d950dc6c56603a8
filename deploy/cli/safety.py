"""Commands for the worst day, and against it: `backup`, `restore`."""

import os
from datetime import UTC, datetime
from pathlib import Path

from deploy.backup import passphrase
from deploy.backup.refusals import BackupRefusal
from deploy.cli.office import office, print_json, print_pairs, screen

ELSEWHERE = "数据库不在这台机器的小组里，由它的管理员备份和恢复（见 docs/backup.md）；数据可以用 xiaozu export 导出。"


def backup(data: Path, folder: Path | None, *, as_json: bool) -> None:
    """Make a backup, try it, and say where it is."""
    _own_database()
    with office(data) as found:
        from deploy.backup.take import take

        where = folder or data / "backups"
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        with screen.status("正在备份，并试着从备份恢复一次……"):
            taken = take(found, where, passphrase.of_box(found.data))
    if as_json:
        print_json({"file": str(taken.file), "size": taken.size} | taken.facts)
    else:
        print_pairs("备份", {"文件": taken.file, "大小": f"{taken.size / 2**20:.1f} MB", "检验": "已试恢复，可以使用"})


def restore(file: Path, data: Path, *, at: datetime | None, log: Path | None, as_json: bool) -> None:
    """Bring a backup back into an empty folder, and say what lies between."""
    _own_database()
    from deploy.backup.restore import restore as bring_back

    word = passphrase.asked()
    with screen.status("正在恢复……"):
        restored = bring_back(file, data.absolute(), word, at=at and at.astimezone(), log=log)
    if as_json:
        print_json({"taken_at": restored.taken_at.isoformat(), "letters": restored.letters})
        return
    print_pairs("恢复", {"备份时间": restored.taken_at.astimezone(), "现在": datetime.now(UTC).astimezone()})


def _own_database() -> None:
    if os.environ.get("XIAOZU_DATABASE_URL"):
        raise BackupRefusal(ELSEWHERE)
