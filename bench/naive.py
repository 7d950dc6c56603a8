"""The usual way with Celery: a task for each group, a chord, a finishing task, a task and a connection a letter.

Loaded by its own worker: `celery -A bench.naive worker -c 1`. The servers are named by BENCH_…
"""

import os
import smtplib
from datetime import date, datetime
from functools import lru_cache

from celery import Celery, chord
from sqlalchemy import BigInteger, Identity, create_engine, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from bench.floor import letter
from bench.seed import YEAR, periods
from bench.truth import example, tally_of
from services.activities.ledger.models import Activity
from services.assessment.schemes.rules import score

TABLES = """
create table bench.naive_sheet (case_id bigint primary key, group_id bigint not null, branch_id bigint not null,
  total int, base int, bonus int not null, deducted int not null, vetoed boolean not null, grade text,
  items jsonb not null, tally jsonb not null);
create table bench.naive_quota (scored int, assessed int, allowed int, line int);
create table bench.naive_notice (id bigint generated always as identity primary key, branch_id bigint not null,
  mail text not null, title text not null, body text not null, sent_at timestamptz);
"""
EMPTY = "truncate bench.naive_sheet, bench.naive_quota, bench.naive_notice"

QUOTA = text("""
    insert into bench.naive_quota
    select max(scored), max(assessed), max(assessed) * :percent / 100,
      max(total) filter (where place = assessed * :percent / 100)
    from (select total, row_number() over (order by total desc nulls last, case_id) as place,
            count(*) over () as scored, count(total) over () as assessed from bench.naive_sheet) as ranked""")

BRANCHES = text("""
    select s.branch_id, u.name, a.mail, count(*) as groups from bench.naive_sheet s
    join office.unit u on u.id = s.branch_id
    join office.post p on p.unit_id = s.branch_id and p.kind = 'secretary' and p.ends_on is null
    join bench.address a on a.person_id = p.person_id
    group by s.branch_id, u.name, a.mail order by s.branch_id""")


class Base(DeclarativeBase):
    """The tables of this variant."""


class Sheet(Base):
    __tablename__ = "naive_sheet"
    __table_args__ = ({"schema": "bench"},)

    case_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    group_id: Mapped[int] = mapped_column(BigInteger)
    branch_id: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int | None]
    base: Mapped[int | None]
    bonus: Mapped[int]
    deducted: Mapped[int]
    vetoed: Mapped[bool]
    grade: Mapped[str | None]
    items: Mapped[dict] = mapped_column(JSONB)
    tally: Mapped[dict] = mapped_column(JSONB)


class Notice(Base):
    __tablename__ = "naive_notice"
    __table_args__ = ({"schema": "bench"},)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    branch_id: Mapped[int] = mapped_column(BigInteger)
    mail: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    sent_at: Mapped[datetime | None]


REDIS = os.environ.get("BENCH_REDIS_URL", "memory://")
app = Celery("naive", broker=REDIS, backend=REDIS if REDIS.startswith("redis") else None)


@lru_cache(maxsize=1)
def engine():
    """The connections of this process."""
    return create_engine(os.environ["BENCH_DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:", 1))


@lru_cache(maxsize=1)
def standards():
    """The scheme and what is owed, read once a process."""
    return example(), periods()


@app.task
def score_group(case_id, group_id, branch_id):
    """One group: its year of activities, its score, its row."""
    scheme, owed = standards()
    with Session(engine()) as session:
        activities = session.scalars(
            select(Activity)
            .where(Activity.group_id == group_id, Activity.stage == "confirmed")
            .where(Activity.held_on.between(date(YEAR, 1, 1), date(YEAR, 12, 31)))
            .order_by(Activity.id)
        ).all()
        tally = tally_of(year_of(activities), owed)
        sheet = score(scheme, tally)
        row = Sheet(case_id=case_id, group_id=group_id, branch_id=branch_id, total=sheet.total, base=sheet.base)
        row.bonus, row.deducted, row.vetoed, row.grade = sheet.bonus, sheet.deducted, sheet.vetoed, sheet.grade
        row.items, row.tally = sheet.by_key, evidence_of(tally)
        session.add(row)
        session.commit()
    return sheet.total


def year_of(activities):
    """{kind: (done, present, expected, minutes, each by month, ids)} of a group's records."""
    year = {}
    for each in activities:
        *figures, ids = year.setdefault(each.kind, ([0] * 12, [0] * 12, [0] * 12, [0] * 12, []))
        for months, more in zip(figures, (1, each.present, each.expected, each.minutes), strict=True):
            months[each.held_on.month - 1] += more
        ids.append(each.id)
    return year


def evidence_of(tally):
    """The figures behind a sheet, with the ids of the activities."""
    names = ("done", "months", "owed", "present", "expected", "minutes", "ids")
    return {kind: {name: getattr(figures, name) for name in names} for kind, figures in tally.items()}


@app.task
def finalise(totals):
    """All groups are scored: the quota, a notice and a task for each branch."""
    scheme, _ = standards()
    with Session(engine()) as session:
        session.execute(QUOTA, {"percent": scheme.excellent_percent})
        notices = [
            Notice(
                branch_id=row.branch_id,
                mail=row.mail,
                title=f"{YEAR}年度党小组长考核已完成计分",
                body=f"{row.name}{row.groups}名党小组长的{YEAR}年度考核已完成计分，等待党委评定。得分和依据可在系统中查看。",
            )
            for row in session.execute(BRANCHES)
        ]
        session.add_all(notices)
        session.commit()
        ids = [notice.id for notice in notices]
    for notice_id in ids:
        deliver.delay(notice_id)
    return len(totals)


@app.task(ignore_result=True)
def deliver(notice_id):
    """One letter over its own connection."""
    with Session(engine()) as session:
        notice = session.get_one(Notice, notice_id)
        with smtplib.SMTP("127.0.0.1", int(os.environ["BENCH_MAIL_PORT"])) as line:
            line.sendmail("xiaozu@localhost", notice.mail, letter(notice.id, notice.mail, notice.title, notice.body))
        notice.sent_at = func.now()
        session.commit()


def start(cases):
    """Give the whole run to the worker."""
    chord([score_group.s(*case) for case in cases])(finalise.s())
