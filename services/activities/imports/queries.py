"""Files handed in, for whoever may bring them in."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from zlib import compress, decompress

from pydantic import TypeAdapter
from sqlalchemy import Select, func, select, text, true, update

from services.activities.grid import queries as grid
from services.activities.grid.rules.planned import GridWritten
from services.activities.imports.models import Handed
from services.activities.imports.rules import BRING_IN, WRITTEN, Going, Kind, Stage, key_of
from services.activities.ledger import queries as ledger
from services.activities.ledger.rules.plan import LedgerWritten
from services.activities.register import queries as register
from services.activities.register.rules.written import Resting, Written
from shared import privacy, switches
from shared.access import Actor
from shared.db import Session
from shared.errors import Conflict, Invalid, OutOfReach, there
from shared.people import Unit, UnitKind
from shared.progress import Progress
from shared.roles import Role
from shared.systems import System

LATEST = 20
NOT_KEPT = (
    "这次导入没有改动什么，或者以后又导入过同一种文件，或者是系统升级以前做的，不能撤销；"
    "要改，请在名册或台账里逐项更正。"
)


def seen_by(actor: Actor) -> Select[Handed]:
    """The files of the townships whose register somebody keeps."""
    mine = true() if actor.reach == "*" else Handed.township_id.in_(actor.units_as(Role.ORGANISER))
    return select(Handed).where(mine)


def townships(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The townships whose register somebody keeps: an organiser of a branch brings no file in."""
    query = register.seen_by(actor).where(Unit.kind == UnitKind.TOWNSHIP, Unit.id.in_(actor.units_as(Role.ORGANISER)))
    return [(unit.id, unit.name) for unit in session.scalars(query.order_by(Unit.sort_key, Unit.id))]


def kinds_for(session: Session, townships: Sequence[tuple[int, str]]) -> list[Kind]:
    """What may be handed in: a ledger of the grid only where some township has the grid."""
    with_grid = any(switches.is_on(session, System.GRID, township_id) for township_id, _ in townships)
    return [each for each in Kind if each is not Kind.GRID or with_grid]


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


def kept_lines(handed_id: int, asked: Mapping[str, str | int], lines: bytes) -> bytes:
    """What was made of a file, with what was asked, as it is kept beside it."""
    packed = compress(_question(asked) + b"\n" + lines, 1)
    return privacy.seal(b64encode(packed).decode(), place=place_of(handed_id, "understood"))


def understood_of(found: Handed, asked: Mapping[str, str | int]) -> bytes | None:
    """What was made of a file when the same was asked of it; None where it is to be read."""
    if found.content is None or found.understood is None:
        return None
    packed = b64decode(privacy.unseal(found.understood, place=place_of(found.id, "understood")))
    question, _, lines = decompress(packed).partition(b"\n")
    return lines if question == _question(asked) else None


def _question(asked: Mapping[str, str | int]) -> bytes:
    return json.dumps(asked, sort_keys=True).encode()


def place_of(handed_id: int, field: str = "content") -> str:
    """Where its seal opens, and nowhere else."""
    return f"handed_in|{field}|{handed_id}"


def sealed(handed_id: int, written: Written | LedgerWritten | GridWritten) -> bytes:
    """What an import wrote, as it is kept."""
    said = TypeAdapter(type(written)).dump_json(written).decode()
    return privacy.seal(said, place=place_of(handed_id, "written"))


def forget_superseded(session: Session, found: Handed) -> None:
    """What the imports of the same kind before this one wrote is needed no more, and is full of what stood before."""
    before = update(Handed).where(Handed.township_id == found.township_id, Handed.kind == found.kind)
    same = before.where(Handed.year.is_not_distinct_from(found.year), Handed.id != found.id)
    session.execute(same.where(Handed.written.is_not(None)).values(written=None))


def written_by(found: Handed) -> Written | LedgerWritten | GridWritten:
    """What an import wrote. Raises Conflict where that was not kept: it is from before."""
    if found.written is None:
        raise Conflict(NOT_KEPT)
    said = privacy.unseal(found.written, place=place_of(found.id, "written"))
    return TypeAdapter(WRITTEN[found.kind]).validate_json(said)


def last_import(session: Session, actor: Actor, township_id: int) -> Handed | None:
    """The import of a township that was brought in last and not taken back, if there is one."""
    query = seen_by(actor).where(Handed.township_id == township_id, Handed.stage == Stage.IMPORTED)
    last = query.where(Handed.imported_at.is_not(None)).order_by(Handed.imported_at.desc(), Handed.id.desc())
    return session.scalars(last.limit(1)).one_or_none()


def resting(session: Session, actor: Actor, found: Handed) -> list[Resting]:
    """What stands on what an import wrote."""
    written = written_by(found)
    if isinstance(written, Written):
        since = found.imported_at or found.handed_at
        return register.resting_on(session, actor, written, township_id=found.township_id, since=since)
    if isinstance(written, GridWritten):
        return grid.resting_on_grid(session, written)
    return ledger.resting_on_records(session, found.township_id, found.year or 0, written.activities)


def helper(session: Session, actor: Actor, person_id: int, name: str) -> int:
    """Who is meant by the name of a contact person or helper: the one of his branch who is called so."""
    person = register.person_in_reach(session, actor, person_id)
    unit = register.unit_in_reach(session, actor, person.unit_id)
    found = [each for each, called in register.helpers(session, actor, unit, person_id) if called == name]
    if len(found) != 1:
        many = f"本支部有 {len(found)} 位“{name}”，请在他的个人页登记。"
        raise Invalid(many if found else f"本支部没有“{name}”，请核对姓名。", field="contact")
    return found[0]


def next_id(session: Session) -> int:
    """The number of the next file, which its seal is bound to."""
    return int(session.scalars(select(func.nextval("activities.handed_in_id_seq"))).one())
