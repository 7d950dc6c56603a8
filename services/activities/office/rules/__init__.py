"""What the office may read of its history, the words for it, and how a local rule is changed. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from services.activities.office.rules.words import ACT_FIELDS, ACTS, FORMER, WORDS
from shared.documents import check_document
from shared.errors import Invalid
from shared.events import CATALOGUE, Reminder, revive
from shared.roles import Role
from shared.rulebase import OWN, Direction, Mark, Per, Rule, RuleBook, RuleSet, as_data

# 三员分立: the auditor reads everything that happened and changes nothing; the keeper of accounts and settings reads
# what concerns those, and nothing of the members' life.
AUDITOR_READS = "*"
KEEPER_READS: tuple[str, ...] = (
    "AccountChanged",
    "ActedIn",
    "AuditTaken",
    "AlarmRaised",
    "BackupFailed",
    "BackupRestored",
    "BackupTaken",
    "DataExported",
    "MachineChanged",
    "OfficerActMoved",
    "PaperTemplateChanged",
    "RuleVersionStored",
    "SettingChanged",
    "SignedIn",
    "TellingSwitched",
    "WayChanged",
    "WayHeld",
    "WordingChanged",
    "WorkRedriven",
    "WorkdaysChanged",
)

HEAD = re.compile(r"[0-9a-f]{64}")

# What was set when the system was installed: the name for people, and what it is for (shared/settings.py says it in
# English; a test holds the names equal). What is secret, and addresses of servers, are not shown.
INSTALLED: Mapping[str, tuple[str, str]] = {
    "data": ("数据文件夹", "安装产生的一切都存在这一个文件夹里。"),
    "services": ("承担的部分", "这台机器上的程序承担哪几部分。"),
    "gateways": ("前面的网关", "只有这些网关转告的来源地址才算数；不填时，谁连上来就算谁的。"),
    "connections": ("网页最多连接（个）", "一个网页程序同时保持的连接；连上以后不说话的人先让出来。"),
    "connections_each": ("同一地址最多连接（个）", "一个村共用一个地址也够用。"),
    "hosts": ("可用的网址名称", "只回答用这些名称打开的人；不填时都回答。"),
    "docs_signed_in": ("接口文档须登录", "接口的说明文档是不是登录以后才能看。"),
    "production": ("正式使用", "正式使用时，不能改动系统日期，也不能装入演示数据。"),
    "access_days": ("访问日志保存（天）", "访问日志不含个人资料；填零就不写。"),
    "access_address_days": ("访问来源保存（天）", "访问日志旁边另存来源地址，保存这么多天；填零就不存。"),
    "syslog": ("上级日志服务器", "访问日志同时送到这里；不填就不送。"),
    "traces": ("运行轨迹", "请求和后台任务怎样一步步办完，送到这个地址或者写进这个文件，不含个人资料；不填就不记。"),
    "pool_size": ("数据库连接数", "每个网页程序最多同时用这个数的两倍。"),
    "statement_seconds": ("数据库限时（秒）", "一次查询超过这个时间就中止。"),
    "chunk_groups": ("汇总分批（个）", "年度汇总时，一批计算多少个党小组。"),
    "cipher": ("个人资料加密算法", "身份证号、手机号等从现在起用它加密；以前加密的照样能读。"),
    "digest": ("查找和封印算法", "安装时选定：按它查找身份证号，也按它封印操作历史；录入过身份证号以后不能再改。"),
    "files_mb": ("每个支部的附件最多（MB）", "本单位没有决定时按这个数；满了就不能再上传。"),
    "backup_hour": ("每天备份（点）", "单机安装每天这个钟点自动备份；关着的，开机以后补做。-1 表示不自动备份。"),
    "backup_folder": ("备份文件夹", "备份放在这里，例如另一块硬盘、U 盘；不填时放在数据文件夹里。"),
    "mail_host": ("邮件服务器", "不填时，信件存为数据文件夹里的文件，不会发出。"),
    "mail_port": ("邮件服务器端口", "邮件服务器的端口。"),
    "mail_user": ("邮件账号", "邮件服务器要求登录时使用。"),
    "mail_tls": ("邮件加密方式", "和邮件服务器的连接怎样加密。"),
    "mail_from": ("发件人", "收信的人看到的发件人。"),
    "mail_per_minute": ("每分钟最多发信（封）", "全系统合计；本单位没有决定时按这个数。"),
    "mail_seconds": ("邮件限时（秒）", "邮件服务器超过这个时间没有回答，就当作连不上。"),
    "head_mail": ("封印头寄往", "每天把操作历史的封印头寄到这个邮箱，留在系统以外；不填就不寄。"),
    "places": ("另外可以连的地方", "除服务商自己的地址以外，只有这些地方可以连，例如县里的网关、统一身份认证。"),
    "call_seconds": ("对外连接限时（秒）", "群机器人等服务超过这个时间没有答复，就当作没有答复。"),
    "quiet_from": ("免打扰开始（点）", "本单位没有决定时，从这个钟点起不发信件。"),
    "quiet_to": ("免打扰结束（点）", "本单位没有决定时，从这个钟点起恢复发信。"),
    "session_idle_minutes": ("不操作就退出（分钟）", "超过这个时间没有操作，登录自动退出。"),
    "session_hours": ("登录最长（小时）", "到了这个时间，登录一定退出。"),
    "lock_tries": ("密码输错次数", "连续输错这么多次，在那里输错的人要等一会儿才能再试（等保 2.0）。"),
    "lock_minutes": ("输错后等待（分钟）", "等待的时间；别处的人和登录过的设备不用等，免得别人故意输错把人挡在外面。"),
    "address_days": ("登录地址保存（天）", "登录和登录失败来自哪个网络地址，保存这么多天。"),
    "slip_days": ("密码条有效（天）", "成批开通账号时打印的初始密码，这些天里没有换成自己的密码就作废。"),
    "totp_roles": ("须用验证码的职务", "本单位没有决定时，这些职务登录要输入一次性验证码。"),
}
STRANGER = "没有登录的人"
"""Who is said to have failed at the door: nobody knows."""
SECRET = ("url", "secret", "password", "key")
"""Words in the names of settings that are shown to nobody."""
VALUES = {"True": "是", "False": "否", "none": "不加密", "starttls": "STARTTLS", "tls": "TLS"}
VALUES |= {"aes": "AES-256-GCM", "sm4": "国密 SM4-GCM", "sha256": "HMAC-SHA256", "sm3": "国密 HMAC-SM3"}
EXAMINED = {
    "I1": "提交的记录、结果都计入了",
    "I2": "每条消息、每件整改都有来由",
    "I3": "没有提前办理的事",
    "I4": "每件事的经过都合规则",
    "I5": "每封信只发一次",
    "I6": "审计记录和封印对得上",
    "I7": "没有积压、失败的后台任务",
    "I9": "待办和实际情况一致",
    "posts": "一个职务同一天只有一个人",
}
"""What each invariant of deploy/doctor.py says, in the keeper's words."""
PARTS = {"office": "公共", "activities": "活动", "assessment": "考核", "notify": "消息"}


