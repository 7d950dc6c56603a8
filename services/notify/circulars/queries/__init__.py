"""What may be read of an office's notices: its own, and those that somebody, or a post below him, was told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, text, tuple_
from sqlalchemy.orm import aliased

from services.notify.circulars.models import Attachment, Circular, CircularUnit
from services.notify.circulars.rules import MEETINGS, OF_GROUPS, OFFICE, POSTS, SORT, Stage
from services.notify.messages.models import Message
from shared import attachments, clock
from shared.access import SYSTEM, Actor
from shared.db import Session
from shared.errors import NotYours, there
from shared.people import WHOLE_NAME, Unit, UnitKind
from shared.roles import STANDS_IN, Role

NOT_YOURS = "通知由乡镇组织委员和支部书记起草，您没有这个职务。"


# --- reach ---


def seen_by(actor: Actor) -> Select[Circular]:
    """His office's, drafts too; what he, his post or somebody in his branch was told; his township's that went out."""
    if Role.SYSTEM in actor.roles_over():
        return select(Circular)
    offices = actor.units_as(Role.ORGANISER, Role.SECRETARY)
    townships = actor.units_as(Role.ORGANISER, Role.COMMITTEE)
    below = select(Unit.id).where(
        or_(Unit.id.in_(actor.units_as(Role.SECRETARY)), Unit.branch_id.in_(actor.units_as(Role.SECRETARY)))
    )
    his = Message.person_id == actor.person_id if actor.person_id is not None else false()
    held = [(unit_id, role.value) for role, unit_id in actor.posts if role in POSTS]
    his_post = tuple_(Message.unit_id, Message.post).in_(held) if held else false()
    told = exists().where(
        Message.happening_id == Circular.happening_id,
        or_(his, his_post, Message.unit_id.in_(below) if offices else false()),
    )
    out = Circular.happening_id.is_not(None)
    return select(Circular).where(
        or_(Circular.unit_id.in_(offices), and_(out, Circular.township_id.in_(townships)), and_(out, told))
    )


def circular(session: Session, actor: Actor, circular_id: int) -> Circular:
    """One notice, or OutOfReach."""
    return there(session.scalar(seen_by(actor).where(Circular.id == circular_id)), "这份通知")


def circular_to_change(session: Session, actor: Actor, circular_id: int) -> Circular:
    """The same, locked."""
    return there(session.scalar(seen_by(actor).where(Circular.id == circular_id).with_for_update()), "这份通知")


def own_circular(session: Session, actor: Actor, circular_id: int) -> Circular:
    """One notice of his own office, or OutOfReach."""
    seen = seen_by(actor).where(Circular.id == circular_id, Circular.unit_id.in_(offices_of(actor)))
    return there(session.scalar(seen), "这份通知")


def circulars(session: Session, actor: Actor, *, after: int | None, limit: int) -> list[Circular]:
    """Those that he may see, the newest first; what was dropped is not there."""
    asked = seen_by(actor).where(Circular.stage != Stage.DROPPED)
    if after is not None:
        asked = asked.where(Circular.id < after)
    return list(session.scalars(asked.order_by(Circular.id.desc()).limit(limit)))


def correction_of(session: Session, actor: Actor, circular_id: int) -> Circular | None:
    """What goes in its place, as far as he may see it."""
    asked = seen_by(actor).where(Circular.corrects == circular_id, Circular.stage != Stage.DROPPED)
    return session.scalar(asked)


# --- who writes, and to whom ---


def offices_of(actor: Actor) -> tuple[int, ...]:
    """The units in whose name he writes."""
    return actor.units_as(Role.ORGANISER, Role.SECRETARY)


def office_of(session: Session, actor: Actor, unit_id: int | None = None) -> Unit:
    """The unit in whose name somebody writes: the one asked for, else his first. NotYours or OutOfReach."""
    offices = offices_of(actor)
    if not offices:
        raise NotYours(NOT_YOURS)
    wanted = offices[0] if unit_id is None else next((each for each in offices if each == unit_id), None)
    return there(session.get(Unit, wanted) if wanted is not None else None, "这个单位")


class Place(NamedTuple):
    """A unit that may be ticked, with the branch that it is in."""

    id: int
    name: str
    branch_id: int | None


def places_below(session: Session, office: Unit) -> list[Place]:
    """The living units that a notice of an office may go to: branches and groups below it, a branch itself."""
    above = aliased(Unit)
    within = Unit.township_id == office.id if office.kind == UnitKind.TOWNSHIP else Unit.branch_id == office.id
    own = Unit.id == office.id if office.kind == UnitKind.BRANCH else false()
    asked = (
        select(Unit.id, Unit.name, Unit.branch_id)
        .outerjoin(above, above.id == Unit.branch_id)
        .where(or_(own, within), living(clock.today(session)))
        .order_by(func.coalesce(above.sort_key, Unit.sort_key), func.coalesce(Unit.branch_id, Unit.id))
        .order_by(Unit.branch_id.is_not(None), Unit.sort_key, Unit.id)
    )
    return [Place(*row) for row in session.execute(asked)]


def living(day: date) -> ColumnElement[bool]:
    """Not dissolved by a day."""
    return or_(Unit.dissolved_on.is_(None), Unit.dissolved_on > day)


def units_of(session: Session, circular_id: int) -> list[int]:
    """The units that were ticked."""
    return list(session.scalars(select(CircularUnit.unit_id).where(CircularUnit.circular_id == circular_id)))


def gone(session: Session, circular_id: int) -> list[str]:
    """The ticked units that are no more, by name."""
    ticked = select(CircularUnit.unit_id).where(CircularUnit.circular_id == circular_id)
    asked = select(Unit.name).where(Unit.id.in_(ticked), ~living(clock.today(session)))
    return list(session.scalars(asked.order_by(Unit.sort_key, Unit.id)))


# A ticked branch stands for itself, and where posts of groups are meant for its groups; one that is not divided stands
# for its group, unless its secretary is told anyway.
TARGETS = text("""
    with ticked as materialized (
      select u.id, u.kind, u.branch_id from notify.circular_unit c join office.unit u on u.id = c.unit_id
      where c.circular_id = :circular and (u.dissolved_on is null or u.dissolved_on > :today)),
    groups as materialized (
      select g.id, g.branch_id from office.unit g
      where g.kind = 'group' and (g.dissolved_on is null or g.dissolved_on > :today)
        and (g.branch_id in (select id from ticked where kind = 'branch')
          or g.id in (select id from ticked where kind = 'group')))
    select id from groups where :groups
    union select id from ticked where kind = 'branch' and (not :groups or :undivided and not exists (
      select from office.unit g where g.branch_id = ticked.id and (g.dissolved_on is null or g.dissolved_on > :today)))
    order by 1""")


def targets(session: Session, circular: Circular, post: Role) -> list[int]:
    """The units in which a post is told."""
    groups = post in OF_GROUPS
    undivided = post is Role.LEADER and Role.SECRETARY not in circular.posts
    return _targets(session, circular.id, groups=groups, undivided=undivided)


def meeting_units(session: Session, circular: Circular) -> list[int]:
    """The units that hold the meeting: groups, or branches; one that is not divided holds its group's."""
    of_groups = MEETINGS[circular.meets or ""].of == "group"
    return _targets(session, circular.id, groups=of_groups, undivided=of_groups)


