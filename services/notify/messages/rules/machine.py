"""What the keepers are told of the machine that the house stands on."""

from services.notify.messages.rules.telling import Kind, Storey, Telling, keeper, said
from shared import events
from shared.events import Fact
from shared.roles import Role

INFORMATION, REMINDER, URGENT = Kind.INFORMATION, Kind.REMINDER, Kind.URGENT

ALARMS = {
    events.Alarm.GUESSING: (
        "可能有人在猜密码",
        (
            "最近一小时里，登录失败已有 {times} 次。系统已经让猜的人等待，没有锁住任何人的账号。"
            "请由审计员在审计里查看是哪些账号、从哪里来；不是本乡镇的地址，请关闭对外的网络或者联系网管。"
            "一天之内不再重复提醒。"
        ),
    ),
    events.Alarm.SEAL: (
        "审计记录和封印对不上",
        (
            "每天的核对发现，审计记录里有 {times} 处和封印对不上：可能有人直接改过数据库。"
            "请不要再改动服务器，由审计员在审计的封印页查看是哪几条，并报告党委。"
        ),
    ),
}

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
        keeper(
            "examination_bad",
            URGENT,
            "系统的每日体检发现了问题",
            "系统每天核对一遍：有没有丢失、重复、提前或者没有办完的事。昨夜的核对有对不上的，等了一会儿再核对还是一样。"
            "请打开运行状况页的“每日体检”，照运行手册里那一项的办法处理；资料请先备份，不要改动数据库。",
            link="/office/machine",
            when=said(change="examination_bad"),
        ),
        keeper(
            "examination_well",
            INFORMATION,
            "系统的每日体检恢复正常",
            "每日体检的各项都对得上了。",
            link="/office/machine",
            when=said(change="examination_well"),
        ),
        keeper(
            "passphrase_made",
            REMINDER,
            "备份口令还没有人抄下来",
            "没有人设置过备份的口令，系统生成了一个，只存在这台服务器上：服务器坏了，备份就打不开。"
            "请在服务器上运行 xiaozu backup --sheet 口令纸.pdf，打印后收进保险柜，并删除这个文件。",
            link="/office/machine",
            when=said(change="passphrase_made"),
        ),
    ),
    events.AlarmRaised: tuple(
        Telling(
            name=f"{alarm}_{role}",
            to=role,
            at=Storey.TOWNSHIP,
            kind=URGENT,
            title=title,
            body=body,
            link=link,
            when=said(alarm=alarm),
        )
        for alarm, (title, body) in ALARMS.items()
        for role, link in ((Role.KEEPER, "/office/machine"), (Role.AUDITOR, "/office/audit"))
    ),
    events.WayHeld: (
        keeper(
            "held",
            REMINDER,
            "有的消息发不出去",
            "有的消息发不出去：{why}修好以前，要从那里走的消息都等着；修好以后自己发，不用重发。",
            link="/notify/channels",
            mail=False,
        ),
    ),
    events.BackupFailed: (
        keeper(
            "failed",
            REMINDER,
            "系统没有备份成功",
            "这一次的备份没有做成：{why}以前的备份还在。请按这个原因处理，再备份一次。",
            link="/office/machine",
        ),
    ),
}
