"""说明: what a page is for, who does what on it, by when, and from which rule; the manual of a role is their sum.

Each topic has its screens beside its templates, in `guide.yaml`. Figures are never written into them: `{key}` of a rule
(shared/rules_data) is shown as it stands in the township of whoever reads.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.roles import Role
from shared.rulebase import Rules

FILE, WORDS, CARDS = "guide.yaml", "guide/words.yaml", "guide/cards.yaml"
FIGURE = re.compile(r"\{([a-z_]+\.[a-z_]+)\}")
Sentence = Annotated[str, StringConstraints(min_length=2, max_length=200)]


class Part(BaseModel):
    """A piece of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Task(Part):
    """What some posts do on a page: by when, and the keys of the rules that want it."""

    who: tuple[Role, ...]
    does: Sentence
    when: str = ""
    rules: tuple[str, ...] = ()

    @property
    def by(self) -> str:
        """Who, in words."""
        return "、".join(role.chinese for role in self.who)


class Screen(Part):
    """What is said of some pages: they are named by their templates, without `.html`."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,30}$")]
    title: Annotated[str, StringConstraints(min_length=2, max_length=20)]
    pages: tuple[str, ...]
    what: Sentence
    tasks: tuple[Task, ...]
    know: tuple[Sentence, ...] = ()

    def tasks_of(self, role: Role) -> tuple[Task, ...]:
        """What somebody in this post does there."""
        return tuple(task for task in self.tasks if role in task.who)


class Word(Part):
    """A word of the house or of the field: what it means here; `see` names the screen where it is met."""

    word: Annotated[str, StringConstraints(min_length=2, max_length=12)]
    means: Sentence
    see: str = ""


class Steps(Part):
    """What is done on one occasion, in its order."""

    title: Annotated[str, StringConstraints(min_length=2, max_length=20)]
    steps: tuple[Sentence, ...]


class Card(Part):
    """One sheet of paper for a post: all that somebody has to know who wants to know no more."""

    role: Role
    lead: Sentence
    parts: tuple[Steps, ...]


class Book:
    """Every screen of the houses that are served."""

    def __init__(self, screens: Sequence[Screen]) -> None:
        self.screens = {screen.name: screen for screen in screens}
        self._of_page = {page: screen for screen in screens for page in screen.pages}

    def of_page(self, template: str) -> Screen | None:
        """The screen of the page that a template makes; a few for everybody have none."""
        return self._of_page.get(template.removesuffix(".html"))

    def manual(self, role: Role) -> list[Screen]:
        """The screens on which somebody in this post has something to do."""
        return [screen for screen in self.screens.values() if screen.tasks_of(role)]


def read(folders: Sequence[Path]) -> Book:
    """The book of these template folders: a file in a topic's folder speaks of the pages there."""
    return Book([screen for folder in folders for screen in _screens(folder)])


@lru_cache
def _screens(folder: Path) -> tuple[Screen, ...]:
    """Read once a process: each application of a house has the same ones in its book."""
    found: list[Screen] = []
    for file in sorted([*folder.glob(FILE), *folder.glob(f"*/{FILE}")]):
        topic = "" if file.parent == folder else f"{file.parent.name}/"
        for part in yaml.safe_load(file.read_text(encoding="utf-8")):
            screen = Screen.model_validate(part)
            found.append(screen.model_copy(update={"pages": tuple(topic + page for page in screen.pages)}))
    return tuple(found)


@lru_cache
def words_of(folder: Path) -> tuple[Word, ...]:
    """The glossary, as it is ordered in its file."""
    return tuple(Word.model_validate(part) for part in yaml.safe_load((folder / WORDS).read_text(encoding="utf-8")))


@lru_cache
def cards_of(folder: Path) -> dict[Role, Card]:
    """The cards there are, by their posts."""
    found = [Card.model_validate(part) for part in yaml.safe_load((folder / CARDS).read_text(encoding="utf-8"))]
    return {card.role: card for card in found}


def figured(sentence: str, rules: Rules) -> str:
    """A sentence with the figures that hold."""
    return FIGURE.sub(lambda found: f" {rules.rule(found[1]).figure()}", sentence).strip()


def cited(key: str, rules: Rules) -> str:
    """A rule as it is named under a task, with its figure where it can be counted; nothing where it does not hold."""
    rule = rules.by_key.get(key)
    if rule is None:
        return ""
    return f"{rule.title}（{rule.cited}）" if rule.number is None else rule.said()
