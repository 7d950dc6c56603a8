"""What holds for many rows alike, said once: at the first of them, with how many they are and who."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.activities.register.rules.people import PersonRow
from shared.tables import Problem

NAMED_AT_MOST = 20


class Alike:
    """Warnings gathered over a file; each holds for one row or for a thousand."""

    def __init__(self) -> None:
        self.met: dict[tuple[str, str, str], list[tuple[PersonRow, str]]] = {}

    def add(self, sentence: str, row: PersonRow, *, at: str = "name", about: str = "", note: str = "") -> None:
        """One more of whom a sentence with {n}, {who} and {about} holds; `at`: the field, `note`: what is his alone."""
        self.met.setdefault((sentence, about, at), []).append((row, f"{row.name}（{note}）" if note else row.name))

    def problems(self) -> Iterator[Problem]:
        """A warning for each sentence, in the order in which they came up."""
        for (sentence, about, at), met in self.met.items():
            first = met[0][0]
            said = sentence.format(n=len(met), who=named([name for _, name in met]), about=about)
            yield Problem(first.sheet, first.cell(at, "name"), said, first.row, fatal=False)


def named(names: Sequence[str]) -> str:
    """The names, as far as a sentence can hold them."""
    return "、".join(names[:NAMED_AT_MOST]) + ("等" if len(names) > NAMED_AT_MOST else "")
