"""What the register and the office know of candidacies, however many, in as many statements as for one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, any_, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from services.assessment.choosings.models import Choosing
from services.assessment.choosings.queries.standing import STANDS
from services.assessment.choosings.rules import POSTS, WITHOUT_DAY, Known
from services.assessment.rectifications.models import Replacement
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Membership, Person, Post, Unit, lasts
from shared.people.terms import Term
from shared.roles import Role

# Also where he leads a group that whoever asks does not reach.
STANDINGS = text("""
    select n, barred, elsewhere from assessment.standings_of(
      cast(:people as bigint[]), cast(:days as date[]), cast(:groups as bigint[]))""")
NEVER = date.max


class Candidacy(NamedTuple):
    """Who would hold the post of which choosing, and from which day on."""

    row: Any
    person_id: int
    day: date

    @property
    def key(self) -> tuple[int, int, date]:
        """By which it is known again."""
        return self.row.id, self.person_id, self.day


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of candidacies, by the ids of groups, branches, people and choosings."""

    founded: dict[int, date]
    terms: dict[int, list[Any]]
    posts: dict[int, list[Any]]
    people: dict[int, Any]
    homes: dict[int, list[Any]]
    standings: dict[tuple[int, int, date], tuple[bool, tuple[str, ...]]]
    replaced: set[tuple[int, int]]
    filed: dict[int, list[Any]]

    def name(self, person_id: int) -> str:
        """Somebody's name, if he is in reach; else empty."""
        return self.people[person_id].name if person_id in self.people else ""

    def holder(self, row: Any, day: date) -> Any:  # noqa: ANN401  a row of the queries
        """Whoever holds the post of a choosing on a day or is to take it up; of several the last; or None."""
        held = [post for post in self.posts.get(row.group_id, ()) if post.kind == row.post and _lasts(post, day)]
        return max(held, key=lambda post: (post.starts_on, post.id), default=None)

    def last_day_of_term(self, row: Any, day: date) -> date | None:  # noqa: ANN401  a row of the queries
        """The last day of the term that the branch has on a day, where one is entered."""
        return next((term.due_on for term in self.terms.get(row.branch_id, ()) if _holds(term, day)), None)

    def known(self, asked: Candidacy) -> Known:
        """What the checks look at; OutOfReach where the person is not in reach."""
        row, person = asked.row, self.people.get(asked.person_id)
        if person is None:
            raise OutOfReach("没有找到这名党员，或者不在您的管理范围内。", field="person_id")
        home = next((each for each in self.homes.get(person.id, ()) if _holds(each, asked.day)), None)
        barred, elsewhere = self.standings.get(asked.key, (False, ()))
        return Known(
            kind=home and home.kind,
            place=home.name if home else "",
            in_group=home is not None and home.unit_id == row.group_id,
            in_branch=home is not None and row.branch_id in (home.unit_id, home.branch_id),
            elsewhere=elsewhere,
            beside=self._beside(asked),
            barred=barred,
            replaced=(row.id, person.id) in self.replaced,
            education=person.education,
            born_on=person.born_on,
            filed=[each.whole_name for each in self.filed.get(person.id, ()) if each.group_id != row.group_id],
        )

    def _beside(self, asked: Candidacy) -> Role | None:
        """The other post of the same group, where he holds it."""
        held = [post for post in self.posts.get(asked.row.group_id, ()) if _lasts(post, asked.day)]
        others = (post.kind for post in held if post.person_id == asked.person_id and post.kind != asked.row.post)
        return next((Role(kind) for kind in others), None)


def _holds(span: Any, day: date) -> bool:  # noqa: ANN401  a row with the two days of a span
    return bool(span.starts_on <= day < (span.ends_on or NEVER))


def _lasts(span: Any, day: date) -> bool:  # noqa: ANN401  a row with the two days of a span
    return bool(span.ends_on is None or span.ends_on > max(day, span.starts_on))


