"""Posts that nobody holds and nobody is chosen for; and choosings that nobody needs any more. Asked by the system."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Row, and_, select, text

from services.assessment.choosings.models import GOES_ON, Choosing
from services.assessment.choosings.rules import OVER, ChoosingStage, Reason
from services.assessment.rectifications.models import Replacement
from services.assessment.rectifications.rules import ReplacementStage
from shared import switches
from shared.db import Session
from shared.people import Post, Unit, UnitKind
from shared.roles import Role
from shared.systems import System

DECIDED = ReplacementStage.DECIDED

# A post whose end is known is a vacancy from that day on, unless somebody follows: the choosing begins once it is
# known. A span that ends where it begins was taken back: nobody held it. Until somebody follows whom the committee
# replaced, every choosing of that post is for it, also one after one that was taken back.
VACANT = text(f"""
    with today as materialized (select office.today() as day)
    select g.id as group_id, g.branch_id, g.township_id, last.person_id as former_id,
      greatest(last.ends_on, g.founded_on, today.day) as since, r.id as replacement_id
    from office.unit g cross join today
    left join lateral (
      select p.person_id, p.ends_on from office.post p
      where p.unit_id = g.id and p.kind = 'leader' and p.ends_on > p.starts_on
      order by p.ends_on desc, p.id desc limit 1) last on true
    left join lateral (
      select x.id from assessment.replacement x
      where x.group_id = g.id and x.person_id = last.person_id and x.stage = 'decided'
      order by x.id desc limit 1) r on true
    where g.kind = 'group' and g.dissolved_on is null and g.founded_on <= today.day
      and g.township_id = any (:townships) and (cast(:groups as bigint[]) is null or g.id = any (:groups))
      and not exists (select from office.post p where p.unit_id = g.id and p.kind = 'leader' and p.ends_on is null)
      and not exists (select from assessment.choosing c where c.group_id = g.id and c.post = 'leader' and {GOES_ON})
    order by g.township_id, g.branch_id, g.id""")


class Vacancy(NamedTuple):
    """A group without a leader, today or from a day on that is known."""

    group_id: int
    branch_id: int
    township_id: int
    former_id: int | None
    since: date
    replacement_id: int | None

    @property
    def reason(self) -> Reason:
        """Why somebody is to be chosen."""
        if self.replacement_id is not None:
            return Reason.ADJUSTMENT
        return Reason.VACANCY if self.former_id is not None else Reason.NEW_GROUP


def vacancies(session: Session, townships: Collection[int], groups: Collection[int] | None = None) -> list[Vacancy]:
    """The groups of these townships that have no leader and no choosing that goes on; of `groups` alone, if given."""
    values = {"townships": list(townships), "groups": None if groups is None else list(groups)}
    return [Vacancy(*row) for row in session.execute(VACANT, values)]


def townships_with(session: Session) -> list[int]:
    """The townships in which leaders are chosen here."""
    known = select(Unit.id).where(Unit.kind == UnitKind.TOWNSHIP, Unit.dissolved_on.is_(None)).order_by(Unit.id)
    return [each for each in session.scalars(known) if switches.is_on(session, System.CHOOSINGS, each)]


def of_gone_groups(session: Session) -> Sequence[Choosing]:
    """What goes on for groups that are no more, locked."""
    gone = select(Unit.id).where(Unit.id == Choosing.group_id, Unit.dissolved_on.is_not(None)).exists()
    found = select(Choosing).where(gone, Choosing.stage.not_in([*OVER, ChoosingStage.SEATING]))
    return session.scalars(found.order_by(Choosing.id).with_for_update()).all()


def unfinished(session: Session, township_id: int) -> Sequence[Choosing]:
    """What goes on in a township and is not filed, or could not be written, locked."""
    going = (ChoosingStage.FILED, ChoosingStage.SEATING, *OVER)
    found = select(Choosing).where(Choosing.township_id == township_id, Choosing.stage.not_in(going))
    return session.scalars(found.order_by(Choosing.id).with_for_update()).all()


def to_adopt(session: Session, groups: Collection[int]) -> Sequence[Row[Choosing, int]]:
    """The leaders' choosings that go on in these groups after a decided replacement, locked, with its number."""
    found = (
        select(Choosing, Replacement.id)
        .join(Replacement, and_(Replacement.group_id == Choosing.group_id, Replacement.stage == DECIDED))
        .where(Choosing.group_id.in_(groups), Choosing.post == Role.LEADER, Choosing.stage.not_in(OVER))
    )
    return session.execute(found.order_by(Choosing.id).with_for_update(of=Choosing)).all()


def left_alone(session: Session, row: Choosing) -> Replacement | None:
    """The decided replacement that a choosing is for, where no other one goes on for it or has been."""
    there = select(Choosing.id).where(
        Choosing.replacement_id == row.replacement_id, Choosing.stage != ChoosingStage.ENDED, Choosing.id != row.id
    )
    found = select(Replacement).where(Replacement.id == row.replacement_id, Replacement.stage == DECIDED)
    return session.scalar(found.where(~there.exists()))


BY_ITSELF = (Reason.VACANCY, Reason.NEW_GROUP, Reason.ADJUSTMENT)
BEFORE_FILING = (
    *(ChoosingStage.DRAFT, ChoosingStage.CALLED, ChoosingStage.COUNTED),
    *(ChoosingStage.REVIEW, ChoosingStage.APPROVAL, ChoosingStage.AGREED),
)


def needless(session: Session, groups: Collection[int] | None = None) -> Sequence[Choosing]:
    """What began because nobody held a post that is held again, locked; what is filed is a person's to take back."""
    held = select(Post.id).where(Post.unit_id == Choosing.group_id, Post.kind == Choosing.post)
    held = held.where(Post.ends_on.is_(None))
    found = select(Choosing).where(Choosing.stage.in_(BEFORE_FILING), Choosing.reason.in_(BY_ITSELF), held.exists())
    if groups is not None:
        found = found.where(Choosing.group_id.in_(groups))
    return session.scalars(found.order_by(Choosing.id).with_for_update()).all()
