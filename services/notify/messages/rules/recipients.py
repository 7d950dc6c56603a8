"""The table: each fact that notify hears, and who is told what by it."""

from services.notify.messages.rules.ballots import BALLOTS
from services.notify.messages.rules.cells import CELLS
from services.notify.messages.rules.choosings import CHOOSINGS
from services.notify.messages.rules.concerns import CONCERNS
from services.notify.messages.rules.correction import CORRECTION
from services.notify.messages.rules.machine import MACHINE
from services.notify.messages.rules.members import MEMBERS
from services.notify.messages.rules.offices import OFFICE
from services.notify.messages.rules.telling import (
    Kind,
    Telling,
    committee,
    each_of_them,
    himself,
    leader,
    organiser,
    said,
    secretary,
)
from shared import events
from shared.events import Fact

INFORMATION, REMINDER, FORMAL = Kind.INFORMATION, Kind.REMINDER, Kind.FORMAL

RECORDS: dict[type[Fact], tuple[Telling, ...]] = {
    events.ActivitySubmitted: (
        secretary(
            "to_confirm",
            INFORMATION,
            "今天有{n1}条活动记录提交，请确认",
            "{unit}的党小组今天提交了{n1}条活动记录，请确认或退回。",
            link="/activities/records/{activity_id}",
            asks="activities.confirm",
            mail=False,
            gathers=True,
        ),
    ),
    events.ActivityReturned: (
        leader(
            "returned",
            REMINDER,
            "一条活动记录被退回",
            "{about}的一条活动记录被支部退回，请按退回原因修改后重新提交。",
            link="/activities/records/{activity_id}",
            asks="activities.mend",
        ),
    ),
    events.PaperMade: (
        himself(
            "made",
            INFORMATION,
            "您要的表已经做好",
            "您在后台制作的表已经做好，请在七天以内到系统里下载，过期自动删除。",
            link="/activities/prints",
            person="account_id",
            when=said(refused=False),
        ),
        himself(
            "refused",
            REMINDER,
            "您要的表没有做成",
            "您在后台制作的表没有做成，原因请在系统里查看。",
            link="/activities/prints",
            person="account_id",
            when=said(refused=True),
        ),
    ),
    events.DutiesDue: (
        secretary(
            "due",
            REMINDER,
            "{period}还有{n2}项组织生活待完成",
            "{unit}有{n1}个党小组在{period}还有{n2}项组织生活没有记录，请在{due_on}前完成并录入。",
            link="/activities/duties",
        ),
        leader(
            "due_leader",
            REMINDER,
            "{period}还有{n2}项组织生活待完成",
            "{unit}在{period}还有{n2}项组织生活没有记录，请在{due_on}前开展并登记。",
            link="/activities/",
            when=lambda body: bool(body.get("groups")),
        ),
    ),
    events.DutiesReminded: (
        secretary(
            "reminded",
            REMINDER,
            "请督促党小组补办组织生活",
            "{unit}有{n1}个党小组的组织生活没有完成：{n2}项已经逾期，{n3}项本期到期。请督促补办、补录。",
            link="/activities/duties",
        ),
    ),
    events.GroupsRegrouped: (
        secretary(
            "regrouped",
            INFORMATION,
            "{unit}的党小组作了调整",
            "乡镇调整了{unit}的{n1}个党小组，{n2}名党员换了党小组，从{on}起执行。请核对名册，通知到人。",
            link="/activities/register",
        ),
    ),
    events.RegroupingPlanned: (
        organiser(
            "regrouping_failed",
            REMINDER,
            "{about}的一项党小组调整没有办成",
            "{about}原定从{on}起的党小组调整没有办成，名册没有变动。请查看原因，重新办理，或者不再办理。",
            link="/activities/register/units/{unit_id}",
            asks="activities.regroup",
            when=said(change="failed"),
        ),
    ),
}

