"""Every paper of the office, with the fields that its own Word or Excel may have: a new system adds its papers here.

Nothing else has to know of them: the page of the papers, what is checked at an upload, the papers to begin with, the
published list (docs/papers.md, held equal by a test) and the built-in tables all come from here.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.papers.fields import BRANCH, GROUP, HEAD, MEMBER, MORE, NUMBER, REMARK
from shared.papers.kinds import Blank, PaperKind, Rows
from shared.papers.of_care import GUESTS, IN_NEED, MOBILE
from shared.papers.of_choosings import OF_CHOOSINGS
from shared.papers.of_circulars import OF_CIRCULARS
from shared.papers.of_concerns import OF_CONCERNS
from shared.papers.of_rectifications import OF_RECTIFICATIONS
from shared.papers.of_the_year import NOTICE, OPINION, RESULTS
from shared.papers.of_votes import BALLOT_PAPER, METHOD, REPORT, TALLY

BOOK = PaperKind(
    key="book",
    title="工作季度册",
    service="activities",
    form="docx",
    about="一个党小组一个季度的工作册，按已确认的记录汇编。",
    blanks=(
        Blank("township", "乡镇"),
        Blank("branch", "党支部"),
        Blank("group", "党小组"),
        Blank("quarter", "季度"),
        Blank("leaders", "负责人"),
        Blank("members", "党员人数"),
        Blank("held", "活动次数"),
        Blank("waiting", "未确认记录数"),
        Blank("made_on", "汇编日期"),
    ),
    rows=(
        Rows(
            "owed",
            "任务",
            (
                Blank("kind", "类别"),
                Blank("period", "期间"),
                Blank("count", "应开展"),
                Blank("done", "已开展"),
                Blank("said", "情况"),
                Blank("why", "说明"),
            ),
        ),
        Rows(
            "entries",
            "活动",
            (
                Blank("number", "序号"),
                Blank("kind", "类别"),
                Blank("day", "日期"),
                Blank("place", "地点"),
                Blank("chair", "主持人"),
                Blank("recorder", "记录人"),
                Blank("topic", "主题"),
                Blank("content", "内容"),
                Blank("hours", "学时"),
                Blank("expected", "应到"),
                Blank("present", "实到"),
                Blank("absent", "缺席"),
                Blank("apart", "不计入应到"),
                Blank("guests", "列席"),
                Blank("confirmed", "确认"),
            ),
        ),
        Rows(
            "parts",
            "考勤",
            (
                Blank("name", "姓名"),
                Blank("expected", "应到次数"),
                Blank("present", "实到次数"),
                Blank("apart", "不计入应到次数"),
            ),
        ),
    ),
    must=("branch", "quarter", "entries"),
)
RECORD = PaperKind(
    key="record",
    title="活动记录",
    service="activities",
    form="docx",
    about="一次学习、会议或活动的记录，一次一份。",
    blanks=(
        Blank("title", "会议名称"),
        Blank("township", "乡镇"),
        Blank("branch", "党支部"),
        Blank("group", "党小组"),
        Blank("kind", "类别"),
        Blank("day", "时间"),
        Blank("place", "地点"),
        Blank("chair", "主持人"),
        Blank("recorder", "记录人"),
        Blank("expected", "应到"),
        Blank("present", "实到"),
        Blank("present_names", "出席"),
        Blank("guests", "列席"),
        Blank("absent", "缺席及原因"),
        Blank("apart", "不计入应到"),
        Blank("topic", "议题"),
        Blank("content", "会议内容"),
        Blank("hours", "学时"),
        Blank("confirmed", "确认"),
        Blank("stage", "状态"),
    ),
    must=("group", "day", "topic"),
)
ROSTER = PaperKind(
    key="roster",
    title="党员花名册",
    service="activities",
    form="xlsx",
    about="一个党支部、党小组或全乡镇的党员，一人一行。身份证号码和电话只在写明原因时才有。",
    blanks=(*HEAD, Blank("counts", "人数构成")),
    rows=(Rows("members", "党员", (NUMBER, BRANCH, GROUP, *MEMBER, Blank("away", "是否流动党员", 4), REMARK)),),
    must=("members",),
)
FULL_ROSTER = PaperKind(
    key="roster_full",
    title="党员花名册（全项）",
    service="activities",
    form="xlsx",
    about="和花名册一样，另有民族、籍贯、党籍状态、人员类别、工作岗位和党龄，用 A3 横向打印。"
    "家庭住址、户籍所在派出所和固定电话只在写明原因时才有。",
    blanks=(*HEAD, Blank("counts", "人数构成")),
    rows=(
        Rows(
            "members",
            "党员",
            (
                NUMBER,
                BRANCH,
                GROUP,
                *MEMBER,
                *MORE,
                Blank("away", "是否流动党员", 4),
                Blank("years", "党龄", 4, number=True),
                REMARK,
            ),
        ),
    ),
    must=("members",),
    wide=True,
)
POSTED_ROSTER = PaperKind(
    key="roster_posted",
    title="党员名单（公示用）",
    service="activities",
    form="xlsx",
    about="贴出来用的名单：没有身份证号码、电话和出生日期。",
    blanks=HEAD,
    rows=(
        Rows(
            "members",
            "党员",
            (
                NUMBER,
                BRANCH,
                GROUP,
                Blank("name", "姓名", 8),
                Blank("sex", "性别", 3),
                Blank("kind", "党员类别", 8),
                Blank("post", "党内职务", 10),
            ),
        ),
    ),
    must=("members",),
)
GROUPS = PaperKind(
    key="groups",
    title="党小组划分及组长名册",
    service="activities",
    form="xlsx",
    about="各党支部的党小组、党员数和组长、副组长，一个党小组一行。",
    blanks=(*HEAD, Blank("shares", "组长构成")),
    rows=(
        Rows(
            "groups",
            "名册",
            (
                NUMBER,
                BRANCH,
                Blank("group", "党小组名称", 10),
                Blank("founded", "成立时间", 9),
                Blank("members", "党员数", 5, number=True),
                Blank("probationary", "其中预备", 5, number=True),
                Blank("leader", "组长姓名", 8),
                Blank("sex", "性别", 3),
                Blank("born", "出生年月", 7),
                Blank("education", "学历", 8),
                Blank("joined", "入党时间", 7),
                Blank("since", "任职时间", 9),
                Blank("how", "产生方式", 8),
                Blank("deputy", "副组长", 8),
                Blank("remark", "备注", 8),
            ),
        ),
    ),
    must=("groups",),
)
LEDGER = PaperKind(
    key="ledger",
    title="活动台账",
    service="activities",
    form="xlsx",
    about="一个党支部、党小组或全乡镇的活动记录，一次一行。几点开的会没有登记，“会议时间”留空手填。",
    blanks=HEAD,
    rows=(
        Rows(
            "records",
            "台账",
            (
                NUMBER,
                BRANCH,
                Blank("group", "所属党小组", 6),
                Blank("name", "会议名称", 8),
                Blank("day", "会议日期", 8),
                Blank("clock", "会议时间", 5),
                Blank("kind", "会议类型", 6),
                Blank("place", "会议地点", 6),
                Blank("chair", "主持人", 4),
                Blank("recorder", "记录人", 4),
                Blank("topic", "会议议题", 11),
                Blank("content", "会议内容", 16),
                Blank("expected", "应到人数", 3, number=True),
                Blank("present", "实到人数", 3, number=True),
                Blank("on_leave", "请假人数", 3, number=True),
                Blank("missing", "缺席人数", 3, number=True),
                Blank("rate", "出勤率", 5),
                Blank("hours", "学时", 3),
                Blank("absent", "缺席人员及原因", 9),
                Blank("attendees", "参会人员名单", 14),
                Blank("stage", "状态", 4),
            ),
        ),
    ),
    must=("records",),
)
GAPS = PaperKind(
    key="gaps",
    title="组织生活缺项表",
    service="activities",
    form="xlsx",
    about="一个月里应当开展而没有完成的，一项一行。",
    blanks=HEAD,
    rows=(
        Rows(
            "gaps",
            "缺项",
            (
                NUMBER,
                BRANCH,
                GROUP,
                Blank("kind", "类别", 8),
                Blank("period", "期间", 8),
                Blank("count", "应开展", 5, number=True),
                Blank("done", "已开展", 5, number=True),
                Blank("lacking", "还差", 5, number=True),
                Blank("said", "情况", 7),
            ),
        ),
    ),
    must=("gaps",),
)
SUMMARY = PaperKind(
    key="summary",
    title="组织生活汇总表",
    service="activities",
    form="xlsx",
    about="一个月或一个季度里各党支部各类活动的次数和到会，报县里用。",
    blanks=HEAD,
    rows=(
        Rows(
            "sums",
            "汇总",
            (
                NUMBER,
                BRANCH,
                Blank("kind", "类别", 10),
                Blank("held", "次数", 6, number=True),
                Blank("expected", "应到人次", 7, number=True),
                Blank("present", "实到人次", 7, number=True),
                Blank("rate", "出勤率", 7),
                Blank("hours", "学时", 7),
            ),
        ),
    ),
    must=("sums",),
)
CHANGES = PaperKind(
    key="changes",
    title="党员增减变动表",
    service="activities",
    form="xlsx",
    about="一段时间里党员的增加、减少和转正。",
    blanks=HEAD,
    rows=(Rows("changes", "变动", (NUMBER, Blank("item", "项目", 24), Blank("people", "人数", 8, number=True))),),
    must=("changes",),
)

PAPERS: Mapping[str, PaperKind] = {
    each.key: each
    for each in (
        OPINION,
        RESULTS,
        NOTICE,
        BOOK,
        RECORD,
        ROSTER,
        FULL_ROSTER,
        POSTED_ROSTER,
        GROUPS,
        MOBILE,
        GUESTS,
        IN_NEED,
        LEDGER,
        GAPS,
        SUMMARY,
        CHANGES,
        METHOD,
        BALLOT_PAPER,
        TALLY,
        REPORT,
        *OF_CHOOSINGS,
        *OF_RECTIFICATIONS,
        *OF_CONCERNS,
        *OF_CIRCULARS,
    )
}
