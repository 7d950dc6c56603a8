"""The tallies of leaders who held their post for a part of the year: of the months that they held whole.

They are few: what they did is counted from the things themselves, because counters know no days of their evidence.
What they owed is what a group owes that lived as long as they were in post (shared/duties.owes).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from services.activities.evidence.rules import COUNTED, sums
from shared.db import Session
from shared.duties import Duty, Met, Span, met
from shared.evidence import KINDS

LIVES = """
    select p.case_id, u.id as g, u.township_id, greatest(u.founded_on, :start, p.began_on) as founded,
      least(coalesce(u.dissolved_on, :end), :end, coalesce(p.ended_on, :end)) as dissolved
    from jsonb_to_recordset(:parts) as p(case_id bigint, group_id bigint, began_on date, ended_on date)
    join office.unit u on u.id = p.group_id"""
LIFE = text(f"select * from ({LIVES}) as life order by case_id").bindparams(bindparam("parts", type_=JSONB))
TOWNSHIPS = text("select distinct township_id from office.unit where id = any (:groups)")

Part = Mapping[str, Any]
"""case_id, group_id, began_on, ended_on (the first day after; none: it goes on), as the run asks for it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of some leaders: their parts of a year, and what is owed by the day of the run in each township.

    own: the parts of the kinds that no calendar asks for, as SQL over `life`, with what it knows.
    """

    year: int
    parts: Sequence[Part]
    calendars: Mapping[int, Iterable[Duty]]
    own: str = ""
    own_values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        """What the statements know."""
        days = {"start": date(self.year, 1, 1), "end": date(self.year + 1, 1, 1)}
        return {"parts": list(self.parts), "year": self.year, **days}


def townships_of(session: Session, parts: Sequence[Part]) -> list[int]:
    """The townships of these leaders' groups."""
    return list(session.scalars(TOWNSHIPS, {"groups": [part["group_id"] for part in parts]})) if parts else []


def told_of_parts(session: Session, asked: Asked) -> list[list[Any]]:
    """[case, its figures, the ids of what was counted] of each, packed as the tallies of groups are."""
    if not asked.parts:
        return []
    lives = session.execute(LIFE, asked.values).all()
    held, own = _held(session, asked), _own(session, asked, lives)
    return [
        _packed(
            life.case_id,
            held.get(life.case_id, {}),
            met(asked.calendars[life.township_id], Span(life.founded, life.dissolved), _counts(held, life.case_id)),
            own.get(life.case_id, {}),
        )
        for life in lives
    ]


def _held(session: Session, asked: Asked) -> dict[int, dict[str, Any]]:
    """By case and kind, what was held in the months that were his, by month; one statement for all of them."""
    things = f"""
        select life.case_id as group_id, c.kind, c.on_day, c.present, c.expected, c.minutes, c.id
        from ({LIVES}) as life
        join ({" union all ".join(COUNTED)}) as c on c.group_id = life.g
        where c.on_day >= :start and c.on_day < :end and life.founded <= date_trunc('month', c.on_day)::date
          and life.dissolved >= (date_trunc('month', c.on_day) + interval '1 month')::date"""
    found: dict[int, dict[str, Any]] = {}
    for row in session.execute(text(sums(things)).bindparams(bindparam("parts", type_=JSONB)), asked.values):
        found.setdefault(row.group_id, {})[row.kind] = row
    return found


def _own(session: Session, asked: Asked, lives: Sequence[Any]) -> dict[int, dict[str, Met]]:
    """By case and kind, what was owed and met of the kinds' own parts; a part knows a group once, so in rounds."""
    found: dict[int, dict[str, Met]] = {}
    left = {life.case_id: life.g for life in lives} if asked.own else {}
    while left:
        round_ = {group: case for case, group in left.items()}
        part = text(
            f"with life as materialized (select g, township_id, founded, dissolved from ({LIVES}) as l"
            f" where case_id = any (:round)), {asked.own.rstrip().rstrip(',')} select * from part"
        )
        typed = [bindparam(name, type_=JSONB) for name in ("parts", "periods")]
        values = {**asked.values, **asked.own_values, "round": list(round_.values())}
        for row in session.execute(part.bindparams(*typed), values):
            found.setdefault(round_[row.g], {})[row.kind] = Met(row.owed or 0, row.met or 0)
        left = {case: group for case, group in left.items() if round_[group] != case}
    return found


def _counts(held: Mapping[int, Mapping[str, Any]], case_id: int) -> dict[str, Sequence[int]]:
    return {kind: row.done for kind, row in held.get(case_id, {}).items()}


def _packed(case_id: int, held: Mapping[str, Any], owed: Mapping[str, Met], own: Mapping[str, Met]) -> list[Any]:
    """The figures kind by kind in the order of KINDS (actions/collecting.FIGURES), and the ids, as arrays in text."""
    figures: list[int] = []
    ids: list[int] = []
    for kind in KINDS:
        row, due = held.get(kind), [each[kind] for each in (owed, own) if kind in each]
        figures += [sum(row.done) if row else 0, sum(each.met for each in due), sum(each.owed for each in due)]
        figures += [sum(getattr(row, name)) if row else 0 for name in ("present", "expected", "minutes")]
        ids += row.ids if row else []
    return [case_id, *(f"{{{','.join(map(str, numbers))}}}" for numbers in (figures, ids))]
