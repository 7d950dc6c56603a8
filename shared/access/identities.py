"""As whom a provider knows each person: put down by himself, or by a sheet for messages alone."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from shared import clock, privacy
from shared.access.rows import Known
from shared.db import Session
from shared.errors import Conflict


def mark_of(provider_id: int, subject: str) -> str:
    """By what somebody is found whom a provider names."""
    return privacy.mark(f"{provider_id}|{subject}", purpose="identity")


def forget_sheets(session: Session, provider_id: int, subject: str) -> int | None:
    """Who has bound himself there, if anybody has; what only a sheet says of it gives way to whoever has proved it."""
    here = (Known.provider_id == provider_id, Known.subject_mark == mark_of(provider_id, subject))
    session.execute(delete(Known).where(*here, ~Known.opens))
    return session.scalar(select(Known.person_id).where(*here).with_for_update())


def bound_otherwise(session: Session, provider_id: int, numbers: Mapping[int, str]) -> dict[int, str]:
    """Why some of these people cannot be put down under these numbers: another bears it, or they said another.

    Who is down under another's number without having said so himself, and has a new one here, is no hindrance.
    """
    marks = {mark_of(provider_id, number): person for person, number in numbers.items()}
    asked = select(Known).where(Known.provider_id == provider_id, Known.subject_mark.in_(marks))
    wrong = {
        marks[row.subject_mark]: "这个帐号已经是别人的"
        for row in session.scalars(asked)
        if row.person_id != marks[row.subject_mark] and (row.opens or row.person_id not in numbers)
    }
    own = select(Known).where(Known.provider_id == provider_id, Known.person_id.in_(numbers), Known.opens)
    for row in session.scalars(own):
        if row.subject_mark != mark_of(provider_id, numbers[row.person_id]):
            wrong[row.person_id] = "他自己绑定的是另一个帐号"
    return wrong


def put_down(session: Session, provider_id: int, person_id: int, subject: str, *, opens: bool) -> None:
    """As whom a provider knows a person; what stood there of him before is forgotten."""
    session.execute(delete(Known).where(Known.provider_id == provider_id, Known.person_id == person_id))
    _put(session, provider_id, {person_id: subject}, opens=opens)


def put_down_sheet(session: Session, provider_id: int, numbers: Mapping[int, str]) -> None:
    """As whom a sheet says that people are known, for messages alone; whoever has bound himself stays as he did it."""
    here = (Known.provider_id == provider_id, Known.person_id.in_(numbers))
    themselves = set(session.scalars(select(Known.person_id).where(*here, Known.opens)))
    session.execute(delete(Known).where(*here, ~Known.opens))
    _put(session, provider_id, {who: number for who, number in numbers.items() if who not in themselves}, opens=False)


def _put(session: Session, provider_id: int, subjects: Mapping[int, str], *, opens: bool) -> None:
    now = clock.now(session)
    rows = [
        {
            "provider_id": provider_id,
            "person_id": person_id,
            "subject_mark": mark_of(provider_id, subject),
            "subject_sealed": privacy.seal(subject, place=f"identity|subject|{person_id}"),
            "opens": opens,
            "bound_at": now,
        }
        for person_id, subject in subjects.items()
    ]
    put = insert(Known).values(rows).on_conflict_do_nothing().returning(Known.id)
    if rows and len(session.scalars(put).all()) < len(rows):
        raise Conflict("同一个帐号刚刚和别人绑定了，请核对。")
