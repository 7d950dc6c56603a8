"""A file is kept sealed, looked at as often as one likes, brought in once by the background, and then forgotten."""

from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.activities.imports import queries
from services.activities.imports.actions.outcomes import ledger_outcome, roster_outcome
from services.activities.imports.models import Handed
from services.activities.imports.rules import BRING_IN, ITSELF, MOVES, OFFICE, TRIES, WAITS, Stage, Step, key_of
from services.activities.ledger import actions as ledger
from services.activities.ledger.rules import Ledger, read_ledger, year_in
from services.activities.ledger.rules.plan import LedgerPlan, LedgerWritten
from services.activities.register import actions as register
from services.activities.register import queries as register_queries
from services.activities.register.rules import Roster, read_roster
from services.activities.register.rules.changes import RosterPlan
from services.activities.register.rules.written import Written
from shared import clock, privacy, switches, work
from shared.access import SYSTEM, Actor, actor_behind
from shared.audit import announce
from shared.db import Session, enter, unit
from shared.errors import Away, Conflict, Invalid, NotYours, Refusal, Transient
from shared.events import FileMoved, PaperTaken
from shared.moves import Moved
from shared.people import Unit
from shared.progress import Report
from shared.sheets import lines_understood, taken, understood
from shared.systems import System
from shared.todos import Thing
from shared.waiting import follow, over

Read = TypeVar("Read", Roster, Ledger)
FORGET = "activities.forget_file"
KEPT_DAYS = 7

# Beside the transaction that brings the file in; nothing is found where somebody has stopped it.
NOTE = text("""
    update activities.handed_in set step = :step, done = :done, whole = :whole,
      counted_since = case when :done = 0 then office.now() else counted_since end
    where id = :id and run = :run and stage = 'importing' returning id""")


@dataclass(frozen=True, slots=True)
class Looked:
    """A file with what was understood of it, and what it would change or has changed."""

    handed: Handed
    roster: tuple[Roster, RosterPlan] | None = None
    ledger: tuple[Ledger, LedgerPlan] | None = None


Outcome = tuple[dict[str, Any], Written | LedgerWritten | None]
"""The figures of what was brought in, and what it wrote; nothing where all of it was there already."""


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
    year: int | None = None,
    since: date | None = None,
    as_of: date | None = None,
) -> Handed:
    """Keep a roster, or with `year` that year's ledger, until it is decided on. What is no table is refused at once.

    `since`: from when what is new in a roster counts that says no day. `as_of`: from when what it moves does; today.
    """
    township = register.may_bring_in(session, actor, township_id)
    if not content:
        raise Invalid("请选择一个文件。", field="file")
    register.refuse_days(session, township.id, since, as_of)
    asked = _asked(session, township, year)
    lines = lines_understood(content, read_roster if year is None else read_ledger, name=name, **asked)
    handed_id = queries.next_id(session)
    made = Handed(
        id=handed_id,
        township_id=township.id,
        kind="roster" if year is None else "ledger",
        year=year,
        since=since,
        as_of=as_of,
        name=name[-120:] or "未命名",
        content=privacy.seal(b64encode(content).decode(), place=queries.place_of(handed_id)),
        understood=queries.kept_lines(handed_id, asked, lines),
        handed_by=actor.account_id,
        handed_at=clock.now(session),
    )
    session.add(made)
    session.flush()
    _forget_later(session, handed_id)
    return made


def _forget_later(session: Session, handed_id: int) -> None:
    forgotten = clock.now(session) + timedelta(days=KEPT_DAYS)
    work.post(session, FORGET, key=f"file:{handed_id}", payload={"handed_id": handed_id}, run_at=forgotten)


def year_meant(session: Session, actor: Actor, township_id: int, *, name: str, content: bytes) -> int:
    """The year that a ledger is of: this one or one of the two before, whichever its dates agree with most."""
    register.may_bring_in(session, actor, township_id)
    year = understood(content, year_in, name=name, latest=clock.today(session).year).year
    if year is None:
        raise Invalid("从文件里看不出是哪一年的台账，请填写年度。", field="year")
    return year


def look(session: Session, actor: Actor, handed_id: int, *, whole: bool = False) -> Looked:
    """What was understood of a file, and what it would change now. whole: with each row of a roster as it stands."""
    found = queries.handed(session, actor, handed_id)
    if found.content is None:
        return Looked(found)
    if found.year is not None:
        rows = _ledger_in(session, actor, found, found.year)
        return Looked(found, ledger=(rows, ledger.preview_ledger(session, actor, found.township_id, rows)))
    people = _roster_in(session, actor, found, whole=whole)
    days = {} if found.stage == Stage.IMPORTED else {"as_of": found.as_of, "since": found.since}  # it moves nobody now
    plan = register.preview_roster(session, actor, found.township_id, people, **days)
    return Looked(found, roster=(people, plan))


