"""The floor: what the year-end run costs when nothing can fail, nobody may ask why, and nobody else is there.

One statement that scores, ranks and writes rows and notices; COPY of the result; letters over one kept connection.
"""

import smtplib

from bench.seed import YEAR, periods
from bench.truth import example
from services.activities.evidence.rules import FIGURES, whole
from services.assessment.schemes.rules import columns, score_sql

TABLES = """
create table bench.floor_sheet (case_id bigint primary key, group_id bigint not null, branch_id bigint not null,
  total int, base int, bonus int not null, deducted int not null, vetoed boolean not null, grade text,
  items jsonb not null, tally jsonb not null);
create table bench.floor_quota (scored int, assessed int, allowed int, line int);
create table bench.floor_notice (id bigint generated always as identity primary key, branch_id bigint not null,
  mail text not null, title text not null, body text not null, sent_at timestamptz);
"""
EMPTY = "truncate bench.floor_sheet, bench.floor_quota, bench.floor_notice"

RUN = """
with counted as (
    select group_id, kind, ids, {whole}, {met} as met
    from activities.tally where year = {year}),
  t as (
    select c.id as case_id, c.group_id, c.branch_id, p.ids, {figures} from assessment.leader_case c
    left join (
      select group_id, jsonb_object_agg(kind, ids) as ids, {pivot} from counted group by group_id) p
      on p.group_id = c.group_id
    where c.cycle_id = %(cycle)s),
  told as (
    select *, jsonb_build_object('g', group_id, 'ids', ids, {evidence}) as tally from t),
  sheet as (
    insert into bench.floor_sheet
      (case_id, group_id, branch_id, tally, total, base, bonus, deducted, vetoed, grade, items)
    select * from ({scored}) as scored returning case_id, branch_id, total, grade),
  quota as (
    insert into bench.floor_quota
    select max(scored), max(assessed), max(assessed) * {percent} / 100,
      max(total) filter (where place = assessed * {percent} / 100)
    from (select total, row_number() over (order by total desc nulls last, case_id) as place,
            count(*) over () as scored, count(total) over () as assessed from sheet) as ranked)
insert into bench.floor_notice (branch_id, mail, title, body)
select s.branch_id, a.mail, '{year}年度党小组长考核已完成计分',
  format('%%s%%s名党小组长的{year}年度考核已完成计分，等待党委评定。得分和依据可在系统中查看。', u.name, s.groups)
from (select branch_id, count(*) as groups from sheet group by branch_id) s
join office.unit u on u.id = s.branch_id
join office.post p on p.unit_id = s.branch_id and p.kind = 'secretary' and p.ends_on is null
join bench.address a on a.person_id = p.person_id
order by s.branch_id
"""

OUT = """
copy (select case_id, group_id, total, base, bonus, deducted, vetoed, grade, items from bench.floor_sheet
order by case_id) to stdout"""


def met_of(kind, spans):
    """How much of what a kind owed was held in its period, as SQL."""
    parts = [
        f"least({' + '.join(f'done[{month}]' for month in range(first, last + 1))}, {count})"
        for first, last, count in spans
    ]
    return f"when '{kind}' then {' + '.join(parts)}"


def statement():
    """The one statement, for the scheme that ships."""
    scheme, owed = example(), periods()
    figures, pivot = [], []
    for column in columns(scheme):
        figure, _, kind = column.partition("_")
        if figure == "owed":
            figures.append(f"{sum(count for *_, count in owed.get(kind, []))}::bigint as {column}")
            continue
        source = "met" if figure == "months" else figure
        pivot.append(f"max({source}) filter (where kind = '{kind}')::bigint as {column}")
        figures.append(f"coalesce(p.{column}, 0) as {column}")
    return RUN.format(
        whole=", ".join(f"{whole(figure)} as {figure}" for figure in FIGURES),
        met=f"case kind {' '.join(met_of(kind, spans) for kind, spans in owed.items())} else 0 end",
        year=YEAR,
        figures=", ".join(figures),
        pivot=", ".join(pivot),
        evidence=", ".join(f"'{column}', {column}" for column in columns(scheme)),
        scored=score_sql(scheme, relation="told", keep=("case_id", "group_id", "branch_id", "tally")),
        percent=scheme.excellent_percent,
    )


class Floor:
    """The variant."""

    def __init__(self, box):
        self._connection = box.connect()
        self._port = box.mail_port
        self._statement = statement()
        self._connection.execute(TABLES)
        # As in ours: rows of tables that were filled a moment ago are hashed, not looped over.
        self._connection.execute("set enable_nestloop = off; set work_mem = '64MB'; set jit = off")

    def empty(self):
        self._connection.execute(EMPTY)

    def run(self, cycle_id):
        with self._connection.transaction():
            self._connection.execute(self._statement, {"cycle": cycle_id})
        with self._connection.cursor().copy(OUT) as rows:
            for _ in rows:
                pass
        self._deliver()

    def _deliver(self):
        notices = self._connection.execute(
            "select id, mail, title, body from bench.floor_notice order by id"
        ).fetchall()
        with smtplib.SMTP("127.0.0.1", self._port) as line:
            line.ehlo()
            for number, mail, title, body in notices:
                line.send(f"MAIL FROM:<xiaozu@localhost>\r\nRCPT TO:<{mail}>\r\nDATA\r\n")
                for _ in range(3):
                    line.getreply()
                line.send(letter(number, mail, title, body) + b".\r\n")
                line.getreply()
        self._connection.execute("update bench.floor_notice set sent_at = now()")


def letter(number, mail, title, body):
    """A letter with no more than it needs."""
    headers = f"From: xiaozu@localhost\r\nTo: {mail}\r\nSubject: {title}\r\nMessage-ID: <{number}@localhost>\r\n"
    return f"{headers}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n".encode()
