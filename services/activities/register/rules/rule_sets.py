"""The local rule sets side by side: where they ask for different things, in words. Pure."""

from datetime import date
from typing import Final, NamedTuple

from shared.rulebase import LOCAL, Rule, effective, shipped

UNSAID: Final = "不作规定"


class Differing(NamedTuple):
    """A rule by which the sets differ: its name, and what each asks for, in the order of the sets."""

    title: str
    asked: tuple[str, ...]


def titles() -> dict[str, str]:
    """What each local rule set is called."""
    return {name: shipped(name).title for name in LOCAL}


def side_by_side(on: date) -> list[Differing]:
    """Each rule by which the local sets differ on a day, first what groups and members owe, then the rest."""
    sets = [effective(on, name).by_key for name in LOCAL]
    rules = {key: rule for each in reversed(sets) for key, rule in each.items()}
    found = []
    for key in sorted(rules, key=lambda key: (rules[key].per is None, key)):
        asked = tuple(_said(each[key]) if key in each else UNSAID for each in sets)
        if len(set(asked)) > 1:
            found.append(Differing(rules[key].title, asked))
    return found


def _said(rule: Rule) -> str:
    return f"{rule.in_words()}{'（一般）' if rule.generally else ''}"
