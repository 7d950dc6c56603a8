"""Commands for the worst day, and against it: `backup`, `restore`, `export`."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.backup import passphrase
from deploy.backup.refusals import BackupRefusal, Elsewhere, said
from deploy.box import box
from deploy.cli.office import office, print_json, print_pairs, screen

if TYPE_CHECKING:
    from deploy.backup.restore import Restored


def backup(data: Path, folder: Path | None, *, sheet: Path | None, as_json: bool) -> None:
    """Make a backup, try it, and say where it is."""
    _own_database()
    with box(data) as found:
        from deploy.backup.folder import backups_folder, given
        from deploy.backup.take import take
        from deploy.backup.telling import tell_failed, tell_taken

        word = passphrase.chosen(found.data)
        try:
            where = given(folder) if folder else backups_folder(found.data)
            with screen.status("正在备份，并且试着恢复一次……"):
                taken = take(found, where, word)
        except BackupRefusal as refusal:
            tell_failed(str(refusal).splitlines()[0])
            raise
        tell_taken(taken.file.name, taken.size, taken.facts["taken_at"])
    if sheet:
        _print_sheet(sheet, word, where)
    if as_json:
        print_json({"file": str(taken.file), "size": taken.size, "taken_at": taken.facts["taken_at"]})
        return
    print_pairs("备份", {"文件": taken.file, "大小": f"{taken.size / 2**20:.1f} MB", "检验": "已试恢复，可以使用"})
    if not sheet:
        screen.print("口令纸：加 --sheet 口令纸.pdf 再备份一次即可打印。没有口令，备份打不开。")


def _print_sheet(sheet: Path, word: str, folder: Path) -> None:
    from deploy.backup.sheet import sheet as drawn

    with said():
        sheet.touch(mode=0o600)
        sheet.write_bytes(drawn(word, folder))
    screen.print(f"口令纸：{sheet}。打印以后请删除这个文件。")


def restore(file: Path, data: Path, *, at: datetime | None, log: Path | None, as_json: bool) -> None:
    """Bring a backup back into an empty folder, and say what lies between."""
    _own_database()
    from deploy.backup.restore import Source
    from deploy.backup.restore import restore as bring_back

    source = Source(file, passphrase.asked(), log)
    with screen.status("正在恢复……"):
        restored = bring_back(source, data.absolute(), at=at and _of_the_office(at))
    if as_json:
        print_json(_as_json(restored))
        return
    _show(restored, data)


def _of_the_office(at: datetime) -> datetime:
    """What is typed is the office's time."""
    from shared.clock import OFFICE_ZONE

    return at if at.tzinfo else at.replace(tzinfo=OFFICE_ZONE)


def _as_json(restored: "Restored") -> dict[str, object]:
    return {
        "taken_at": restored.taken_at.isoformat(),
        "last": restored.last.isoformat() if restored.last else None,
        "sealed": restored.verified.links,
        "head": restored.verified.head,
        "letters_in_doubt": restored.letters,
    }


def _show(restored: "Restored", data: Path) -> None:
    from deploy.backup.restore import spoken

    last = restored.last or restored.taken_at
    lost = datetime.now(UTC) - last
    print_pairs(
        "恢复",
        {
            "备份时间": spoken(restored.taken_at),
            "恢复到": f"{spoken(last)}（最后一笔办理的时间）",
            "审计封印": f"核对无误，共 {restored.verified.links} 条，末环 {restored.verified.head[:16]}…",
            "没有发完的信件": f"{restored.letters} 封，已改为“结果不明”",
        },
    )
    screen.print(
        f"从那时到现在的 {lost.days} 天 {lost.seconds // 3600} 小时里，录入和办理的内容都不在了："
        "请通知各支部核对这段时间的活动记录、考核和任免，补录补办；这段时间发出过的信件可能还会再发一次。"
        "正式通知请由组织委员在“消息—没有送达的信件”里逐封核实，再重新发送。"
        f"接着运行：xiaozu up --data {data}"
    )


def export(data: Path, folder: Path, *, opened: bool, as_json: bool) -> None:
    """Everything as plain files that any program reads."""
    with office(data) as found:
        from deploy.backup.export import export as write

        with screen.status("正在导出……"):
            rows = write(found, folder.absolute(), opened=opened)
    if as_json:
        print_json({"folder": str(folder.absolute()), "tables": rows})
    else:
        print_pairs("导出", {"文件夹": folder.absolute(), "表": len(rows), "行": sum(rows.values())})
        screen.print("导出的内容没有加密，含有党员的个人信息：请妥善保管，用完删除。")


def _own_database() -> None:
    if os.environ.get("XIAOZU_DATABASE_URL"):
        raise Elsewhere
