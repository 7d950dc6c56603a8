"""What a mail server's refusal means: whose affair it is, and a sentence for whoever can mend it.

The codes are those of RFC 5321; what 163, QQ and the like add is from their own help pages: 535 for the login password
in place of the authorisation code, 553 and 501 where the sender is not the account, 450 and 550 where they find it too
much; 163 says by a mark such as MI:STC which of its limits it was.
"""

import re
from enum import StrEnum

LETTERS_AT_FAULT = 500
ACCOUNT_CODES = frozenset({454, 530, 534, 535, 538})
CLOSING_CODES = frozenset({421})
# RFC 5321 3.3 and what servers say in words; each alternative is a plain word, or a mark of 163's.
TOO_MANY = re.compile(
    r"frequen|too many|too much|limit|exceed|throttl|try again later|flood"
    r"|(?:MI|RP):(?:CEL|CCL|DMC|DRC|SFQ|STC|QRC|TRC)|HL:(?:ICC|IFC)",
    re.IGNORECASE,
)
SENDER = re.compile(
    r"sender|mail from|authorized user|not owned by|from address|from\W{1,2}header|spf|dmarc|MI:NHD|DT:SUM",
    re.IGNORECASE,
)
ACCOUNT = re.compile(r"authenti|smtp auth|log ?in|password|credential", re.IGNORECASE)
OF_HIM = re.compile(r"mailbox|quota|storage|size|no such|unknown|not exist|not found", re.IGNORECASE)
BARRED = re.compile(
    r"relay|blacklist|block|denied by policy|spam ip|suspected|connection denied|client host|reverse dns"
    r"|HL:(?:REP|MEP|IPB|IHU|NHE)|DT:RBL|WM:BL|MI:SPB",
    re.IGNORECASE,
)
FOR_NOW = re.compile(r"unavailable or access denied", re.IGNORECASE)
"""QQ of a recipient who has been sent too much lately, who may be written to again later."""
BY_HIM = re.compile(r"rejected by recipient", re.IGNORECASE)
"""QQ of a recipient who wants none of it, said only of the letter itself."""


class Stage(StrEnum):
    """How far a letter had come."""

    GREETING = "greeting"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    LETTER = "letter"


BY_ACCOUNT = (
    "邮件服务器拒绝了账号或者密码：163、QQ 这样的邮箱要用网页上生成的“授权码”，不是登录密码。"
    "请检查 XIAOZU_MAIL_USER 和 XIAOZU_MAIL_PASSWORD。"
)
BY_SENDER = (
    "邮件服务器不接受这个发件人：发件人要和登录邮件服务器的邮箱是同一个地址。"
    "请把 XIAOZU_MAIL_FROM 改成 XIAOZU_MAIL_USER 的地址。"
)
BY_NUMBER = "发信太快，邮件服务商暂时不收，过一会儿自己再发。经常这样，请把每分钟发信的限额调小。"
BY_WALL = "邮件服务商不让这台机器往外发信：请联系服务商解除限制，或者换一个邮件服务器。"
BY_SERVER = "邮件服务器暂时不收信，过一会儿自己再发。"
SIGNS = ((ACCOUNT, BY_ACCOUNT), (TOO_MANY, BY_NUMBER), (BARRED, BY_WALL), (SENDER, BY_SENDER))
"""The first that fits is meant."""


def held_by(stage: Stage, code: int, said: str) -> str:
    """The sentence where a refusal concerns all letters alike; empty where it is of this letter or its recipient."""
    if code in ACCOUNT_CODES or (stage is Stage.LOGIN and code not in CLOSING_CODES):
        return BY_ACCOUNT
    if stage in {Stage.RECIPIENT, Stage.LETTER} and OF_HIM.search(said):
        return ""
    for sign, sentence in SIGNS:
        if sign.search(said):
            return sentence
    if stage is Stage.SENDER and code >= LETTERS_AT_FAULT:
        return BY_SENDER
    return BY_SERVER if stage in {Stage.GREETING, Stage.LOGIN, Stage.SENDER} or code in CLOSING_CODES else ""


def of_recipient(stage: Stage, code: int, said: str) -> bool:
    """Whether a refusal that holds nothing up is the recipient's own, for good."""
    his = stage is Stage.RECIPIENT or (stage is Stage.LETTER and BY_HIM.search(said) is not None)
    return his and code >= LETTERS_AT_FAULT and FOR_NOW.search(said) is None
