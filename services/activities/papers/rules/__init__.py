"""Pure rules of what is filed: which papers there are, how a row of each is said, and what stands under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from services.activities.ledger.rules.absences import Reason
from services.activities.ledger.rules.stages import Attended
from services.activities.ledger.rules.words import absence_said, hours_said
from services.activities.register.rules.balance import Balance
from services.activities.register.rules.care import Sort
from services.activities.register.rules.more import PERSONAL, SAID
from services.activities.register.rules.words import MEMBERS_SAID, SEXES_SAID
from shared.papers.catalogue import CHANGES, FULL_ROSTER, GAPS, GROUPS, LEDGER, POSTED_ROSTER, ROSTER, SUMMARY
from shared.papers.kinds import Filled, PaperKind, Value
from shared.papers.of_care import GUESTS, IN_NEED, MOBILE

Row = dict[str, Value]
MAKE, FORGET = "activities.make_paper", "activities.forget_paper"
TRIES = 6
"""So often a list is tried; once more, and whoever asked is told that it was given up."""
AT_ONCE_MOST = 1000
"""A ledger of more records is made behind the page: a request would take longer than people wait."""
PDF_MOST = 2000
"""Of records in one print: more than two hundred pages take longer than a print may."""
YOUNG = 40
"""Shares that the township is asked for: leaders under this age, and with upper-secondary schooling or more."""
SCHOOLED = frozenset({"高中", "中专", "职高", "大专", "本科", "研究生", "大学专科", "大学本科"})
NUMBERS = frozenset({"id_number", "phone"}) | PERSONAL


class Listing(StrEnum):
    """A list that is filed."""

    ROSTER = "roster"
    FULL_ROSTER = "roster_full"
    POSTED_ROSTER = "roster_posted"
    GROUPS = "groups"
    MOBILE = "mobile"
    MOBILE_IN = "mobile_in"
    IN_NEED = "in_need"
    LEDGER = "ledger"
    GAPS = "gaps"
    SUMMARY = "summary"
    CHANGES = "changes"


KINDS: Mapping[Listing, PaperKind] = {
    Listing(kind.key): kind
    for kind in (ROSTER, FULL_ROSTER, POSTED_ROSTER, GROUPS, MOBILE, GUESTS, IN_NEED, LEDGER, GAPS, SUMMARY, CHANGES)
}
ROSTERS = frozenset({Listing.ROSTER, Listing.FULL_ROSTER, Listing.POSTED_ROSTER})
WITH_NUMBERS = frozenset({Listing.ROSTER, Listing.FULL_ROSTER})
READ_AGAIN: Mapping[Listing, str] = {
    Listing.ROSTER: "roster",
    Listing.FULL_ROSTER: "roster",
    Listing.POSTED_ROSTER: "roster",
    Listing.GROUPS: "roster",
    Listing.MOBILE: "roster",
    Listing.MOBILE_IN: "roster",
    Listing.IN_NEED: "roster",
    Listing.LEDGER: "ledger",
}
"""As what each list is handed in again, without a change; the others hold figures alone."""
OF_RECORDS = frozenset({Listing.LEDGER, Listing.GAPS, Listing.SUMMARY})
"""Seen by whoever sees records; the others by whoever sees the register."""
OF_CARE: Mapping[Listing, Sort] = {Listing.MOBILE: Sort.OUT, Listing.MOBILE_IN: Sort.IN, Listing.IN_NEED: Sort.NEED}
"""Seen by whoever looks after those members: of branches and townships, never of a group."""


@dataclass(frozen=True, slots=True)
class Time:
    """The time that a list is of: days from `start` to before `end`, and how that is said."""

    start: date
    end: date
    said: str

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.end - timedelta(days=1)


def time_of(year: int, month: int = 0, quarter: int = 0) -> Time:
    """A month, a quarter, or a whole year."""
    if month:
        following = date(year + month // 12, month % 12 + 1, 1)
        return Time(date(year, month, 1), following, f"{year}年{month}月")
    if quarter:
        first = quarter * 3 - 2
        following = date(year + (first + 2) // 12, (first + 2) % 12 + 1, 1)
        return Time(date(year, first, 1), following, f"{year}年第{quarter}季度")
    return Time(date(year, 1, 1), date(year + 1, 1, 1), f"{year}年")


def on_paper(day: date | None) -> str:
    """A day as rosters have it: 1985.06.12."""
    return f"{day.year}.{day.month:02}.{day.day:02}" if day else ""


def counted(rows: Sequence[Row]) -> list[Row]:
    """The rows, numbered from 1."""
    return [{"seq": number, **row} for number, row in enumerate(rows, start=1)]


# --- people and groups ---


@dataclass(frozen=True, slots=True)
class Listed:
    """A member as a roster has him; numbers only where they were asked for with a reason."""

    person_id: int
    name: str
    branch: str
    group: str
    kind: str
    sex: str | None
    born_on: date | None
    joined_on: date | None
    full_on: date | None
    education: str | None
    posts: Sequence[str] = ()
    away: bool = False
    apart: Sequence[str] = ()
    id_number: str = ""
    phone: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


def member_row(each: Listed, day: date) -> Row:
    """His row, of every roster."""
    return {
        "branch": each.branch,
        "group": each.group,
        "name": each.name,
        "sex": SEXES_SAID.get(each.sex or "", ""),
        "born": on_paper(each.born_on),
        "id_number": each.id_number,
        "education": each.education or "",
        "joined": on_paper(each.joined_on),
        "full": on_paper(each.full_on) if each.kind == "full" else "",
        "kind": MEMBERS_SAID[each.kind],
        "post": "、".join(each.posts),
        "phone": each.phone,
        "standing": "正常",
        "away": "是" if each.away else "否",
        "remark": "、".join(each.apart),
        "years": years_between(each.full_on, day) if each.kind == "full" and each.full_on else None,
        **{key: each.more.get(key, "") for key in SAID},
    }


def years_between(since: date, day: date) -> int:
    """Full years; membership is counted from the day on which somebody became a full member."""
    return max(0, day.year - since.year - ((day.month, day.day) < (since.month, since.day)))


def members_said(members: Sequence[Listed]) -> str:
    """The total of a roster."""
    kinds = Counter(each.kind for each in members)
    return f"合计 {len(members)} 人：正式党员 {kinds['full']} 人，预备党员 {kinds['probationary']} 人。"


@dataclass(frozen=True, slots=True)
class GroupListed:
    """A group as the township's list has it."""

    branch: str
    group: str
    founded_on: date
    full: int
    probationary: int
    leader: Listed | None
    since: date | None
    how: str
    deputies: Sequence[str]


