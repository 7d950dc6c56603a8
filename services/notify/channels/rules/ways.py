"""Ways out besides mail: whose each is, which places it may call, how fast, and what the other side's codes mean.

The codes are those that the providers document: WeCom's 全局错误码 and 发送应用消息; DingTalk's 全局错误码,
自定义机器人接入 and 获取工作通知消息的发送结果; Feishu's 自定义机器人使用指南.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from shared.calls.places import place_of, unsendable


class Way(StrEnum):
    """A kind of way out, as deliveries name it."""

    WECOM_ROBOT = "wecom_robot"
    DINGTALK_ROBOT = "dingtalk_robot"
    FEISHU_ROBOT = "feishu_robot"
    WECOM_APP = "wecom_app"
    DINGTALK_APP = "dingtalk_app"
    SMS = "sms"
    CALL = "call"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return WAYS[self].chinese


PLENTY = 1000


@dataclass(frozen=True, kw_only=True)
class About:
    """What is known of a kind: its word, the provider's own place and path, the query that carries its key."""

    chinese: str
    place: str = ""
    path: str = ""
    key: str = ""  # the name in the query; empty: the last piece of the path
    signed: bool = False  # wants a secret beside the address
    bytes_max: int = 2048
    per_second: int = PLENTY  # the rule base has what goes in a minute
    hint: str = ""


WAYS_OF_ROBOTS: dict[Way, About] = {
    Way.WECOM_ROBOT: About(
        chinese="企业微信群机器人",
        place="https://qyapi.weixin.qq.com",
        path="/cgi-bin/webhook/send",
        key="key",
        hint="在群里“添加群机器人”，复制 Webhook 地址。",
    ),
    Way.DINGTALK_ROBOT: About(
        chinese="钉钉群机器人",
        place="https://oapi.dingtalk.com",
        path="/robot/send",
        key="access_token",
        signed=True,
        hint="添加自定义机器人，安全设置选“加签”，复制 Webhook 地址和 SEC 开头的密钥。",
    ),
    Way.FEISHU_ROBOT: About(
        chinese="飞书群机器人",
        place="https://open.feishu.cn",
        path="/open-apis/bot/v2/hook/",
        signed=True,
        bytes_max=20_000,
        per_second=5,
        hint="添加自定义机器人，安全设置选“签名校验”，复制 Webhook 地址和签名密钥。",
    ),
}
# Messages to a person by the application that the keeper set up for signing in, to whom it knows.
WAYS_OF_APPS: dict[Way, About] = {
    Way.WECOM_APP: About(chinese="企业微信应用消息"),
    Way.DINGTALK_APP: About(chinese="钉钉工作通知", bytes_max=2000),
}
PROVIDERS: Mapping[Way, str] = {Way.WECOM_APP: "wecom", Way.DINGTALK_APP: "dingtalk"}
"""Of which kind of provider each application is."""
WAYS = (
    WAYS_OF_ROBOTS
    | WAYS_OF_APPS
    | {
        Way.SMS: About(chinese="短信"),
        Way.CALL: About(chinese="电话名单"),
    }
)
ROBOTS = frozenset(WAYS_OF_ROBOTS)
BY_HAND = frozenset({Way.CALL})
"""What a person does: it waits in a list until it is ticked off, and no worker touches it."""
ORDER = (Way.WECOM_APP, Way.DINGTALK_APP, Way.SMS, Way.CALL)
"""How whoever chose no order is told of what is weighty and has no mail: the first that there is, then the next."""
WEIGHTY = frozenset({"formal", "urgent"})
ENDED = "这个发送方式已停用"
SMS_PLACES = frozenset({"https://dysmsapi.aliyuncs.com", "https://yun.tim.qq.com"})
LINE = "way:{}"  # how the row that all workers share about a way is called
CROWDED = frozenset({0, 30})  # minutes of an hour at which Feishu asks robots to keep quiet


def past_the_crowd(kind: str, at: datetime) -> datetime:
    """The first moment from `at` on that suits a kind of way: Feishu's robots not on the hour, nor on the half."""
    if kind != Way.FEISHU_ROBOT or at.minute not in CROWDED:
        return at
    return at.replace(second=0, microsecond=0) + timedelta(minutes=1)


def pause_of(kind: str) -> float:
    """Seconds from one message to the next by a way that takes so many in a second; none where it takes plenty."""
    per_second = WAYS[Way(kind)].per_second
    return 1 / per_second if per_second < PLENTY else 0.0


def gateway_wrong(address: str, named: Collection[str]) -> str | None:
    """What is wrong with the address of a gateway for text messages; None: it may be called."""
    if place_of(address) in {*SMS_PLACES, *named}:
        return None
    return (
        "短信网关的地址不在允许的名单里：阿里云、腾讯云的可以直接用；县里的网关请先由管理服务器的人在设置"
        "（XIAOZU_PLACES）里写明。"
    )


