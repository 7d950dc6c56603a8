"""Logins suggested for people, by the pinyin of their names; each is another. Pure."""

import re
from collections.abc import Collection, Iterable

from services.activities.register.rules.pinyin import name_key

LENGTH_MIN, LENGTH_MAX, DIGITS = 3, 30, "0123456789"
NOT_ALLOWED = re.compile("[^a-z0-9]")


def base_of(name: str) -> str:
    """What a login for somebody of this name begins with: `wangfang` for 王芳, `li0` for 李."""
    plain = NOT_ALLOWED.sub("", name_key(name))[:LENGTH_MAX].rstrip(DIGITS)
    return plain.ljust(LENGTH_MIN, "0") if plain else "user"


def suggested(names: Iterable[str], taken: Collection[str]) -> list[str]:
    """A login for each of these names: the pinyin, with a number behind it where somebody is called so already."""
    used, found = set(taken), []
    for name in names:
        base, login, number = base_of(name), base_of(name), 1
        while login in used:
            number += 1
            login = f"{base}{number}"
        used.add(login)
        found.append(login)
    return found