def how_said(way: str | None, *, taken_over: bool) -> str:
    """How somebody came to lead: by whom he was chosen; of those who led before leaders were chosen here, that."""
    return {"nominate": "支部提名", "elect": "党小组推选"}.get(way or "", "接管" if taken_over else "")


def group_row(each: GroupListed) -> Row:
    """Its row."""
    leader = each.leader
    return {
        "branch": each.branch,
        "group": each.group,
        "founded": on_paper(each.founded_on),
        "members": each.full + each.probationary,
        "probationary": each.probationary,
        "leader": leader.name if leader else "",
        "sex": SEXES_SAID.get(leader.sex or "", "") if leader else "",
        "born": on_paper(leader.born_on) if leader else "",
        "education": (leader.education or "") if leader else "",
        "joined": on_paper(leader.joined_on) if leader else "",
        "since": on_paper(each.since),
        "how": each.how,
        "deputy": "、".join(each.deputies),
        "remark": "" if leader else "组长空缺",
    }


def groups_said(groups: Sequence[GroupListed]) -> str:
    """How many branches, groups and members."""
    members = sum(each.full + each.probationary for each in groups)
    return f"合计：党支部 {len({each.branch for each in groups})} 个，党小组 {len(groups)} 个，党员 {members} 名。"


def shares_said(groups: Sequence[GroupListed], day: date) -> str:
    """The shares among leaders that the township is asked for."""
    leaders = [each.leader for each in groups if each.leader]
    young = sum(1 for each in leaders if each.born_on and years_between(each.born_on, day) < YOUNG)
    schooled = sum(1 for each in leaders if each.education in SCHOOLED)
    return f"组长 {len(leaders)} 名，其中 {YOUNG} 岁以下 {young} 名，高中（中专）以上 {schooled} 名。"


