"""What is filed, taken out as a file: made from what one may see, in one of its forms, and put on the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from services.activities.duties import queries as duties
from services.activities.ledger.models import Activity
from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.stages import KINDS_SAID, STAGES_SAID
from services.activities.ledger.rules.words import day_said, hours_said
from services.activities.papers import queries, rules
from services.activities.papers.rules import KINDS, Listing, Row, Time
from services.activities.papers.schemas import Asked, AskedForm
from services.activities.register import queries as register
from services.activities.register.actions import KEEPS_REGISTER, require
from services.activities.register.rules.balance import Somebody, counts
from services.activities.register.rules.more import PERSONAL
from services.activities.workbook.rules.books import STANDING_SAID, period_said
from shared import clock
from shared.access import Actor
from shared.audit import announce, announce_all
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.events import NumberShown, PaperTaken
from shared.papers.kinds import Filled
from shared.papers.making import as_excel, as_pdf, sheet_of
from shared.papers.press import Made, own
from shared.people import Unit, names_of
from shared.roles import Role

MAY_TAKE_NUMBERS = KEEPS_REGISTER | {Role.SECRETARY}
LISTS_AT_ONCE = 500
STILL_COMING = "开始日期晚于截止日期，请核对。"


@dataclass(frozen=True, slots=True)
class Asking:
    """One list being made: for whom, of what, until when; `numbers`: with everybody's numbers in full."""

    session: Session
    actor: Actor
    unit: Unit
    time: Time
    asked: AskedForm
    numbers: bool = False

    @property
    def name(self) -> str:
        """What the unit was called on the list's last day."""
        return names_of(self.session, [self.unit.id], on=self.time.last_day)[self.unit.id]


def take(
    session: Session, actor: Actor, unit_id: int, listing: Listing, asked: AskedForm, *, reason: str | None = None
) -> Made:
    """A list as a file. With a `reason` its people's numbers stand there in full, and each is told who saw them.

    Raises OutOfReach for what one does not see, NotYours where numbers are not his to take.
    """
    asking = asking_of(session, actor, unit_id, listing, asked, numbers=reason is not None)
    if listing is Listing.LEDGER:
        _refuse_large(asking)
    made, version, template = made_of(asking, listing)
    unit = asking.unit
    fact = PaperTaken(
        unit_id=unit.id,
        paper=f"{listing}_numbers" if asking.numbers else listing.value,
        form=made.form,
        sort="unit",
        thing_id=unit.id,
        year=asking.time.start.year,
        template_id=template,
        of_version=version,
    )
    announce(session, fact, by=actor, reason=reason)
    return made


def asking_of(
    session: Session, actor: Actor, unit_id: int, listing: Listing, asked: AskedForm, *, numbers: bool = False
) -> Asking:
    """What is asked for, of what one sees; with everybody's numbers only where these are his to take."""
    kinds = {"of_records": listing in rules.OF_RECORDS, "of_care": listing in rules.OF_CARE}
    unit = queries.unit_of(session, actor, unit_id, **kinds)
    if numbers:
        _refuse_numbers(actor, unit, listing)
    return Asking(session, actor, unit, time_of_list(session, listing, asked), asked, numbers=numbers)


def made_of(asking: Asking, listing: Listing) -> tuple[Made, int, int]:
    """A list as it is wanted, with the version and the id of the office's own paper that it stands in, or 0."""
    filled, kind = fill(listing, asking), KINDS[listing]
    title, asked = str(filled.values["title"]), asking.asked
    if asked.file == "own":
        township_id = asking.unit.township_id or asking.unit.id
        row, data = own(asking.session, kind, township_id, [filled], version=asked.version)
        return Made(title, row.form, data), row.version, row.id
    without = frozenset() if asking.numbers else rules.NUMBERS
    sheet = sheet_of(kind, filled, without=without)
    if asked.file == "pdf":
        data = as_pdf(sheet, made_at=clock.now(asking.session))
    else:
        leaves = listing is Listing.LEDGER and asked.by_group and rules.by_group(filled, asking.time)
        data = as_excel([replace(sheet_of(kind, each), name=name) for name, each in leaves or ()] or [sheet])
    return Made(title, asked.file, data), 0, 0


def _refuse_large(asking: Asking) -> None:
    """What takes longer than people wait is made behind the page."""
    asked = asking.asked
    stood = (asking.session, asking.actor, asking.unit.id, asking.time)
    lines = queries.how_many(*stood, kind=asked.kind, stage=asked.stage)
    if lines > rules.AT_ONCE_MOST:
        raise Conflict(
            f"这份台账有 {lines} 条记录，要在后台制作：请在“打印和导出”里点“后台制作”，做好会告诉您；"
            "也可以选一个月或者一个支部，直接下载。"
        )


def may_take_numbers(session: Session, actor: Actor, unit_id: int) -> bool:
    """Whether somebody may take numbers out in full, for a reason."""
    if not unit_id:
        return False
    unit = register.unit_in_reach(session, actor, unit_id)
    return bool(actor.roles_over(unit.id, unit.branch_id, unit.township_id) & MAY_TAKE_NUMBERS)