def value_words(name: str, value: object) -> str:
    """A value of INSTALLED, in words where it is a code."""
    if name in {"mail_host", "gateways", "syslog", "places"}:
        return "已设置" if value else ""
    if name == "services":
        return "、".join(PARTS.get(each, each) for each in str(value).split(","))
    if name == "totp_roles":
        return "、".join(Role(each).chinese for each in str(value).split(",") if each)
    return VALUES.get(str(value), str(value))


def word_for(fact: str, body: Mapping[str, object], day: date, step: str | None = None) -> str:
    """What happened on that day, in words; `step` is the move that it was, if it was one."""
    acts, act = ACTS.get(fact, {}), str(body.get(ACT_FIELDS.get(fact, "change")))
    word = acts.get(step or "") or acts.get(act) or WORDS.get(fact) or FORMER.get(fact, fact)
    if through := body.get("through"):
        word = f"{word}（经{through}）"
    if int(str(body.get("times", 1))) > 1:
        word = f"{word}（{body['times']} 次）"
    return f"{word}（过时未发）" if came_too_late(fact, body, day) else word


def came_too_late(fact: str, body: Mapping[str, object], day: date) -> bool:
    """Whether it was a reminder of what had come already, so that nobody was told."""
    kind = CATALOGUE.get(fact)
    return kind is not None and issubclass(kind, Reminder) and revive(fact, dict(body)).is_over(day)


