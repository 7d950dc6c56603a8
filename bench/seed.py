"""An invented township in rows: groups and branches, who leads them, and a year of confirmed activities.

Everything is spread by a hash of its numbers: the same size is the same township, row by row.
"""

from dataclasses import dataclass

from services.activities.evidence.rules import sums
from shared import privacy
from shared.duties import calendar_of
from shared.rulebase import effective
from shared.workdays import Workdays

YEAR = 2025
RULE_SET = "zhen"
GROUPS_A_BRANCH = 6
NOON = "2025-12-15 12:00+08"  # a Monday: letters may go


@dataclass(frozen=True)
class Town:
    """A township of so many groups; `base` keeps its numbers apart from another's."""

    groups: int
    base: int = 0

    @property
    def id(self):
        return self.base + 1

    @property
    def branches(self):
        return -(-self.groups // GROUPS_A_BRANCH)

    @property
    def branch_ids(self):
        return [self.base + 101 + n for n in range(self.branches)]

    @property
    def values(self):
        return {
            "base": self.base,
            "township": self.id,
            "groups": self.groups,
            "branches": self.branches,
            "a_branch": GROUPS_A_BRANCH,
            "year": YEAR,
            "rule_set": RULE_SET,
        }


def periods():
    """What a group owes by the day of the run: kind -> [(first month, last month, how many)]."""
    owed = {}
    for duty in calendar_of(lambda day: effective(day, RULE_SET), YEAR, Workdays({})):
        if duty.due.day.isoformat() >= NOON[:10]:
            continue
        owed.setdefault(duty.kind, []).append((duty.first_month, duty.last_month, duty.count))
    return owed


CHANCE = """
create schema if not exists bench;
create or replace function bench.chance(a bigint, b bigint, c bigint) returns int language sql immutable
  as 'select abs(hashint8extended(a * 1000003 + b * 1009 + c, 42) % 1000)::int';
create or replace function bench.diligence(g bigint) returns int language sql immutable as $$
  select case when h < 120 then 300 + h * 2 else 700 + (h - 120) * 300 / 880 end
  from bench.chance(g, 0, 0) as h $$;
create table if not exists bench.address (person_id bigint primary key, mail text not null);
"""

UNITS = """
with branch as (select n, %(base)s + 100 + n as id from generate_series(1, %(branches)s::int) n),
     grp as (select n, %(base)s + 1000000 + n as id, (n - 1) / %(a_branch)s + 1 as branch
             from generate_series(1, %(groups)s::int) n)
insert into office.unit (id, kind, name, sort_key, township_id, branch_id, rule_set, founded_on)
select %(township)s, 'township', '镇' || %(township)s, '', null::bigint, null::bigint, %(rule_set)s, date '2010-01-01'
union all
select id, 'branch', '第' || n || '党支部', lpad(n::text, 8, '0'), %(township)s, null, null, date '2010-01-01'
from branch
union all
select id, 'group', '第' || n || '党小组', lpad(n::text, 8, '0'), %(township)s, %(base)s + 100 + branch, null,
       date '2010-01-01' from grp
"""

# Whoever leads a group has the group's number, a branch's secretary the branch's.
PEOPLE = """
insert into office.person (id, unit_id, name, pinyin)
select id, id, '某' || id, 'mou' || id from office.unit
where id > %(base)s and id <= %(base)s + 9000000 and kind <> 'township'
"""

POSTS = """
insert into office.post (person_id, unit_id, kind, starts_on)
select id, id, case kind when 'group' then 'leader' else 'secretary' end, date '2021-01-01' from office.unit
where id > %(base)s and id <= %(base)s + 9000000 and kind <> 'township'
"""

ACTIVITIES = """
with wanted (kind, k, month, slot) as (
    select kind, k, month, 0 from generate_series(1, 12) month,
      (values ('study', 1), ('group_meeting', 2), ('theme_day', 3)) as monthly (kind, k)
    union all select 'life_meeting', 4, month, 0 from (values (6), (12)) as halves (month)
    union all select 'service', 5, slot * 2, slot from generate_series(1, 5) slot
    union all select 'lecture', 6, slot * 3, slot from generate_series(1, 4) slot),
  held as (
    select u.id, u.branch_id, w.kind, w.month, bench.chance(u.id, w.k, w.month) as h,
      9 + bench.chance(u.id, 7, 7) %% 8 as members
    from office.unit u cross join wanted w
    where u.township_id = %(township)s and u.kind = 'group'
      and bench.chance(u.id, w.k + 10, w.month) < bench.diligence(u.id) - case when w.slot > 0 then 400 else 0 end)
insert into activities.activity (group_id, branch_id, township_id, kind, held_on, place, chair_id, topic, content,
  minutes, stage, expected, present, submitted_at, confirmed_at)
select id, branch_id, %(township)s, kind, make_date(%(year)s, month, 1 + h %% 27), '党员活动室', id, '学习与讨论',
  '传达上级会议精神，结合本组工作讨论环境整治和帮扶计划，明确分工。', 60 + h %% 3 * 30, 'confirmed', members,
  members - h %% 4, office.now(), office.now()
from held order by month, 1 + h %% 27, id
"""

TALLIES = """
insert into activities.tally (group_id, year, kind, done, present, expected, minutes, ids) {sums}
"""


def seed(connection, town):
    """Write a township and its year."""
    held = """select group_id, kind, held_on as on_day, present, expected, minutes, id
        from activities.activity where township_id = %(township)s and stage = 'confirmed'"""
    connection.execute(CHANCE)
    for statement in (UNITS, PEOPLE, POSTS, ACTIVITIES, TALLIES.format(sums=sums(held))):
        connection.execute(statement, town.values)
    give_addresses(connection, town)


def give_addresses(connection, town):
    """Everybody has a mail address: sealed for ours, and plain for the floor and the alternative."""
    people = connection.execute(
        "select id from office.person where id between %(base)s + 1 and %(base)s + 9000000", town.values
    ).fetchall()
    with connection.transaction():
        connection.execute("create temp table sealed (id bigint, mail text, sealed bytea) on commit drop")
        with connection.cursor().copy("copy sealed from stdin (format binary)") as rows:
            rows.set_types(["int8", "text", "bytea"])
            for (person,) in people:
                mail = f"person{person}@town.example"
                rows.write_row((person, mail, privacy.seal(mail, place=f"person|mail|{person}")))
        connection.execute("update office.person p set mail_sealed = s.sealed from sealed s where s.id = p.id")
        connection.execute("insert into bench.address select id, mail from sealed")


def set_noon(connection):
    """An office whose date is a working day in December."""
    connection.execute("update office.clock set shift = %s::timestamptz - now(), movable = true", [NOON])
