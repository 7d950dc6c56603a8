"""Where every page stands, and addresses of it at which there is something to see.

A page whose address names a thing is listed with a question for one, asked of the database of the named world.
"""

from collections.abc import Callable, Sequence

Ask = Callable[[str], Sequence[int]]  # SQL to the ids that it finds

# Pages without a signed-in person.
OPEN = ("/sign-in",)

# Addresses as they are: the landing pages, lists, and forms.
FIXED: tuple[str, ...] = ("/password",)

# Addresses with a thing in them → a question for some of it. Words in braces are as the routes have them.
THINGS: dict[str, str] = {}
