"""Where every page stands, who goes there, and at which address of it there is something to see.

A page whose address names things is listed with a question (SQL) for one of each, asked of the named world after its
two years; the columns are the words in braces, in their order. A new page is listed here, or a test says so.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A page: its route, people who see something there (the first one's page is looked at most closely), a question."""

    route: str
    people: tuple[str, ...]
    question: str = ""


# Without a signed-in person.
OPEN = ("/sign-in",)

PLACES: tuple[Place, ...] = (
    # the door and one's own account
    Place("/password", ("organiser", "diligent")),
)

# What is fetched but is no page: files, progress, places that only lead on.
NOT_PAGES: dict[str, str] = {"/": ""}
