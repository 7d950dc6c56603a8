"""What the pages weigh, as a table at the end of a run of the tests, whichever process weighed them."""

from typing import Any

WEIGHED = "weighed"
HEAD = ("who", "pages", "first load, bytes", "requests", "later, bytes")
ROW = "{:>12} {:>6} {:>18} {:>9} {:>13}"


def lines(reports: list[Any]) -> list[str]:
    """A line for each person: how many pages, and the heaviest of them over the line, compressed."""
    rows: dict[str, list[int]] = {}
    for who, pages, *most in (what for each in reports for name, what in each.user_properties if name == WEIGHED):
        before, *heaviest = rows.get(who, [0] * len(HEAD[1:]))
        rows[who] = [before + pages, *map(max, heaviest, most)]
    return [ROW.format(*row) for row in (HEAD, *((who, *rows[who]) for who in sorted(rows)))] if rows else []
