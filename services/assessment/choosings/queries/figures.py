"""The township's figures on its leaders, on a day: posts filled, and two shares with what is unknown apart.

No village is set beside another: these are shares that the township means to raise (乡四（一）), never conditions.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import text

from shared.db import Session

UPPER = ("高中", "中专", "大专", "本科", "研究生")
LOWER = ("初中", "小学", "文盲")

# Of several who would hold one post on a day, the first: a post that is single is so by the register.
FIGURES = text("""
    with led as (
      select distinct on (d.day, g.id) d.day, l.id, l.born_on, l.education,
        (d.day - make_interval(years => :age))::date as line
      from unnest(cast(:days as date[])) as d (day)
      join office.unit g on g.township_id = :township and g.kind = 'group' and g.founded_on <= d.day
        and (g.dissolved_on is null or g.dissolved_on > d.day)
      left join (office.post p join office.person l on l.id = p.person_id)
        on p.unit_id = g.id and p.kind = 'leader' and p.starts_on <= d.day and (p.ends_on is null or p.ends_on > d.day)
      order by d.day, g.id, p.id)
    select day, count(*), count(id),
      count(id) filter (where born_on > line),
      count(id) filter (where born_on is null),
      count(id) filter (where education = any (:upper)),
      count(id) filter (where education is null or education <> all (:known))
    from led group by day""")


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


NONE = Figures(0, 0, 0, 0, 0, 0)


def figures_of(session: Session, township_id: int, days: Sequence[date], age: int) -> list[Figures]:
    """The figures of a township that whoever asks reaches, on each of these days; `age`: the line, in years."""
    values = {"township": township_id, "days": list(days), "age": age, "upper": list(UPPER), "known": [*UPPER, *LOWER]}
    found = {day: Figures(*figures) for day, *figures in session.execute(FIGURES, values)}
    return [found.get(day, NONE) for day in days]
