"""Ways out besides mail: whose each is, which places it may call, how fast, and what the other side's codes mean.

The codes are those that the providers document for their group robots: WeCom's global error codes, DingTalk's and
Feishu's pages on custom robots.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit


class Way(StrEnum):
    """A kind of way out, as deliveries name it."""

    WECOM_ROBOT = "wecom_robot"
    DINGTALK_ROBOT = "dingtalk_robot"
    FEISHU_ROBOT = "feishu_robot"
    SMS = "sms"
    CALL = "call"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return WAYS[self].chinese


@dataclass(frozen=True, kw_only=True)
class About:
    """What is known of a kind: its word, the provider's own place and path, the query that carries its key."""

    chinese: str
    place: str = ""
    path: str = ""
    key: str = ""  # the name in the query; empty: the last piece of the path
    signed: bool = False  # wants a secret beside the address
    bytes_max: int = 2048
    per_second: int = 1000  # the rule base has what goes in a minute
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
WAYS = WAYS_OF_ROBOTS | {
    Way.SMS: About(chinese="短信"),
    Way.CALL: About(chinese="电话名单"),
}
ROBOTS = frozenset(WAYS_OF_ROBOTS)
BY_HAND = frozenset({Way.CALL})
"""What a person does: it waits in a list until it is ticked off, and no worker touches it."""
ORDER = (Way.SMS, Way.CALL)
"""How whoever has no mail is told of what is weighty: the first that there is; where it fails, the next."""
WEIGHTY = frozenset({"formal", "urgent"})
ENDED = "这个发送方式已停用"
SMS_PLACES = frozenset({"https://dysmsapi.aliyuncs.com", "https://yun.tim.qq.com"})
LINE = "way:{}"  # how the row that all workers share about a way is called
CROWDED = frozenset({0, 30})  # minutes of an hour at which Feishu asks robots to keep quiet


def place_of(address: str) -> str:
    """Scheme, host and port of an address, as an allow-list names them; empty where there are none."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        return ""
    return f"{parts.scheme}://{parts.hostname.lower()}{port}"


def places(named: str) -> frozenset[str]:
    """What the machine's settings name, by commas."""
    return frozenset(place for each in named.split(",") if (place := place_of(each.strip())))


def unsendable(address: str) -> str | None:
    """The first sign of an address that no request can carry as it is: Chinese, a blank, a control sign."""
    return next((sign for sign in address if not sign.isascii() or not sign.isprintable() or sign == " "), None)


def past_the_crowd(kind: str, at: datetime) -> datetime:
    """The first moment from `at` on that suits a kind of way: Feishu's robots not on the hour, nor on the half."""
    if kind != Way.FEISHU_ROBOT or at.minute not in CROWDED:
        return at
    return at.replace(second=0, microsecond=0) + timedelta(minutes=1)


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
        310000: Refused(Meaning.OURS, SIGNED_WRONG),
    },
    Way.FEISHU_ROBOT: {
        11232: Refused(Meaning.BUSY, TOO_FAST, 60),
        9499: Refused(Meaning.OURS, UNREAD),
        19001: Refused(Meaning.OURS, GONE),
        19002: Refused(Meaning.OURS, UNREAD),
        19021: Refused(Meaning.OURS, SIGNED_WRONG),
        19022: Refused(Meaning.OURS, WANTED_WORDS),
        19024: Refused(Meaning.OURS, WANTED_WORDS),
    },
}


def refused(kind: Way, code: int, said: str) -> Refused:
    """What a robot's code means; one that is not known is a matter of settings: it waits, and is shown."""
    if kind is Way.DINGTALK_ROBOT and code == 310000 and "sign" not in said:  # noqa: PLR2004  one code for three settings
        return Refused(Meaning.OURS, WANTED_WORDS)
    return ANSWERS[kind].get(code, Refused(Meaning.OURS, UNKNOWN_CODE))
