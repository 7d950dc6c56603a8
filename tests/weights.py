"""What the pages weigh, as a table at the end of a run of the tests, whichever process weighed them."""

from typing import Any

WEIGHED = "weighed"
HEAD = ("who", "pages", "first load, bytes", "requests", "later, bytes")
ROW = "{:>12} {:>6} {:>18} {:>9} {:>13}"


def lines(reports: list[Any]) -> list[str]:
    """A line for each person: how many pages, and the heaviest of them over the line, compressed."""
    rows = [what for report in reports for name, what in report.user_properties if name == WEIGHED]
    return [ROW.format(*row) for row in (HEAD, *sorted(rows))] if rows else []