def _targets(session: Session, circular_id: int, *, groups: bool, undivided: bool) -> list[int]:
    values = {"circular": circular_id, "today": clock.today(session), "groups": groups, "undivided": undivided}
    return list(session.scalars(TARGETS, values))


class Recipient(NamedTuple):
    """A post that is told: who sits in it, else who is told instead, and by which ways."""

    unit_id: int
    unit: str
    post: str
    people: list[str]
    instead: bool
    ways: list[str]
    """What reaches at least one of them besides the inbox; without an account nothing is read there."""
    accounts: int


PREVIEW = text(f"""
    with place as materialized (
      select unit.id as unit_id, {WHOLE_NAME} as name, coalesce(unit.branch_id, unit.id) as branch_id,
        coalesce(unit.township_id, unit.id) as township_id, unit.sort_key, above.sort_key as above_key
      from office.unit left join office.unit above on above.id = unit.branch_id where unit.id = any (:units)),
    seated as materialized (
      select p.unit_id, s.person_id, l.rank, min(l.rank) over (partition by p.unit_id) as first
      from place p cross join unnest(cast(:holders as text[])) with ordinality l (holder, rank)
      join office.seat s on s.kind = l.holder and s.unit_id = case
          when l.holder in ('leader', 'deputy') then p.unit_id
          when l.holder in ('secretary', 'committee_member') then p.branch_id else p.township_id end
        and s.starts_on <= :today and (s.ends_on is null or s.ends_on > :today))
    select p.unit_id, p.name as unit, cast(:post as text) as post,
      coalesce(array_agg(distinct x.name) filter (where x.id is not null), '{{}}') as people,
      coalesce(min(s.rank), 2) > 1 as instead,
      array_remove(array[case when bool_or(x.mail_sealed is not null) then 'mail' end,
        case when bool_or(x.phone_sealed is not null) then 'phone' end], null) as ways,
      count(distinct a.id) as accounts
    from place p left join seated s on s.unit_id = p.unit_id and s.rank = s.first
    left join office.person x on x.id = s.person_id
    left join office.account a on a.person_id = x.id and a.ended_at is null
    group by p.unit_id, p.name, p.sort_key, p.above_key
    order by coalesce(p.above_key, p.sort_key), p.sort_key, p.unit_id""")


