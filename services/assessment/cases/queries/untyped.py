"""What people have still to type of a year's leaders, kind by kind; until the evidence is frozen."""

from typing import NamedTuple

from sqlalchemy import text

from shared.roles import Role


class Typing(NamedTuple):
    """For whom it waits, and which columns of the year have its keys and its day."""

    post: Role
    keys: str
    due: str


TYPINGS: dict[str, Typing] = {
    "assessment.survey": Typing(Role.SECRETARY, "typed_by_branch", "nomination_due"),
    "assessment.spot": Typing(Role.ORGANISER, "typed_by_township", "review_due"),
}

UNTYPED = """
    from assessment.leader_case c join assessment.cycle y on y.id = c.cycle_id
    where y.stage = 'open' and c.stage in ('nomination', 'review', 'rating')
      and exists (select from unnest(y.{keys}) k (key) where not exists (
        select from assessment.mark m where m.case_id = c.id and m.key = k.key))"""


def untyped(kind: str) -> str:
    """The rows that a kind must have, as (subject, unit_id)."""
    return "select 'case:' || c.id, c.group_id" + UNTYPED.format(keys=TYPINGS[kind].keys)


# Nobody types his own; what begins to wait after its day has none, and what waits already keeps its day.
BEGIN = """
    select office.open_todos(coalesce(jsonb_agg(jsonb_build_object('kind', '{kind}', 'subject', m.subject,
      'unit_id', m.group_id, 'post', '{post}', 'provisional', m.provisional, 'barred_account_id', a.id,
      'due_on', case when coalesce((t.since at time zone 'Asia/Shanghai')::date, office.today()) <= m.day
        then m.day end)), '[]'))
    from (select 'case:' || c.id as subject, c.group_id, c.person_id, y.provisional, y.{due} as day {untyped}
        and c.cycle_id = :cycle and (cast(:cases as bigint[]) is null or c.id = any (:cases))) m
    left join office.account a on a.person_id = m.person_id
    left join office.todo t on t.kind = '{kind}' and t.subject = m.subject and t.closed_at is null"""
END = """
    select office.close_todos('{kind}', array(
      select 'case:' || o.id from assessment.leader_case o
      where o.cycle_id = :cycle and (cast(:cases as bigint[]) is null or o.id = any (:cases))
        and o.id not in (select c.id {untyped} and c.cycle_id = :cycle)))"""
KEEPING = [
    text(asked.format(kind=kind, post=each.post, due=each.due, untyped=UNTYPED.format(keys=each.keys)))
    for kind, each in TYPINGS.items()
    for asked in (END, BEGIN)
]
