"""What leaves of people's views as a file: that it did is told."""

from collections.abc import Mapping, Sequence

from services.activities.concerns import queries, writers
from services.activities.concerns.models import Concern
from services.activities.concerns.rules import Period, period_of
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.papers.fields import day_said
from shared.papers.kinds import Filled, PaperKind, Value
from shared.papers.layouts import as_word
from shared.papers.making import filled
from shared.papers.of_concerns import CONCERN_FIGURES, CONCERN_LEDGER, HANDING
from shared.papers.press import ListForm, Made, PaperForm, Press, listed, number_of, own, told
from shared.papers.templates import in_use, township_named
from shared.people import Unit, names_of
from shared.roles import Role

TRIED = 20
FIRST_YEAR, LAST_YEAR = 1950, 2200


def take_ledger(session: Session, actor: Actor, period: Period, *, form: ListForm = "xlsx", version: int = 0) -> Made:
    """The views of a period that one sees, as a list."""
    return _take_list(session, actor, CONCERN_LEDGER, fill_ledger(session, actor, period), period, (form, version))


def take_figures(session: Session, actor: Actor, period: Period, *, form: ListForm = "xlsx", version: int = 0) -> Made:
    """The figures of a period, without a word, as a list."""
    return _take_list(session, actor, CONCERN_FIGURES, fill_figures(session, actor, period), period, (form, version))


def has_own_ledger(session: Session, actor: Actor) -> bool:
    """Whether the ledger of his township is printed in a form of its own."""
    units = actor.units_as(*queries.SEES)
    return bool(units) and in_use(session, _township_of(session, units[0]), CONCERN_LEDGER.key) is not None


def _take_list(  # noqa: PLR0917  one list, of whom and of when
    session: Session, actor: Actor, kind: PaperKind, said: Filled, period: Period, wanted: tuple[ListForm, int]
) -> Made:
    (form, version), unit_id = wanted, _unit_of(actor)
    made, used = listed(session, kind, _township_of(session, unit_id), said, form=form, version=version)
    return told(session, actor, kind, made, used, unit_id, f"unit:{unit_id}", year=period.start.year)


def fill_ledger(session: Session, actor: Actor, period: Period) -> Filled:
    """What the ledger of a period says."""
    rows = queries.ledger(session, actor, period.start, period.end)
    return writers.ledger_of(rows, queries.named(session, rows), _head(session, actor, CONCERN_LEDGER, period))


def fill_figures(session: Session, actor: Actor, period: Period) -> Filled:
    """What the figures of a period say."""
    rows = queries.figures(session, actor, period.start, period.end)
    return writers.figures_of(rows, _head(session, actor, CONCERN_FIGURES, period))


def _unit_of(actor: Actor) -> int:
    """Where he sees views."""
    units = actor.units_as(*queries.SEES)
    if not units:
        raise OutOfReach
    return units[0]


def _township_of(session: Session, unit_id: int) -> int:
    unit = session.get_one(Unit, unit_id)
    return unit.township_id or unit.id


def _head(session: Session, actor: Actor, kind: PaperKind, period: Period) -> Mapping[str, Value]:
    unit_id = _unit_of(actor)
    name = names_of(session, [unit_id])[unit_id]
    return {
        "title": f"{name}{period.said}{kind.title}",
        "township": township_named(session, _township_of(session, unit_id)),
        "unit": name,
        "period": period.said,
        "made_on": day_said(clock.today(session)),
    }


def take_handing(session: Session, actor: Actor, concern_id: int, *, form: PaperForm = "pdf", version: int = 0) -> Made:
    """One view, to be printed with its receipt; in Word in the office's own form where one is in use."""
    row = queries.concern(session, actor, concern_id)
    said, used = _handing_of(session, row), None
    if form == "pdf":
        data = writers.handing_pdf(said, made_at=clock.now(session))
    elif version or in_use(session, row.township_id, HANDING.key):
        used, data = own(session, HANDING, row.township_id, [said], version=version)
    else:
        data = filled(HANDING, as_word(writers.HANDED), [said])
    made = Made(f"{HANDING.title}{row.number or ''}", used.form if used else form, data)
    where = row.holder_unit if row.past else row.unit_id
    return told(session, actor, HANDING, made, used, where, f"concern:{row.id}")


def _handing_of(session: Session, row: Concern) -> Filled:
    names = queries.named(session, [row])
    return writers.handing_of(row, names[row.unit_id], f"{names[row.holder_unit]}{Role(row.holder_post).chinese}")


# --- the office's own papers (shared/papers) ---


def _to_try(session: Session, actor: Actor) -> Sequence[tuple[str, str]]:
    rows = queries.concerns(session, actor, after=None, limit=TRIED)
    return [(str(row.id), row.number or f"第{row.id}条") for row in rows]


def _years_to_try(session: Session, _actor: Actor) -> Sequence[tuple[str, str]]:
    year = clock.today(session).year
    return [(str(each), f"{each}年") for each in (year, year - 1)]


def _year_of(thing: str) -> Period:
    year = number_of(thing)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise OutOfReach
    return period_of(year)


PRESSES: Mapping[str, Press] = {
    HANDING.key: Press(
        _to_try,
        lambda session, actor, thing: _handing_of(session, queries.concern(session, actor, number_of(thing))),
        lambda: as_word(writers.HANDED),
    ),
    CONCERN_LEDGER.key: Press(
        _years_to_try, lambda session, actor, thing: fill_ledger(session, actor, _year_of(thing))
    ),
    CONCERN_FIGURES.key: Press(
        _years_to_try, lambda session, actor, thing: fill_figures(session, actor, _year_of(thing))
    ),
}