def facts_read_by(roles: frozenset[Role]) -> tuple[str, ...] | None:
    """The kinds of facts that these roles read; none means every kind."""
    return None if roles & {Role.AUDITOR, Role.SYSTEM} else KEEPER_READS


def head_from(typed: str) -> str:
    """A head of the chain as somebody types it from paper, in groups and of any width. Invalid where it is none."""
    head = "".join(normalize("NFKC", typed).split()).lower()
    if not HEAD.fullmatch(head):
        raise Invalid("封印头是 64 个数字和字母（0–9、a–f），请照纸上的抄全，空格不要紧。", field="head")
    return head


# --- changing a local rule ---

LARGEST_OF: Mapping[str, int] = {"%": 100, "月": 12, "日": 28}
LARGEST = 1000
LIST_LENGTH_MAX = 10


@dataclass(frozen=True, slots=True)
class Change:
    """Another value for a rule, perhaps in another period, by a decision that is named."""

    key: str
    value: bool | int | tuple[int, ...]
    per: Per | None = None
    article: str = ""


# Limits of other people's machines, and what the settings of an installation decide.
NOT_OURS = ("robots.", "lockout.")


def is_open(rule: Rule) -> bool:
    """Whether a township may decide this itself: a figure, a yes or no, a list of figures, that is not fixed above."""
    if rule.key.startswith(NOT_OURS) or rule.direction in {Direction.EXACTLY, Direction.INCLUDES}:
        return False
    return isinstance(rule.value, bool | int) or _is_numbers(rule.value)


def _is_numbers(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and all(type(each) is int for each in value)


def value_from(rule: Rule, typed: str) -> bool | int | tuple[int, ...]:
    """What was typed for a rule, in the shape that its value has."""
    if isinstance(rule.value, bool):
        if typed not in {"true", "false"}:
            raise Invalid(f"「{rule.title}」请选择是或否。", field=rule.key)
        return typed == "true"
    parts = typed.replace("，", "、").replace(",", "、").split("、") if _is_numbers(rule.value) else [typed]
    if not all(part.strip().isdecimal() for part in parts):
        raise Invalid(f"「{rule.title}」应为整数{'，几个数之间用顿号隔开' if len(parts) > 1 else ''}。", field=rule.key)
    numbers = tuple(int(part) for part in parts)
    return numbers if _is_numbers(rule.value) else numbers[0]


def revised(book: RuleBook, changes: Sequence[Change], *, on: date, version: str) -> RuleSet:
    """The local set with these changes, from a day on. Whether it is too loose is asked where it is laid over."""
    in_force, local = book.on(on).by_key, book.local_on(on)
    kept = {rule.key: rule for rule in (local.rules if local else ())}
    for change in changes:
        if change.key not in in_force or not is_open(in_force[change.key]):
            raise Invalid(f"「{change.key}」不是本乡镇可以自行规定的事项。", field=change.key)
        kept[change.key] = _changed(in_force[change.key], change)
    body = {
        "name": local.name if local else "local",
        "title": local.title if local else "本地规定",
        "version": version,
        "rules": [as_data(rule) for rule in kept.values()],
    }
    return check_document(body, RuleSet, title="制度版本")


def _changed(rule: Rule, change: Change) -> Rule:
    """A rule with another value: a local choice from now on, whatever it was before."""
    value = change.value
    if type(value) is not type(rule.value) or (isinstance(value, tuple) and not _is_numbers(value)):
        raise Invalid(f"「{rule.title}」的值不是要求的形式。", field=rule.key)
    numbers = value if isinstance(value, tuple) else (value,)
    largest = LARGEST_OF.get(rule.unit, LARGEST)
    if len(numbers) > LIST_LENGTH_MAX or any(not isinstance(n, bool) and not 1 <= n <= largest for n in numbers):
        raise Invalid(f"「{rule.title}」应在 1 到 {largest} 之间。", field=rule.key)
    data = as_data(rule) | {"value": value, "article": change.article or "本乡镇决定", "source": OWN}
    data |= {"mark": Mark.LOCAL, "effective_from": None, "effective_to": None}
    if change.per and rule.per:
        data["per"] = change.per
    return Rule.model_validate(data)
