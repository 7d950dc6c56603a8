"""What an office decides itself, as dated rows with reasons; where it has decided nothing, the environment holds.

A township decides for itself. What all townships of an installation share (the rate of one mail server) is decided by
whoever keeps all of them. A row is never changed: another one follows it, from today or a day to come.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol, cast

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Text, insert, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared import clock
from shared.audit import announce
from shared.db import Acting, Base, Session
from shared.errors import Invalid, NotYours
from shared.events import SettingChanged
from shared.people import Unit, UnitKind
from shared.roles import Role
from shared.settings import Settings, settings
from shared.systems import AT_FIRST, SWITCHED, System

REASON_LENGTH_MAX, PATTERN_LENGTH_MAX = 500, 40
PHONE = re.compile(r"[0-9 、-]{0,40}")
PARTS = re.compile(r"\{(字|年|序[2-6]?)\}")
Value = int | str | list[str]


class Key(StrEnum):
    """What can be decided."""

    QUIET_FROM = "quiet_from"
    QUIET_TO = "quiet_to"
    MAIL_PER_MINUTE = "mail_per_minute"
    TOTP_ROLES = "totp_roles"
    FILES_MB = "files_mb"
    NUMBER_PATTERN = "number_pattern"
    NOTICE_PHONE = "notice_phone"
    CORRECTS_AT_ONCE = "corrects_at_once"
    COMMITTEE_NODS = "committee_nods"
    SYSTEMS = "systems"


@dataclass(frozen=True, slots=True)
class About:
    """A key for people: its name, what it does, its bounds or its choices, who decides it, for whom."""

    title: str
    why: str
    roles: frozenset[Role]
    unit: str = ""
    low: int = 0
    high: int = 0
    choices: tuple[Role, ...] | tuple[System, ...] = ()
    none: str = ""  # of a list: what is said where nothing is chosen
    shared: bool = False  # by all townships of the installation
    written: Callable[[str], str | None] | None = None  # of a text: what is wrong with it, as a sentence

    def checked(self, value: object) -> Value:
        """The value in its shape, or Invalid."""
        if self.choices:
            known = {each.value for each in self.choices}
            if not isinstance(value, list) or not set(value) <= known:
                raise Invalid(f"「{self.title}」只能选择列出的几项。", field="value")
            return [each.value for each in self.choices if each.value in value]
        if self.written:
            if wrong := self.written(str(value)):
                raise Invalid(wrong, field="value")
            return str(value)
        if type(value) is not int or not self.low <= value <= self.high:
            raise Invalid(f"「{self.title}」应为 {self.low} 到 {self.high} 的整数。", field="value")
        return value

    def said(self, value: Value) -> str:
        """The value in words."""
        if isinstance(value, list):
            return "、".join(each.chinese for each in self.choices if each.value in value) or self.none
        return f"{value} {self.unit}".strip() or self.none


def pattern_wrong(pattern: str) -> str | None:
    """What is wrong with a way to write numbers: each of a year, of a purpose, must come out different."""
    parts = PARTS.findall(pattern)
    if sorted(part[0] for part in parts) != ["字", "年", "序"] or len(pattern) > PATTERN_LENGTH_MAX:
        return f"编号的写法要有 {{字}}、{{年}}、{{序}} 各一个，不超过 {PATTERN_LENGTH_MAX} 个字。"
    return (
        "编号的写法里，花括号只能用于 {字}、{年}、{序}、{序3}。" if set(PARTS.sub("", pattern)) & {"{", "}"} else None
    )


def phone_wrong(phone: str) -> str | None:
    """What is wrong with an office's telephone as it is printed."""
    if PHONE.fullmatch(phone):
        return None
    return "请填写电话号码，只用数字、空格和“-”，几个电话用“、”隔开，不超过 40 个字。"


