"""What the office decided: its settings, and its rules by their versions."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from services.activities.office import rules
from shared import clock, office_settings, rule_versions
from shared.access import Actor
from shared.db import Session
from shared.errors import there
from shared.office_settings import ABOUT, Decision, Key, Value
from shared.people import Unit, UnitKind, names_by_account
from shared.rule_versions import RuleVersion
from shared.rulebase import Rule, RuleBook
from shared.settings import settings


@dataclass(frozen=True, slots=True)
class Standing:
    """A setting as it stands today, and the decision behind it, if there is one."""

    key: Key
    value: Value
    said: str
    decision: Decision | None


def settings_of(session: Session, township_id: int) -> list[Standing]:
    """Every setting of a township as it stands today."""
    today, behind = clock.today(session), {}
    for each in sorted(office_settings.history(session, township_id), key=lambda row: (row.effective_from, row.id)):
        if each.effective_from <= today:
            behind[each.key] = each
    standing = []
    for key in Key:
        value = office_settings.get(session, key, township_id)
        standing.append(Standing(key, value, ABOUT[key].said(value), behind.get(key)))
    return standing


def decisions(session: Session, township_id: int) -> list[tuple[Decision, str]]:
    """What was decided, the newest first, with the name of whoever did."""
    found = office_settings.history(session, township_id)
    names = names_by_account(session, {each.set_by for each in found})
    return [(each, names.get(each.set_by or 0, "系统")) for each in found]


def environment() -> list[tuple[str, str, str, str]]:
    """What was set when the system was installed: title, variable, value, reason; nothing secret."""
    chosen = settings()
    return [
        (title, f"XIAOZU_{name.upper()}", rules.value_words(name, getattr(chosen, name)), why)
        for name, (title, why) in rules.INSTALLED.items()
    ]


# --- rules ---


def book_of(session: Session, actor: Actor, township_id: int) -> tuple[Unit, RuleBook]:
    """The rules of a township, for whoever holds any post in it: what is asked of people is no secret."""
    home = select(func.coalesce(Unit.township_id, Unit.id)).where(Unit.id.in_([unit for _, unit in actor.posts]))
    asked = select(Unit).where(Unit.id == township_id, Unit.kind == UnitKind.TOWNSHIP)
    found = there(session.scalar(asked if actor.reach == "*" else asked.where(Unit.id.in_(home))), "这个乡镇")
    return found, rule_versions.book_of(session, township_id)


def versions(session: Session, township_id: int) -> list[RuleVersion]:
    """The versions that a township stored, the newest first."""
    asked = select(RuleVersion).where(RuleVersion.township_id == township_id)
    return list(session.scalars(asked.order_by(RuleVersion.effective_from.desc(), RuleVersion.id.desc())))


def rules_by_source(book: RuleBook, on: date) -> dict[str, list[Rule]]:
    """The rules in force on a day, by their source, in the order of their keys."""
    found: dict[str, list[Rule]] = {}
    for _, rule in sorted(book.on(on).by_key.items()):
        found.setdefault(rule.source, []).append(rule)
    return found