def address_wrong(kind: Way, address: str, named: Collection[str]) -> str | None:
    """What is wrong with an address of a kind, as a sentence; None: it may be called.

    named: places beyond the provider's own that the machine's settings name exactly.
    """
    about = WAYS[kind]
    if place_of(address) not in {about.place, *named}:
        return (
            f"{about.chinese}的地址应以 {about.place} 开头。要经过县里的网关时，请先由管理服务器的人在设置"
            "（XIAOZU_PLACES）里写明网关的地址。"
        )
    if sign := unsendable(address):
        return f"{about.chinese}的地址里有不能发送的字符“{sign}”，请从群里重新复制完整的 Webhook 地址。"
    parts = urlsplit(address)
    keys = parse_qs(parts.query).get(about.key) if about.key else [parts.path.removeprefix(about.path)]
    right = parts.path == about.path if about.key else parts.path.startswith(about.path)
    if not right or not keys or not keys[0] or parts.fragment:
        return f"这不像{about.chinese}的地址，请从群里重新复制完整的 Webhook 地址。"
    return None


# --- what a group may hear ---

# Of a group the fact and its unit alone: never what concerns somebody, nor what a person could be guessed from. One by
# one: what is new is said to no group until somebody has thought about it.
FOR_GROUPS: frozenset[str] = frozenset(
    {
        "ActivitySubmitted",
        "CircularMoved",
        "DutiesDue",
        "DutiesReminded",
        "TodosReminded",
        "CycleOpened",
        "NoticeOpened",
        "CycleClosed",
    }
)


def for_group(unit: str, heading: str, number: int, where: str) -> str:
    """What a group hears of a message: its sort and its unit, its number and where to look. Never its own words."""
    return f"【小组】{unit}：{heading}。{where}编号：XZ-{number}（重复收到同一编号的，是同一条通知）"


# --- what is answered ---


class Meaning(StrEnum):
    """Whose affair a refusal is."""

    BUSY = "busy"  # too much at once: waits a little
    OURS = "ours"  # a setting: waits until it is mended
    HIS = "his"  # the recipient's own: final
    LATER = "later"  # the recipient's own for a while: he alone waits
    UNSURE = "unsure"  # it may have gone


@dataclass(frozen=True)
class Refused:
    """What a code means, with a sentence for whoever can mend it; how many seconds to wait, where that is known."""

    meaning: Meaning
    words: str
    wait: float | None = None


TOO_FAST = "发得太快，{name}暂时不收，过一会儿自己再发。"
GONE = "{name}不认这个地址：机器人可能已被移出群，或者地址复制错了。请重新复制 Webhook 地址。"
SIGNED_WRONG = "{name}的签名没有对上：请重新复制密钥，并检查这台机器的时间。"
WANTED_WORDS = "{name}的安全设置拦下了消息：请改用“加签”，不要用关键词或者 IP 限制。"
STOPPED = "{name}已被停用：请群主在群设置里重新启用。"
UNREAD = "{name}不接受这条消息的格式。请把代码告诉开发人员。"
NOT_KNOWN = "{name}不认这个人的帐号，或者应用的可见范围里没有他：请本人重新绑定，或者核对登记的帐号。"
NOT_TAKEN = "{name}不认应用的凭证：请安全管理员在“外部登录”里重新填写密钥。"
AGENT_WRONG = "{name}不认应用的编号：请安全管理员在“外部登录”里核对 AgentId。"
NO_RIGHT = "{name}的应用没有发消息的权限（代码 {code}）：请在它的管理后台开通。"
ADDRESS_WRONG = "{name}不认这台机器的外网 IP：请在应用的设置里把它加进可信 IP。"
UNKNOWN_CODE = "{name}拒绝了，代码 {code}。请按这个代码在它的帮助里查原因，改正后自己再发。"

