"""What the office decides about itself: settings, versions of its rules, and a second step that is set up anew."""

from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO

from sqlalchemy import delete, func, insert
from sqlalchemy.dialects.postgresql import insert as upsert

from services.activities.concerns import actions as concerns
from services.activities.concerns import queries as views
from services.activities.grid import actions as grid
from services.activities.ledger import actions as ledger
from services.activities.ledger import queries as records
from services.activities.office import queries, rules
from services.activities.office.queries import Asked, Entry, YearOfDays
from services.activities.office.rules import Change
from services.activities.office.rules.announced import ALWAYS_OFF, Stretch, said_of, stretches_from, together
from services.activities.office.rules.kinds import KINDS
from services.activities.office.rules.words import WORDS
from services.activities.office.rules.year import why_on
from services.activities.register import queries as register
from services.activities.register.actions.posts import refuse_officers
from services.activities.register.actions.taking_over import take_over
from services.activities.register.actions.units import KEEPS_REGISTER, require
from shared import access, clock, heads, machine, office_settings, rule_versions, switches
from shared.access import SYSTEM, Actor
from shared.alarms import raise_alarm
from shared.audit import announce, newest_head, verified
from shared.db import Session
from shared.errors import Conflict, Invalid, NotYours, OutOfOrder, there
from shared.events import AccountChanged, Alarm, AuditTaken, RuleVersionStored, WorkdaysChanged
from shared.office_settings import ABOUT, REASON_LENGTH_MAX, Decision, Key, Value
from shared.people import Person, Reply, UnitKind, Workday, WorkdayYear
from shared.roles import Role
from shared.rule_versions import RuleVersion
from shared.rulebase import NATIONAL, RuleSet, as_data, lay_over, shipped
from shared.sheets import Cell, Leaf, write_book
from shared.systems import SWITCHED, System
from shared.workdays import Workdays, in_library

LISTED = 20  # of what is open, so many are named
REPLIES_KEPT = timedelta(days=30)  # a phone that sends later than that what it kept asks anew


def decide(
    session: Session,
    actor: Actor,
    township_id: int,
    key: Key,
    value: object,
    *,
    reason: str,
    effective_from: date | None = None,
    ends_open: bool = False,
) -> Decision:
    """Set something for a township, from today or a day to come. `ends_open`: of a system that is switched off."""
    queries.township_as(session, actor, township_id, *ABOUT[key].roles, Role.SYSTEM)
    if key is Key.SYSTEMS:
        value = ABOUT[key].checked(value)
        _end_what_is_off(session, actor, township_id, value, reason=reason, ends_open=ends_open)
        effective_from = None
        _take_leaders_over(session, township_id, value, reason=reason)
    return office_settings.put(session, actor, township_id, key, value, reason=reason, effective_from=effective_from)


def _take_leaders_over(session: Session, township_id: int, chosen: Value, *, reason: str) -> None:
    """Where leaders begin to be chosen, whoever leads goes on, with the reason of the switch."""
    wanted = chosen if isinstance(chosen, list) else []
    if System.CHOOSINGS in wanted and not switches.is_on(session, System.CHOOSINGS, township_id):
        take_over(session, township_id, reason)


def _end_what_is_off(
    session: Session, actor: Actor, township_id: int, chosen: Value, *, reason: str, ends_open: bool
) -> None:
    """What is open in a system that is switched off is named; it ends with the reason, where that is wanted (409)."""
    wanted = chosen if isinstance(chosen, list) else []
    off = {each for each in SWITCHED if switches.is_on(session, each, township_id)} - {System(each) for each in wanted}
    if System.ASSESSMENT in off and (said := why_on(queries.going_on(session, township_id))):
        raise OutOfOrder(said)
    if System.CHOOSINGS in off and not ends_open and (open_here := queries.choosings_open(session, township_id)):
        raise OutOfOrder(
            f"还有{open_here}项选配没有办结。请先在“选配换届”里办结；或者勾选“一并作废”，以停用为由终止。"
            "已经备案的照常到任。"
        )
    if System.CONCERNS in off:
        _end_views(session, actor, township_id, ends_open=ends_open)
    if System.GRID in off:
        grid.end_open(session, actor, township_id)
    if System.GROUP_LIFE in off:
        open_now = records.open_in(session, actor, township_id)
        if open_now and not ends_open:
            listed = "、".join(records.said_of(session, open_now[:LISTED])) + "等" * (len(open_now) > LISTED)
            raise OutOfOrder(
                f"还有{len(open_now)}条记录没有确认：{listed}。请先确认；或者勾选“一并作废”，以这次的理由作废。"
            )
        ledger.end_open(session, actor, open_now, reason=reason)


