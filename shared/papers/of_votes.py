"""The papers of a vote on paper: how it is held, what is marked, what is counted, what came of it (forms.md A4)."""

from __future__ import annotations

from shared.papers.kinds import Blank, PaperKind, Rows

_HEAD = (
    Blank("title", "标题"),
    Blank("branch", "党支部"),
    Blank("unit", "投票单位"),
    Blank("subject", "投票事项"),
    Blank("day", "会议日期"),
    Blank("seats", "名额"),
)
_NAME = Blank("name", "姓名", 8)
METHOD = PaperKind(
    key="vote_method",
    title="选举办法",
    service="assessment",
    form="docx",
    about="一次投票怎样进行：谁投票，怎样填票，多少票算数。会上通过以后执行。",
    blanks=(
        *_HEAD,
        Blank("basis", "会议有效和通过的规定"),
        Blank("candidates", "候选人名单"),
        Blank("how", "填票办法"),
        Blank("ties", "得票相等的办法"),
    ),
    must=("subject", "basis"),
)
BALLOT_PAPER = PaperKind(
    key="ballot_paper",
    title="选票",
    service="assessment",
    form="docx",
    about="发给每名有表决权的党员的一张票。没有编号，不写投票人的姓名。",
    blanks=(*_HEAD, Blank("how", "填票办法")),
    rows=(
        Rows("candidates", "候选人", (Blank("mark", "符号", 4), _NAME)),
        Rows("others", "另选人", (Blank("mark", "符号", 4), _NAME)),
    ),
    must=("subject", "candidates"),
)
TALLY = PaperKind(
    key="vote_tally",
    title="计票单",
    service="assessment",
    form="docx",
    about="计票人唱票、划票用的单子，填好以后照着录入。",
    blanks=(*_HEAD, Blank("expected", "应到会")),
    rows=(Rows("candidates", "候选人", (_NAME, Blank("yes", "赞成"), Blank("no", "反对"), Blank("neither", "弃权"))),),
    must=("subject", "candidates"),
)
REPORT = PaperKind(
    key="vote_report",
    title="得票情况报告单",
    service="assessment",
    form="docx",
    about="一次投票的到会、票数和结果，计票人和主持人签字。",
    blanks=(
        *_HEAD,
        Blank("basis", "会议有效和通过的规定"),
        Blank("expected", "应到会"),
        Blank("left_out", "不计入应到会"),
        Blank("present", "实到会"),
        Blank("issued", "发出票"),
        Blank("returned", "收回票"),
        Blank("valid", "有效票"),
        Blank("invalid", "废票"),
        Blank("result", "结果"),
        Blank("elected", "当选名单"),
        Blank("tellers", "计票人"),
    ),
    rows=(
        Rows(
            "candidates",
            "得票",
            (_NAME, Blank("yes", "赞成"), Blank("no", "反对"), Blank("neither", "弃权"), Blank("standing", "是否当选")),
        ),
    ),
    must=("subject", "result", "candidates"),
)
