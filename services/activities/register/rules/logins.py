"""Logins suggested for people, by the pinyin of their names; each is another. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from services.activities.register.rules.pinyin import name_key

LENGTH_MIN, LENGTH_MAX, DIGITS = 3, 30, "0123456789"
LOGIN = re.compile("[A-Za-z0-9._-]{3,40}")
DOUBLE = "这个账号名填了两次，请改其中一个。"
MISSPELT = "账号名应为 3 到 40 个字母、数字，可以有点、横线和下划线。"
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


def flaws_of(logins: Mapping[int, str]) -> dict[int, str]:
    """What is wrong with some logins, by the person: how they are written, or that two of them are the same."""
    times = Counter(login.lower() for login in logins.values())
    flaws = {person_id: DOUBLE for person_id, login in logins.items() if times[login.lower()] > 1}
    return flaws | {person_id: MISSPELT for person_id, login in logins.items() if not LOGIN.fullmatch(login)}