def _end_views(session: Session, actor: Actor, township_id: int, *, ends_open: bool) -> None:
    """People's views that go on are withdrawn where that is wanted (409): nobody could take a step with them."""
    if not ends_open and (open_now := views.many_open(session, township_id)):
        raise OutOfOrder(
            f"还有{open_now}件群众意见没有办结。请先在“群众意见”里办结；或者勾选“一并作废”，以停用为由撤回。"
        )
    concerns.end_open(session, actor, township_id)


def store_rules(
    session: Session,
    actor: Actor,
    township_id: int,
    changes: Sequence[Change],
    *,
    effective_from: date,
    reason: str,
) -> RuleVersion:
    """Another version of a township's local rules, from a day to come on; looser than the floor is refused.

    Never from today: what was judged this morning stays judged by what held then.
    """
    township = register.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP, locked=True)
    require(actor, township, KEEPS_REGISTER)
    why = _reason(reason, "修改")
    if not changes:
        raise Invalid("没有改动任何一条，不需要新的版本。", field="reason")
    stored = queries.versions(session, township_id)
    _check_day(session, stored, effective_from)
    book = rule_versions.book_of(session, township_id)
    version = f"{effective_from.isoformat()}-{len(stored) + 1}"
    local = rules.revised(book, changes, on=effective_from, version=version)
    lay_over(shipped(NATIONAL), None, ((effective_from, local),))
    made = _stored(session, actor, township_id, local, since=effective_from, reason=why)
    fact = RuleVersionStored(
        unit_id=township_id,
        version_id=made.id,
        edition=version,
        changed=" ".join(change.key for change in changes),
        effective_from=effective_from.isoformat(),
    )
    announce(session, fact, by=actor, reason=why)
    return made


def _stored(
    session: Session, actor: Actor, township_id: int, local: RuleSet, *, since: date, reason: str
) -> RuleVersion:
    """The row of a version; what was read of the rules before is forgotten."""
    row = {
        "township_id": township_id,
        "version": local.version,
        "effective_from": since,
        "body": as_data(local),
        "reason": reason,
        "stored_by": actor.account_id,
    }
    made = session.scalars(insert(RuleVersion).returning(RuleVersion), row).one()
    rule_versions.forget(session)
    return made


def _reason(reason: str, what: str) -> str:
    """The reason without blanks around it; there must be one."""
    if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
        raise Invalid(f"请写明{what}的理由，不超过 {REASON_LENGTH_MAX} 字。", field="reason")
    return reason.strip()


def _check_day(session: Session, stored: Sequence[RuleVersion], effective_from: date) -> None:
    """From tomorrow at the earliest, and not before a version that waits for its day already."""
    if effective_from <= clock.today(session):
        raise Invalid("新版本最早从明天起执行：今天以前的事按当时的规定办。", field="effective_from")
    if stored and stored[0].effective_from > effective_from:
        last = stored[0].effective_from
        raise Invalid(
            f"已经有从{last.year}年{last.month}月{last.day}日起执行的版本，新版本的日期不能比它早。",
            field="effective_from",
        )


# --- working days: the announcement is the same for all townships, so a keeper of all of them enters it ---

YEARS_AHEAD = 2
DROPPED_MAX = 366  # days


def may_enter(session: Session, actor: Actor) -> bool:
    """Whether somebody enters working days."""
    return office_settings.holds_in_all(session, actor, frozenset({Role.KEEPER, Role.SYSTEM}))


def enter_workdays(
    session: Session, actor: Actor, year: int, announcement: str, *, whole: bool, reason: str
) -> list[Stretch]:
    """Enter a year's days off as announced, all lines or none; `whole`: nothing of the year is missing any more."""
    _require_calendar(session, actor)
    why = _reason(reason, "录入")
    now = clock.today(session).year
    if not now <= year <= now + YEARS_AHEAD:
        raise Invalid(f"只能录入{now}年到{now + YEARS_AHEAD}年的安排。", field="year")
    before = queries.working_days(session, actor, year)
    entered = stretches_from(announcement, year, worked=Workdays().is_workday)
    if not entered and (not whole or before.settled):
        raise Invalid("请填写放假或上班的日期。", field="announcement")
    _put_days(session, entered, why)
    if whole:
        _settle(session, year, why)
    said = "；".join([each.said() for each in entered] + ["已录完"] * whole)
    _tell(session, actor, year, f"{year}年{_state(before)}", said, why)
    return entered