def recipients(session: Session, circular: Circular) -> list[Recipient]:
    """Who gets it if it is sent now, each post of each unit once."""
    found: list[Recipient] = []
    for post in map(Role, circular.posts):
        values = {"units": targets(session, circular, post), "post": post, "holders": list(STANDS_IN[post])}
        rows = session.execute(PREVIEW, values | {"today": clock.today(session)})
        found += [Recipient(*row) for row in rows]
    return found


# --- files ---


def files(session: Session, actor: Actor, circular_ids: Sequence[int]) -> list[Attachment]:
    """The files of notices that he may see."""
    return attachments.of(session, Attachment, SORT, _ids(actor).where(Circular.id.in_(circular_ids)))


def file(session: Session, actor: Actor, file_id: int) -> Attachment:
    """One file, or OutOfReach."""
    return attachments.one(session, Attachment, SORT, file_id, _ids(actor))


def _ids(actor: Actor) -> Select[int]:
    return seen_by(actor).with_only_columns(Circular.id)


# --- what came of it ---


class Line(NamedTuple):
    """How a notice stands with one who was told it."""

    message_id: int
    unit_id: int
    unit: str
    post: str
    person_id: int | None
    person: str | None
    stands_in: bool
    passed: bool
    read_at: datetime | None
    acknowledged_at: datetime | None
    paper_on: date | None
    paper_by: str | None
    account: bool
    ways: list[list[str]]


LINES = text(f"""
    select m.id as message_id, m.unit_id, {WHOLE_NAME} as unit, m.post, m.person_id, p.name as person, m.stands_in,
      m.passed_to is not null as passed, m.read_at, m.acknowledged_at, m.paper_on, q.name as paper_by,
      exists (select from office.account a where a.person_id = m.person_id and a.ended_at is null) as account,
      coalesce((select jsonb_agg(jsonb_build_array(d.channel, d.state) order by d.id) from notify.delivery d
        where d.message_id = m.id and d.channel <> 'inbox'), '[]') as ways
    from notify.message m join office.unit on unit.id = m.unit_id
    left join office.unit above on above.id = unit.branch_id
    left join office.person p on p.id = m.person_id
    left join office.account b on b.id = m.paper_by left join office.person q on q.id = b.person_id
    where m.happening_id = :happening and (cast(:units as bigint[]) is null or m.unit_id = any (:units))
    order by coalesce(above.sort_key, unit.sort_key), unit.sort_key, m.unit_id, m.telling, m.id""")