KEEPER, OFFICE = frozenset({Role.KEEPER}), frozenset({Role.KEEPER, Role.ORGANISER})
OFFICERS = (Role.ORGANISER, Role.COMMITTEE, Role.KEEPER, Role.AUDITOR, Role.INSPECTOR, Role.SECRETARY)
ABOUT: dict[Key, About] = {
    Key.QUIET_FROM: About("免打扰开始", "从这个钟点起不发信件，紧急的除外。", OFFICE, "点", 0, 24),
    Key.QUIET_TO: About("免打扰结束", "从这个钟点起恢复发信；开始和结束相同，就不设免打扰。", OFFICE, "点", 0, 24),
    Key.MAIL_PER_MINUTE: About(
        "每分钟最多发信", "邮件服务器的限额，全系统合计。", KEEPER, "封", 1, 10_000, shared=True
    ),
    Key.TOTP_ROLES: About(
        "登录须用验证码的职务",
        "这些职务登录时，除密码外还要输入手机上的一次性验证码。",
        KEEPER,
        choices=OFFICERS,
        none="都不要求",
    ),
    Key.FILES_MB: About(
        "每个支部的附件最多", "照片、材料都算在支部名下；满了就不能再上传。", KEEPER, "MB", 1, 1_000_000
    ),
    Key.NUMBER_PATTERN: About(
        "编号的写法",
        "编号按年从 1 连续编排。{字} 是用途（如 考备），{年} 是年份，{序} 是顺序号；{序3} 写成三位。",
        OFFICE,
        written=pattern_wrong,
    ),
    Key.NOTICE_PHONE: About(
        "公示的联系电话",
        "印在考核结果公示上，有异议的人打这个电话。不填就不印。",
        OFFICE,
        none="不印",
        written=phone_wrong,
    ),
    Key.CORRECTS_AT_ONCE: About(
        "直接更正党员登记的职务",
        "选中支部书记，他更正本支部党员的登记就直接生效；不选，就要组织委员同意。",
        OFFICE,
        choices=(Role.SECRETARY,),
        none="都要组织委员同意",
    ),
    Key.COMMITTEE_NODS: About(
        "备案前须党委同意的职务",
        "选中的职务，组织委员审查后先报党委同意，再备案；不选，审查后直接备案。",
        OFFICE,
        choices=(Role.LEADER, Role.DEPUTY),
        none="都不须先报",
    ),
    Key.SYSTEMS: About(
        "开通的业务",
        "没有开通的业务不派任务、不提醒、不计入考核，只能查看以前的记录。名册和消息始终开通。改动当天生效。",
        frozenset({Role.ORGANISER}),
        choices=SWITCHED,
        none="都没有开通",
    ),
}
# What holds while nobody has decided anything.
DEFAULTS: dict[Key, Callable[[Settings], Value]] = {
    Key.QUIET_FROM: lambda chosen: chosen.quiet_from,
    Key.QUIET_TO: lambda chosen: chosen.quiet_to,
    Key.MAIL_PER_MINUTE: lambda chosen: chosen.mail_per_minute,
    Key.TOTP_ROLES: lambda chosen: [role for role in chosen.totp_roles.split(",") if role],
    Key.FILES_MB: lambda chosen: chosen.files_mb,
    Key.CORRECTS_AT_ONCE: lambda _chosen: [],
    Key.COMMITTEE_NODS: lambda _chosen: [],
    Key.NOTICE_PHONE: lambda _chosen: "",
    Key.NUMBER_PATTERN: lambda _chosen: "{字}〔{年}〕{序}号",
    Key.SYSTEMS: lambda _chosen: [system.value for system in AT_FIRST],
}


class Decision(Base):
    """A value from a day on, who decided it and why."""

    __tablename__ = "setting"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("office.unit.id"), comment="the township; null: the whole installation"
    )
    key: Mapped[str] = mapped_column(Text)
    value: Mapped[Any] = mapped_column(JSONB)
    effective_from: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    set_by: Mapped[int | None] = mapped_column(BigInteger, comment="account; null: the system or the console")
    set_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))

    __table_args__ = (
        Index("setting_unit_id_key_idx", "unit_id", "key", "effective_from"),
        {"schema": "office"},
    )


class Deciding(Acting, Protocol):
    """Whoever decides (an Actor from shared.access)."""

    def roles_over(self, *units: int | None) -> frozenset[Role]:
        """The roles that he holds in these units."""
        ...


