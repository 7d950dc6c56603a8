"""One view or many, with the names of their units, who has had them, and what happened."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select, tuple_

from services.activities.concerns.models import Concern, ConcernHolding, ConcernRemark
from services.activities.concerns.queries.reach import BRANCHES, GROUPS, seen_by
from services.activities.concerns.queries.standing import days_of
from services.activities.concerns.rules import ENDED, STEPS_SAID, Stage
from services.activities.register import queries as register
from shared import clock
from shared.access import Actor
from shared.audit import Happening
from shared.db import Session, beyond
from shared.errors import there
from shared.people import Unit, UnitKind, names_by_account, names_of
from shared.roles import Role

SIMILAR_MOST = 20
LAST_DAY = func.coalesce(Concern.extended_to, Concern.due_on)
BY_DAY = func.coalesce(LAST_DAY, date.max)


class Event(NamedTuple):
    """A step of a view: when, in words, and by whom."""

    at: datetime
    said: str
    who: str


class Merged(NamedTuple):
    """What a view was merged into, and what became of that: `id` where whoever asks sees it himself."""

    id: int | None
    number: str
    stage: Stage
    result: str | None
    answer: str | None


def concern(session: Session, actor: Actor, concern_id: int) -> Concern:
    """One view, or OutOfReach."""
    found = seen_by(session, actor).where(Concern.id == concern_id)
    return there(session.scalars(found).one_or_none(), "这条群众意见")


def sees(session: Session, actor: Actor, concern_id: int) -> bool:
    """Whether somebody sees it."""
    return (
        session.scalar(seen_by(session, actor).with_only_columns(Concern.id).where(Concern.id == concern_id))
        is not None
    )


def to_change(session: Session, actor: Actor, *concern_ids: int) -> list[Concern]:
    """Views, locked in the order of their ids; OutOfReach where one is not to be seen."""
    wanted = sorted(set(concern_ids))
    found = seen_by(session, actor).where(Concern.id.in_(wanted)).order_by(Concern.id).with_for_update()
    rows = list(session.scalars(found.execution_options(populate_existing=True)))
    there(rows if len(rows) == len(wanted) else None, "这条群众意见")
    return [next(row for row in rows if row.id == each) for each in concern_ids]


def concerns(
    session: Session,
    actor: Actor,
    *,
    after: int | None,
    limit: int,
    stage: Stage | None = None,
    unit_id: int | None = None,
    cell_id: int | None = None,
    year: int | None = None,
) -> Sequence[Concern]:
    """Those that fit, the newest first; `after` is the last one already seen."""
    asked = seen_by(session, actor)
    if after is not None:
        asked = asked.where(Concern.id < after)
    if stage is not None:
        asked = asked.where(Concern.stage == stage)
    if unit_id is not None:
        below = select(Unit.id).where(register.within(unit_id))
        asked = asked.where(Concern.unit_id.in_(below))
    if cell_id is not None:
        asked = asked.where(Concern.cell_id == cell_id)
    if year is not None:
        asked = asked.where(Concern.opened_on >= date(year, 1, 1), Concern.opened_on <= date(year, 12, 31))
    return session.scalars(asked.order_by(Concern.id.desc()).limit(limit)).all()


def open_concerns(
    session: Session, actor: Actor, *, limit: int, after: int | None = None, stage: Stage | None = None
) -> Sequence[Concern]:
    """What goes on, the next day first, what has none last; `after` is the last one already seen."""
    asked = seen_by(session, actor).where(Concern.stage.not_in(ENDED))
    if stage is not None:
        asked = asked.where(Concern.stage == stage)
    last = session.scalar(select(BY_DAY).where(Concern.id == after)) if after is not None else None
    if last is not None:
        asked = asked.where(tuple_(BY_DAY, Concern.id) > tuple_(last, after))
    return session.scalars(asked.order_by(BY_DAY, Concern.id).limit(limit)).all()


def open_counts(session: Session, actor: Actor) -> tuple[dict[str, int], int]:
    """How many stand at each stage that is not over, and how many of all are late."""
    is_late = clock.today(session) > LAST_DAY
    asked = seen_by(session, actor).where(Concern.stage.not_in(ENDED))
    counted = asked.with_only_columns(Concern.stage, func.count(), func.count().filter(is_late))
    found = session.execute(counted.group_by(Concern.stage)).all()
    return {stage.value: 0 for stage in Stage} | {row[0]: row[1] for row in found}, sum(row[2] for row in found)


def similar(session: Session, actor: Actor, row: Concern) -> list[Concern]:
    """Open views of the same kind in the same branch, into which it might be merged."""
    unit = session.get_one(Unit, row.unit_id)
    branch = unit.branch_id or unit.id
    near = select(Unit.id).where(or_(Unit.id == branch, Unit.branch_id == branch))
    asked = seen_by(session, actor).where(
        Concern.id != row.id,
        Concern.kind == row.kind,
        Concern.stage.not_in(ENDED),
        Concern.unit_id.in_(near),
        Concern.past.is_not_distinct_from(row.past),
    )
    return list(session.scalars(asked.order_by(Concern.id.desc()).limit(SIMILAR_MOST)))


def merged(session: Session, actor: Actor, row: Concern) -> Merged | None:
    """What a view that was seen was merged into in the end; its answer is for everybody who raised it."""
    if row.merged_into is None:
        return None
    with beyond(session):
        last = session.get_one(Concern, row.merged_into)
        while last.merged_into is not None:
            last = session.get_one(Concern, last.merged_into)
        found = (last.number or "", Stage(last.stage), last.result, last.answer)
    return Merged(last.id if sees(session, actor, last.id) else None, *found)


def units_for(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """Where somebody may note a view: his group, the groups of his branch or the branch itself."""
    found: dict[int, str] = {}
    for root in actor.units_as(*GROUPS, *BRANCHES):
        for unit in register.names_below(session, actor, root):
            if unit.kind != UnitKind.TOWNSHIP:
                found[unit.id] = unit.whole_name
    return list(found.items())


def named(session: Session, rows: Iterable[Concern]) -> dict[int, str]:
    """The whole names of the units that views are about, and of their holders'."""
    return names_of(session, {each for row in rows for each in (row.unit_id, row.holder_unit)})


