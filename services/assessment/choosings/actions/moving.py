"""A step of a choosing by its table, by whoever may take it, told and waited for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.assessment.cases.actions.standing import refuse_to_review, refuse_unless_for_branch
from services.assessment.cases.queries import account_of, branches_belonged_to
from services.assessment.choosings import queries
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.rules import BY_THE_BRANCH, MOVES, TOLD, WAITS, WITHOUT_DAY, ChoosingStep
from shared import clock, switches
from shared.access import SYSTEM, Actor
from shared.audit import announce, announce_all
from shared.db import Session
from shared.errors import NotYours
from shared.events import ChoosingMoved
from shared.moves import Moved
from shared.roles import Role
from shared.systems import System
from shared.todos import Thing
from shared.waiting import follow

NODS = frozenset({ChoosingStep.AGREE, ChoosingStep.DECLINE})
"""The committee's own part, which it does whoever nominated."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a reviewer has before him, looked up once for however many: his own branches, who stood in, what is on."""

    session: Session
    actor: Actor
    own: frozenset[int]
    stood: Mapping[int, int]
    reviewed: set[tuple[int, int, int | None]] = field(default_factory=set)
    """Townships, branches and who stood in there, in which it is known already that the reviewer may."""

    def may(self, row: Any, step: ChoosingStep) -> Moved:  # noqa: ANN401  a choosing, or its row of the queries
        """One step of the township's own, for whoever may take it."""
        moved = MOVES.move(row.stage, step, roles=self.actor.roles_over(row.branch_id, row.township_id))
        self._refuse_own(row)
        if step not in NODS:
            self._refuse_unless_reviewer(row.township_id, row.branch_id, self.stood.get(row.id))
        return moved

    def _refuse_unless_reviewer(self, township_id: int, branch_id: int, stood: int | None) -> None:
        if (township_id, branch_id, stood) not in self.reviewed:
            refuse_to_review(self.session, self.actor, township_id, branch_id, stood)
            self.reviewed.add((township_id, branch_id, stood))

    def _refuse_own(self, row: Any) -> None:  # noqa: ANN401  a choosing, or its row of the queries
        """Nobody reviews himself, nor his own branch."""
        if row.person_id is not None and row.person_id == self.actor.person_id:
            raise NotYours("这是您本人的事项，按规定应当回避，请由别人办理。")
        if row.branch_id in self.own:
            raise NotYours("您是这个支部的党员或者在这个支部任职，按规定应当回避，请由其他组织委员或者党委办理。")


def desk_of(session: Session, actor: Actor, choosing_ids: Iterable[int]) -> Desk:
    """Lay these out before a reviewer."""
    own = branches_belonged_to(session, actor, clock.today(session))
    return Desk(session, actor, own, queries.stood_of(session, choosing_ids))


class Township:
    """What each township lets be done, looked up once for however many choosings."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.nods: dict[int, frozenset[str]] = {}

    def wants_nod(self, row: Any) -> bool:  # noqa: ANN401  a row of the queries
        """Whether its committee agrees to such a post before it is filed; refused where no leaders are chosen there."""
        if row.township_id not in self.nods:
            switches.require_on(self.session, System.CHOOSINGS, row.township_id)
            self.nods[row.township_id] = queries.nods_of(self.session, row.township_id)
        return row.post in self.nods[row.township_id]


def may(session: Session, actor: Actor, row: Choosing, step: ChoosingStep) -> Moved:
    """One step by the table of moves, for whoever may take it; `tell` takes it."""
    if actor is not SYSTEM and step not in BY_THE_BRANCH:
        moved = desk_of(session, actor, [row.id]).may(row, step)
    else:
        moved = MOVES.move(row.stage, step, roles=actor.roles_over(row.branch_id, row.township_id))
    if step in BY_THE_BRANCH:
        refuse_unless_for_branch(session, actor, row.branch_id, 0)
    if actor is not SYSTEM:
        switches.require_on(session, System.CHOOSINGS, row.township_id)
    return moved


def tell(
    session: Session,
    actor: Actor,
    row: Choosing,
    moved: Moved,
    *,
    reason: str | None = None,
    barred: int | None = None,
) -> None:
    """Take the step: it is in the history, what waited waits no more, and what follows waits."""
    row.stage = moved.after
    fact = ChoosingMoved(
        unit_id=row.group_id,
        choosing_id=row.id,
        kind=row.post,
        stage=TOLD[ChoosingStep(moved.step)],
        person_id=row.person_id or 0,
        on=row.from_on.isoformat() if row.from_on else "",
    )
    announce(session, fact, by=actor, moved=moved, reason=reason)
    follow(session, WAITS, moved, [thing(row, barred)])


def tell_all(
    session: Session,
    actor: Actor,
    rows: Sequence[Any],
    moved: Moved,
    *,
    days: Mapping[int, date] | None = None,
    barred: Mapping[int, int] | None = None,
) -> None:
    """The same of many that have all taken the same step, in a few statements.

    days: when each takes up its post, where that is not what the branch proposed. barred: who may not do what waits.
    """
    step, days, barred = TOLD[ChoosingStep(moved.step)], days or {}, barred or {}
    first = {row.id: days.get(row.id, row.from_on) for row in rows}
    facts = [
        ChoosingMoved(
            unit_id=row.group_id,
            choosing_id=row.id,
            kind=row.post,
            stage=step,
            person_id=row.person_id or 0,
            on=first[row.id].isoformat() if first[row.id] else "",
        )
        for row in rows
    ]
    announce_all(session, facts, by=actor, moved=moved)
    follow(session, WAITS, moved, [thing(row, barred.get(row.id)) for row in rows])


def thing(row: Any, barred: int | None = None) -> Thing:  # noqa: ANN401  a choosing, or its row of the queries
    """What waits, by the day on which the post is to be filled; what is filed has that of the post instead."""
    due_on = None if row.stage in WITHOUT_DAY else row.due_on
    return Thing(f"choosing:{row.id}", row.group_id, barred, due_on)


def reviewer_barred(session: Session, actor: Actor, row: Choosing) -> int | None:
    """Who is not asked to review: whoever puts somebody forward in the branch's place, or is put forward himself."""
    if Role.SECRETARY not in actor.roles_over(row.branch_id):
        return actor.account_id
    return account_of(session, row.person_id) if row.person_id is not None else None