def _refuse_numbers(actor: Actor, unit: Unit, listing: Listing) -> None:
    require(actor, unit, MAY_TAKE_NUMBERS)
    if listing not in rules.WITH_NUMBERS:
        raise Invalid("这种表没有身份证号码和电话，不用写明原因。", field="reason")


def time_of_list(session: Session, listing: Listing, asked: Asked) -> Time:
    """The time that a list is of; of people the day until which, else the year or the part of it."""
    today = clock.today(session)
    if listing in rules.OF_RECORDS:
        year = asked.year or today.year
        month = asked.month or (today.month if listing == Listing.GAPS else 0)
        return rules.time_of(year, month, 0 if asked.month else asked.quarter)
    until = asked.end or today
    since = asked.start or until.replace(month=1, day=1)
    if since > until:
        raise Invalid(STILL_COMING, field="start")
    following = until.fromordinal(until.toordinal() + 1)
    said = f"{day_said(since)}至{day_said(until)}" if listing == Listing.CHANGES else f"截至{day_said(until)}"
    return Time(since, following, said)


def fill(listing: Listing, asking: Asking) -> Filled:
    """What a list says."""
    return FILLS[listing](asking)


def _head(asking: Asking, title: str, total: str, **more: str) -> dict[str, str | int]:
    township, _ = register.names_above(asking.session, asking.unit, asking.time.last_day)
    return {
        "title": title,
        "township": township,
        "unit": asking.name,
        "period": asking.time.said,
        "made_on": day_said(clock.today(asking.session)),
        "total": total,
        **more,
    }


# --- people and groups ---


def _roster(asking: Asking, *, whole: bool = False) -> Filled:
    day = asking.time.last_day
    roles = MAY_TAKE_NUMBERS if asking.numbers else frozenset()
    members = queries.roster(asking.session, asking.actor, asking.unit.id, day, numbers=roles, whole=whole)
    if asking.numbers:
        _tell_of_numbers(asking, members)
    bands = counts((Somebody(each.kind, each.sex, each.born_on, each.education) for each in members), day)
    said = "，".join(f"{band} {n}" for band, n in bands.items() if n)
    rows = rules.counted([rules.member_row(each, day) for each in members])
    title = f"{asking.name}党员花名册"
    return Filled(_head(asking, title, rules.members_said(members), counts=said), {"members": rows})


def _tell_of_numbers(asking: Asking, members: Sequence[rules.Listed]) -> None:
    """Whose number was taken out finds it on his own page, as with one that was looked at."""
    facts = [
        NumberShown(unit_id=asking.unit.id, person_id=each.person_id, field=field)
        for field in ("id_number", "phone", "more")
        for each in members
        if (PERSONAL & each.more.keys() if field == "more" else getattr(each, field))
    ]
    announce_all(asking.session, facts, by=asking.actor, reason="导出花名册")


def _posted(asking: Asking) -> Filled:
    filled = _roster(replace(asking, numbers=False))
    return Filled({**filled.values, "title": f"{asking.name}党员名单"}, filled.rows)


def _groups(asking: Asking) -> Filled:
    day = asking.time.last_day
    found = queries.groups(asking.session, asking.actor, asking.unit.id, day)
    shares = rules.shares_said(found, day)
    title = f"{asking.name}党小组划分及组长名册"
    total = f"{rules.groups_said(found)}{shares}"
    rows = rules.counted([rules.group_row(each) for each in found])
    return Filled(_head(asking, title, total, shares=shares), {"groups": rows})


def _cared(asking: Asking, listing: Listing) -> Filled:
    time = asking.time
    sort = rules.OF_CARE[listing]
    found = register.cared_on(asking.session, asking.actor, asking.unit.id, sort, time.last_day)
    branches = names_of(asking.session, {care.branch_id for care, _, _ in found}, on=time.last_day)
    listed = [
        rules.CaredListed(
            branch=branches[care.branch_id],
            name=him.name,
            sex=him.sex,
            born_on=him.born_on,
            joined_on=him.joined_on,
            education=him.education,
            since=care.starts_on,
            last_on=care.last_on,
            contact=contact or "",
            told=register.told_of(care),
        )
        for care, him, contact in found
    ]
    rows = rules.counted([rules.cared_row(each) for each in listed])
    return Filled(_head(asking, f"{asking.name}{KINDS[listing].title}", f"合计 {len(rows)} 人。"), {"members": rows})


def _guests(asking: Asking) -> Filled:
    day = asking.time.last_day
    found = register.guests_on(asking.session, asking.actor, asking.unit.id, day)
    branches = names_of(asking.session, {care.branch_id for care in found}, on=day)
    rows = [rules.guest_row(branches[care.branch_id], care.starts_on, register.told_of(care)) for care in found]
    title = f"{asking.name}{KINDS[Listing.MOBILE_IN].title}"
    return Filled(_head(asking, title, f"合计 {len(rows)} 人。"), {"members": rules.counted(rows)})


