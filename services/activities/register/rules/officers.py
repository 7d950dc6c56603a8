"""Acts on the accounts and posts of officers: asked by one, agreed by another, and only then done. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.activities.register.rules.regrouping import day_said
from shared.moves import Machine, Move
from shared.roles import Role


class Act(StrEnum):
    """What may be asked for."""

    APPOINT = "appoint"
    DISMISS = "dismiss"
    STAND_IN = "stand_in"
    STAND_DOWN = "stand_down"
    MAKE_ACCOUNT = "make_account"
    RENEW_PASSWORD = "renew_password"  # noqa: S105  a word
    END_ACCOUNT = "end_account"
    RESET_CODES = "reset_codes"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return ACTS[self]


ACTS: dict[Act, str] = {
    Act.APPOINT: "任职",
    Act.DISMISS: "免职",
    Act.STAND_IN: "代行职务",
    Act.STAND_DOWN: "提前结束代行",
    Act.MAKE_ACCOUNT: "开通账号",
    Act.RENEW_PASSWORD: "重发初始密码",
    Act.END_ACCOUNT: "停用账号",
    Act.RESET_CODES: "重置一次性验证码",
}
GIVE_PASSWORDS = frozenset({Act.MAKE_ACCOUNT, Act.RENEW_PASSWORD})
"""Whoever asked makes the first password once it is agreed: it is on his screen, once, and never on the other's."""
OF_POSTS = frozenset({Act.APPOINT, Act.DISMISS, Act.STAND_IN, Act.STAND_DOWN})
NAME_A_POST = frozenset({Act.APPOINT, Act.STAND_IN, Act.STAND_DOWN})
"""They say which post is meant; a dismissal says whose, by its number."""
OF_ACCOUNTS = frozenset(Act) - OF_POSTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for: of whom (a dismissal names the post alone), and what the act wants to know."""

    act: Act
    person_id: int | None = None
    unit_id: int | None = None  # of an appointment; none: the township
    kind: Role | None = None
    post_id: int | None = None
    day: date | None = None  # from when; none: the day on which it is done
    until: date | None = None  # of standing in: the last day on which he does
    login: str | None = None


def before_and_after(act: Act, kind: Role | None, day: date | None, until: date | None = None) -> tuple[str, str]:
    """How an account or a post stands without an act and with it."""
    if kind is not None:
        since = f"从{day_said(day)}起" if day else "从办理之日起"
        if act is Act.STAND_IN:
            return f"未代行{kind.chinese}", f"{since}代行{kind.chinese}，到{day_said(until)}为止" if until else since
        if act is Act.STAND_DOWN:
            return f"代行{kind.chinese}", f"{since}不再代行"
        held = act is Act.DISMISS
        said = "在任" if held else "未任"
        return f"{said}{kind.chinese}", f"{since}{'不再任' if held else '任'}{kind.chinese}"
    return {
        Act.MAKE_ACCOUNT: ("没有账号", "有账号，用初始密码登录"),
        Act.RENEW_PASSWORD: ("原来的密码", "新的初始密码"),
        Act.END_ACCOUNT: ("账号使用中", "账号停用"),
        Act.RESET_CODES: ("一次性验证码已设置", "一次性验证码待设置"),
    }[act]


class Stage(StrEnum):
    """Where it stands."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    DONE = "done"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STAGES[self]


STAGES: dict[Stage, str] = {
    Stage.ASKED: "等待同意",
    Stage.AGREED: "已同意，待办理",
    Stage.DECLINED: "不同意",
    Stage.WITHDRAWN: "已撤回",
    Stage.DONE: "已办理",
}


class Step(StrEnum):
    """What takes it on."""

    AGREE = "agree"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    CARRY_OUT = "carry_out"


WAITS: dict[str, tuple[str, Role] | None] = {
    Stage.ASKED: ("activities.agree", Role.COMMITTEE),  # or whoever the row says
    Stage.AGREED: ("activities.first_password", Role.KEEPER),  # or as what it was asked for
    Stage.DECLINED: None,
    Stage.WITHDRAWN: None,
    Stage.DONE: None,
}

ASKS = frozenset({Role.KEEPER, Role.ORGANISER})
AGREES = frozenset({Role.KEEPER, Role.ORGANISER, Role.COMMITTEE, Role.SYSTEM})  # each row says which of them

MOVES: Machine[Stage, Step] = Machine(
    "officer_act",
    start=Stage.ASKED,
    moves={
        (Stage.ASKED, Step.AGREE): Move(Stage.AGREED, AGREES),
        (Stage.ASKED, Step.DECLINE): Move(Stage.DECLINED, AGREES),
        (Stage.ASKED, Step.WITHDRAW): Move(Stage.WITHDRAWN, ASKS),
        (Stage.AGREED, Step.CARRY_OUT): Move(Stage.DONE, AGREES),
        (Stage.AGREED, Step.DECLINE): Move(Stage.DECLINED, AGREES),
        (Stage.AGREED, Step.WITHDRAW): Move(Stage.WITHDRAWN, ASKS),
    },
)
