"""Of what kind a failure of work was: by its class, with a sentence for whoever looks after the machine."""

from enum import StrEnum

from psycopg.errors import DiskFull, LockNotAvailable, OutOfMemory, QueryCanceled, ReadOnlySqlTransaction
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.errors import NotUnderstood, Permanent, Refusal, Transient


class Trouble(StrEnum):
    """A kind of failure."""

    DATABASE = "database"
    SLOW = "slow"
    FULL = "full"
    KILLED = "killed"  # known from the row alone: whoever had it in hand said nothing more
    NEWER = "newer"
    AWAY = "away"
    DECLINED = "declined"
    MACHINE = "machine"
    REFUSED = "refused"
    CLASH = "clash"
    FAULT = "fault"

    @property
    def chinese(self) -> str:
        """What people read: what it was, and what to do."""
        return SENTENCES[self]


SENTENCES: dict[Trouble, str] = {
    Trouble.DATABASE: "连不上数据库，或者连接中途断了。请先确认数据库恢复正常，再重新排队。",
    Trouble.SLOW: "数据库没有在限定的时间里做完。请在系统不忙的时候重新排队；如果还是这样，请告诉开发人员。",
    Trouble.FULL: "磁盘或者内存用完了。请先清理或者扩充，再重新排队。",
    Trouble.KILLED: (
        "程序几次都在中途被结束，没能留下原因：可能是停电、内存不够，或者做得太久被强行停止。"
        "请先查明机器的情况，再重新排队；如果还是这样，请告诉开发人员。"
    ),
    Trouble.NEWER: "这是更新版本的程序留下的任务，现在的程序看不懂。请把所有的程序升级到同一个版本，再重新排队。",
    Trouble.AWAY: "要用到的服务或者资料一时不行，例如邮件服务器没有回答。请确认恢复正常，再重新排队。",
    Trouble.DECLINED: "对方（例如邮件服务器）拒绝了，照原样再试也不会成功。请先改正设置或者资料，再重新排队。",
    Trouble.MACHINE: "读写文件、运行别的程序或者连接网络没有成功。请检查机器的磁盘和网络，再重新排队。",
    Trouble.REFUSED: "按现在的情况不允许这样办，照原样再试也不会成功。请按下面原文里的说明处理，再重新排队。",
    Trouble.CLASH: "要写入的内容和已有的资料冲突，照原样再试也不会成功。请把任务编号和下面的原文告诉开发人员。",
    Trouble.FAULT: "程序出了没有料到的错误。请把任务编号和下面的原文告诉开发人员；改正以前，重新排队多半还会失败。",
}

# The first that fits is meant: a database's narrower errors stand before its widest. Whatever is not here is a fault.
KINDS: tuple[tuple[type[BaseException], Trouble], ...] = (
    (QueryCanceled, Trouble.SLOW),
    (LockNotAvailable, Trouble.SLOW),
    (DiskFull, Trouble.FULL),
    (ReadOnlySqlTransaction, Trouble.FULL),
    (OutOfMemory, Trouble.FULL),
    (MemoryError, Trouble.FULL),
    (IntegrityError, Trouble.CLASH),
    (OperationalError, Trouble.DATABASE),
    (InterfaceError, Trouble.DATABASE),
    (PoolTimeout, Trouble.DATABASE),
    (NotUnderstood, Trouble.NEWER),
    (Transient, Trouble.AWAY),
    (Permanent, Trouble.DECLINED),
    (Refusal, Trouble.REFUSED),
    (OSError, Trouble.MACHINE),
)


def trouble_of(error: BaseException) -> Trouble:
    """The kind of an error; SQLAlchemy keeps the database's own in `orig`."""
    classes = (error, getattr(error, "orig", None))
    return next((kind for known, kind in KINDS if any(isinstance(each, known) for each in classes)), Trouble.FAULT)


def trouble_said(kind: str | None) -> str:
    """A kind as it stands in its row, in words; rows of an earlier version hold none."""
    return Trouble(kind).chinese if kind else "没有记下是哪一类问题。请把任务编号和下面的原文告诉开发人员。"
