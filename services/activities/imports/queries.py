"""Files handed in, for whoever may bring them in."""

from base64 import b64decode

from sqlalchemy import Select, func, select, text, true

from services.activities.imports.models import Handed
from services.activities.imports.rules import BRING_IN, Going, key_of
from services.activities.register import queries as register
from shared import privacy
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach, there
from shared.people import Unit, UnitKind
from shared.progress import Progress
from shared.roles import Role

LATEST = 20


def seen_by(actor: Actor) -> Select[Handed]:
    """The files of the townships whose register somebody keeps."""
    mine = true() if actor.reach == "*" else Handed.township_id.in_(actor.units_as(Role.ORGANISER))
    return select(Handed).where(mine)


def townships(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The townships whose register somebody keeps: an organiser of a branch brings no file in."""
    query = register.seen_by(actor).where(Unit.kind == UnitKind.TOWNSHIP, Unit.id.in_(actor.units_as(Role.ORGANISER)))
    return [(unit.id, unit.name) for unit in session.scalars(query.order_by(Unit.sort_key, Unit.id))]


def latest(session: Session, actor: Actor) -> list[Handed]:
    """What was handed in last."""
    return list(session.scalars(seen_by(actor).order_by(Handed.id.desc()).limit(LATEST)))


def handed(session: Session, actor: Actor, handed_id: int, *, locked: bool = False) -> Handed:
    """A file that may be seen; `locked` until the transaction ends, as it stands now."""
    query = seen_by(actor).where(Handed.id == handed_id)
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return there(session.scalars(query).one_or_none(), "这个导入文件")


WORK = text("""
    select j.attempts, j.state = 'dead' as dead,
      cast(extract(epoch from office.now() - cast(:since as timestamptz)) as double precision) as seconds
    from activities.job j where j.task = :task and j.key = :key""")


def going(session: Session, found: Handed) -> Going:
    """How far the bringing-in of a file is, and how fast it goes on since it began to write."""
    values = {"task": BRING_IN, "key": key_of(found.id, found.run), "since": found.counted_since}
    work = session.execute(WORK, values).one()
    progress = Progress(found.whole, found.done, lately=found.done, seconds=work.seconds or 0)
    return Going(progress, found.step, tries=work.attempts, dead=work.dead)


def content_of(found: Handed) -> bytes:
    """Its bytes; OutOfReach where they were forgotten."""
    if found.content is None:
        raise OutOfReach("这个文件已经按规定清除，请重新上传。")
    return b64decode(privacy.unseal(found.content, place=place_of(found.id)))


def place_of(handed_id: int) -> str:
    """Where its seal opens, and nowhere else."""
    return f"handed_in|content|{handed_id}"


def next_id(session: Session) -> int:
    """The number of the next file, which its seal is bound to."""
    return int(session.scalars(select(func.nextval("activities.handed_in_id_seq"))).one())