def get(session: Session, key: Key, township_id: int | None = None) -> Value:
    """What holds today: the township's decision, or the environment's value. Read once a transaction."""
    found: dict[tuple[int | None, str], Value] | None = session.info.get("office_settings")
    if found is None:
        rows = session.execute(
            select(Decision.unit_id, Decision.key, Decision.value)
            .where(Decision.effective_from <= clock.today(session))
            .order_by(Decision.effective_from, Decision.id)
        )  # a later one takes the place of an earlier one
        found = session.info["office_settings"] = {(unit_id, name): value for unit_id, name, value in rows}
    value = found.get((None if ABOUT[key].shared else township_id, key.value))
    return DEFAULTS[key](settings()) if value is None else value


def dated(session: Session, key: Key, township_id: int | None) -> list[tuple[date, Value]]:
    """What a township decided of a key, each with the day from which it holds, the later after the earlier."""
    kept: dict[tuple[int | None, Key], list[tuple[date, Value]]] = session.info.setdefault("settings_dated", {})
    if (township_id, key) not in kept:
        asked = select(Decision.effective_from, Decision.value).where(
            Decision.unit_id == township_id, Decision.key == key.value
        )
        found = session.execute(asked.order_by(Decision.effective_from, Decision.id)).all()
        kept[township_id, key] = [(start, value) for start, value in found]
    return kept[township_id, key]


def number(session: Session, key: Key, township_id: int | None = None) -> int:
    """What holds today of a key that counts."""
    return cast("int", get(session, key, township_id))


def written(session: Session, key: Key, township_id: int | None = None) -> str:
    """What holds today of a key that is a text."""
    return cast("str", get(session, key, township_id))


def words(session: Session, key: Key, township_id: int | None = None) -> tuple[str, ...]:
    """What holds today of a key that lists."""
    return tuple(cast("list[str]", get(session, key, township_id)))


def put(
    session: Session,
    actor: Deciding,
    township_id: int,
    key: Key,
    value: object,
    *,
    reason: str,
    effective_from: date | None = None,
) -> Decision:
    """Decide a value from a day on, today if none is given. The fact stands on the audit with its reason."""
    about, today = ABOUT[key], clock.today(session)
    _may_decide(session, actor, township_id, about)
    if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
        raise Invalid(f"请写明修改的理由，不超过 {REASON_LENGTH_MAX} 字。", field="reason")
    start = effective_from or today
    if start < today:
        raise Invalid("生效日期不能早于今天。", field="effective_from")
    before = get(session, key, township_id)
    row = {
        "unit_id": None if about.shared else township_id,
        "key": key.value,
        "value": about.checked(value),
        "effective_from": start,
        "reason": reason.strip(),
        "set_by": actor.account_id,
    }
    decision = session.scalars(insert(Decision).returning(Decision), row).one()
    fact = SettingChanged(
        unit_id=township_id,
        setting_id=decision.id,
        key=key.value,
        before=about.said(before),
        after=about.said(decision.value),
        effective_from=start.isoformat(),
    )
    announce(session, fact, by=actor, reason=decision.reason)
    session.info.pop("office_settings", None)
    session.info.pop("settings_dated", None)
    return decision


def _may_decide(session: Session, actor: Deciding, township_id: int, about: About) -> None:
    """Refuse whoever holds none of the roles: in this township, or in every one where it is shared by all."""
    allowed = about.roles | {Role.SYSTEM}
    if not (holds_in_all(session, actor, allowed) if about.shared else actor.roles_over(township_id) & allowed):
        who = "、".join(sorted(role.chinese for role in about.roles))
        everywhere = "，并且要管理本系统的全部乡镇" if about.shared else ""
        raise NotYours(f"「{about.title}」由{who}决定{everywhere}，您没有这个职务。")


def holds_in_all(session: Session, actor: Deciding, roles: frozenset[Role]) -> bool:
    """Whether somebody holds one of these roles in every township: what all of them share is his to decide."""
    living = select(Unit.id).where(Unit.kind == UnitKind.TOWNSHIP, Unit.dissolved_on.is_(None))
    return all(actor.roles_over(each) & roles for each in session.scalars(living))


def history(session: Session, township_id: int) -> list[Decision]:
    """What a township decided, and what was decided for all, the newest first. The caller asks who may see it."""
    mine = or_(Decision.unit_id == township_id, Decision.unit_id.is_(None))
    return list(session.scalars(select(Decision).where(mine).order_by(Decision.id.desc()).limit(200)))
