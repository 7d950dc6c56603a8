"""Units renamed: from a day on, and until that day it is called what it was called."""

from datetime import date

from services.activities.register import queries
from services.activities.register.actions.units import KEEPS_REGISTER, changed, require
from services.activities.register.rules.pinyin import unit_key
from services.activities.register.rules.regrouping import day_said
from shared.access import Actor
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.people import Unit, UnitKind, UnitName


def unit_to_name(session: Session, actor: Actor, unit_id: int) -> Unit:
    """A township, branch or group that is to be renamed, locked, for whoever keeps the register."""
    unit = queries.unit_in_reach(session, actor, unit_id, locked=True)
    require(actor, unit, KEEPS_REGISTER)
    if unit.dissolved_on is not None:
        said = f"{unit.whole_name}已从{day_said(unit.dissolved_on)}起撤销，名称不能再更改。"
        raise Conflict(said, field="name")
    return unit


def check_name(session: Session, unit: Unit, name: str, on: date) -> None:
    """Refuse a name that another has, and a day before which it was renamed already, or on which it was not there."""
    if not name:
        raise Invalid("请填写名称。", field="name")
    namesake = queries.namesake(session, UnitKind(unit.kind), name, above_id=unit.branch_id or unit.township_id)
    if namesake is not None and namesake.id != unit.id:
        raise Conflict(f"“{name}”已经存在。", field="name")
    if on < unit.founded_on:
        raise Invalid(f"更名日期不能早于{unit.whole_name}成立的{day_said(unit.founded_on)}。", field="on")
    since = queries.called_since(session, unit.id)
    if since is not None and on < since:
        raise Invalid(f"从{day_said(since)}起才叫“{unit.name}”，更名日期不能早于这一天。", field="on")


def give_name(session: Session, actor: Actor, unit: Unit, name: str, on: date) -> None:
    """It is called so from a day that has come; what it was called until then is kept with its days."""
    check_name(session, unit, name, on)
    former = unit.name
    session.add(UnitName(unit_id=unit.id, name=former, starts_on=queries.called_since(session, unit.id), ends_on=on))
    unit.name, unit.sort_key = name, unit_key(name)
    session.flush()
    session.expire(unit)
    changed(session, actor, unit, "renamed", on, reason=f"{queries.RENAMED}{former}")
