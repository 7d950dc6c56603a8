"""How a telling becomes a template that the database fills in for all units at once."""

from datetime import date
from typing import Any

from services.notify.messages.rules.telling import Body
from shared.events import Fact

# The figures and names of each unit are filled in by the database, for all units in one statement.
PLACES = {"unit": "%1$s", "about": "%2$s", "n1": "%3$s", "n2": "%4$s", "n3": "%5$s"}

OLD_DAY = "原定日期"  # of a fact that was told before it said the day


def worded(template: str, fields: Body) -> str:
    """The template for `format()` of PostgreSQL: the fact's own fields filled in, the places of each unit left open."""
    filled = {key: in_words(key, value).replace("%", "%%") for key, value in fields.items() if key not in PLACES}
    return template.replace("%", "%%").format(**filled, **PLACES)


def in_words(key: str, value: object) -> str:
    """A field as people say it: dates and periods in Chinese, everything else as it is."""
    if key == "on" or key.endswith("_on"):
        if not value:
            return OLD_DAY
        day = date.fromisoformat(str(value))
        return f"{day.year}年{day.month}月{day.day}日"
    if key == "period":
        return period_in_words(str(value))
    return str(value)


def period_in_words(period: str) -> str:
    """`2025-11`, `2025-Q4`, `2025-H2` and `2025` as people say them."""
    year, _, part = period.partition("-")
    if part.isdigit():
        return f"{year}年{int(part)}月"
    if part.startswith("Q"):
        return f"{year}年第{part[1:]}季度"
    if part.startswith("H"):
        return f"{year}年{'上' if part == 'H1' else '下'}半年"
    return f"{year}年"


def fields_of(fact: Fact) -> dict[str, Any]:
    """What a wording may name: the fact's own fields, and over its branches how many there are and their sum."""
    fields = fact.body()
    branches = fields.pop("branches", None)
    if branches is not None:
        fields["units"] = len(branches)
        fields["sum"] = sum(figures[1] for figures in branches if len(figures) > 1)
    return fields
