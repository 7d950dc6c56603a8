"""The papers of choosing leaders: put forward, to be signed, filed, told, handed over (forms.md A2, A3)."""

from __future__ import annotations

from shared.papers.fields import BRANCH, GROUP, HEAD, NUMBER, REMARK
from shared.papers.kinds import Blank, PaperKind, Rows

_PERSON = (
    Blank("name", "姓名", 6),
    Blank("sex", "性别", 3),
    Blank("born", "出生年月", 7),
    Blank("education", "学历", 5),
    Blank("joined", "入党时间", 7),
)
_POSTS = Blank("posts", "现任职务", 9)
_CHOSEN = (Blank("post", "拟任职务", 5), Blank("way", "产生方式", 7), Blank("again", "新任或连任", 4))
_FROM = Blank("from_on", "任职时间", 8)

NOMINATION = PaperKind(
    key="choosing_nomination",
    title="党小组长提名（备案）表",
    service="assessment",
    form="docx",
    about="一名组长、副组长人选一张，支部、乡镇各存一份。名册里没有的项目留空手填，不贴照片。",
    blanks=(
        Blank("title", "标题"),
        Blank("township", "乡镇"),
        BRANCH,
        GROUP,
        Blank("members", "党小组党员数"),
        *_PERSON,
        Blank("full", "转正时间"),
        _POSTS,
        Blank("post", "拟任职务"),
        Blank("reason", "选配原因"),
        Blank("way", "产生方式"),
        Blank("again", "新任或连任"),
        _FROM,
        Blank("until", "任期到"),
        Blank("resolved_on", "会议日期"),
        Blank("expected", "应到"),
        Blank("present", "到会"),
        Blank("in_favour", "同意"),
        Blank("consent_on", "本人同意日期"),
        Blank("grades", "近两年考核等次"),
        Blank("hours", "近两年参加活动"),
        Blank("conduct", "支部建议"),
        Blank("number", "备案编号"),
        Blank("filed_on", "备案日期"),
    ),
    rows=(Rows("checks", "核对情况", (Blank("rule", "项目"), Blank("verdict", "结论"), Blank("ground", "依据"))),),
    must=("name", "group", "post"),
)
REGISTER = PaperKind(
    key="choosing_register",
    title="党小组长备案名册",
    service="assessment",
    form="xlsx",
    about="用同一个编号备案的，或者一年里备案的组长、副组长，一人一行。",
    blanks=(*HEAD, Blank("number", "备案编号")),
    rows=(
        Rows(
            "leaders",
            "名册",
            (NUMBER, BRANCH, GROUP, *_PERSON, _POSTS, *_CHOSEN, _FROM, Blank("filing", "编号", 8), REMARK),
        ),
    ),
    must=("leaders",),
)
TO_SIGN = PaperKind(
    key="choosing_to_sign",
    title="党小组长人选审批名单",
    service="assessment",
    form="xlsx",
    about="报党委同意的人选，一人一行，“党委意见”和签字手写。",
    blanks=HEAD,
    rows=(
        Rows(
            "leaders",
            "名单",
            (
                NUMBER,
                BRANCH,
                GROUP,
                *_PERSON,
                *_CHOSEN,
                _FROM,
                Blank("note", "需要说明的情况", 12),
                Blank("opinion", "党委意见", 8),
            ),
        ),
    ),
    must=("leaders",),
)
APPOINTMENT = PaperKind(
    key="choosing_notice",
    title="任职通知",
    service="assessment",
    form="docx",
    about="乡镇党委把备案的组长、副组长告诉党支部的通知，用同一个编号备案的在一份里。",
    blanks=(
        Blank("title", "标题"),
        Blank("township", "乡镇"),
        Blank("number", "备案编号"),
        Blank("to", "主送"),
        Blank("said", "正文"),
        Blank("signed", "落款"),
        Blank("day", "成文日期"),
    ),
    rows=(
        Rows(
            "leaders",
            "名单",
            (BRANCH, GROUP, Blank("name", "姓名"), Blank("post", "职务"), _FROM, Blank("until", "任期到")),
        ),
    ),
    must=("number", "leaders"),
)
HANDOVER = PaperKind(
    key="choosing_handover",
    title="党小组长交接清单",
    service="assessment",
    form="docx",
    about="组长换人时交接用：待办、没有办结的事项和季度册由系统列出，活动场所、钥匙、党费等手填，三方签字。",
    blanks=(
        Blank("title", "标题"),
        Blank("township", "乡镇"),
        BRANCH,
        GROUP,
        Blank("post", "职务"),
        Blank("former", "移交人"),
        Blank("next", "接收人"),
        Blank("until", "移交人任职到"),
        Blank("from_on", "接收人任职时间"),
        Blank("made_on", "列表日期"),
    ),
    rows=(
        Rows("todos", "待办事项", (Blank("what", "事项"), Blank("due", "期限"))),
        Rows("cases", "没有办结的", (Blank("what", "事项"), Blank("stage", "办到哪一步"), Blank("due", "期限"))),
        Rows(
            "books",
            "季度册",
            (
                Blank("quarter", "季度"),
                Blank("confirmed", "已确认记录"),
                Blank("waiting", "待确认记录"),
            ),
        ),
    ),
    must=("group", "former"),
)
OF_CHOOSINGS = (NOMINATION, TO_SIGN, REGISTER, APPOINTMENT, HANDOVER)
