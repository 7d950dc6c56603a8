"""What waits for whom (office.todo): opened and closed with the change that causes it, and read by post and unit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from shared import clock
from shared.db import Base, Session
from shared.moves import Moved
from shared.people import WHOLE_NAME, Unit
from shared.roles import STANDS_IN, Role
from shared.todos import KINDS, Line, Thing, Waits


class Todo(Base):
    """One thing that waits for a post over a unit; closed, it stays."""

    __tablename__ = "todo"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text, comment="what it is about, as the history names it")
    unit_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey(Unit.id),
        comment="the unit that it is about; it waits for the post on its storey above",
    )
    township_id: Mapped[int] = mapped_column(BigInteger)
    post: Mapped[str] = mapped_column(Text)
    barred_account_id: Mapped[int | None] = mapped_column(
        BigInteger, comment="holds the post, and may not do this one: it waits for the next"
    )
    since: Mapped[datetime]
    due_on: Mapped[date | None]
    provisional: Mapped[bool] = mapped_column(comment="the day that it is due on may still move")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(BigInteger, comment="account; null: the system or the console")

    __table_args__ = (
        Index("todo_kind_subject_key", "kind", "subject", unique=True, postgresql_where=text("closed_at is null")),
        Index("todo_unit_id_idx", "unit_id", postgresql_where=text("closed_at is null")),
        Index("todo_township_id_due_on_idx", "township_id", "due_on", postgresql_where=text("closed_at is null")),
        Index("todo_closed_by_closed_at_idx", "closed_by", "closed_at", postgresql_where=text("closed_by is not null")),
        {"schema": "office"},
    )


# --- opening and closing ---

OPEN = text("select office.open_todos(cast(:wanted as jsonb))")
CLOSE = text("select office.close_todos(:kind, :subjects)")


def follow(session: Session, waits: Waits, moved: Moved, things: Iterable[Thing]) -> None:
    """What waited at the stage before is done, and what waits at the stage after begins: called beside `announce`.

    `things` have all taken the same step; of one that has only now begun, `moved` has the start as its stage before.
    """
    wait(session, waits, moved.after, things, before=moved.before)


def wait(session: Session, waits: Waits, stage: str, things: Iterable[Thing], *, before: str | None = None) -> None:
    """Let things wait as they do at a stage; where they waited already, post, bar and day follow."""
    listed, last, now = list(things), waits[before] if before else None, waits[stage]
    if last and (now is None or now[0] != last[0]):
        close(session, last[0], [thing.subject for thing in listed])
    if now:
        begin_waiting(session, *now, listed)


def begin_waiting(session: Session, kind: str, post: Role, things: Iterable[Thing]) -> None:
    """Things of a kind wait for a post; of what waited already, post, bar and day follow."""
    rows = [{**thing._asdict(), "kind": kind, "post": thing.post or post} for thing in things]
    session.execute(OPEN, {"wanted": json.dumps(rows, default=date.isoformat)})


def over(session: Session, waits: Waits, stage: str, things: Iterable[Thing]) -> None:
    """What waited at a stage is done, and nothing else begins."""
    last = waits[stage]
    if last:
        close(session, last[0], [thing.subject for thing in things])


def close(session: Session, kind: str, subjects: Sequence[str]) -> None:
    """Things of a kind wait no more."""
    session.execute(CLOSE, {"kind": kind, "subjects": list(subjects)})


# --- reading ---


# The unit in which a post stands over what is about `o.unit_id`.
STOREY = """case when {post} in ('leader', 'deputy') then o.unit_id
      when {post} in ('secretary', 'committee_member') then o.branch_id else o.township_id end"""
HOLDS = "{0}.starts_on <= day and ({0}.ends_on is null or {0}.ends_on > day)"
FIXED = [name for name, kind in KINDS.items() if not kind.passes]
LIST = {
    "posts": [post for post, holders in STANDS_IN.items() for _ in holders],
    "holders": [holder for holders in STANDS_IN.values() for holder in holders],
    "ranks": [rank for holders in STANDS_IN.values() for rank in range(len(holders))],
    "apart": [name for name, kind in KINDS.items() if kind.apart],
    "fixed": FIXED,
}

# Whom a thing `o` may wait for: every post of the list, and of some townships whoever sits in one today; belonging to a
# branch counts only for those who stand over it. What is fixed to a post is never for who stands in for it for a span.
POSTS = """
    list as materialized (
      select * from unnest(cast(:posts as text[]), cast(:holders as text[]), cast(:ranks as int[]))
        as l (post, holder, rank)),
    today as materialized (select office.today() as day)"""
HELD = f"""
    held as materialized (
      select p.unit_id, p.kind, p.person_id, p.stands_in, a.id as account_id,
        case when p.kind in ('organiser', 'committee') then array(
          select coalesce(o.branch_id, o.id) from office.unit o where o.id in (
            select q.unit_id from office.seat q where q.person_id = p.person_id and {HOLDS.format("q")}
            union all
            select m.unit_id from office.membership m where m.person_id = p.person_id and {HOLDS.format("m")})) end
          as belongs_to
      from office.unit u join office.seat p on p.unit_id = u.id
      left join office.account a on a.person_id = p.person_id, today
      where (u.id in ({{townships}}) or u.township_id in ({{townships}}))
        and {HOLDS.format("p")})"""
SEATED = f"""
      join list l on l.post = o.post and (l.rank = 0 or o.kind <> all (cast(:fixed as text[])))
      join held on held.kind = l.holder and held.unit_id = {STOREY.format(post="l.holder")}
        and held.account_id is distinct from coalesce(o.barred_account_id, 0)
        and not (held.stands_in and o.kind = any (cast(:fixed as text[])))
        and not (o.kind = any (cast(:apart as text[])) and coalesce(o.branch_id = any (held.belongs_to), false))"""

# Who holds the post today; where nobody does who may, the next in the list of vacancies. A storey is the unit itself
# (a branch that is not divided stands for its group), its branch, or its township. Of each kind and unit one row goes
# into it, however many wait.
LINES = text(f"""
    with mine as materialized (
      select m.role, m.unit_id, coalesce(u.township_id, u.id) as township_id
      from unnest(cast(:roles as text[]), cast(:units as bigint[])) as m (role, unit_id)
      join office.unit u on u.id = m.unit_id),
    {POSTS},
    {HELD.format(townships="select township_id from mine")},
    open as materialized (
      select t.kind, t.unit_id, t.post, t.barred_account_id, u.branch_id, u.township_id,
        row_number() over () as number, count(*) as count,
        count(*) filter (where t.due_on < (select day from today)) as overdue, min(t.due_on) as due_on,
        bool_or(t.provisional) as provisional, min(t.since) as since, min(t.subject) as subject
      from office.todo t join lateral (
        select coalesce(w.branch_id, w.id) as branch_id, coalesce(w.township_id, w.id) as township_id
        from office.unit w where w.id = t.unit_id) u on true
      where t.closed_at is null and t.township_id in (select township_id from mine)
      group by t.kind, t.unit_id, t.post, t.barred_account_id, u.branch_id, u.township_id),
    placed as (
      select distinct on (o.number) o.*, l.holder, held.unit_id as held_in
      from open o {SEATED}
      order by o.number, l.rank),
    own as materialized (
      select array(select unnest(h.belongs_to) from held h where h.account_id = cast(:account as bigint)) as branches),
    lines as (
      select o.kind, {STOREY.format(post="o.post")} as unit_id, o.post, o.holder, o.held_in, sum(o.count)::int as count,
        sum(o.overdue)::int as overdue, min(o.due_on) as due_on, bool_or(o.provisional) as provisional,
        min(o.since) as since, min(o.subject) as subject
      from placed o join mine m on m.role = o.holder and m.unit_id = o.held_in, own
      where o.barred_account_id is distinct from cast(:account as bigint)
        and not (o.kind = any (cast(:fixed as text[])) and coalesce((select bool_and(h.stands_in) from held h
          where h.account_id = cast(:account as bigint) and h.kind = o.holder and h.unit_id = o.held_in), false))
        and not (o.kind = any (cast(:apart as text[])) and coalesce(o.branch_id = any (own.branches), false))
      group by 1, 2, 3, 4, 5)
    select l.kind, l.unit_id, {WHOLE_NAME} as unit_name, l.post, l.holder, l.held_in,
      l.count, l.overdue, l.due_on, l.provisional, l.since, l.subject
    from lines l join office.unit unit on unit.id = l.unit_id
    left join office.unit above on above.id = unit.branch_id""")


def lines_of(session: Session, account_id: int | None, posts: Sequence[tuple[Role, int]]) -> list[Line]:
    """What waits for somebody by any of his posts: overdue first, then by due day, then by age."""
    known = [(role, unit_id) for role, unit_id in posts if role in STANDS_IN]
    if not known:
        return []
    values = {
        "roles": [role for role, _ in known],
        "units": [unit_id for _, unit_id in known],
        "account": account_id,
        **LIST,
    }
    found = [
        Line(**{**row, "post": Role(row["post"]), "holder": Role(row["holder"])})
        for row in session.execute(LINES, values).mappings()
    ]
    return sorted(found, key=urgency)


def urgency(line: Line) -> tuple[object, ...]:
    """Overdue, then what has a day, by it, then by age in days; of two alike the heavier kind."""
    age = clock.civil_day(line.since)
    return (not line.overdue, line.due_on or date.max, age, -KINDS[line.kind].weight, line.since, line.unit_id)


COUNT = text("""
    select office.waits_for(cast(:role as text), cast(:unit as bigint), cast(:account as bigint),
      cast(:posts as text[]), cast(:before_posts as text[]), cast(:before as text[]), cast(:apart as text[]),
      cast(:fixed as text[]))""")


def count_of(session: Session, account_id: int | None, role: Role, unit_id: int) -> int:
    """How many things wait for somebody by one of his posts: the sum of its lines, at a fraction of what they cost."""
    if role not in STANDS_IN:
        return 0
    posts = [post for post, holders in STANDS_IN.items() if role in holders]
    before = [(post, holder) for post in posts for holder in STANDS_IN[post][: STANDS_IN[post].index(role)]]
    values = {
        "role": role,
        "unit": unit_id,
        "account": account_id,
        "posts": posts,
        "before_posts": [post for post, _ in before],
        "before": [holder for _, holder in before],
        "apart": LIST["apart"],
        "fixed": LIST["fixed"],
    }
    return int(session.execute(COUNT, values).scalar_one())


SEEN = text("""
    select s.kind, s.unit_id, unit.name as unit_name, s.post, s.n, s.since
    from office.seen_in_stead(cast(:fixed as text[])) s join office.unit on unit.id = s.unit_id order by s.since""")


def seen_in_stead(session: Session) -> list[Line]:
    """What waits for a keeper or an auditor for whom whoever acts stands in: he sees it, and may do none of it."""
    rows = session.execute(SEEN, {"fixed": FIXED})
    return [
        Line(
            kind=row.kind,
            unit_id=row.unit_id,
            unit_name=row.unit_name,
            post=Role(row.post),
            holder=Role(row.post),
            held_in=row.unit_id,
            count=row.n,
            overdue=0,
            due_on=None,
            provisional=False,
            since=row.since,
            subject="",
        )
        for row in rows
    ]


DONE = text("""
    select count(*) from office.todo
    where closed_by = :account and (closed_at at time zone 'Asia/Shanghai')::date = office.today()""")


def done_today(session: Session, account_id: int | None) -> int:
    """How many things that waited somebody has done today."""
    return int(session.execute(DONE, {"account": account_id}).scalar_one())