def lines(session: Session, actor: Actor, found: Circular) -> list[Line]:
    """Everybody who was told: of his office's notice or his township's all, of another's those in his branch."""
    if found.happening_id is None:
        return []
    whole = bool(actor.roles_over(found.unit_id, found.township_id) & {*OFFICE, Role.COMMITTEE, Role.SYSTEM})
    units = None if whole else units_in_branches(session, actor)
    return [Line(*row) for row in session.execute(LINES, {"happening": found.happening_id, "units": units})]


def units_in_branches(session: Session, actor: Actor) -> list[int]:
    """The branches of which he is secretary, and their groups."""
    branches = actor.units_as(Role.SECRETARY)
    return list(session.scalars(select(Unit.id).where(or_(Unit.id.in_(branches), Unit.branch_id.in_(branches)))))


def own_messages(session: Session, actor: Actor, found: Circular) -> list[Message]:
    """What he himself was told by a notice."""
    if found.happening_id is None or actor.person_id is None:
        return []
    asked = select(Message).where(Message.happening_id == found.happening_id, Message.person_id == actor.person_id)
    return list(session.scalars(asked.order_by(Message.id)))


class Count(NamedTuple):
    """How many posts were told, a vacant one too, and how many of them have still to give a receipt."""

    told: int
    waiting: int


COUNTS = text("""
    select c.id, count(distinct (m.unit_id, m.telling)) as told,
      count(distinct (m.unit_id, m.telling))
        - count(distinct (m.unit_id, m.telling)) filter (where m.acknowledged_at is not null) as waiting
    from notify.circular c join notify.message m on m.happening_id = c.happening_id
    where c.id = any (:ids) group by c.id""")


def counts(session: Session, rows: Iterable[Circular]) -> dict[int, Count]:
    """How those of a page stand that wait for receipts, by their numbers; nobody counts what no line shows."""
    asked = [row.id for row in rows if row.wants_receipt and row.stage == Stage.SENT]
    found = session.execute(COUNTS, {"ids": asked})
    told: dict[int, Count] = defaultdict(lambda: Count(0, 0))
    return told | {row[0]: Count(row[1], row[2]) for row in found}


def waiting_messages(session: Session, found: Circular, message_ids: Sequence[int]) -> list[Message]:
    """Of a notice the messages of the same posts and units as these, locked in their order."""
    here = select(Message.unit_id, Message.telling).where(
        Message.id.in_(message_ids), Message.happening_id == found.happening_id
    )
    pairs = [tuple(row) for row in session.execute(here)]
    asked = select(Message).where(
        Message.happening_id == found.happening_id, tuple_(Message.unit_id, Message.telling).in_(pairs)
    )
    return list(session.scalars(asked.order_by(Message.id).with_for_update()))


# --- the day of a meeting ---


def meetings_due(session: Session, today: date, *, only: int | None = None) -> list[Circular]:
    """Notices of meetings whose day has come and whose records have no drafts yet, locked."""
    with_record = [name for name, meeting in MEETINGS.items() if meeting.of]
    asked = seen_by(SYSTEM).where(
        Circular.stage == Stage.SENT,
        Circular.meets.in_(with_record),
        Circular.meets_on <= today,
        Circular.drafted_on.is_(None),
        *([Circular.id == only] if only is not None else []),
    )
    return list(session.scalars(asked.order_by(Circular.id).with_for_update()))


def told_units(session: Session, found: Circular) -> dict[Role, list[int]]:
    """The units in which each post was told by a notice."""
    asked = select(Message.post, Message.unit_id).where(Message.happening_id == found.happening_id).distinct()
    told: dict[Role, list[int]] = defaultdict(list)
    for post, unit_id in session.execute(asked.order_by(Message.post, Message.unit_id)):
        if post is not None:  # what he was told himself is addressed to no post
            told[Role(post)].append(unit_id)
    return dict(told)
