"""How the machine is, for its keeper: counts and times, nobody's business."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from services.activities.office import rules
from services.activities.office.queries.reach import KEEPS
from services.activities.office.rules.words import ACTS
from shared import kept, machine, queue
from shared.access import Actor
from shared.audit import chain_head
from shared.db import Session, overseeing
from shared.errors import NotYours
from shared.people import Heartbeat
from shared.release import BROUGHT, RELEASE
from shared.settings import SERVICES


@dataclass(frozen=True, slots=True)
class Queue:
    """The work of a service: ready now, for later, given up; and since when the oldest ready one waits.

    `passed_over`: reminders of the last PASSED_OVER_DAYS that came too late to be told to anybody.
    """

    service: str
    ready: int
    later: int
    dead: int
    oldest: datetime | None
    passed_over: int


@dataclass(frozen=True, slots=True)
class Backup:
    """The last good backup: when, which file, its bytes, how many days ago; and why a later one failed, if it did."""

    at: datetime | None
    file: str
    size: int
    days: int
    failed: str


@dataclass(frozen=True, slots=True)
class Health:
    """How the machine is."""

    queues: list[Queue]
    signs: list[tuple[str, datetime, int, bool]]  # a process, when it was seen at work, seconds since, code like ours
    disk_free: int
    disk_whole: int
    versions: list[tuple[str, str]]
    ahead: bool  # whether the database has migrations that this code does not know
    sealed: int
    head: str
    backup: Backup | None
    now: datetime
    examined: list[tuple[str, str]]  # of the last nightly examination, what does not hold: its words, what was found
    examined_at: datetime | None
    news: list[tuple[datetime, str]]  # what was told of the machine last, in words
    files: list[tuple[str, int]]  # the units in reach that have most of them, in bytes
    files_most: int  # how much each of them may have, in bytes
    jump: tuple[datetime, datetime] | None  # of the clock, not confirmed yet: what it said, what was expected

    @property
    def mixed(self) -> bool:
        """Whether some program runs other code than this one."""
        return not all(alike for *_, alike in self.signs)


PASSED_OVER_DAYS = 30
JOBS = """
    select '{service}', count(*) filter (where state = 'ready' and run_at <= office.now()),
      count(*) filter (where state = 'ready' and run_at > office.now()), count(*) filter (where state = 'dead'),
      min(run_at) filter (where state = 'ready' and run_at <= office.now()),
      count(*) filter (where passed_over and done_at > office.now() - make_interval(days => {days}))
    from {service}.job"""
ALL_JOBS = text(" union all ".join(JOBS.format(service=service, days=PASSED_OVER_DAYS) for service in SERVICES))
BACKUP = text("""
    select good.written_at, coalesce(good.body ->> 'file', ''), coalesce((good.body ->> 'size')::bigint, 0),
      coalesce(extract(day from now() - good.written_at)::int, 0),
      case when last.fact = 'BackupFailed' then last.body ->> 'why' else '' end
    from (select * from office.happening where subject = 'backup' order by id desc limit 1) last
    left join lateral (
      select * from office.happening where subject = 'backup' and fact = 'BackupTaken' order by id desc limit 1) good
      on true""")
EXAMINED = text("select name, found, at from office.examination where name <> 'all' order by name")
MIGRATED = text("select name, version from office.migrated() order by name")


def health(session: Session, actor: Actor) -> Health:
    """How the machine is, for its keeper: counts and times, nobody's business."""
    if not {role for role, _ in actor.posts} & set(KEEPS):
        raise NotYours("系统运行状况由安全管理员查看。")
    files, most = kept.used(session), kept.most(session, actor.units_as(*KEEPS)[0])
    with overseeing(session):
        queues = [Queue(*row) for row in session.execute(ALL_JOBS)]
        now = session.scalar(text("select now()"))
        beats = session.execute(select(Heartbeat.name, Heartbeat.at, Heartbeat.release).order_by(Heartbeat.name)).all()
        steps = _steps(session)
        sealed, head = chain_head(session)
        backed_up = session.execute(BACKUP).one_or_none()
        versions_ = versions(session, steps)
        wrong, examined_at = last_night(session)
        jump = machine.clock_jump(session)
        news = [(at, ACTS["MachineChanged"].get(change, change)) for at, change in machine.recent(session)]
    free, whole = machine.disk()
    return Health(
        queues=queues,
        signs=[(name, at, int((now - at).total_seconds()), code in {RELEASE, None}) for name, at, code in beats],
        disk_free=free,
        disk_whole=whole,
        versions=versions_,
        ahead=any(step > BROUGHT.get(name, step) for name, step in steps.items()),
        sealed=sealed,
        head=head,
        backup=Backup(*backed_up) if backed_up else None,
        now=now,
        examined=wrong,
        examined_at=examined_at,
        news=news,
        files=files,
        files_most=most,
        jump=jump,
    )


def versions(session: Session, steps: Mapping[str, int]) -> list[tuple[str, str]]:
    """What runs here, each with its version."""
    server = session.scalar(text("show server_version"))
    programs = [
        ("小组", RELEASE),
        ("PostgreSQL", str(server)),
        ("消息代理", queue.broker_version() or "没有回答"),
    ]
    return programs + [
        (f"数据结构：{rules.PARTS.get(name, name)}", f"第 {step} 版{_unlike(step, BROUGHT.get(name, step))}")
        for name, step in steps.items()
    ]


def _steps(session: Session) -> dict[str, int]:
    """The newest migration that the database has seen, by schema."""
    return {name: int(at.rpartition("_")[2]) for name, at in session.execute(MIGRATED)}


def _unlike(step: int, own: int) -> str:
    return "" if step == own else f"（程序带的是第 {own} 版）"


def last_night(session: Session) -> tuple[list[tuple[str, str]], datetime | None]:
    """What the last nightly examination found not to hold, in words, and when it was; None where none has been."""
    found = session.execute(EXAMINED).all()
    wrong = [(rules.EXAMINED.get(name, name), said) for name, said, _ in found if said != "ok"]
    return wrong, max((at for *_, at in found), default=None)
