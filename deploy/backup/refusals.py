"""Why there is no backup, or no way back from one: each a sentence for people."""

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from deploy.box.state import BoxRefusal


class BackupRefusal(BoxRefusal):
    """There is no backup, or none can be brought back; nothing was left behind."""

    code = 6


class Elsewhere(BackupRefusal):
    """The database belongs to somebody else's server."""

    def __init__(self) -> None:
        super().__init__(
            "数据库不由这里的小组启动，由它的管理员备份和恢复（做法见 docs/backup.md）；"
            "数据可以另用 xiaozu export 导出。"
        )


class WrongPassphrase(BackupRefusal):
    """The passphrase does not open the file."""

    def __init__(self) -> None:
        super().__init__("口令不对，打不开这个备份。请照口令纸重新输入；那次备份以后换过口令的，用当时的口令。")


class Broken(BackupRefusal):
    """The file is none of ours, or has been damaged."""

    def __init__(self) -> None:
        super().__init__("这个文件不是小组的备份，或者已经损坏、没有复制完整。请换一份备份。")


class NoRoom(BackupRefusal):
    """The disk is full."""

    def __init__(self) -> None:
        super().__init__("磁盘空间不够，没有办成，也没有留下半个文件。请清理磁盘或者换一个位置，再办一次。")


class TooLarge(BackupRefusal):
    """The file system of the disk holds no file of this size."""

    def __init__(self) -> None:
        super().__init__("这个磁盘放不下这么大的文件（FAT32 格式的 U 盘最大 4 GB），请换 exFAT 或者 NTFS 的。")


class DoesNotRecover(BackupRefusal):
    """PostgreSQL does not come up on what was in the backup."""

    def __init__(self, log: Sequence[str]) -> None:
        super().__init__("从备份恢复的数据库没有启动。数据库说：\n" + "\n".join(log))


@contextmanager
def said() -> Iterator[None]:
    """What the disk answers, as a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise NoRoom from error
        if error.errno == errno.EFBIG:
            raise TooLarge from error
        raise BackupRefusal(f"读写文件时出错：{error.strerror or error}（{error.filename or '备份'}）。") from error
