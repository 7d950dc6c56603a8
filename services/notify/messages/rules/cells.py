"""The part of the table about the grid: whose cell has changed is told so. Never a name, and no door."""

from services.notify.messages.rules.telling import Body, Kind, Telling, himself
from shared import events
from shared.events import Fact

INFORMATION = Kind.INFORMATION


def has_changed(body: Body) -> bool:
    """Where a link of somebody's began to hold or ended, by another's word."""
    return body["what"] in {"agree", "end"} and not body["own_word"]


CELLS: dict[type[Fact], tuple[Telling, ...]] = {
    events.CellLinkMoved: (
        himself(
            "own_cell",
            INFORMATION,
            "您的网格有变动",
            "您居住或者联系的网格从{on}起有变动，请在“我的网格”里查看；和实际不一样的，请告诉党小组长。",
            link="/activities/cells/mine",
            person="person_id",
            mail=False,
            when=has_changed,
        ),
    ),
}
