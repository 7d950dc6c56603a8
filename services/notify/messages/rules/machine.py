"""What the keepers are told of their machine."""

from services.notify.messages.rules.telling import Kind, Telling, keeper, said
from shared import events
from shared.events import Fact

INFORMATION, REMINDER, URGENT = Kind.INFORMATION, Kind.REMINDER, Kind.URGENT

MACHINE: dict[type[Fact], tuple[Telling, ...]] = {
    events.MachineChanged: (
        keeper(
            "disk_low",
            URGENT,
            "服务器磁盘可用空间不到一成",
            "服务器磁盘的可用空间不到一成，请尽快清理，或者换大的磁盘。空间用完以前，系统会停止保存，只能查看。",
            link="/office/machine",
            when=said(change="disk_low"),
        ),
        keeper(
            "disk_nearly_full",
            URGENT,
            "服务器磁盘可用空间不到百分之一",
            "服务器磁盘的可用空间不到百分之一，系统就要停止保存，只能查看。请马上清理，或者换大的磁盘。",
            link="/office/machine",
            when=said(change="disk_nearly_full"),
        ),
        keeper(
            "disk_well",
            INFORMATION,
            "服务器磁盘空间恢复正常",
            "服务器磁盘又有足够的空间，系统照常保存。",
            link="/office/machine",
            when=said(change="disk_well"),
        ),
        keeper(
            "memory_low",
            URGENT,
            "服务器内存不够用",
            "服务器可用的内存不到一成，系统会变慢，程序可能被强行结束。请关闭服务器上别的程序，或者增加内存。",
            link="/office/machine",
            when=lambda body: body["change"] in {"memory_low", "memory_nearly_full"},
        ),
        keeper(
            "memory_well",
            INFORMATION,
            "服务器内存恢复正常",
            "服务器的内存又够用了。",
            link="/office/machine",
            when=said(change="memory_well"),
        ),
        keeper(
            "clock_jumped",
            URGENT,
            "服务器的时间跳变，请确认",
            "服务器的时间忽然快了或者慢了两个小时以上。发信、到期提醒、按期办理的事项都已暂停。"
            "请核对服务器的时间，确认无误后在运行状况页上确认，暂停的事项会接着办。",
            link="/office/machine",
            when=said(change="clock_jumped"),
        ),
        keeper(
            "program_replaced",
            REMINDER,
            "系统的一个程序停了，已自动重新启动",
            "系统的一个程序意外结束，或者没有回答，已自动重新启动，资料没有损失。如果一天里多次出现，请查看服务器的日志。",
            link="/office/machine",
            when=said(change="program_replaced"),
        ),
    ),
}