@dataclass(frozen=True, slots=True)
class CaredListed:
    """A member who is out or in need, as the branch's list has him; told: by the keys of care.SAID."""

    branch: str
    name: str
    sex: str | None
    born_on: date | None
    joined_on: date | None
    education: str | None
    since: date
    last_on: date | None
    contact: str
    told: Mapping[str, str]


def cared_row(each: CaredListed) -> Row:
    """His row, of either list."""
    told = {key: each.told.get(key, "") for key in ("kind", "place", "card", "returns", "help")}
    return {
        "branch": each.branch,
        "name": each.name,
        "sex": SEXES_SAID.get(each.sex or "", ""),
        "born": on_paper(each.born_on),
        "education": each.education or "",
        "joined": on_paper(each.joined_on),
        "since": on_paper(each.since),
        "last": on_paper(each.last_on),
        "contact": each.contact,
        "remark": "",
        **told,
    }


def guest_row(branch: str, since: date, told: Mapping[str, str]) -> Row:
    """The row of somebody from elsewhere."""
    said = {key: told.get(key, "") for key in ("name", "home", "group", "kind", "card")}
    return {"branch": branch, "since": f"{since:%Y-%m-%d}", "remark": "", **said}


# --- records ---


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody on a record's list."""

    name: str
    state: str
    counted: bool
    reason: str | None
    words: str | None


@dataclass(frozen=True, slots=True)
class RollListed:
    """A record's list as far as it is shown, with the figures of just that."""

    people: Sequence[Attendee]
    expected: int
    present: int


def absent_said(people: Iterable[Attendee]) -> str:
    """赵六（请假）、钱七（外出）."""
    return "、".join(f"{each.name}（{absence_said(each.reason, each.words)}）" for each in people)


def lists_row(roll: RollListed, *, minutes: int) -> Row:
    """What a record's list comes to in the ledger's columns."""
    missing = [each for each in roll.people if each.counted and each.state != Attended.PRESENT]
    on_leave = sum(each.reason not in {None, Reason.UNEXCUSED} for each in missing)
    return {
        "expected": roll.expected,
        "present": roll.present,
        "on_leave": on_leave,
        "missing": max(0, roll.expected - roll.present - on_leave),
        "rate": rate_said(roll.present, roll.expected),
        "hours": hours_said(minutes) if minutes else "",
        "absent": absent_said(each for each in roll.people if each.state != Attended.PRESENT),
        "attendees": "、".join(each.name for each in roll.people if each.state == Attended.PRESENT),
    }


def rate_said(present: int, expected: int) -> str:
    """93.3%; nothing where nobody was expected."""
    return f"{present * 100 / expected:.1f}%" if expected else ""


def sums_said(held: int, expected: int, present: int) -> str:
    """The total of a ledger."""
    rate = rate_said(present, expected)
    return f"合计 {held} 次，应到 {expected} 人次，实到 {present} 人次" + (f"，出勤率 {rate}。" if rate else "。")


def by_group(filled: Filled, time: Time) -> list[tuple[str, Filled]]:
    """A ledger group by group: what each leaf is called, and what it says, with a total of its own."""
    leaves: dict[tuple[str, str], list[Row]] = {}
    for row in filled.rows["records"]:
        leaves.setdefault((str(row["branch"]), str(row["group"])), []).append(dict(row))
    return [(group or branch, _leaf(filled, branch + group, rows, time)) for (branch, group), rows in leaves.items()]


def _leaf(filled: Filled, unit: str, rows: Sequence[Row], time: Time) -> Filled:
    expected, present = (sum(int(str(row[name])) for row in rows) for name in ("expected", "present"))
    said = {"title": f"{unit}{time.said}活动台账", "unit": unit, "total": sums_said(len(rows), expected, present)}
    numbered = counted([{key: value for key, value in row.items() if key != "seq"} for row in rows])
    return Filled({**filled.values, **said}, {"records": numbered})


# --- what came and went ---


def change_rows(found: Balance) -> list[Row]:
    """The lines of 增减变动表, in its order."""
    came, went = sum(found.came.values()), sum(found.went.values())
    pairs = [
        ("期初党员", found.before),
        *((f"增加：{why}", n) for why, n in found.came.items()),
        ("增加合计", came),
        *((f"减少：{why}", n) for why, n in found.went.items()),
        ("减少合计", went),
        ("期末党员", found.after),
        ("其间预备党员转正", found.full),
    ]
    return [{"item": item, "people": people} for item, people in pairs]