def take_unread(session: Session, actor: Actor, handed_id: int) -> Looked:
    """The same, for the file of the rows that were not understood; that it was taken is told."""
    looked = look(session, actor, handed_id)
    if looked.roster and any(each.fatal for each in looked.roster[1].problems):
        looked = look(session, actor, handed_id, whole=True)  # of rows that the register refuses too
    township_id = looked.handed.township_id
    fact = PaperTaken(unit_id=township_id, paper="unread", form="xlsx", sort="handed", thing_id=handed_id)
    announce(session, fact, by=actor)
    return looked


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
            came = _written(session, actor, found, _reporting(found.id, run), agreed, taken_over_why)
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


def _written(  # noqa: PLR0917  what somebody asked when he began it
    session: Session, actor: Actor, found: Handed, report: Report, agreed: int, taken_over_why: str | None
) -> Outcome:
    """Read the file and write what is new in it; returns what is kept of it: figures, and what was written."""
    report("reading", 0, 0)
    if found.year is not None:
        rows = _ledger_in(session, actor, found, found.year)
        done = ledger.commit_ledger(session, actor, found.township_id, rows, file_name=found.name, report=report)
        return ledger_outcome(done), done.written if done.activities else None
    people = _roster_in(session, actor, found)
    asked: dict[str, Any] = {"as_of": found.as_of, "since": found.since, "taken_over_why": taken_over_why}
    before = partial(register.agreed, agreed_to=agreed)
    plan = register.commit_roster(session, actor, found.township_id, people, **asked, report=report, before=before)
    return roster_outcome(plan), None if plan.is_empty else plan.written


def _finish(session: Session, actor: Actor, handed_id: int, run: int, came: Outcome) -> None:
    """It is in, unless somebody has stopped it by now."""
    found = queries.handed(session, actor, handed_id, locked=True)
    if not found.goes_on(run):
        raise Stopped
    _keep(session, actor, found, came)


def _keep(session: Session, actor: Actor, found: Handed, came: Outcome) -> None:
    """What came of it, and by what it can be taken back, where it wrote anything."""
    outcome, written = came
    found.committed_on, found.outcome = clock.today(session), outcome
    found.imported_at = clock.now(session) if written else None
    found.written = queries.sealed(found.id, written) if written else None
    if written:
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


def take_back(session: Session, actor: Actor, handed_id: int) -> Handed:
    """Undo the last import of a township as long as nothing rests on it; what does is named, and stands.

    The township is locked before the file, as where a file is brought in: of two at once the second finds it done.
    """
    found = queries.handed(session, actor, handed_id)
    register_queries.unit_in_reach(session, actor, found.township_id, locked=True)
    found = queries.handed(session, actor, handed_id, locked=True)
    moved = MOVES.move(found.stage, Step.UNDO, roles=actor.roles_over(found.township_id))
    last = queries.last_import(session, actor, found.township_id)
    written = queries.written_by(found)
    if last is None or last.id != found.id:
        raise Conflict(f"后来又导入过“{last.name if last else ''}”，只能先撤销最后一次导入。")
    if isinstance(written, Written):
        since = found.imported_at or found.handed_at
        register.take_roster_back(session, actor, found.township_id, written, since=since)
    else:
        ledger.take_ledger_back(session, actor, found.township_id, found.year or 0, written)
    session.refresh(found)
    found.imported_at = found.written = found.outcome = found.committed_on = None
    _move(session, actor, found, moved)
    session.flush()
    return found


def note_import(
    session: Session, actor: Actor, township_id: int, came: Outcome, *, name: str, year: int | None = None
) -> Handed:
    """A file that the command line has just brought in, whose content is not kept: it can be taken back like others."""
    handed_id = queries.next_id(session)
    kind = "roster" if year is None else "ledger"
    now = clock.now(session)
    made = Handed(id=handed_id, township_id=township_id, kind=kind, year=year, name=name[-120:], handed_at=now, run=1)
    made.handed_by = made.begun_by = actor.account_id
    made.stage = Stage.WAITING
    session.add(made)
    session.flush()
    _move(session, actor, made, MOVES.move(made.stage, Step.BEGIN, roles=actor.roles_over(township_id)))
    _keep(session, actor, made, came)
    return made


# --- what is in it ---


def _ledger_in(session: Session, actor: Actor, found: Handed, year: int) -> Ledger:
    township = register.may_bring_in(session, actor, found.township_id)
    return _understood(found, read_ledger, **_asked(session, township, year))


def _roster_in(session: Session, actor: Actor, found: Handed, *, whole: bool = False) -> Roster:
    township = register.may_bring_in(session, actor, found.township_id)
    return _understood(found, read_roster, **_asked(session, township, None) | ({"standing": 1} if whole else {}))


def _asked(session: Session, township: Unit, year: int | None) -> dict[str, str | int]:
    """What a reader is asked besides the file: of a ledger its year, of a roster the day."""
    if year is not None:
        return {"year": year, "township": township.name}
    return {"today": clock.today(session).isoformat(), "township": township.name, "standing": 0}


def _understood(found: Handed, reader: Callable[..., Read], **asked: str | int) -> Read:
    """What a reader makes of a file: as it was kept where the same was asked then, else read anew."""
    kept = queries.understood_of(found, asked)
    if kept is not None:
        with suppress(ValueError, KeyError, TypeError):  # of a program before this one
            return taken(kept, reader)
    return understood(queries.content_of(found), reader, name=found.name, **asked)
