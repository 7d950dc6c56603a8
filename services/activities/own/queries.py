"""One's own record. The database itself asks whose transaction this is: nothing here names a person."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text

from services.activities.register.queries import sealed_place
from services.activities.register.rules.more import SAID, read
from shared import privacy
from shared.db import Session
from shared.errors import there

PERSON = text("""
    select id, name, sex, born_on, joined_on, full_on, education, id_number_sealed, phone_sealed, mail_sealed,
      more_sealed
    from activities.own_person()""")
SPANS = text("select what, unit_name, kind, starts_on, ends_on from activities.own_spans()")
LOOKS = text("select at, field, as_role, as_unit, who, reason from activities.own_looks()")
NOTICES = text("select cycle_id, township, year, notice_to from assessment.notices_now()")
ATTENDANCE = text("select * from activities.own_attendance(:year)")


@dataclass(frozen=True, slots=True)
class Span:
    """Some time in a unit: as a member, in a post, or kept away."""

    what: str
    unit_name: str
    kind: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Attended:
    """An activity and whether one was there."""

    held_on: date
    kind: str
    topic: str
    place: str
    state: str
    counted: bool
    reason: str | None
    reason_text: str | None


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody looked at one of one's numbers, or found one by it (`sought_…`): in which post, who, and why."""

    at: datetime
    field: str
    as_role: str
    as_unit: str
    who: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Posted:
    """A public notice of one's township that hangs these days."""

    cycle_id: int
    township: str
    year: int
    last: date


@dataclass(frozen=True, slots=True)
class Own:
    """One's own data as they are kept; numbers are masked here too, for others look over a shoulder."""

    name: str
    sex: str | None
    born_on: date | None
    joined_on: date | None
    full_on: date | None
    education: str | None
    id_number: str | None
    phone: str | None
    mail: str | None
    more: dict[str, str]  # by their words
    spans: list[Span]
    year: list[Attended]
    looks: list[Looked]
    notices: list[Posted]


def own(session: Session, year: int) -> Own:
    """The record of whoever asks."""
    row = there(session.execute(PERSON).one_or_none(), "您的登记信息")
    return Own(
        name=row.name,
        sex=row.sex,
        born_on=row.born_on,
        joined_on=row.joined_on,
        full_on=row.full_on,
        education=row.education,
        id_number=_masked(row.id_number_sealed, "id_number", row.id),
        phone=_masked(row.phone_sealed, "phone", row.id),
        mail=_masked(row.mail_sealed, "mail", row.id),
        more=_more(row.more_sealed, row.id),
        spans=[Span(*each) for each in session.execute(SPANS)],
        year=[Attended(*each) for each in session.execute(ATTENDANCE, {"year": year})],
        looks=[Looked(*each) for each in session.execute(LOOKS)],
        notices=[Posted(*each) for each in session.execute(NOTICES)],
    )


def _more(sealed: bytes | None, person_id: int) -> dict[str, str]:
    """What else the full roster has of him; his telephone at home is masked as the other."""
    told = read(privacy.unseal(sealed, place=sealed_place("more", person_id)) if sealed else None)
    return {
        said: privacy.masked(told[key]) if key == "landline" else told[key] for key, said in SAID.items() if key in told
    }


def _masked(sealed: bytes | None, field: str, person_id: int) -> str | None:
    if sealed is None:
        return None
    return privacy.masked(privacy.unseal(bytes(sealed), place=sealed_place(field, person_id)))