def found_of(session: Session, asked: Sequence[Candidacy]) -> Found:
    """Look everything up that is known of these."""
    groups, people = {each.row.group_id for each in asked}, {each.person_id for each in asked}
    first = min((each.day for each in asked), default=NEVER)
    founded = session.execute(select(Unit.id, Unit.founded_on).where(one_of(Unit.id, groups)))
    posts = _posts(session, groups, first)
    named = people | {post.person_id for held in posts.values() for post in held}
    persons = select(Person.id, Person.name, Person.education, Person.born_on).where(one_of(Person.id, named))
    return Found(
        founded={row.id: row.founded_on for row in founded},
        terms=_terms(session, {each.row.branch_id for each in asked}, first),
        posts=posts,
        people={each.id: each for each in session.execute(persons)},
        homes=_homes(session, people, first),
        standings=_standings(session, asked),
        replaced=_replaced(session, {each.row.id for each in asked}),
        filed=_filed(session, people),
    )


def one_of(
    column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None], ids: Iterable[int]
) -> ColumnElement[bool]:
    """The column is one of these, however many."""
    return column == any_(literal(list(ids), ARRAY(BigInteger)))


def _terms(session: Session, branches: Iterable[int], first: date) -> dict[int, list[Any]]:
    terms = select(Term.unit_id, Term.starts_on, Term.ends_on, Term.due_on).where(one_of(Term.unit_id, branches))
    return _by_first(session.execute(terms.where(lasts(Term.starts_on, Term.ends_on, first))))


def _posts(session: Session, groups: Iterable[int], first: date) -> dict[int, list[Any]]:
    held = select(Post.unit_id, Post.id, Post.kind, Post.person_id, Post.starts_on, Post.ends_on)
    held = held.where(one_of(Post.unit_id, groups), Post.kind.in_(POSTS), lasts(Post.starts_on, Post.ends_on, first))
    return _by_first(session.execute(held))


def _homes(session: Session, people: Iterable[int], first: date) -> dict[int, list[Any]]:
    spans = (Membership.kind, Membership.starts_on, Membership.ends_on)
    held = select(Membership.person_id, Membership.unit_id, Unit.branch_id, Unit.name, *spans)
    held = held.join(Unit, Unit.id == Membership.unit_id).where(one_of(Membership.person_id, people))
    return _by_first(session.execute(held.where(lasts(Membership.starts_on, Membership.ends_on, first))))


def _by_first(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _standings(
    session: Session, asked: Sequence[Candidacy]
) -> dict[tuple[int, int, date], tuple[bool, tuple[str, ...]]]:
    values = {
        "people": [each.person_id for each in asked],
        "days": [each.day for each in asked],
        "groups": [each.row.group_id for each in asked],
    }
    rows = session.execute(STANDINGS, values)
    return {asked[row.n - 1].key: (row.barred, tuple(row.elsewhere)) for row in rows}


def _replaced(session: Session, choosing_ids: Iterable[int]) -> set[tuple[int, int]]:
    """Whom somebody is to follow by the committee's decision, with the choosing that is for it, for whatever reason."""
    found = select(Choosing.id, Replacement.person_id).join(Replacement, Replacement.id == Choosing.replacement_id)
    found = found.where(one_of(Choosing.id, choosing_ids), Replacement.stage.in_(STANDS))
    return {(choosing_id, person_id) for choosing_id, person_id in session.execute(found)}


def _filed(session: Session, people: Iterable[int]) -> dict[int, list[Any]]:
    """For which groups these have been filed and do not hold the post yet, as far as whoever asks reaches."""
    found = select(Choosing.person_id, Choosing.group_id, Unit.whole_name).join(Unit, Unit.id == Choosing.group_id)
    return _by_first(session.execute(found.where(one_of(Choosing.person_id, people), Choosing.stage.in_(WITHOUT_DAY))))
