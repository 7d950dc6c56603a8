"""A file is kept sealed, looked at as often as one likes, brought in once, and forgotten after some days."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from services.activities.imports import queries
from services.activities.imports.models import Handed
from services.activities.ledger import actions as ledger
from services.activities.ledger.rules import Ledger, read_ledger
from services.activities.ledger.rules.plan import LedgerPlan
from services.activities.register import actions as register
from services.activities.register import queries as units
from services.activities.register.rules import Roster, read_roster
from services.activities.register.rules.changes import RosterPlan
from shared import clock, privacy, work
from shared.access import SYSTEM, Actor
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.people import UnitKind
from shared.sheets import read_workbook

FORGET = "activities.forget_file"
KEPT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Looked:
    """A file with what was understood of it, and what it would change or has changed."""

    handed: Handed
    roster: tuple[Roster, RosterPlan] | None = None
    ledger: tuple[Ledger, LedgerPlan] | None = None


def hand_in(
    session: Session, actor: Actor, township_id: int, *, name: str, content: bytes, year: int | None = None
) -> Handed:
    """Keep a roster, or with `year` that year's ledger, until it is decided on. What is no table is refused at once."""
    township = units.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP)
    register.require(actor, township, register.KEEPS_REGISTER)
    if not content:
        raise Invalid("请选择一个文件。", field="file")
    read_workbook(content, name=name)
    handed_id = queries.next_id(session)
    sealed = privacy.seal(b64encode(content).decode(), place=queries.place_of(handed_id))
    made = Handed(
        id=handed_id,
        township_id=township.id,
        kind="roster" if year is None else "ledger",
        year=year,
        name=name[-120:] or "未命名",
        content=sealed,
        handed_by=actor.account_id,
        handed_at=clock.now(session),
    )
    session.add(made)
    session.flush()
    forgotten = clock.now(session) + timedelta(days=KEPT_DAYS)
    work.post(session, FORGET, key=f"file:{handed_id}", payload={"handed_id": handed_id}, run_at=forgotten)
    return made


def look(session: Session, actor: Actor, handed_id: int) -> Looked:
    """What was understood of a file, and what it would change now."""
    found = queries.handed(session, actor, handed_id)
    return Looked(found) if found.content is None else _read(session, actor, found, commit=False)


def bring_in(session: Session, actor: Actor, handed_id: int) -> Looked:
    """Bring a file in, once."""
    found = queries.handed(session, actor, handed_id, locked=True)
    if found.committed_on is not None:
        raise Conflict("这个文件已经导入过。要再导入一次，请重新上传。")
    done = _read(session, actor, found, commit=True)
    found.committed_on, found.outcome = clock.today(session), _figures(done)
    session.flush()
    return done


def forget(session: Session, handed_id: int) -> None:
    """The content goes; what came of it stays."""
    found = queries.handed(session, SYSTEM, handed_id)
    found.content = None
    session.flush()


def _read(session: Session, actor: Actor, found: Handed, *, commit: bool) -> Looked:
    workbook = read_workbook(queries.content_of(found), name=found.name)
    if found.year is not None:
        rows = read_ledger(workbook, found.year)
        commit_named = partial(ledger.commit_ledger, file_name=found.name)
        apply = commit_named if commit else ledger.preview_ledger
        return Looked(found, ledger=(rows, apply(session, actor, found.township_id, rows)))
    people = read_roster(workbook, today=clock.today(session))
    change = register.commit_roster if commit else register.preview_roster
    return Looked(found, roster=(people, change(session, actor, found.township_id, people)))


def _figures(done: Looked) -> dict[str, Any]:
    """What is kept of an import: figures, no names."""
    if done.ledger:
        return done.ledger[1].counts | {"added": len(done.ledger[1].activities), "unchanged": done.ledger[1].unchanged}
    _, plan = done.roster or (None, None)
    tallies = {kind: vars_of(tally) for kind, tally in plan.tallies.items()} if plan else {}
    return (plan.counts if plan else {}) | {"kinds": tallies}


def vars_of(tally: Any) -> dict[str, int]:  # noqa: ANN401  a tally of the register
    """Its three figures."""
    return {"added": tally.added, "changed": tally.changed, "unchanged": tally.unchanged}