def drop_workdays(session: Session, actor: Actor, first: date, last: date, *, reason: str) -> None:
    """Take own entries back: the published table holds again, or a guess. A year entered in full is open again."""
    _require_calendar(session, actor)
    why = _reason(reason, "删除")
    if not 0 <= (last - first).days <= DROPPED_MAX:
        raise Invalid("结束日期不能早于开始日期，也不能相隔一年以上。", field="last")
    days = queries.own_days(session, list(Stretch(first, last, working=False).days()))
    there(days or None, "本机构录入的这几天")
    session.execute(delete(Workday).where(Workday.day.in_(days)))
    session.execute(delete(WorkdayYear).where(WorkdayYear.year.in_({day.year for day in days})))
    after = _state(queries.working_days(session, actor, first.year))
    _tell(session, actor, first.year, said_of(together(days)), f"删除，按{after}", why)


def _require_calendar(session: Session, actor: Actor) -> None:
    """403 for whoever enters no working days."""
    if not may_enter(session, actor):
        raise NotYours("工作日表全系统共用，由管理本系统全部乡镇的安全管理员录入，您没有这个职务。")


def _tell(session: Session, actor: Actor, year: int, before: str, after: str, why: str) -> None:  # noqa: PLR0917
    """The change stands on the audit of every township: the days of all of them are counted by it."""
    for township in queries.townships_of(session, actor, Role.KEEPER):
        fact = WorkdaysChanged(unit_id=township.id, year=year, before=before, after=after)
        announce(session, fact, by=actor, reason=why)


def _put_days(session: Session, entered: Sequence[Stretch], why: str) -> None:
    rows = {day: {"day": day, "working": each.working, "why": why} for each in entered for day in each.days()}
    if rows:
        asked = upsert(Workday)
        new = {"working": asked.excluded.working, "why": asked.excluded.why}
        session.execute(asked.on_conflict_do_update(index_elements=[Workday.day], set_=new), list(rows.values()))


def _settle(session: Session, year: int, why: str) -> None:
    """The year is entered in full: its other days are plain weekdays. What is off in every year must be among it."""
    if in_library(year):
        raise Invalid(f"{year}年已有公布的表，不用勾选“已录完”，只录和它不同的日期。", field="whole")
    wanted = [date(year, month, day) for month, day in ALWAYS_OFF]
    known = queries.own_days(session, wanted)
    missing = [f"{day.month}月{day.day}日" for day in wanted if known.get(day) is not False]
    if missing:
        raise Invalid(f"{'、'.join(missing)}还没有录为放假。请把全年的安排录完，再勾选“已录完”。", field="whole")
    asked = upsert(WorkdayYear).values(year=year, why=why)
    session.execute(asked.on_conflict_do_update(index_elements=[WorkdayYear.year], set_={"why": asked.excluded.why}))


def _state(found: YearOfDays) -> str:
    return "公布的表" if found.published else "已录完" if found.settled else "推算"


def confirm_clock(session: Session, actor: Actor) -> None:
    """The machine's clock is right: what waited for it goes on."""
    townships = [each.id for each in queries.townships_of(session, actor, Role.KEEPER)]
    if not townships:
        raise NotYours("系统时间由安全管理员确认，您没有这个职务。")
    if not machine.confirm_clock(session, actor, townships):
        raise Conflict("系统时间没有待确认的跳变，可能已经有人确认过。")


def reset_codes(session: Session, actor: Actor, account_id: int, *, reason: str) -> None:
    """Forget the telephone of somebody who lost it; he sets up codes anew where his post wants them."""
    account = queries.account_in_reach(session, actor, account_id)
    person = session.get_one(Person, account.person_id)
    unit = register.unit_in_reach(session, actor, person.unit_id)
    require(actor, unit, frozenset({Role.KEEPER, Role.SYSTEM}))
    refuse_officers(session, actor, person.id)
    if account.id == actor.account_id:
        raise NotYours("自己的验证码请由另一位安全管理员重置。")
    why = _reason(reason, "重置")
    access.reset_codes(session, account.id)
    fact = AccountChanged(unit_id=person.unit_id, account_id=account.id, change="code_reset")
    announce(session, fact, by=actor, reason=why)


