"""What may wait for somebody: every kind, with its words, where it is done, and how it is reminded of. Pure.

A row of `office.todo` waits for a post, never for a person, and its words never name one. The topic that a kind
belongs to says beside its table of moves at which stage it waits, and for which post.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from shared.roles import Role

Waits = Mapping[str, tuple[str, Role] | None]
"""Beside a table of moves: at each stage the kind that waits and the post it waits for; None where nothing does."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is said of it on the desk, and where it is done.

    words: with {n}, how many there are, said behind the unit's name, or with {unit} where the name stands in them.
    address: of one thing, with its number as {id}. addresses: of several, with the {unit_id} of the post's storey.
    button: what is done there.
    weight: of two that are equally urgent the heavier stands first.
    passes: whether it goes to the next in the list of vacancies where the post is vacant.
    apart: nobody does it who belongs to the branch that it is about.
    overview: where whoever stands over the posts that it waits for sees whom it still waits for; else `addresses`.
    leads: the rule that says how many working days before its day it is reminded of; with `by_months`, how many months.
    """

    words: str
    address: str
    addresses: str
    button: str
    weight: int = 0
    passes: bool = True
    apart: bool = False
    leads: str = "reminder.lead_working_days"
    overview: str = ""
    by_months: bool = False

    def said(self, n: int, unit: str) -> str:
        """What waits in a unit, in words."""
        return self.words.format(n=n, unit=unit)


def dead_work(service: str) -> Kind:
    """Work of a service that failed for good: one line, however much there is."""
    return Kind("有失败的后台任务", f"/{service}/dead-jobs", f"/{service}/dead-jobs", "处理", weight=7)


KINDS: dict[str, Kind] = {
    "activities.confirm": Kind(
        "{n}条活动记录待确认", "/activities/records/{id}", "/activities/records/waiting", "确认", weight=2
    ),
    "activities.mend": Kind(
        "{n}条活动记录被退回", "/activities/records/{id}/correct", "/activities/groups/{unit_id}", "修改", weight=3
    ),
    "activities.agree": Kind(
        "{n}件工作人员事项待决定",
        "/activities/register/officers",
        "/activities/register/officers",
        "决定",
        6,
        passes=False,
    ),
    "activities.first_password": Kind(
        "{n}个初始密码待发", "/activities/register/officers", "/activities/register/officers", "办理", 6, passes=False
    ),
    "activities.bring_in": Kind("{n}个文件没有导入成", "/activities/imports/{id}", "/activities/imports", "查看"),
    "activities.regroup": Kind(
        "{n}项党小组调整没有办成",
        "/activities/register/units/{unit_id}",
        "/activities/register/units/{unit_id}",
        "处理",
        4,
    ),
    "activities.member_act": Kind(
        "{n}项党员变动没有办成",
        "/activities/register/units/{unit_id}",
        "/activities/register/units/{unit_id}",
        "处理",
        4,
    ),
    "activities.contact": Kind(
        "{n}名流动党员待联系",
        "/activities/register/units/{unit_id}/care",
        "/activities/register/units/{unit_id}/care",
        "联系",
        weight=2,
    ),
    "activities.take": Kind(
        "{n}名党员从别的乡镇转来，待接收",
        "/activities/register/transfers",
        "/activities/register/transfers",
        "接收",
        weight=4,
    ),
    "activities.returned": Kind(
        "{n}封介绍信被退回",
        "/activities/register/transfers",
        "/activities/register/transfers",
        "处理",
        weight=4,
    ),
    "activities.correct": Kind(
        "{n}项党员登记的更正待同意",
        "/activities/register/corrections",
        "/activities/register/corrections",
        "决定",
        weight=3,
    ),
    "activities.term": Kind(
        "{n}个支部委员会任期届满，待换届",
        "/activities/register/units/{id}/committee",
        "/activities/register/units/{unit_id}/check",
        "登记新一届",
        weight=4,
        leads="term.lead_months",
        by_months=True,
    ),
    "activities.leaderless": Kind(
        "{n}个党小组没有组长",
        "/activities/register/units/{id}",
        "/activities/register/units/{unit_id}/check",
        "任命",
        4,
    ),
    "activities.probation": Kind(
        "{n}名预备党员待转正",
        "/activities/register/people/{id}",
        "/activities/register/units/{unit_id}/check",
        "办理",
        weight=4,
    ),
    "activities.elsewhere": Kind(
        "{n}名支部委员没有编入本支部的党小组",
        "/activities/register/people/{id}",
        "/activities/register/units/{unit_id}/check",
        "查看",
    ),
    "activities.concern_pass": Kind(
        "{n}件群众意见待上交或者当场解决", "/activities/concerns/{id}", "/activities/concerns", "办理", weight=3
    ),
    "activities.concern_accept": Kind(
        "{n}件群众意见待受理", "/activities/concerns/{id}", "/activities/concerns", "受理", weight=4
    ),
    "activities.concern_mend": Kind(
        "{n}件群众意见被退回", "/activities/concerns/{id}", "/activities/concerns", "办理", weight=4
    ),
    "activities.concern_answer": Kind(
        "{n}件群众意见待答复", "/activities/concerns/{id}", "/activities/concerns", "答复", weight=4
    ),
    "activities.concern_outside": Kind(
        "{n}件群众意见转外单位，待回音", "/activities/concerns/{id}", "/activities/concerns", "查看", weight=1
    ),
    "activities.concern_tell": Kind(
        "{n}件群众意见已答复，待反馈", "/activities/concerns/{id}", "/activities/concerns", "反馈", weight=4
    ),
    "activities.concern_close": Kind(
        "{n}件群众意见已反馈，待了结", "/activities/concerns/{id}", "/activities/concerns", "了结", weight=2
    ),
    "activities.concern_time": Kind(
        "{n}件群众意见申请延期", "/activities/concerns/{id}", "/activities/concerns", "决定", weight=5
    ),
    "activities.concern_again": Kind(
        "{n}件群众意见待回访", "/activities/concerns/{id}", "/activities/concerns", "回访", weight=2
    ),
    "activities.cell_agree": Kind(
        "{n}项网格联系待确认", "/activities/cells/links/{id}", "/activities/cells/links", "确认", weight=2
    ),
    "activities.cell_gaps": Kind(
        "网格里有要补上的党员或网格", "/activities/cells/gaps", "/activities/cells/gaps", "补上", weight=1
    ),
    "activities.cell_place": Kind(
        "{n}件群众意见待放入新的网格",
        "/activities/concerns/{id}",
        "/activities/concerns",
        "放入",
        weight=2,
    ),
    "activities.dead_work": dead_work("activities"),
    "assessment.open": Kind("年度考核将要启动，请核对", "/assessment/openings/{id}", "/assessment/", "核对", weight=5),
    "assessment.nominate": Kind(
        "{n}名党小组长待提名", "/assessment/cases/{id}/nomination", "/assessment/", "提名", weight=4
    ),
    "assessment.review": Kind(
        "{n}份提名待审查备案", "/assessment/cases/{id}", "/assessment/", "审查", weight=4, apart=True
    ),
    "assessment.survey": Kind(
        "{n}名党小组长的支部测评待录入", "/assessment/cases/{id}/marks", "/assessment/", "录入", weight=3
    ),
    "assessment.spot": Kind(
        "{n}名党小组长的抽查评分待录入", "/assessment/cases/{id}/marks", "/assessment/", "录入", weight=3
    ),
    "assessment.rate": Kind("{n}名党小组长待评定等次", "/assessment/cases/{id}", "/assessment/", "评定", weight=4),
    "assessment.answer": Kind("{n}件异议待答复", "/assessment/", "/assessment/", "答复", weight=6),
    "assessment.take_up": Kind("{n}件异议成立，待重新评定", "/assessment/", "/assessment/", "重新评定", weight=6),
    "assessment.plan": Kind(
        "{n}件整改待制定措施", "/assessment/rectifications/{id}", "/assessment/rectifications", "制定措施", weight=5
    ),
    "assessment.report": Kind(
        "{n}件整改待报告", "/assessment/rectifications/{id}", "/assessment/rectifications", "报告", weight=5
    ),
    "assessment.rework": Kind(
        "{n}件整改被退回，待重新报告", "/assessment/rectifications/{id}", "/assessment/rectifications", "报告", weight=6
    ),
    "assessment.check": Kind(
        "{n}件整改待验收", "/assessment/rectifications/{id}", "/assessment/rectifications", "验收", weight=5, apart=True
    ),
    "assessment.replace": Kind(
        "{n}件调整建议待决定", "/assessment/replacements/{id}", "/assessment/rectifications", "决定", weight=5
    ),
    "assessment.open_ballot": Kind(
        "{n}次投票待开始", "/assessment/ballots/{id}", "/assessment/ballots", "投票", weight=5
    ),
    "assessment.count_ballot": Kind(
        "{n}次投票正在计票", "/assessment/ballots/{id}", "/assessment/ballots", "查看", weight=5
    ),
    "assessment.compare_ballot": Kind(
        "{n}次投票的两份计票不一致", "/assessment/ballots/{id}", "/assessment/ballots", "核对", weight=6
    ),
    "assessment.declare_ballot": Kind(
        "{n}次投票待宣布结果", "/assessment/ballots/{id}", "/assessment/ballots", "宣布", weight=6
    ),
    "assessment.settle_ballot": Kind(
        "{n}次投票没有选出或者无效，待处理", "/assessment/ballots/{id}", "/assessment/ballots", "处理", weight=6
    ),
    "assessment.choose": Kind(
        "{n}个党小组待提出人选", "/assessment/choosings/{id}", "/assessment/choosings", "提名", weight=4
    ),
    "assessment.hand_in": Kind(
        "{n}项选举结果待上报", "/assessment/choosings/{id}", "/assessment/choosings", "上报", weight=4
    ),
    "assessment.file": Kind(
        "{n}名人选待审查备案", "/assessment/choosings/{id}", "/assessment/choosings", "审查", weight=4, apart=True
    ),
    "assessment.agree": Kind(
        "{n}名人选待党委同意", "/assessment/choosings/{id}", "/assessment/choosings", "决定", weight=4
    ),
    "assessment.unseated": Kind(
        "{n}人已备案未到任", "/assessment/choosings/{id}", "/assessment/choosings", "处理", weight=5
    ),
    "assessment.succeed": Kind(
        "{n}个党小组决定调整组长，待提出新的人选",
        "/assessment/replacements/{id}",
        "/assessment/rectifications",
        "查看",
        weight=5,
    ),
    "assessment.oversee": Kind(
        "{n}个党小组决定调整组长，待选配新组长",
        "/assessment/replacements/{id}",
        "/assessment/rectifications",
        "查看",
        weight=4,
    ),
    "assessment.go_on": Kind("年度考核的汇总暂停了", "/assessment/cycles/{id}", "/assessment/", "继续", weight=5),
    "assessment.end": Kind("年度考核的公示已撤回，待中止", "/assessment/cycles/{id}", "/assessment/", "办理", weight=5),
    "assessment.dead_work": dead_work("assessment"),
    "notify.acknowledge": Kind(
        "{n}份通知待确认收到", "/notify/", "/notify/", "确认收到", weight=3, overview="/notify/receipts"
    ),
    "notify.letter": Kind("{n}封信没有送出", "/notify/dead-letters", "/notify/dead-letters", "处理", weight=1),
    "notify.call": Kind("{n}份通知要打电话告诉", "/notify/calls", "/notify/calls", "打电话", weight=3),
    "notify.dead_work": dead_work("notify"),
}


class Thing(NamedTuple):
    """Something that stands at a stage: `activity:7`, the unit that it is about, who may not do it, and by when."""

    subject: str
    unit_id: int
    barred_account_id: int | None = None
    due_on: date | None = None
    provisional: bool = False
    post: Role | None = None
    """Where it is not the kind's, but of each thing its own."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the desk: how many things of a kind wait in a unit, and the most urgent of them."""

    kind: str
    unit_id: int
    unit_name: str
    post: Role
    """The post that it waits for."""
    holder: Role
    """The post by which it is his: where nobody holds the former who may do it, the next in the list."""
    held_in: int
    count: int
    overdue: int
    due_on: date | None
    provisional: bool
    since: datetime
    subject: str
    """Of one of them."""

    @property
    def said(self) -> str:
        """What waits, in words."""
        return KINDS[self.kind].said(self.count, self.unit_name)

    @property
    def button(self) -> str:
        """What is to be done."""
        return KINDS[self.kind].button

    @property
    def address(self) -> str:
        """Where it is done."""
        kind = KINDS[self.kind]
        if self.count > 1:
            return kind.addresses.format(unit_id=self.unit_id)
        return kind.address.format(id=self.subject.partition(":")[2], unit_id=self.unit_id)
