"""What an office may say in a notice of its own, to whom; where a notice stands; meetings that are announced."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from services.notify.messages.rules import Kind
from services.notify.messages.rules.book import ELSEWHERE, PRIVATE
from shared.errors import Invalid
from shared.evidence import KINDS
from shared.moves import Machine, Move
from shared.roles import Role

TITLE_LENGTH_MAX, BODY_LENGTH_MAX, FILES_MAX, UNITS_MAX = 60, 10_000, 5, 3_000
SORT = "circular"
FACT = "CircularMoved"

POSTS: tuple[Role, ...] = (Role.SECRETARY, Role.COMMITTEE_MEMBER, Role.LEADER, Role.DEPUTY)
"""To whom a notice may go."""
OF_GROUPS = frozenset({Role.LEADER, Role.DEPUTY})
OFFICE = frozenset({Role.ORGANISER, Role.SECRETARY})

TIME = re.compile(r"^([01]?[0-9]|2[0-3])[:：]([0-5][0-9])$")
CITIZEN = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")


class Stage(StrEnum):
    """Where a notice stands."""

    DRAFT = "draft"
    SENT = "sent"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STAGES[self]


STAGES: dict[Stage, str] = {
    Stage.DRAFT: "草稿",
    Stage.SENT: "已发出",
    Stage.CORRECTED: "已更正",
    Stage.WITHDRAWN: "已撤回",
    Stage.DROPPED: "已删除",
}


class Step(StrEnum):
    """What may be done with a notice."""

    CHANGE = "change"
    SEND = "send"
    DROP = "drop"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


MOVES: Machine[Stage, Step] = Machine(
    "circular",
    start=Stage.DRAFT,
    moves={
        (Stage.DRAFT, Step.CHANGE): Move(Stage.DRAFT, OFFICE),
        (Stage.DRAFT, Step.SEND): Move(Stage.SENT, OFFICE),
        (Stage.DRAFT, Step.DROP): Move(Stage.DROPPED, OFFICE),
        (Stage.SENT, Step.CORRECT): Move(Stage.CORRECTED, OFFICE),  # once what goes in its place is sent
        (Stage.SENT, Step.WITHDRAW): Move(Stage.WITHDRAWN, OFFICE),
    },
)

WAITS: Mapping[str, None] = dict.fromkeys(Stage)
"""Nothing waits for the office; that a receipt is still to be given waits for each post (notify.acknowledge)."""


# --- meetings ---


class Meeting(NamedTuple):
    """A meeting that may be announced: its word; whose record it becomes (`group`, `branch`), of what kind."""

    chinese: str
    of: str = ""
    kind: str = ""


MEETINGS: dict[str, Meeting] = {
    "other": Meeting("其他会议，不写活动记录"),
    **{f"group_{kind}": Meeting(f"党小组：{KINDS[kind].title}", "group", kind) for kind in KINDS},
    **{f"branch_{kind}": Meeting(f"支部：{KINDS[kind].title}", "branch", kind) for kind in ("theme_day", "lecture")},
    "branch_branch_meeting": Meeting("支部：支部党员大会", "branch", "branch_meeting"),
    "branch_committee_meeting": Meeting("支部：支部委员会会议", "branch", "committee_meeting"),
}


def hour(typed: str) -> str:
    """An hour as `19:30`; Invalid where it is none."""
    found = TIME.match(typed)
    if found is None:
        raise Invalid("请按“19:30”的样子填写几点开会。", field="meets_at")
    return f"{int(found[1]):02}:{found[2]}"


def check_words(title: str, body: str) -> None:
    """Neither empty nor too long; the title goes out by mail, so it names no number and no address."""
    for name, field, words, most in (
        ("标题", "title", title, TITLE_LENGTH_MAX),
        ("正文", "body", body, BODY_LENGTH_MAX),
    ):
        if not words:
            raise Invalid(f"请填写{name}。", field=field)
        if len(words) > most:
            raise Invalid(f"{name}最多{most}个字，现在有{len(words)}个字，请精简；长的材料请作为附件。", field=field)
    if PRIVATE.search(title) or ELSEWHERE.search(title):
        raise Invalid("标题会出现在邮件和短信里，不能写手机号、身份证号、邮箱或者网址，请写在正文里。", field="title")
    if CITIZEN.search(body):
        raise Invalid("正文里不能写身份证号，请删去。", field="body")


def check_days(*, wants_receipt: bool, due_on: date | None, meets_on: date | None, today: date) -> None:
    """A receipt has a day; neither it nor a meeting is over before the notice is written."""
    if wants_receipt and due_on is None:
        raise Invalid("要求回执的，请填写回执的截止日期。", field="due_on")
    if due_on is not None and due_on < today:
        raise Invalid("截止日期已经过了，请核对。", field="due_on")
    if meets_on is not None and meets_on < today:
        raise Invalid("会议日期已经过了，请核对。", field="meets_on")


def check_posts(posts: Sequence[Role], meets: str | None) -> None:
    """Somebody is told."""
    if not posts:
        raise Invalid("请勾选通知哪些职务。", field="posts")
    if meets is not None and MEETINGS[meets].of == "group" and not OF_GROUPS & set(posts):
        raise Invalid("党小组的会议，请同时通知党小组长。", field="posts")


def weight(*, urgent: bool, wants_receipt: bool) -> Kind:
    """How much its messages weigh."""
    if urgent:
        return Kind.URGENT
    return Kind.FORMAL if wants_receipt else Kind.INFORMATION


def telling_of(post: str) -> str:
    """How the messages to a post are called among those of a notice."""
    return f"to_{post}"


# --- what became of it ---

GONE = frozenset({"sent"})


def reached(ways: Sequence[Sequence[str]], words: Mapping[str, str]) -> list[str]:
    """The ways besides the inbox by which the other side says that it has it, in words; each a channel and a state."""
    return list(dict.fromkeys(words.get(channel, channel) for channel, state in ways if state in GONE))


def came(*, told: bool, account: bool, read: bool, waits: bool, receipted: bool, paper: bool, ways: list[str]) -> str:
    """What became of a notice with one who was told it, truly: what lies in an inbox has not been seen by that."""
    if receipted:
        return "纸质回执" if paper else "已回执"
    if not told:
        return "没有人收到：等有人任职再送" if waits else "没有人收到"
    if read:
        return "已看，还没有回执" if waits else "已看"
    sent = f"已发{'、'.join(ways)}，" if ways else ""
    if not account:
        return f"{sent}没有账号，看不到全文" if ways else "没有账号，没有送到：请打电话或者送纸质通知"
    return f"{sent}站内还没有看" if ways else "只在站内，还没有看"


# --- what its messages say; its own words stand on its page alone, for those who are signed in ---

TITLE, CORRECTED_TITLE, WITHDRAWN_TITLE = "{title}", "（更正）{title}", "（已撤回）{title}"
WITHDRAWN_BODY = "{office}撤回了通知“{title}”，请不要再按它办理。原因请登录系统查看。"


def said_of(due_on: date | None, meets_on: date | None, meets_at: str, *, wants_receipt: bool, corrects: bool) -> str:
    """What a message says of a notice, with {office} and {title}."""
    said = "{office}更正了通知“{title}”，以这一份为准。" if corrects else "{office}发来通知“{title}”。"
    if meets_on is not None:
        said += f"会议时间：{day_said(meets_on)}{meets_at}。"
    if due_on is not None:
        said += f"请在{day_said(due_on)}前{'回执' if wants_receipt else '办理'}。"
    return said + "全文和附件请登录系统查看。"


def day_said(day: date) -> str:
    """A day as people say it."""
    return f"{day.year}年{day.month}月{day.day}日"