def drop_replies(session: Session) -> None:
    """The answers kept under the keys of forms and requests, of all services, once they are old. Real time counts."""
    session.execute(delete(Reply).where(Reply.at < func.now() - REPLIES_KEPT))


def keep_head(session: Session) -> None:
    """Note the head of the chain where whoever owns the database cannot take it back."""
    head = newest_head(session)
    if head.link:
        heads.keep(head)


def verify_seal(session: Session) -> None:
    """Raise an alarm where the history does not fit its seal, or a head kept outside is no link of it."""
    found = verified(session)
    if wrong := len(found.broken) + len(found.lost):
        raise_alarm(session, Alarm.SEAL, wrong, by=SYSTEM)


# --- the audit, taken out as a file ---

AUDIT_HEADER = ("时间", "谁", "事项", "事由", "变动", "单位", "理由", "封印")
AUDIT_ROWS_MAX = 20_000
AUDIT_BATCH = 2_000


def take_audit(session: Session, actor: Actor, asked: Asked) -> bytes:
    """What the page of the audit shows of these filters, as a workbook, the newest first; that it was taken is told.

    At most AUDIT_ROWS_MAX lines; a second sheet says what was asked for, and whether anything is missing.
    """
    found = _entries(session, actor, asked)
    cut, entries = len(found) > AUDIT_ROWS_MAX, found[:AUDIT_ROWS_MAX]
    home = queries.home_of(session, actor)
    fact = AuditTaken(
        unit_id=home.id if home else 0,
        rows=len(entries),
        by_account=asked.account_id or 0,
        in_unit=asked.unit_id or 0,
        of_fact=asked.fact or "",
        since=asked.since.isoformat() if asked.since else "",
        until=asked.until.isoformat() if asked.until else "",
        of_kind=asked.kind or "",
        about_person=asked.person_id or 0,
    )
    announce(session, fact, by=actor)
    target = BytesIO()
    about = _about_audit(asked, len(entries), cut=cut)
    write_book(
        target, (Leaf("审计记录", AUDIT_HEADER, [_line(each) for each in entries]), Leaf("说明", about[0], about[1:]))
    )
    return target.getvalue()


def _entries(session: Session, actor: Actor, asked: Asked) -> list[Entry]:
    """One line more than is taken out, if there are so many."""
    found: list[Entry] = []
    while len(found) <= AUDIT_ROWS_MAX:
        after = found[-1].id if found else None
        found += (page := queries.audit(session, actor, asked, after=after, limit=AUDIT_BATCH))
        if len(page) < AUDIT_BATCH:
            break
    return found


def _line(entry: Entry) -> list[Cell]:
    """A line, as long as AUDIT_HEADER, with no more than the page shows."""
    at = entry.at.astimezone(clock.OFFICE_ZONE)
    moved = "；".join(each for each in (entry.moved, *(change.said() for change in entry.changes)) if each)
    sealed = "已封" if entry.sealed else "待封"
    return [f"{at:%Y-%m-%d %H:%M}", entry.who, entry.words, entry.about, moved, entry.unit, entry.reason, sealed]


def _about_audit(asked: Asked, lines: int, *, cut: bool) -> list[tuple[str, str]]:
    """What the file holds, as pairs."""
    whole = (
        f"符合条件的太多，这里只有最近的 {lines} 条。请缩小日期范围，分几次导出。" if cut else "符合条件的都在这里。"
    )
    return [
        ("项目", "内容"),
        ("条数", f"{lines} 条。{whole}"),
        ("从", asked.since.isoformat() if asked.since else "不限"),
        ("到", asked.until.isoformat() if asked.until else "不限"),
        ("事项", WORDS.get(asked.fact, asked.fact) if asked.fact else "全部"),
        ("类别", KINDS[asked.kind].word if asked.kind else "全部"),
        ("关于谁", "只含一个人" if asked.person_id is not None else "所有人"),
        ("谁办的", "只含一个人" if asked.account_id is not None else "所有人"),
        ("单位", "只含一个单位和它的下级" if asked.unit_id is not None else "全部"),
    ]
