"""What happens in a year that is assessed: a leader dies, one is followed by another, a branch gets a new secretary."""

from datetime import date

from sqlalchemy import text

from services.activities.register import actions as register
from services.activities.register.rules.membership import Asked, Turn
from services.assessment.schemes.actions import store_scheme
from services.assessment.schemes.queries import example_text, kinds_owed_in
from shared.access import SYSTEM
from shared.db import Session
from shared.people import branches_of, groups_of, holder_of
from shared.roles import Role

# Full members of a group or branch who hold no post, by pinyin.
WITHOUT_A_POST = text("""
    select m.person_id from office.membership m join office.unit u on u.id = m.unit_id
    join office.person p on p.id = m.person_id
    where :unit in (u.id, u.branch_id) and m.ends_on is null and m.kind = 'full'
      and not exists (select from office.post t where t.person_id = m.person_id and t.ends_on is null)
    order by p.pinyin, p.id limit 1""")
POST = text("select id from office.post where unit_id = :unit and kind = :kind and ends_on is null")

SURVEY = "  - {key: survey, name: 党员测评, measure: by_hand, by: branch, points: 5, bonus: true}"
WITH_BOTH = ("bonus_cap: 10", "bonus_cap: 20")  # what is typed comes on top of what could be had before
SPOT = "  - {key: spot, name: 抽查评分, measure: by_hand, by: township, points: 5, bonus: true}"


def happen(session: Session, township_id: int, year: int) -> int | None:
    """All of it, dated; returns the leader who died, if there was a group for it."""
    first, *others = branches_of(session, township_id)
    secretary = holder_of(session, first, Role.SECRETARY, date(year, 1, 1))
    held = ((each, holder_of(session, each, Role.LEADER, date(year, 1, 1))) for each in groups_of(session, first)[1:])
    led = [(group_id, leader) for group_id, leader in held if leader is not None and leader != secretary]
    if others:
        _follow(session, others[-1], Role.SECRETARY, date(year, 10, 1), "工作调整")
    if len(led) > 1:
        _follow(session, led[1][0], Role.LEADER, date(year, 8, 1), "外出务工")
    return _die(session, led[0][1], year=year) if led else None


def _die(session: Session, leader: int, *, year: int) -> int:
    """He dies in October: the group is to elect another."""
    register.turn(session, SYSTEM, leader, Asked(turn=Turn.DIED, on=date(year, 10, 8), basis="死亡证明"))
    return leader


def _follow(session: Session, unit_id: int, kind: Role, on: date, reason: str) -> None:
    """Whoever held a post leaves it on a day, and another takes it up."""
    after = session.scalar(WITHOUT_A_POST, {"unit": unit_id})
    post = session.scalar(POST, {"unit": unit_id, "kind": kind})
    if after is None or post is None:
        return
    register.end_post(session, SYSTEM, post, ends_on=on, reason=reason)
    why = f"{on:%Y年}支部已确定接任，补登记。" if kind is Role.LEADER else None
    register.appoint(session, SYSTEM, after, unit_id, kind, starts_on=on, taken_over_why=why)


def ask_for_what_is_typed(session: Session, township_id: int, year: int) -> None:
    """The township's own scheme: as the example, and beside it the branches' survey and its own spot scores."""
    shipped = example_text(kinds_owed_in(session, township_id, year)).replace("（示例）", "")
    written = shipped.replace('version: "1"', f'version: "{year}"').replace(*WITH_BOTH).rstrip()
    store_scheme(session, SYSTEM, f"{written}\n{SURVEY}\n{SPOT}\n", township_id=township_id)
