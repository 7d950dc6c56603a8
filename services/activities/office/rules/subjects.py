"""What a line of the audit is about, and from where to where it went, in words. Pure."""

from collections.abc import Mapping
from string import Formatter

# What a fact is about, by the first word of its subject; a unit has a column of its own.
SUBJECTS: Mapping[str, str] = {
    "account": "账号",
    "acting": "账号",
    "activity": "活动记录",
    "backup": "备份",
    "ballot": "投票",
    "book": "季度册",
    "care": "流动和困难党员",
    "case": "考核",
    "cell": "网格",
    "cell_link": "网格联系",
    "choosing": "选配",
    "circular": "通知",
    "concern": "群众意见",
    "correction": "登记更正",
    "cycle": "年度考核",
    "delivery": "投递",
    "handed": "导入文件",
    "job": "后台任务",
    "login": "账号",
    "member_act": "党员变动",
    "message": "消息",
    "objection": "异议",
    "officer_act": "工作人员事项",
    "paper": "后台制作的表格",
    "opening": "考核启动",
    "person": "人员",
    "planned": "调整计划",
    "post": "职务",
    "rectification": "整改",
    "replacement": "调整",
    "scheme": "考核方案",
    "template": "意见表模板",
    "term": "支部委员会任期",
    "transfer": "介绍信",
    "setting": "设置",
    "stand_in": "代行",
    "switch": "通知的种类",
    "unit": "",
    "version": "制度版本",
    "usual_answer": "常用答复",
    "wording": "消息文字",
    "way": "发送方式",
    "provider": "外部登录",
    "mail": "邮件",
}
# The same by what people know it by; letters and messages are known by their numbers.
CALLED: Mapping[str, str] = {
    "account": "{person}的账号",
    "acting": "{person}的{post}职务",
    "activity": "{name}",
    "ballot": "投票：{name}",
    "book": "{year}年第{quarter}季度工作册",
    "case": "{person}{year}年度考核",
    "choosing": "{person}任{post}的选配",
    "correction": "{person}的{name}",
    "cycle": "{year}年度考核",
    "handed": "{name}",
    "member_act": "{person}的{name}",
    "message": "消息 XZ-{number}",
    "objection": "对{person}{year}年度考核结果的异议",
    "officer_act": "{person}的{name}",
    "opening": "{year}年度考核的启动",
    "person": "{person}的{field}",
    "planned": "{name}",
    "post": "{person}的{post}职务",
    "rectification": "{person}{year}年度整改",
    "replacement": "{person}{year}年度调整",
    "scheme": "考核方案 {name}",
    "setting": "{name}",
    "stand_in": "{person}代行{post}",
    "version": "制度版本 {edition}",
}
# Where it stood and stands, as each topic says it (a test holds them equal): the services do not see one another.
STAGES: Mapping[str, Mapping[str, str]] = {
    "activity": {
        "draft": "草稿",
        "submitted": "待确认",
        "confirmed": "已确认",
        "returned": "已退回",
        "discarded": "已作废",
    },
    "ballot": {
        "called": "待投票",
        "open": "正在计票",
        "differs": "两份计票不一致",
        "agreed": "计票一致，待宣布",
        "unsettled": "还有名额没有选出",
        "void": "本次投票无效",
        "counted": "已宣布结果",
        "repeated": "已另行投票",
        "ended": "已终止",
    },
    "case": {
        "nomination": "待提名",
        "review": "待审查备案",
        "rating": "待评定",
        "notice": "已评定",
        "ended": "已中止",
        "closed": "已办结",
        "withdrawn": "已撤回",
    },
    "cell_link": {"proposed": "待支部确认", "in_force": "已生效", "ended": "已结束"},
    "choosing": {
        "draft": "待提出人选",
        "called": "待投票计票",
        "counted": "已计票，待上报",
        "review": "待审查备案",
        "approval": "待党委同意",
        "agreed": "党委已同意，待备案",
        "filed": "已备案，待到任",
        "seating": "正在登记任职",
        "in_post": "已到任",
        "unseated": "已备案未到任",
        "ended": "已终止",
    },
    "circular": {
        "draft": "草稿",
        "sent": "已发出",
        "corrected": "已更正",
        "withdrawn": "已撤回",
        "dropped": "已删除",
    },
    "concern": {
        "noted": "已记下，待交办",
        "passed": "已上交，待受理",
        "returned": "被退回",
        "accepted": "办理中",
        "outside": "转外单位办理",
        "answered": "已答复，待反馈",
        "told": "已反馈，待了结",
        "settled": "当场解决",
        "closed": "已了结",
        "merged": "已合并",
        "withdrawn": "已撤回",
    },
    "correction": {"asked": "等待同意", "done": "已更正", "declined": "不同意"},
    "cycle": {
        "open": "提名审查",
        "collecting": "汇总计分",
        "stopped": "汇总暂停",
        "rating": "评定",
        "notice": "公示",
        "recalled": "公示已撤回",
        "ended": "已中止",
        "closed": "已办结",
        "withdrawn": "已撤回",
    },
    "handed": {
        "waiting": "还没导入",
        "importing": "正在导入",
        "stopped": "已停止",
        "refused": "没有导入成",
        "imported": "已导入",
        "undone": "已撤销导入",
    },
    "delivery": {
        "ready": "待发送",
        "sending": "发送中",
        "sent": "已送达",
        "unknown": "结果不明",
        "failed": "未送达",
        "suppressed": "不发送",
    },
    "member_act": {
        "planned": "已安排",
        "done": "已办理",
        "failed": "没有办成",
        "withdrawn": "已撤回",
        "undone": "已撤销",
    },
    "objection": {
        "raised": "待答复",
        "upheld": "异议成立，待重新评定",
        "dismissed": "异议不成立，已答复",
        "acted_on": "异议成立，已重新评定",
        "ended": "公示已撤回，不再办理",
    },
    "officer_act": {
        "asked": "等待同意",
        "agreed": "已同意，待办理",
        "declined": "不同意",
        "withdrawn": "已撤回",
        "done": "已办理",
    },
    "opening": {"planned": "待核对", "confirmed": "已确认", "opened": "已启动", "withdrawn": "已撤回"},
    "transfer": {"sent": "待对方接收", "taken": "已接收", "returned": "已退回", "withdrawn": "已了结"},
    "rectification": {
        "plan": "待制定措施",
        "work": "整改中",
        "returned": "被退回，继续整改",
        "check": "待验收",
        "cleared": "已整改",
        "ended": "已终止",
    },
    "replacement": {
        "proposed": "待党委决定",
        "decided": "决定调整",
        "replaced": "已调整",
        "kept": "不作调整",
        "ended": "已终止",
    },
}


def subject_for(subject: str, fact: str, body: Mapping[str, object]) -> tuple[str, str]:
    """What a fact is about, as its sort and its id: `case:7` gives `case`, `7`. Work is named by its body."""
    if fact == "WorkRedriven":
        return ("delivery" if str(body.get("service")).endswith(".delivery") else "job"), str(body.get("job_id"))
    sort, _, number = subject.partition(":")
    return sort, number


def subject_words(sort: str, number: str, known: Mapping[str, str]) -> str:
    """What a fact is about, by what is known of it: 许安的联系电话. Else by its number: 消息 12; empty for a unit."""
    said = CALLED.get(sort, "")
    if said and all(known.get(field) for _, field, _, _ in Formatter().parse(said) if field):
        return said.format_map(known)
    word = SUBJECTS.get(sort, sort)
    return f"{word} {number}".strip() if word else ""


def moved_words(sort: str, before: str | None, after: str | None) -> str:
    """From where to where it went, in words: 待制定措施 → 整改中. Empty where no step was taken."""
    if after is None:
        return ""
    said = STAGES.get(sort, {})
    return f"{said.get(before or '', before or '—')} → {said.get(after, after)}"
