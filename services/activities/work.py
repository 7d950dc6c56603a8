"""The work that this house registers, and what it hears: all that a worker needs of it, without the web."""

import services.activities.concerns.tasks
import services.activities.duties.tasks
import services.activities.grid.tasks
import services.activities.imports.tasks
import services.activities.ledger.tasks
import services.activities.office.tasks
import services.activities.papers.tasks
import services.activities.register.tasks  # noqa: F401  registers its work
from shared.audit import hear
from shared.dead import DeadWork

hear("activities")

DEAD = DeadWork(
    "activities",
    {
        "activities.hear": "按别处的决定更新名册",
        "activities.draft_record": "按通知起好活动记录的草稿",
        "activities.bring_in": "导入文件",
        "activities.forget_file": "删除过期的导入文件",
        "activities.make_paper": "制作大的台账",
        "activities.forget_paper": "删除过期的台账文件",
        "activities.collect_tallies": "为年度考核汇总活动次数",
        "activities.regroup": "按安排调整党小组",
        "activities.contact": "提醒联系流动党员",
        "activities.look_over": "查看名册里要办的事",
        "activities.keep_concerns": "回访和清除群众意见",
        "activities.keep_cells": "结束离开党员的网格联系",
        "activities.cell_gaps": "查看网格里要补上的",
        "activities.turn": "按安排办理党员变动",
        "activities.start_reminders": "为新的乡镇安排提醒",
        "activities.remind_duties": "提醒没有完成的活动",
        "activities.keep_reminders": "重排提醒的日子",
        "activities.keep_head": "抄存封印头",
        "activities.drop_replies": "清理过期的提交记录",
        "activities.drop_traces": "清理过期的登录地址",
        "activities.sweep_files": "清理没有记录的文件",
        "activities.verify_seal": "核对审计的封印",
    },
    indispensable=frozenset({"activities.collect_tallies"}),
)
