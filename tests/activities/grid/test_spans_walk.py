"""However members move, are linked and cells are divided: one residence a day, no link in a cell that was not, no gap lost."""

from datetime import date, timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.activities.grid import actions
from services.activities.grid.models import CellLink
from services.activities.grid.schemas import CellEnding, LinkEnding, Merging, NewLink, Part, Splitting
from services.activities.register.models import GridCell
from shared.db import Session, unit
from shared.errors import Refusal
from tests.activities.grid.conftest import SINCE, Grid

NAMES = ("白梅", "许安", "石磊")
LAST = (date(2025, 3, 3) - SINCE).days
STEP = st.tuples(
    st.sampled_from(["live", "touch", "end", "split", "merge", "finish"]),
    st.integers(0, 2),
    st.integers(0, 9),
    st.integers(-30, LAST + 5),
)


def cells_open(session: Session) -> list[GridCell]:
    return [row for row in session.query(GridCell).order_by(GridCell.id) if row.ends_on is None and row.level == "cell"]


def links_open(session: Session) -> list[CellLink]:
    return [row for row in session.query(CellLink).order_by(CellLink.id) if row.ends_on is None]


def act(grid: Grid, session: Session, step: tuple[str, int, int, int]) -> None:
    """One act of the organiser, as far as there is anything to do it to."""
    what, who, where, offset = step
    day = SINCE + timedelta(days=offset)
    organiser, cells, links = grid.people.organiser, cells_open(session), links_open(session)
    cell = cells[where % len(cells)] if cells else None
    person = grid.people.town.people[NAMES[who]]
    if what == "end" and links:
        actions.end_link(session, organiser, links[where % len(links)].id, LinkEnding(on=day))
    if cell is None:
        return
    if what in {"live", "touch"}:
        sort = "residence" if what == "live" else "contact"
        actions.propose(session, organiser, cell.id, NewLink(person_id=person, sort=sort, on=day))
    if what == "split":
        here = [row.id for row in links if row.cell_id == cell.id]
        parts = [Part(name=f"{cell.name}甲", links=here[::2]), Part(name=f"{cell.name}乙", links=here[1::2])]
        actions.split(session, organiser, cell.id, Splitting(parts=parts, on=day))
    if what == "merge" and len(cells) > 1:
        other = cells[(where + 1) % len(cells)]
        actions.merge(session, organiser, cell.id, Merging(with_ids=[other.id], name=f"合{other.id}", on=day))
    if what == "finish":
        actions.end_cell(session, organiser, cell.id, CellEnding(on=day))


def check(session: Session) -> None:
    """What holds at any time."""
    known = {row.id: row for row in session.query(GridCell)}
    links = session.query(CellLink).all()
    for row in links:
        cell = known[row.cell_id]
        assert row.starts_on >= cell.starts_on
        assert (row.stage == "ended") == (row.ends_on is not None)
        assert cell.ends_on is None or (row.ends_on is not None and row.ends_on <= cell.ends_on)
    for at in range(0, LAST, 29):
        day = SINCE + timedelta(days=at)
        living = [
            row.person_id
            for row in links
            if row.sort == "residence" and row.starts_on <= day and (row.ends_on is None or day < row.ends_on)
        ]
        assert len(living) == len(set(living)), day


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, min_size=1, max_size=8))
def test_spans_hold_however_the_grid_is_changed(grid: Grid, steps: list[tuple[str, int, int, int]]):
    with unit("activities", grid.people.organiser) as session:
        beginning = session.begin_nested()
        for step in steps:
            point = session.begin_nested()
            try:
                act(grid, session, step)
                session.flush()
                point.commit()
            except Refusal:
                point.rollback()
                session.expire_all()
            check(session)
        beginning.rollback()
