"""The work that this house registers: all that a worker needs of it, without the web."""

import services.assessment.ballots.tasks
import services.assessment.cases.tasks
import services.assessment.choosings.tasks
import services.assessment.cycles.tasks
import services.assessment.rectifications.tasks  # noqa: F401  registers its work
from shared.audit import hear
from shared.dead import DeadWork

hear("assessment")

DEAD = DeadWork(
    "assessment",
    {
        "assessment.schedule_opening": "安排第一次年度考核",
        "assessment.open_cycle": "按日程启动年度考核",
        "assessment.keep_deadlines": "确定年度考核的日期",
        "assessment.score_chunk": "给一批党小组计分",
        "assessment.finish_run": "完成汇总计分",
        "assessment.order_rectifications": "下达整改任务",
        "assessment.follow_posts": "整改随职务终止",
        "assessment.hear": "按名册的变动办理选配",
        "assessment.begin_post": "备案的人选到任",
        "assessment.look_over_choosings": "查看空缺的党小组长",
        "assessment.end_ballots": "投票随撤销的单位终止",
    },
    indispensable=frozenset({"assessment.score_chunk", "assessment.finish_run"}),
)
