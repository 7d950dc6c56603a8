"""The township's figures on its leaders, on a day: posts filled, and two shares with what is unknown apart.

No village is set beside another: these are shares that the township means to raise (乡四（一）), never conditions.
"""

from datetime import date
from typing import NamedTuple

from sqlalchemy import text

from shared.db import Session

UPPER = ("高中", "中专", "大专", "本科", "研究生")
LOWER = ("初中", "小学", "文盲")

FIGURES = text("""
    select count(*) as groups, count(l.id) as leaders,
      count(l.id) filter (where l.born_on > l.line) as younger,
      count(l.id) filter (where l.born_on is null) as age_unknown,
      count(l.id) filter (where l.education = any (:upper)) as upper_secondary,
      count(l.id) filter (where l.education is null or l.education <> all (:known)) as schooling_unknown
    from office.unit g
    left join lateral (
      select x.id, x.born_on, x.education, (cast(:day as date) - make_interval(years => :age))::date as line
      from office.post p join office.person x on x.id = p.person_id
      where p.unit_id = g.id and p.kind = 'leader' and p.starts_on <= :day and (p.ends_on is null or p.ends_on > :day)
      order by p.id limit 1) l on true
    where g.township_id = :township and g.kind = 'group' and g.founded_on <= :day
      and (g.dissolved_on is null or g.dissolved_on > :day)""")


class Figures(NamedTuple):
    """The groups and the leaders of a township; of the leaders, how many are young, and how many went to school long.

    Of how many that is not known stands apart: they are in neither share.
    """

    groups: int
    leaders: int
    younger: int
    age_unknown: int
    upper_secondary: int
    schooling_unknown: int


def figures_of(session: Session, township_id: int, day: date, age: int) -> Figures:
    """The figures of a township that whoever asks reaches, on a day; `age`: the line, in years."""
    values = {"township": township_id, "day": day, "age": age, "upper": list(UPPER), "known": [*UPPER, *LOWER]}
    return Figures(*session.execute(FIGURES, values).one())
