"""What becomes of the demo's members and units: a township that lives has deaths, letters, people away, new names."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import text

from services.activities.register import actions as register
from services.activities.register.rules.care import Looked, Sort
from services.activities.register.rules.membership import Asked, Turn
from services.activities.register.rules.terms import Asked as Term
from services.activities.register.rules.terms import Length
from services.activities.register.rules.transfers import Letter
from shared import clock
from shared.access import SYSTEM
from shared.db import Session
from shared.people import Unit, branches_of, groups_of, holder_of
from shared.roles import Role

NEIGHBOUR = "柳湾镇"
LIVES = 5
"""How many plain members of the first branch have something happen to them."""
# Members of a branch who hold no post, by pinyin.
PLAIN = text("""
    select m.person_id from office.membership m join office.unit u on u.id = m.unit_id
    join office.person p on p.id = m.person_id
    where :branch in (u.id, u.branch_id) and m.ends_on is null and m.kind = 'full'
      and not exists (select from office.post t where t.person_id = m.person_id and t.ends_on is null)
      and not exists (select from office.circumstance c where c.person_id = m.person_id and c.ends_on is null)
    order by p.pinyin, p.id limit 8""")


# Probationary members whose year is over, but for those of the last weeks.
OVERDUE = text("""
    select p.id, (p.joined_on + interval '1 year')::date as full_on
    from office.person p join office.membership m on m.person_id = p.id join office.unit u on u.id = m.unit_id
    where u.township_id = :township and m.kind = 'probationary' and m.ends_on is null
      and (p.joined_on + interval '1 year')::date between m.starts_on + 1 and cast(:until as date) order by p.id""")
CHOSEN = text("select unit_id from office.term")
LATELY = timedelta(days=21)


def live(session: Session, township_id: int) -> None:
    """A death, letters out and to the township next door, somebody away, somebody in need, a move, a rename, a term."""
    _become_full(session, township_id)
    _have_terms(session, township_id)
    today = clock.today(session)
    branch_id, *others = branches_of(session, township_id)
    people = list(session.scalars(PLAIN, {"branch": branch_id}))
    helper = holder_of(session, branch_id, Role.SECRETARY, today)
    group_id, *further = groups_of(session, branch_id)
    if len(people) >= LIVES and helper is not None:
        _leave(session, people, today)
        _be_looked_after(session, people[2:4], helper, today)
        _go_next_door(session, people[4], today)
    if further:
        register.rename_unit(session, SYSTEM, further[0], "柳树下党小组", on=today - timedelta(days=20))
    register.rename_unit(session, SYSTEM, group_id, "大槐树党小组", on=today + timedelta(days=40))
    if others:
        _change_secretary(session, others[-1], today)
        register.rename_unit(session, SYSTEM, others[-1], _longer(session, others[-1]), on=today - timedelta(days=30))


def _become_full(session: Session, township_id: int) -> None:
    """Whose year is over is a full member, by a meeting of his branch; of the last weeks somebody still waits."""
    until = clock.today(session) - LATELY
    for person_id, day in session.execute(OVERDUE, {"township": township_id, "until": until}).all():
        asked = Asked(turn=Turn.FULL, on=day, decided_on=day, basis="支部党员大会通过，党委批准")
        register.turn(session, SYSTEM, person_id, asked)


def _have_terms(session: Session, township_id: int) -> None:
    """Each branch has its term: that of the first runs out in two months, some were chosen anew lately."""
    today = clock.today(session)
    chosen = set(session.scalars(CHOSEN))
    for at, branch_id in enumerate(branches_of(session, township_id)):
        if branch_id in chosen:
            continue
        first = session.get_one(Unit, branch_id).founded_on
        last = today + timedelta(days=730 if at else 60)
        asked = Term(starts_on=first, length=Length.VILLAGE, last_day=last, basis="支部党员大会选举，党委批复")
        register.begin_term(session, SYSTEM, branch_id, asked)


def _leave(session: Session, people: Sequence[int], today: date) -> None:
    """One has died, one goes to another county."""
    died = Asked(turn=Turn.DIED, on=today - timedelta(days=12), basis="死亡证明")
    register.turn(session, SYSTEM, people[0], died)
    out = Asked(
        turn=Turn.TRANSFERRED,
        on=today - timedelta(days=5),
        basis="工作调动",
        number="清组〔2026〕3号",
        elsewhere="外县城关镇党委",
        dues_until=today.replace(day=1),
    )
    register.turn(session, SYSTEM, people[1], out)


def _be_looked_after(session: Session, people: Sequence[int], helper: int, today: date) -> None:
    """One works far away and was heard of lately, one is ill and is helped."""
    since = today - timedelta(days=60)
    away = Looked(sort=Sort.OUT, on=since, told={"kind": "务工", "place": "广东省东莞市"}, contact_id=helper)
    row = register.look_after(session, SYSTEM, people[0], away)
    register.meet(session, SYSTEM, row.id, on=today - timedelta(days=7), note="通了电话，春节回来。")
    need = Looked(sort=Sort.NEED, on=since, told={"kind": "病", "help": "每季度走访一次"}, contact_id=helper)
    register.look_after(session, SYSTEM, people[1], need)


def _go_next_door(session: Session, person_id: int, today: date) -> None:
    """A letter waits for the answer of the township next door."""
    there = register.found_township(session, SYSTEM, NEIGHBOUR, rule_set="zhen", founded_on=today, begins_on=today)
    letter = Letter(
        to_township_id=there.id, on=today, number="清组〔2026〕4号", basis="随家人迁居", dues_until=today.replace(day=1)
    )
    register.send(session, SYSTEM, person_id, letter)


def _change_secretary(session: Session, branch_id: int, today: date) -> None:
    """She until the last day of the month after next, and from the next day another."""
    before, people = holder_of(session, branch_id, Role.SECRETARY, today), session.scalars(PLAIN, {"branch": branch_id})
    after = next(iter(people), None)
    if before is None or after is None:
        return
    on = (today.replace(day=1) + timedelta(days=95)).replace(day=1)
    post = session.execute(
        text("select id from office.post where unit_id = :branch and person_id = :him and kind = 'secretary'"),
        {"branch": branch_id, "him": before},
    ).scalar_one()
    register.end_post(session, SYSTEM, post, ends_on=on, reason="届满")
    register.appoint(session, SYSTEM, after, branch_id, Role.SECRETARY, starts_on=on)


def _longer(session: Session, branch_id: int) -> str:
    """The name that a branch gets when its village grows into a community."""
    name: str = session.execute(text("select name from office.unit where id = :id"), {"id": branch_id}).scalar_one()
    return name.replace("村党支部", "社区党支部") if "村党支部" in name else f"新{name}"
