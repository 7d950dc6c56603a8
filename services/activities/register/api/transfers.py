"""Doors for members who go to another township of the installation."""

from services.activities.register import actions, queries
from services.activities.register.schemas import Because, LetterMade, LetterOut, NewTransfer, Taking
from shared import clock
from shared.web import Door, Signed, Unit, UrlId

door = Door(tags=["register"])


@door.get("/transfers")
def transfers(actor: Signed, session: Unit) -> list[LetterOut]:
    """The letters that one's township sent and those that came to it, what waits first."""
    return [LetterOut.model_validate(each) for each in queries.transfers(session, actor)]


@door.post("/people/{person_id}/transfers")
def send(person_id: UrlId, asked: NewTransfer, actor: Signed, session: Unit) -> LetterMade:
    """Somebody is to go to another township of the installation; until it takes him he counts at home."""
    row = actions.send(session, actor, person_id, asked.letter(clock.today(session)))
    return LetterMade(id=row.id, stage=row.stage)


@door.post("/transfers/{transfer_id}/takings")
def take(transfer_id: UrlId, asked: Taking, actor: Signed, session: Unit) -> LetterMade:
    """Whoever came by a letter is taken into a branch or a group, and counts there from a day on."""
    row = actions.take(session, actor, transfer_id, asked.to_unit_id, on=asked.on)
    return LetterMade(id=row.id, stage=row.stage)


@door.post("/transfers/{transfer_id}/returns")
def send_back(transfer_id: UrlId, asked: Because, actor: Signed, session: Unit) -> LetterMade:
    """He is not taken, for a reason; he stays at home."""
    row = actions.send_back(session, actor, transfer_id, reason=asked.reason)
    return LetterMade(id=row.id, stage=row.stage)


@door.post("/transfers/{transfer_id}/withdrawals")
def withdraw(transfer_id: UrlId, actor: Signed, session: Unit) -> LetterMade:
    """He is not to go after all; or what was returned has been taken note of."""
    row = actions.withdraw_transfer(session, actor, transfer_id)
    return LetterMade(id=row.id, stage=row.stage)


@door.post("/transfers/{transfer_id}/undoings")
def undo(transfer_id: UrlId, actor: Signed, session: Unit) -> LetterMade:
    """Whoever took him takes that back within a week: he is home again."""
    row = actions.undo_transfer(session, actor, transfer_id)
    return LetterMade(id=row.id, stage=row.stage)
