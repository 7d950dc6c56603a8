"""The work that this house registers, and what it hears: all that a worker needs of it, without the web."""

import services.notify.channels.tasks
import services.notify.circulars.tasks
import services.notify.messages.tasks  # noqa: F401  registers its work
from services.notify.channels.actions import abandon
from shared.audit import hear
from shared.dead import DeadWork

hear("notify")

DEAD = DeadWork(
    "notify",
    {
        "notify.hear": "把发生的事通知有关的人",
        "notify.begin_records": "为通知过的会议准备活动记录",
        "notify.keep_notices": "把没有确认的通知交给现任的人",
        "notify.remind": "安排今天的待办提醒",
        "notify.remind_township": "提醒待办事项",
        "notify.send_letters": "安排邮件排队",
        "notify.transmit": "发送邮件",
        "notify.mail_head": "寄出封印头",
        "notify.try_line": "试发一条测试消息",
        "notify.resend_letters": "再发结果不明的提醒",
    },
    dropped=abandon,
)
