"""What is known of whoever may be put forward: his posts, his years, how he took part. Facts, never points (S2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy import select, text

from services.assessment.rectifications.queries import histories
from services.assessment.schemes.rules import Grade
from shared.db import Session
from shared.people import Post, Unit, names_of
from shared.roles import Role

BACK = 2
"""Years before the running one."""
PART = text("select person_id, year, expected, present, minutes from activities.took_part(:people, :since)")


class Held(NamedTuple):
    """A post that somebody holds or held."""

    unit: str
    kind: Role
    starts_on: date
    ends_on: date | None


class Part(NamedTuple):
    """A year of somebody in the ledger: how often he was expected and came, and for how many minutes."""

    year: int
    expected: int
    present: int
    minutes: int

    @property
    def said(self) -> str:
        """In words: 2025年应到12次，实到11次，20.5学时."""
        hours = f"{self.minutes / 60:.1f}".removesuffix(".0")
        return f"{self.year}年应到{self.expected}次，实到{self.present}次，{hours}学时"


@dataclass(frozen=True, slots=True)
class Background:
    """Of one person, as far as whoever asks reaches it: posts, the last first; final grades by year; taking part."""

    posts: list[Held] = field(default_factory=list)
    grades: dict[int, Grade | None] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    def now(self, day: date) -> list[Held]:
        """The posts of a day."""
        return [each for each in self.posts if each.starts_on <= day and (each.ends_on is None or each.ends_on > day)]


def backgrounds(session: Session, people: Sequence[int], day: date) -> dict[int, Background]:
    """Of each of these people; three questions however many they are."""
    known = {each: Background() for each in people}
    if not known:
        return known
    found = select(Post, Unit.id).join(Unit, Unit.id == Post.unit_id).where(Post.person_id.in_(known))
    held = session.execute(found.order_by(Post.starts_on.desc(), Post.id.desc())).all()
    names = names_of(session, {unit_id for _, unit_id in held}, on=day)
    for post, unit_id in held:
        if post.ends_on is None or post.ends_on > post.starts_on:
            spell = Held(names[unit_id], Role(post.kind), post.starts_on, post.ends_on)
            known[post.person_id].posts.append(spell)
    for person_id, years in histories(session, list(known), until=day.year).items():
        known[person_id].grades.update({year: grade for year, grade in years if year >= day.year - BACK})
    values = {"people": list(known), "since": date(day.year - BACK, 1, 1)}
    for row in session.execute(PART, values):
        known[row.person_id].parts.append(Part(row.year, row.expected, row.present, row.minutes))
    return known
