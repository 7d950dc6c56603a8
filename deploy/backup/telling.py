"""What became of a backup, on the audit of each township, and to its keeper where it failed."""

from sqlalchemy import text

from shared import machine
from shared.access import SYSTEM
from shared.audit import announce
from shared.db import Session, unit
from shared.events import BackupFailed, BackupRestored, BackupTaken, DataExported, Fact

TOWNSHIPS = text("select id from office.unit where kind = 'township' order by id")


def tell_taken(file: str, size: int, taken_at: str) -> None:
    """There is a good backup."""
    with unit("activities") as session:
        for township_id in session.scalars(TOWNSHIPS).all():
            _tell(session, BackupTaken(unit_id=township_id, file=file, size=size, taken_at=taken_at))


def tell_unwritten() -> None:
    """The passphrase was made by the machine just now, and nobody has it on paper yet; the keepers are told once."""
    with unit("keeper") as session:
        machine.tell(session, "backup", "passphrase_made")


def tell_failed(why: str) -> None:
    """There is none; the keeper is told."""
    with unit("activities") as session:
        for township_id in session.scalars(TOWNSHIPS).all():
            _tell(session, BackupFailed(unit_id=township_id, why=why))


def tell_exported(rows: int, *, opened: bool) -> None:
    """Everything was taken out."""
    with unit("activities") as session:
        for township_id in session.scalars(TOWNSHIPS).all():
            _tell(session, DataExported(unit_id=township_id, rows=rows, opened=opened))


def tell_restored(session: Session, taken_at: str, last: str, letters: int) -> None:
    """What there is was brought back; in the transaction that did it."""
    for township_id in session.scalars(TOWNSHIPS).all():
        _tell(session, BackupRestored(unit_id=township_id, taken_at=taken_at, last=last, letters=letters))


def _tell(session: Session, fact: Fact) -> None:
    announce(session, fact, by=SYSTEM)
