"""What a fact is called by people, and under which topic its messages are found."""

from enum import StrEnum
from typing import NamedTuple

from shared.systems import System


class Topic(StrEnum):
    """A part of the office's work that messages belong to."""

    RECORDS = "records"
    DUTIES = "duties"
    REGISTER = "register"
    CIRCULAR = "circular"
    YEAR = "year"
    NOTICE = "notice"
    CORRECTION = "correction"
    REPLACEMENT = "replacement"
    CHOOSING = "choosing"
    BALLOT = "ballot"
    CONCERN = "concern"
    GRID = "grid"
    TODOS = "todos"
    MACHINE = "machine"
    OFFICE = "office"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return TOPICS[self]


TOPICS: dict[Topic, str] = {
    Topic.RECORDS: "活动记录",
    Topic.DUTIES: "组织生活",
    Topic.REGISTER: "组织设置",
    Topic.CIRCULAR: "乡镇和支部的通知",
    Topic.YEAR: "年度考核",
    Topic.NOTICE: "公示与异议",
    Topic.CORRECTION: "整改",
    Topic.REPLACEMENT: "职务调整",
    Topic.CHOOSING: "选配换届",
    Topic.BALLOT: "投票和计票",
    Topic.CONCERN: "群众意见",
    Topic.GRID: "网格",
    Topic.TODOS: "待办提醒",
    Topic.MACHINE: "系统运行",
    Topic.OFFICE: "账号与职务",
}


class Heading(NamedTuple):
    """A fact as people say it, with its topic, and what the figures of each of its units are."""

    topic: Topic
    chinese: str
    figures: tuple[str, ...] = ()


# By the fact's name in the catalogue.
HEADINGS: dict[str, Heading] = {
    "ActivitySubmitted": Heading(Topic.RECORDS, "活动记录已提交", ("记录数",)),
    "ActivityReturned": Heading(Topic.RECORDS, "活动记录被退回"),
    "DutiesDue": Heading(Topic.DUTIES, "组织生活待完成", ("党小组数", "待完成项数")),
    "DutiesReminded": Heading(Topic.DUTIES, "催办组织生活", ("党小组数", "逾期项数", "本期到期项数")),
    "GroupsRegrouped": Heading(Topic.REGISTER, "党小组调整", ("调整的党小组数", "换组党员数")),
    "RegroupingPlanned": Heading(Topic.REGISTER, "计划的党小组调整"),
    "MemberActMoved": Heading(Topic.REGISTER, "党员变动"),
    "TransferMoved": Heading(Topic.REGISTER, "乡镇之间转接"),
    "MachineChanged": Heading(Topic.MACHINE, "系统运行情况变化"),
    "AlarmRaised": Heading(Topic.MACHINE, "安全告警"),
    "PaperMade": Heading(Topic.RECORDS, "后台制作的表格"),
    "AddressCorrected": Heading(Topic.OFFICE, "联系方式更正"),
    "AccountChanged": Heading(Topic.OFFICE, "账号变动"),
    "PostChanged": Heading(Topic.OFFICE, "任免职务"),
    "StandInChanged": Heading(Topic.OFFICE, "代行职务"),
    "WayChanged": Heading(Topic.OFFICE, "外部登录变动"),
    "OfficerActMoved": Heading(Topic.OFFICE, "工作人员事项"),
    "CircularMoved": Heading(Topic.CIRCULAR, "乡镇或者支部发来通知"),
    "CycleOpened": Heading(Topic.YEAR, "年度考核启动"),
    "CycleWithdrawn": Heading(Topic.YEAR, "年度考核启动撤回"),
    "CycleEnded": Heading(Topic.YEAR, "年度考核中止", ("党小组长人数",)),
    "CaseNominated": Heading(Topic.YEAR, "考核提名已提交", ("提名人数",)),
    "CaseReturned": Heading(Topic.YEAR, "考核提名被退回"),
    "CycleScored": Heading(Topic.YEAR, "考核完成计分", ("党小组长人数",)),
    "NoticeOpened": Heading(Topic.NOTICE, "考核结果开始公示", ("公示人数",)),
    "NoticeRecalled": Heading(Topic.NOTICE, "考核结果公示撤回", ("公示人数",)),
    "ObjectionRaised": Heading(Topic.NOTICE, "收到公示异议"),
    "ObjectionAnswered": Heading(Topic.NOTICE, "公示异议成立"),
    "CycleClosed": Heading(Topic.YEAR, "考核结果生效", ("优秀人数", "称职人数", "不称职人数")),
    "CycleReopened": Heading(Topic.YEAR, "年度考核重新办理", ("重新评定人数",)),
    "RectificationOrdered": Heading(Topic.CORRECTION, "责令整改"),
    "RectificationMoved": Heading(Topic.CORRECTION, "整改进展", ("整改项数",)),
    "ReplacementProposed": Heading(Topic.REPLACEMENT, "提出调整建议"),
    "ReplacementDecided": Heading(Topic.REPLACEMENT, "调整决定"),
    "ChoosingOpened": Heading(Topic.CHOOSING, "启动选配", ("选配项数",)),
    "ChoosingMoved": Heading(Topic.CHOOSING, "选配进展", ("选配项数",)),
    "ConsentChanged": Heading(Topic.CHOOSING, "征求人选意见"),
    "CellLinkMoved": Heading(Topic.GRID, "网格联系变动"),
    "ConcernMoved": Heading(Topic.CONCERN, "群众意见进展", ("意见件数",)),
    "TellerNamed": Heading(Topic.BALLOT, "指定计票人"),
    "TellerSlipMade": Heading(Topic.BALLOT, "发计票人字条"),
    "ReplacementUndone": Heading(Topic.REPLACEMENT, "调整决定撤销"),
    "WayHeld": Heading(Topic.MACHINE, "有的消息发不出去"),
    "BackupFailed": Heading(Topic.MACHINE, "备份没有成功"),
    "TodosReminded": Heading(Topic.TODOS, "待办临期或逾期"),
}

# What was told before all that waits was reminded of alike.
OTHERS = {
    "Unacknowledged": "正式通知无人确认",
    "NominationsOverdue": "提名临期或逾期",
    "ReviewsOverdue": "审查备案临期或逾期",
    "RatingsOverdue": "评定临期或逾期",
    "RectificationOverdue": "整改临期或逾期",
}

OWN_DAYS = frozenset({"CircularMoved"})
"""Facts whose messages say themselves by which day they are to be acknowledged."""


OF_SYSTEM: dict[System, tuple[Topic, ...]] = {
    System.GROUP_LIFE: (Topic.RECORDS, Topic.DUTIES),
    System.ASSESSMENT: (Topic.YEAR, Topic.NOTICE, Topic.CORRECTION, Topic.REPLACEMENT),
    System.CHOOSINGS: (Topic.CHOOSING,),
    System.CONCERNS: (Topic.CONCERN,),
    System.GRID: (Topic.GRID,),
}


def facts_of(topic: Topic) -> list[str]:
    """The names of the facts of a topic."""
    return [fact for fact, heading in HEADINGS.items() if heading.topic is topic]


def heading_of(fact: str) -> str:
    """A fact as people say it; one of newer code by its own name."""
    return HEADINGS[fact].chinese if fact in HEADINGS else OTHERS.get(fact, fact)
