"""Back from a backup, into an empty folder: as it was then, or, with the log, as it was at a moment since."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from deploy.backup import cluster, envelope
from deploy.backup.folder import backups_in
from deploy.backup.refusals import BackupRefusal, DoesNotRecover, NoRoom, said
from deploy.backup.take import CLUSTER, LOG
from deploy.backup.telling import tell_restored
from deploy.backup.trying import keeping, look_into, started
from deploy.backup.unpack import give, log_of, unpack
from deploy.backup.versions import carry_over, install_for, take_over
from deploy.box.state import locked
from deploy.embedded.postgres import Postgres
from deploy.embedded.postgres_programs import major_of
from shared import heads
from shared.audit import Verified
from shared.clock import OFFICE_ZONE
from shared.db import Session, enter

LOCK, BESIDE, LATER = "box.lock", ".restoring", "later"
OURS = {LOCK, BESIDE, "box.users"}
SPARE = 1.3  # of what is unpacked: the body beside it, and room to start in
DOUBTED = "从备份恢复以前还没有发完，不能确定是否已送达"
# Nobody looks in meanwhile, so it does not matter how many connections the lost server had room for.
RECOVERY = {"restore_command": 'cp "../log/%f" "%p"', "recovery_target_action": "promote", "hot_standby": "off"}
ENDED = "recovery ended before configured recovery target was reached"
LAST = text("select max(written_at) from office.happening")


@dataclass(frozen=True)
class Restored:
    """What stands in the folder now: of when, what happened last in it, its seal, letters in doubt."""

    taken_at: datetime
    last: datetime | None
    verified: Verified
    letters: int


@dataclass(frozen=True)
class Source:
    """A backup, what opens it, and the data folder that it was made of, where that is still there."""

    file: Path
    passphrase: str
    log: Path | None = None


def restore(source: Source, data: Path, *, at: datetime | None = None) -> Restored:
    """Bring a backup back into an empty folder. Raises BackupRefusal; the folder is then as it was."""
    about = envelope.about(source.file)
    if at is not None and at < datetime.fromisoformat(about["ended_at"]):
        raise BackupRefusal(f"这个备份是 {spoken(about['ended_at'])} 的，晚于要恢复到的时间。请用更早的一份。")
    with _empty(data) as beside:
        _has_room(data, about)
        facts = unpack(source.file, source.passphrase, beside)
        _is_for_us(facts)
        if at is not None:
            _gather(source, beside, at)
        restored = _brought_up(beside, facts, at)
        shutil.rmtree(beside / LOG, ignore_errors=True)
        _move_in(beside, data)
    return restored


# --- the folder ---


@contextmanager
def _empty(data: Path) -> Iterator[Path]:
    """A folder within the empty one, for what is not yet whole; nothing of either is left where the block raises."""
    there = data.exists()
    if there and (not data.is_dir() or any(each.name not in OURS for each in data.iterdir())):
        raise BackupRefusal(f"{data} 里已经有东西，不能恢复到这里。请用 --data 指定一个空的或者新的文件夹。")
    with said():
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with locked(data / LOCK) as ours:
            if not ours:
                raise BackupRefusal(f"另一条命令正在使用 {data}，请等它结束。")
            shutil.rmtree(data / BESIDE, ignore_errors=True)
            yield data / BESIDE
    finally:
        shutil.rmtree(data / BESIDE, ignore_errors=True)
        if not (data / "postgres").exists():
            _leave_nothing(data, there=there)


def _leave_nothing(data: Path, *, there: bool) -> None:
    (data / LOCK).unlink(missing_ok=True)
    if not there:
        data.rmdir()


def _has_room(data: Path, about: dict[str, Any]) -> None:
    if shutil.disk_usage(data).free < SPARE * about["unpacked"]:
        raise NoRoom


def _move_in(beside: Path, data: Path) -> None:
    """The database last: a folder without one is still an empty one for whoever restores again."""
    with said():
        for each in sorted(beside.iterdir(), key=lambda path: path.name == "postgres"):
            each.rename(data / each.name)
    envelope.sync(data)


def _is_for_us(facts: dict[str, Any]) -> None:
    from deploy.migrate import fingerprint

    known = set(fingerprint().splitlines())
    newer = [name for name in facts["migrated"].splitlines() if name not in known]
    if newer:
        raise BackupRefusal(f"这个备份来自更新版本的小组（{newer[0]}）。请先把程序升级到那个版本，再恢复。")


# --- the log ---


def _gather(source: Source, beside: Path, at: datetime) -> None:
    """Put the log from this backup on beside it: out of later backups, and of the data folder where they were made."""
    with said():
        for later in _later(source.file, at):
            _copy(log_of(later, source.passphrase, beside / LATER), beside / LOG)
            shutil.rmtree(beside / LATER)
        for folder in [each for each in (source.log, _made_of(source.file)) if each]:
            _copy(folder / CLUSTER / "pg_wal", beside / LOG)
    give(beside)


def _copy(log: Path, into: Path) -> None:
    if not log.is_dir():
        raise BackupRefusal(f"{log} 不在。--log 后面请写原来的数据文件夹。")
    for segment in cluster.segments(log):
        shutil.copy(segment, into / segment.name)


def _later(file: Path, at: datetime) -> list[Path]:
    """The backups after this one in its folder, up to the first that was made after the moment."""
    found = []
    for each in sorted(backups_in(file.absolute().parent).values()):
        if each.name > file.name:
            found.append(each)
            if datetime.fromisoformat(envelope.about(each)["taken_at"]) > at:
                break
    return found


def _made_of(file: Path) -> Path | None:
    """The data folder in which a backup lies; None where it lies somewhere else."""
    found = file.absolute().parent.parent
    return found if (found / CLUSTER / "pg_wal").is_dir() else None


# --- the server ---


def _brought_up(beside: Path, facts: dict[str, Any], at: datetime | None) -> Restored:
    """Let the log run, verify what came of it, and hold back the letters that were on their way."""
    with ExitStack() as stack:
        server = _recovered(stack, beside, at, install_for(facts["postgres"]))
        if facts["postgres"] != major_of():
            carry_over(server, beside)
            stack.close()
            take_over(beside)
            server = stack.enter_context(started(beside))
        with keeping(server) as session:
            return _looked_into(session, facts, at)


def _looked_into(session: Session, facts: dict[str, Any], at: datetime | None) -> Restored:
    verified = look_into(session, facts, later=at is not None)
    heads.set_aside(verified.lost)  # they are of what came after: the history goes on from here
    last = session.scalar(LAST)
    letters = _hold_letters(session)
    enter(session, "activities", None)
    tell_restored(session, facts["taken_at"], last.isoformat() if last else "", letters)
    return Restored(datetime.fromisoformat(facts["ended_at"]), last, verified, letters)


def _recovered(stack: ExitStack, beside: Path, at: datetime | None, install: str) -> Postgres:
    """A server at the wanted moment; where nothing was written after it, at the end of the log."""
    if at is None:
        return stack.enter_context(started(beside, install=install))
    (beside / CLUSTER / "recovery.signal").touch()
    try:
        until = RECOVERY | {"recovery_target_time": at.isoformat()}
        return stack.enter_context(started(beside, more=until, install=install))
    except DoesNotRecover as error:
        if ENDED not in str(error):
            raise
        return stack.enter_context(started(beside, more=RECOVERY, install=install))


def _hold_letters(session: Session) -> int:
    from services.notify.channels.actions import doubt_letters

    enter(session, "notify", None)
    return doubt_letters(session, reason=DOUBTED)


def spoken(moment: str | datetime) -> str:
    """A moment as the office's clock says it."""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{at.astimezone(OFFICE_ZONE):%Y年%m月%d日 %H:%M:%S}"