def holders_said(session: Session, row: Concern) -> list[tuple[str, date, int, str]]:
    """Who has had a view that was seen: words, from when, how many working days, and why it came."""
    found = select(ConcernHolding).where(ConcernHolding.matter_id == row.id).order_by(ConcernHolding.id)
    rows, today, days = list(session.scalars(found)), clock.today(session), days_of(session)
    names = names_of(session, {each.holder_unit for each in rows})
    return [
        (
            f"{names.get(each.holder_unit, '')}{Role(each.holder_post).chinese}",
            each.starts_on,
            days.between(each.starts_on, each.ends_on or today),
            each.why,
        )
        for each in rows
    ]


def remarks(session: Session, row: Concern) -> list[tuple[str, datetime, str]]:
    """What was written on a view that was seen: by whom, when, what."""
    rows = remarks_on(session, row)
    with beyond(session):  # an act of office has a name, whoever reaches it
        names = names_by_account(session, {each.said_by for each in rows})
    return [(names.get(each.said_by, ""), each.said_at, each.said) for each in rows]


def remarks_on(session: Session, row: Concern) -> list[ConcernRemark]:
    """The same as rows."""
    found = select(ConcernRemark).where(ConcernRemark.matter_id == row.id).order_by(ConcernRemark.id)
    return list(session.scalars(found))


def history(session: Session, row: Concern) -> list[Event]:
    """What happened to a view that was seen, in order, and by whom: its facts stand in the units above."""
    with beyond(session):
        found = list(
            session.scalars(select(Happening).where(Happening.subject == f"concern:{row.id}").order_by(Happening.id))
        )
        names = names_by_account(session, {each.actor_id for each in found})
    words = [(each, STEPS_SAID.get(str(each.body.get("what")), "")) for each in found]
    return [Event(each.at, said, names.get(each.actor_id, "系统")) for each, said in words if said]