YEAR: dict[type[Fact], tuple[Telling, ...]] = {
    events.CycleOpened: (
        secretary(
            "opened",
            FORMAL,
            "{year}年度党小组长考核已启动",
            "{year}年度党小组长考核已启动。请{unit}在{due_on}前提交全部党小组长的自评和支部提名意见。",
            link="/assessment/cycles/{cycle_id}",
            wants_acknowledgement=True,
        ),
        each_of_them(
            "opened_leader",
            INFORMATION,
            "{year}年度党小组长考核已启动，请写本人总结",
            "{year}年度党小组长考核已启动，您在考核名单上。请在{due_on}前、支部提名以前写好本人总结，三五句话就行。",
            link="/assessment/",
        ),
    ),
    events.CycleWithdrawn: (
        secretary(
            "withdrawn",
            FORMAL,
            "{year}年度党小组长考核的启动已撤回",
            "乡镇撤回了{year}年度党小组长考核的启动通知。请{unit}先不提交，等重新启动的通知。",
            link="/assessment/",
            wants_acknowledgement=True,
        ),
        each_of_them(
            "withdrawn_leader",
            INFORMATION,
            "{year}年度党小组长考核的启动已撤回",
            "乡镇撤回了{year}年度党小组长考核的启动通知。先不用写本人总结，等重新启动的通知。",
            link="/assessment/",
        ),
    ),
    events.CycleEnded: (
        secretary(
            "ended",
            FORMAL,
            "{year}年度党小组长考核已中止",
            "党委决定中止{year}年度党小组长考核，不再提交材料，不评定等次。请告知{unit}的党小组长，原因请登录系统查看。",
            link="/assessment/cycles/{cycle_id}",
            wants_acknowledgement=True,
        ),
        each_of_them(
            "ended_leader",
            INFORMATION,
            "{year}年度党小组长考核已中止",
            "党委决定中止{year}年度党小组长考核，不评定等次，不用再提交材料。原因请登录系统查看。",
            link="/assessment/",
        ),
    ),
    events.CaseNominated: (
        organiser(
            "nominated",
            INFORMATION,
            "{about}提交了{n1}份考核提名",
            "{about}提交了{n1}份{year}年度党小组长考核提名，请审查备案。",
            link="/assessment/cases/{case_id}",
            asks="assessment.review",
            mail=False,
            gathers=True,
        ),
    ),
    events.CaseReturned: (
        secretary(
            "returned",
            REMINDER,
            "一份考核提名被退回",
            "乡镇退回了{about}的{year}年度党小组长考核提名，请按退回原因修改后重新提交。",
            link="/assessment/cases/{case_id}",
            asks="assessment.nominate",
        ),
    ),
    events.CycleScored: (
        secretary(
            "scored",
            INFORMATION,
            "{year}年度党小组长考核已完成计分",
            "{unit}{n1}名党小组长的{year}年度考核已完成计分，等待党委评定。得分和依据可在系统中查看。",
            link="/assessment/cycles/{cycle_id}",
        ),
    ),
    events.NoticeOpened: (
        secretary(
            "posted",
            FORMAL,
            "{year}年度党小组长考核结果公示",
            "{unit}{n1}名党小组长的{year}年度考核结果开始公示，公示到{ends_on}为止。请在支部公布，有异议请在此之前提出。",
            link="/assessment/cycles/{cycle_id}",
            wants_acknowledgement=True,
        ),
        each_of_them(
            "posted_leader",
            INFORMATION,
            "您的{year}年度考核结果开始公示",
            "您的{year}年度党小组长考核结果开始公示，等次、得分和依据请登录查看。有异议的，请在{ends_on}以前提出。",
            link="/assessment/",
        ),
    ),
    events.NoticeRecalled: (
        secretary(
            "recalled",
            FORMAL,
            "{year}年度党小组长考核结果的公示已撤回",
            "党委撤回了{year}年度党小组长考核结果的公示，公示的等次不生效。请{unit}取下公示，告知党员，原因请登录系统查看。",
            link="/assessment/cycles/{cycle_id}",
            wants_acknowledgement=True,
        ),
        each_of_them(
            "recalled_leader",
            INFORMATION,
            "{year}年度党小组长考核结果的公示已撤回",
            "党委撤回了{year}年度党小组长考核结果的公示，公示的等次不生效。原因请登录系统查看。",
            link="/assessment/",
        ),
    ),
    events.ObjectionRaised: (
        organiser(
            "objection",
            REMINDER,
            "收到一条公示异议",
            "{about}的考核结果在公示期间收到异议，请调查并答复。结果在答复之前不生效。",
            link="/assessment/cases/{case_id}",
            asks="assessment.answer",
        ),
    ),
    events.ObjectionAnswered: (
        committee(
            "upheld",
            REMINDER,
            "{about}的考核结果待重新评定",
            "{about}的考核结果在公示期间收到异议，经调查异议成立，请党委撤回原等次，重新评定。",
            link="/assessment/cases/{case_id}",
            asks="assessment.take_up",
            when=said(upheld=True),
        ),
    ),
    events.CycleClosed: (
        secretary(
            "closed",
            FORMAL,
            "{year}年度党小组长考核结果",
            "{unit}{year}年度党小组长考核结果已生效：优秀{n1}名，称职{n2}名，不称职{n3}名。",
            link="/assessment/cycles/{cycle_id}",
            wants_acknowledgement=True,
        ),
        each_of_them(
            "closed_leader",
            INFORMATION,
            "您的{year}年度考核结果已生效",
            "您的{year}年度党小组长考核结果已生效，等次、得分和依据请登录查看。",
            link="/assessment/",
        ),
    ),
    events.CycleReopened: (
        secretary(
            "reopened",
            FORMAL,
            "{year}年度党小组长考核重新办理",
            "党委决定重新评定{unit}{n1}名党小组长的{year}年度考核等次。重新评定后再次公示，原来的结果暂不执行。",
            link="/assessment/cycles/{cycle_id}",
            wants_acknowledgement=True,
        ),
    ),
}

# What an office writes itself goes to the posts that it chose (services/notify/circulars), in its own words.
CIRCULARS: dict[type[Fact], tuple[Telling, ...]] = {events.CircularMoved: ()}

RECIPIENTS: dict[type[Fact], tuple[Telling, ...]] = {
    **CIRCULARS,
    **RECORDS,
    **MEMBERS,
    **YEAR,
    **CORRECTION,
    **CHOOSINGS,
    **CONCERNS,
    **CELLS,
    **BALLOTS,
    **OFFICE,
    **MACHINE,
}

ACKNOWLEDGE_WITHIN_WORKING_DAYS = 3