ANSWERS: Mapping[Way, Mapping[int, Refused]] = {
    Way.WECOM_ROBOT: {
        45009: Refused(Meaning.BUSY, TOO_FAST, 60),
        -1: Refused(Meaning.BUSY, "{name}的系统正忙，过一会儿自己再发。", 60),
        93000: Refused(Meaning.OURS, GONE),
        93004: Refused(Meaning.OURS, STOPPED),
        93008: Refused(Meaning.OURS, GONE),
        40058: Refused(Meaning.OURS, UNREAD),
    },
    Way.DINGTALK_ROBOT: {
        130101: Refused(Meaning.BUSY, TOO_FAST, 600),
        410100: Refused(Meaning.BUSY, TOO_FAST, 600),
        660026: Refused(Meaning.BUSY, TOO_FAST, 600),
        -1: Refused(Meaning.BUSY, "{name}的系统正忙，过一会儿自己再发。", 60),
        300001: Refused(Meaning.OURS, GONE),
        300005: Refused(Meaning.OURS, GONE),
        400013: Refused(Meaning.OURS, "{name}所在的群已经解散：请换一个群。"),
        400101: Refused(Meaning.OURS, GONE),
        400102: Refused(Meaning.OURS, STOPPED),
        400105: Refused(Meaning.OURS, UNREAD),
        400106: Refused(Meaning.OURS, GONE),
        310000: Refused(Meaning.OURS, WANTED_WORDS),
    },
    Way.FEISHU_ROBOT: {
        11232: Refused(Meaning.BUSY, TOO_FAST, 60),
        99991400: Refused(Meaning.BUSY, TOO_FAST, 60),
        9499: Refused(Meaning.OURS, UNREAD),
        19001: Refused(Meaning.OURS, GONE),
        19002: Refused(Meaning.OURS, UNREAD),
        19021: Refused(Meaning.OURS, SIGNED_WRONG),
        19022: Refused(Meaning.OURS, WANTED_WORDS),
        19024: Refused(Meaning.OURS, WANTED_WORDS),
    },
    Way.WECOM_APP: {
        -1: Refused(Meaning.BUSY, "{name}的系统正忙，过一会儿自己再发。", 60),
        45009: Refused(Meaning.BUSY, TOO_FAST, 60),
        45033: Refused(Meaning.BUSY, TOO_FAST, 60),
        40003: Refused(Meaning.HIS, NOT_KNOWN),
        40031: Refused(Meaning.HIS, NOT_KNOWN),
        60111: Refused(Meaning.HIS, NOT_KNOWN),
        81013: Refused(Meaning.HIS, NOT_KNOWN),
        82001: Refused(Meaning.HIS, NOT_KNOWN),
        40014: Refused(Meaning.OURS, NOT_TAKEN),
        42001: Refused(Meaning.OURS, NOT_TAKEN),
        40001: Refused(Meaning.OURS, NOT_TAKEN),
        40056: Refused(Meaning.OURS, AGENT_WRONG),
        301002: Refused(Meaning.OURS, AGENT_WRONG),
        60011: Refused(Meaning.OURS, NO_RIGHT),
        48002: Refused(Meaning.OURS, NO_RIGHT),
        60020: Refused(Meaning.OURS, ADDRESS_WRONG),
    },
    Way.DINGTALK_APP: {
        -1: Refused(Meaning.BUSY, "{name}的系统正忙，过一会儿自己再发。", 60),
        143103: Refused(Meaning.BUSY, TOO_FAST, 60),
        143104: Refused(Meaning.BUSY, TOO_FAST, 60),
        90018: Refused(Meaning.BUSY, TOO_FAST, 60),
        143105: Refused(Meaning.LATER, "今天发给这个人的通知到了{name}的上限，过一会儿自己再发。"),
        33012: Refused(Meaning.HIS, NOT_KNOWN),
        40003: Refused(Meaning.HIS, NOT_KNOWN),
        40014: Refused(Meaning.OURS, NOT_TAKEN),
        42001: Refused(Meaning.OURS, NOT_TAKEN),
        40001: Refused(Meaning.OURS, NOT_TAKEN),
        60011: Refused(Meaning.OURS, NO_RIGHT),
        60020: Refused(Meaning.OURS, ADDRESS_WRONG),
    },
}
SAID_ALREADY = 143106
"""DingTalk: the same words have reached the same person today. Each message has its number: it was this very one."""


# One code for several things, told apart by the words beside it: DingTalk's for its three settings, in English and in
# Chinese; Feishu's for a request that it cannot read, and for one too many.
SAYS_SIGNED = re.compile(r"sign|签名|timestamp|时间戳", re.IGNORECASE)
SAYS_TOO_MANY = re.compile(r"too many|frequen", re.IGNORECASE)
BY_WORDS: Mapping[tuple[Way, int], tuple[re.Pattern[str], Refused]] = {
    (Way.DINGTALK_ROBOT, 310000): (SAYS_SIGNED, Refused(Meaning.OURS, SIGNED_WRONG)),
    (Way.FEISHU_ROBOT, 9499): (SAYS_TOO_MANY, Refused(Meaning.BUSY, TOO_FAST, 60)),
}


def refused(kind: Way, code: int, said: str) -> Refused:
    """What a robot's code means; one that is not known is a matter of settings: it waits, and is shown."""
    if (kind, code) in BY_WORDS:
        words, meant = BY_WORDS[kind, code]
        if words.search(said):
            return meant
    return ANSWERS[kind].get(code, Refused(Meaning.OURS, UNKNOWN_CODE))
