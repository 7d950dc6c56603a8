"""A township's rule set and its day of beginning: chosen, and changed as long as nothing was judged by them."""

from datetime import date

from services.activities.register import queries
from services.activities.register.actions.units import KEEPS_REGISTER, changed, require
from services.activities.register.rules.regrouping import day_said
from services.activities.register.rules.rule_sets import titles
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.people import Unit, UnitKind
from shared.rule_versions import forget
from shared.rulebase import LOCAL


def choose_rule_set(session: Session, actor: Actor, township_id: int, rule_set: str) -> Unit:
    """Another local rule set, until the township's first year opens; afterwards only a dated version is possible."""
    township = queries.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP, locked=True)
    require(actor, township, KEEPS_REGISTER)
    if rule_set not in LOCAL:
        raise Invalid(f"制度只能选：{'、'.join(LOCAL)}。", field="rule_set")
    if rule_set == township.rule_set:
        return township
    if queries.is_judged(session, township.id):
        said = "已经启动过考核年度，或者定过自己的版本，不能再换一套制度。要改，请拟一个新版本，从以后的一天起执行。"
        raise Conflict(f"{township.name}{said}", field="rule_set")
    former, township.rule_set = township.rule_set or "", rule_set
    session.flush()
    forget(session)
    reason = f"原来执行：{titles().get(former, former)}"
    changed(session, actor, township, "rules_chosen", clock.today(session), reason=reason)
    return township


def begin_earlier(session: Session, actor: Actor, township_id: int, day: date) -> bool:
    """An old ledger is brought in: the township keeps its book from then on; whether that is earlier than before."""
    township = queries.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP, locked=True)
    require(actor, township, KEEPS_REGISTER)
    former = township.begins_on
    if former is None or day >= former:
        return False
    township.begins_on = day
    session.flush()
    forget(session)
    changed(session, actor, township, "begins", day, reason=f"原来从{day_said(former)}起")
    return True


def begin_again(session: Session, actor: Actor, township_id: int, former: date, moved_to: date) -> None:
    """An old ledger is taken back: the day of beginning stands where it was, unless it was moved again since."""
    township = queries.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP, locked=True)
    require(actor, township, KEEPS_REGISTER)
    if township.begins_on != moved_to:
        return
    township.begins_on = former
    session.flush()
    forget(session)
    changed(session, actor, township, "begins", former, reason=f"原来从{day_said(moved_to)}起")
