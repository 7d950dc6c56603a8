"""A file is kept sealed, looked at as often as one likes, brought in once by the background, and then forgotten."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.activities.grid import actions as grid
from services.activities.grid.rules.planned import GridWritten
from services.activities.imports import queries
from services.activities.imports.actions.contents import Outcome, first_read, look, may_bring_in, written
from services.activities.imports.models import Handed
from services.activities.imports.rules import (
    BRING_IN,
    ITSELF,
    MOVES,
    OFFICE,
    TRIES,
    WAITS,
    Kind,
    Stage,
    Step,
    figures_said,
    key_of,
)
from services.activities.ledger import actions as ledger
from services.activities.register import actions as register
from services.activities.register import queries as register_queries
from services.activities.register.rules.written import Resting, Written
from shared import clock, privacy, switches, work
from shared.access import SYSTEM, Actor, actor_behind
from shared.audit import announce
from shared.db import Session, enter, tried, unit
from shared.errors import Away, Conflict, Invalid, NotYours, Refusal, Transient
from shared.events import FileMoved
from shared.moves import Moved
from shared.progress import Report
from shared.systems import System
from shared.todos import Thing
from shared.waiting import follow, over

FORGET = "activities.forget_file"
KEPT_DAYS = 7

# Beside the transaction that brings the file in; nothing is found where somebody has stopped it.
NOTE = text("""
    update activities.handed_in set step = :step, done = :done, whole = :whole,
      counted_since = case when :done = 0 then office.now() else counted_since end
    where id = :id and run = :run and stage = 'importing' returning id""")


GIVEN_UP = f"试了 {TRIES} 次都没有导入成，名册和台账没有变动。请再导入一次；还是不成，请告诉安全管理员。"


class Stopped(Exception):
    """Somebody does not want the file any more that is being brought in."""


def hand_in(
    session: Session,
    actor: Actor,
    township_id: int,
    *,
    name: str,
    content: bytes,
    kind: Kind | None = None,
    year: int | None = None,
    since: date | None = None,
    as_of: date | None = None,
) -> Handed:
    """Keep a file until it is decided on. What is no table is refused at once.

    `kind`: where none is said, with `year` that year's ledger, else a roster. `since`: from when what is new in a
    roster counts that says no day. `as_of`: from when what it moves does; today.
    """
    kind = kind or (Kind.ROSTER if year is None else Kind.LEDGER)
    township = may_bring_in(session, actor, township_id, kind)
    if not content:
        raise Invalid("请选择一个文件。", field="file")
    register.refuse_days(session, township.id, since, as_of)
    asked, lines = first_read(session, township, kind, year, name=name, content=content)
    made = Handed(id=queries.next_id(session), township_id=township.id, kind=kind, year=year, since=since, as_of=as_of)
    made.name, made.handed_by, made.handed_at = name[-120:] or "未命名", actor.account_id, clock.now(session)
    made.content = privacy.seal(b64encode(content).decode(), place=queries.place_of(made.id))
    made.understood = queries.kept_lines(made.id, asked, lines)
    session.add(made)
    session.flush()
    _forget_later(session, made.id)
    return made


def _forget_later(session: Session, handed_id: int) -> None:
    forgotten = clock.now(session) + timedelta(days=KEPT_DAYS)
    work.post(session, FORGET, key=f"file:{handed_id}", payload={"handed_id": handed_id}, run_at=forgotten)


def forget(session: Session, handed_id: int) -> None:
    """The content goes; what came of it stays."""
    found = queries.handed(session, SYSTEM, handed_id)
    found.content = found.understood = None
    work.give_up(session, BRING_IN, key=key_of(found.id, found.run))
    over(session, WAITS, found.stage, [_thing(found)])
    session.flush()


# --- bringing in ---


def begin(
    session: Session, actor: Actor, handed_id: int, *, agreed: int = 0, taken_over_why: str | None = None
) -> Handed:
    """Have a file brought in behind the page: for the first time, or after it was stopped or refused.

    `agreed`: how many moves and ends of posts somebody agreed to, where they are more than a tenth of the township.
    `taken_over_why`: why its leaders come without a choosing, where they are chosen here; asked for at once.
    """
    _refuse_unexplained(session, actor, handed_id, taken_over_why)
    found = queries.handed(session, actor, handed_id, locked=True)
    if found.stage in {Stage.IMPORTED, Stage.UNDONE}:
        raise Conflict("这个文件已经导入过。要再导入一次，请重新上传。")
    queries.content_of(found)
    _move(session, actor, found, MOVES.move(found.stage, Step.BEGIN, roles=actor.roles_over(found.township_id)))
    found.run += 1
    found.begun_by = actor.account_id
    found.step, found.done, found.whole, found.counted_since, found.refused_why = None, 0, 0, None, None
    session.flush()
    payload = {"handed_id": found.id, "run": found.run, "agreed": agreed, "taken_over_why": taken_over_why}
    work.post(session, BRING_IN, key=key_of(found.id, found.run), payload=payload)
    return found


def _refuse_unexplained(session: Session, actor: Actor, handed_id: int, why: str | None) -> None:
    found = queries.handed(session, actor, handed_id)
    if why or found.content is None or not switches.is_on(session, System.CHOOSINGS, found.township_id):
        return
    looked = look(session, actor, handed_id)
    if looked.roster and register.plan_takes_over(session, found.township_id, looked.roster[1]):
        raise Invalid(register.TAKEN_OVER_ASKED, field="taken_over_why")


def stop(session: Session, actor: Actor, handed_id: int) -> Handed:
    """Give up bringing it in: what was written is undone, and it can be begun again."""
    found = queries.handed(session, actor, handed_id, locked=True)
    _move(session, actor, found, MOVES.move(found.stage, Step.STOP, roles=actor.roles_over(found.township_id)))
    session.flush()
    work.give_up(session, BRING_IN, key=key_of(found.id, found.run))
    return found


def bring_in(session: Session, handed_id: int, run: int, *, agreed: int = 0, taken_over_why: str | None = None) -> None:
    """Bring a file in as whoever began it: all of it, or nothing and a sentence why. Passed over where it was stopped.

    Until its last step it holds no lock on the file's own row: how far it is, is written beside it, and whoever wants
    it stopped need not wait.
    """
    found = queries.handed(session, SYSTEM, handed_id)
    if not found.goes_on(run):
        return
    try:
        if work.attempt() > TRIES:
            raise Conflict(GIVEN_UP)
        with session.begin_nested():
            actor = _whoever_began(session, found)
            enter(session, session.info["service"], actor)
            came = written(session, actor, found, _reporting(found.id, run), agreed, taken_over_why)
            _finish(session, actor, handed_id, run, came)
    except Stopped:
        return
    except Away as busy:
        raise Transient("other files are being read") from busy
    except Refusal as refused:
        _refuse(session, handed_id, run, refused.detail)
    except IntegrityError as collided:
        # Somebody has appointed or registered the same just now: the next try compares with it.
        raise Transient("the register changed under the file") from collided


def _whoever_began(session: Session, found: Handed) -> Actor:
    """The person behind the account, if he still keeps the register; the machine itself has none."""
    if found.begun_by is None:
        return SYSTEM
    actor = actor_behind(session, found.begun_by)
    if actor is None or not actor.roles_over(found.township_id) & OFFICE:
        raise NotYours("确认导入的人现在不是组织委员，所以没有导入。请组织委员重新导入。")
    return actor


def _reporting(handed_id: int, run: int) -> Report:
    """Says how far it is where everybody sees it at once, and hears whether somebody has stopped it."""

    def report(step: str, done: int, whole: int) -> None:
        with unit("activities") as beside:
            values = {"id": handed_id, "run": run, "step": step, "done": done, "whole": whole}
            if beside.scalar(NOTE, values) is None:
                raise Stopped

    return report


def _finish(session: Session, actor: Actor, handed_id: int, run: int, came: Outcome) -> None:
    """It is in, unless somebody has stopped it by now."""
    found = queries.handed(session, actor, handed_id, locked=True)
    if not found.goes_on(run):
        raise Stopped
    _keep(session, actor, found, came)


def _keep(session: Session, actor: Actor, found: Handed, came: Outcome) -> None:
    """What came of it, and by what it can be taken back, where it wrote anything."""
    outcome, wrote = came
    found.committed_on, found.outcome = clock.today(session), outcome
    found.imported_at = clock.now(session) if wrote else None
    found.written = queries.sealed(found.id, wrote) if wrote else None
    if wrote:
        queries.forget_superseded(session, found)
    _move(session, actor, found, MOVES.move(found.stage, Step.FINISH, roles=ITSELF))
    session.flush()


def _refuse(session: Session, handed_id: int, run: int, why: str) -> None:
    """It cannot be brought in as it is: somebody reads why, and decides."""
    found = queries.handed(session, SYSTEM, handed_id, locked=True)
    if found.goes_on(run):
        found.refused_why = why
        _move(session, SYSTEM, found, MOVES.move(found.stage, Step.REFUSE, roles=ITSELF), reason=why)
        session.flush()


def _move(session: Session, actor: Actor, found: Handed, moved: Moved, *, reason: str | None = None) -> None:
    """Take a file on, whose row is locked."""
    found.stage = moved.after
    fact = FileMoved(unit_id=found.township_id, handed_id=found.id)
    announce(session, fact, by=actor, moved=moved, reason=reason)
    follow(session, WAITS, moved, [_thing(found)] if found.content is not None else [])


def _thing(found: Handed) -> Thing:
    return Thing(f"handed:{found.id}", found.township_id)


# --- taking back ---


@dataclass(frozen=True, slots=True)
class Before:
    """What goes again with an import: the figures, what stands on it; what of its ticked proposals goes, and stays."""

    figures: list[str]
    resting: list[Resting]
    ticked: register.Ticked


def before_taking_back(session: Session, actor: Actor, found: Handed) -> Before:
    """What would go and what would stay, found out by doing it; nothing of it remains."""
    wrote = queries.written_by(found)
    with tried(session):
        ticked = register.take_ticked_back(session, actor, found.id)
        return Before(figures_said(wrote), queries.resting(session, actor, found), ticked)


def take_back(session: Session, actor: Actor, handed_id: int) -> tuple[Handed, register.Ticked]:
    """Undo the last import of a township as long as nothing rests on it; what does is named, and stands.

    What was ticked of its proposals goes with it, each as far as nothing stands on that; the rest is named, and stays.
    The township is locked before the file, as where a file is brought in: of two at once the second finds it done.
    """
    found = queries.handed(session, actor, handed_id)
    register_queries.unit_in_reach(session, actor, found.township_id, locked=True)
    found = queries.handed(session, actor, handed_id, locked=True)
    moved = MOVES.move(found.stage, Step.UNDO, roles=actor.roles_over(found.township_id))
    last = queries.last_import(session, actor, found.township_id)
    wrote = queries.written_by(found)
    if last is None or last.id != found.id:
        raise Conflict(f"后来又导入过“{last.name if last else ''}”，只能先撤销最后一次导入。")
    ticked = register.take_ticked_back(session, actor, found.id)
    if isinstance(wrote, Written):
        since = found.imported_at or found.handed_at
        register.take_roster_back(session, actor, found.township_id, wrote, since=since)
    elif isinstance(wrote, GridWritten):
        grid.take_grid_back(session, actor, found.township_id, wrote)
    else:
        ledger.take_ledger_back(session, actor, found.township_id, found.year or 0, wrote)
    session.refresh(found)
    found.imported_at = found.written = found.outcome = found.committed_on = None
    _move(session, actor, found, moved)
    session.flush()
    return found, ticked


def note_import(
    session: Session,
    actor: Actor,
    township_id: int,
    came: Outcome,
    *,
    name: str,
    kind: Kind,
    year: int | None = None,
) -> Handed:
    """A file that the command line has just brought in, whose content is not kept: it can be taken back like others."""
    handed_id = queries.next_id(session)
    now = clock.now(session)
    made = Handed(id=handed_id, township_id=township_id, kind=kind, year=year, name=name[-120:], handed_at=now, run=1)
    made.handed_by = made.begun_by = actor.account_id
    made.stage = Stage.WAITING
    session.add(made)
    session.flush()
    _move(session, actor, made, MOVES.move(made.stage, Step.BEGIN, roles=actor.roles_over(township_id)))
    _keep(session, actor, made, came)
    return made
