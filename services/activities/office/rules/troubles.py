"""What is amiss with the machine or its history, each with what to do about it: for the desks of keeper and auditor."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

SILENT_SECONDS = 120  # a program that stands
WAITS_MOST = timedelta(minutes=15)  # work that is ready and not taken up
FREE_PERCENT = 10
BACKUP_DAYS = 2
MACHINE = "/office/machine"
PARTS = {"activities": "活动", "assessment": "考核", "notify": "消息"}


class Amiss(NamedTuple):
    """What is amiss, what to do about it, and where."""

    said: str
    do: str
    button: str = "查看"
    address: str = MACHINE


def jumped() -> Amiss:
    """The clock of the server has jumped."""
    return Amiss("系统时间跳变，发信和到期提醒已暂停", "核对服务器的时间，无误再确认", "确认")


def of_programs(signs: Iterable[tuple[str, int]]) -> list[Amiss]:
    """Programs (name, seconds since they were seen at work) that stand."""
    do = "看机器是否还有内存和磁盘；十分钟后还没有动静，重新启动系统"
    return [
        Amiss(f"{program(name)}{seconds // 60}分钟没有动静", do) for name, seconds in signs if seconds >= SILENT_SECONDS
    ]


def program(name: str) -> str:
    """A program by its name for people."""
    service = name.removeprefix("worker ")
    return "巡检程序" if name == "sweep" else f"“{PARTS.get(service, service)}”的后台程序"


def of_queues(queues: Iterable[tuple[str, int, datetime | None]], now: datetime) -> list[Amiss]:
    """Work (service, how much is ready, since when the oldest) that nobody takes up; that of notify is mail."""
    found = []
    for service, ready, oldest in queues:
        if oldest is None or now - oldest < WAITS_MOST:
            continue
        minutes = int((now - oldest).total_seconds()) // 60
        if service == "notify":
            do = "看邮件服务器和网络是否正常，再看发信设置"
            found.append(Amiss(f"信件发不出去：{ready}件在等，最早的等了{minutes}分钟", do, address="/notify/channels"))
        else:
            do = "看后台程序是否在工作"
            found.append(Amiss(f"“{PARTS[service]}”的后台任务积压：{ready}件，最早的等了{minutes}分钟", do))
    return found


def of_disk(free: int, whole: int) -> list[Amiss]:
    """A disk (bytes) that is nearly full."""
    if free * 100 >= whole * FREE_PERCENT:
        return []
    return [Amiss(f"磁盘可用不到一成，还有{free / 2**30:.1f} GB", "清理，或者换大的磁盘；满了就只能查看、不能保存")]


def of_backup(days: int | None) -> list[Amiss]:
    """A backup that was not taken; `days`: since the last good one, None where there is none."""
    if days is not None and days < BACKUP_DAYS:
        return []
    said = "还没有备份" if days is None else f"{days}天没有备份"
    return [Amiss(said, "查明原因；把备份放到另一块硬盘或者U盘")]


ALARMS = {
    "guessing": Amiss("有人在猜登录密码", "看是哪些账号、从哪里来；必要时请安全管理员停用", address="/office/audit"),
    "seal": Amiss("操作记录和封印对不上", "保护好现场，逐条核对，马上报告", "核对", "/office/audit/seal"),
}


def of_alarms(raised: Iterable[tuple[str, date]]) -> list[Amiss]:
    """Alarms of the last days, each with the day on which it was raised last."""
    return [ALARMS[alarm]._replace(said=f"{at:%-m月%-d日}{ALARMS[alarm].said}") for alarm, at in raised]