def _changes(asking: Asking) -> Filled:
    time = asking.time
    found = register.balance_of(asking.session, asking.actor, asking.unit.id, start=time.start, end=time.last_day)
    rows = rules.counted(rules.change_rows(found))
    title = f"{asking.name}党员增减变动表"
    total = f"{time.said}：期初 {found.before} 人，期末 {found.after} 人。"
    return Filled(_head(asking, title, total), {"changes": rows})


# --- records ---


def _ledger(asking: Asking) -> Filled:
    kind, stage = asking.asked.kind or "", asking.asked.stage or ""
    found = queries.records(asking.session, asking.actor, asking.unit.id, asking.time, kind=kind, stage=stage)
    places = queries.places_of(asking.session, asking.actor, found, asking.time.last_day)
    starts = range(0, len(found), LISTS_AT_ONCE)
    rows = [row for at in starts for row in _ledger_rows(asking, found[at : at + LISTS_AT_ONCE], places)]
    expected, present = (sum(int(str(row[name])) for row in rows) for name in ("expected", "present"))
    total = rules.sums_said(len(found), expected, present)
    title = f"{asking.name}{asking.time.said}活动台账"
    return Filled(_head(asking, title, total), {"records": rules.counted(rows)})


def _ledger_rows(asking: Asking, found: Sequence[Activity], places: Mapping[int, tuple[str, str]]) -> list[Row]:
    """Some records with their rolls; a year of a township has more of these than are held at once."""
    lists, names = queries.lists(asking.session, asking.actor, found, unit_id=asking.unit.id)
    rows: list[Row] = []
    for record in found:
        branch, group = places.get(record.group_id, ("", ""))
        rows.append(
            {
                "branch": branch,
                "group": group,
                "name": f"{group or branch}{KINDS_SAID[Kind(record.kind)]}",
                "day": f"{record.held_on:%Y-%m-%d}",
                "kind": KINDS_SAID[Kind(record.kind)],
                "place": record.place,
                "chair": names.people.get(record.chair_id or 0, ""),
                "recorder": names.people.get(record.recorder_id or 0, ""),
                "topic": record.topic,
                "content": record.content,
                "stage": STAGES_SAID[record.stage],
                **rules.lists_row(lists[record.id], minutes=record.minutes),
            }
        )
    return rows


def _gaps(asking: Asking) -> Filled:
    month = asking.time.start.month
    rows: list[Row] = [
        {
            "branch": each.group.branch_name,
            "group": each.group.name,
            "kind": KINDS_SAID.get(Kind(standing.duty.kind), standing.duty.kind),
            "period": period_said(standing),
            "count": standing.duty.count,
            "done": standing.done,
            "lacking": max(0, standing.duty.count - standing.done),
            "said": STANDING_SAID[standing.state],
        }
        for each in duties.gaps(asking.session, asking.actor, asking.unit.id, asking.time.start.year)
        for standing in each.standings
        if month in standing.duty.months
    ]
    title = f"{asking.name}{asking.time.said}组织生活缺项表"
    groups = len({(row["branch"], row["group"]) for row in rows})
    total = f"合计 {len(rows)} 项，涉及 {groups} 个党小组。"
    return Filled(_head(asking, title, total), {"gaps": rules.counted(rows)})


def _summary(asking: Asking) -> Filled:
    found = queries.sums(asking.session, asking.actor, asking.unit.id, asking.time)
    order = {kind.value: at for at, kind in enumerate(Kind)}
    rows: list[Row] = [
        {
            "branch": branch,
            "kind": KINDS_SAID[Kind(kind)],
            "held": held,
            "expected": expected,
            "present": present,
            "rate": rules.rate_said(present, expected),
            "hours": hours_said(minutes) if minutes else "",
        }
        for branch, group in _by_branch(found).items()
        for _, kind, held, expected, present, minutes in sorted(group, key=lambda each: order[each[1]])
    ]
    held = sum(each[2] for each in found)
    expected, present = sum(each[3] for each in found), sum(each[4] for each in found)
    total = rules.sums_said(held, expected, present)
    title = f"{asking.name}{asking.time.said}组织生活汇总表"
    return Filled(_head(asking, title, total), {"sums": rules.counted(rows)})


Sum = tuple[str, str, int, int, int, int]


def _by_branch(found: list[Sum]) -> dict[str, list[Sum]]:
    groups: dict[str, list[Sum]] = {}
    for each in found:
        groups.setdefault(each[0], []).append(each)
    return groups


FILLS: Mapping[Listing, Callable[[Asking], Filled]] = {
    Listing.ROSTER: _roster,
    Listing.FULL_ROSTER: partial(_roster, whole=True),
    Listing.POSTED_ROSTER: _posted,
    Listing.GROUPS: _groups,
    **{listing: partial(_cared, listing=listing) for listing in (Listing.MOBILE, Listing.IN_NEED)},
    Listing.MOBILE_IN: _guests,
    Listing.LEDGER: _ledger,
    Listing.GAPS: _gaps,
    Listing.SUMMARY: _summary,
    Listing.CHANGES: _changes,
}
