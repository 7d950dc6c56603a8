"""换届: all choosings of a branch, or of all branches, opened in one act, put forward together, and filed together."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from services.assessment.choosings import queries
from services.assessment.choosings.actions.filing import file, send_back
from services.assessment.choosings.actions.nominating import nominate
from services.assessment.choosings.actions.opening import begin
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.rules import Reason, way_of
from services.assessment.choosings.schemas import (
    ChoosingFiling,
    ChoosingOutcome,
    ChoosingOutcomes,
    FiledTogether,
    Nominee,
    Renewal,
)
from shared import clock, rule_versions, switches
from shared.access import Actor
from shared.db import Session
from shared.errors import Invalid, OutOfOrder, Refusal
from shared.numbers import Given
from shared.systems import System

Asked = TypeVar("Asked")


def renew(session: Session, actor: Actor, asked: Renewal) -> list[Choosing]:
    """Let a choosing begin for every leader, and deputy if wanted, of these branches; one that goes on goes on.

    Raises Invalid where no branch is named or one is not the actor's, OutOfOrder where nothing is left to be opened.
    """
    branches = queries.branches_to_renew(session, actor, asked.branch_ids)
    if not branches:
        raise Invalid("请勾选要换届的支部。", field="branch_ids")
    for township_id in {each.township_id for each in branches}:
        switches.require_on(session, System.CHOOSINGS, township_id)
    today, rows = clock.today(session), []
    for each in queries.posts_to_renew(session, [each.id for each in branches], deputies=asked.deputies):
        rules = rule_versions.rules_of(session, each.township_id, today)
        rows.append(
            {
                "township_id": each.township_id,
                "branch_id": each.branch_id,
                "group_id": each.group_id,
                "post": each.post,
                "reason": Reason.TERM,
                "way": way_of(rules),
                "opened_on": today,
                "due_on": asked.due_on,
                "edition": rules.fingerprint,
                "former_id": each.person_id,
            }
        )
    if asked.due_on < today:
        raise Invalid("完成的期限不能早于今天。", field="due_on")
    made = begin(session, actor, rows)
    if not made:
        raise OutOfOrder("所选支部的党小组都已经在选配，没有要另外启动的。")
    return made


def nominate_together(session: Session, actor: Actor, asked: Iterable[tuple[int, Nominee]]) -> ChoosingOutcomes:
    """A branch puts forward several by one resolution; each goes through or is refused by itself."""
    return _each(
        session, actor, list(asked), lambda choosing_id, nominee: nominate(session, actor, choosing_id, nominee)
    )


def file_together(session: Session, actor: Actor, asked: FiledTogether) -> ChoosingOutcomes:
    """File several under one number, or one of each township; each goes through or is refused by itself."""
    given: dict[int, Given] = {}
    townships = queries.choosings_to_change(session, actor, asked.choosing_ids)

    def one(choosing_id: int, filing: ChoosingFiling) -> Choosing:
        row = file(session, actor, choosing_id, filing, together=given.get(townships.get(choosing_id, 0)))
        if row.number_id is not None and row.filing_number is not None:
            given.setdefault(row.township_id, Given(row.number_id, row.filing_number))
        return row

    filing = ChoosingFiling(from_on=asked.from_on, number=asked.number)
    return _each(session, actor, [(each, filing) for each in dict.fromkeys(asked.choosing_ids)], one)


def file_several(session: Session, actor: Actor, choosing_ids: Sequence[int]) -> ChoosingOutcomes:
    """File several, each under a number of its own."""
    asked = [(each, ChoosingFiling()) for each in dict.fromkeys(choosing_ids)]
    return _each(session, actor, asked, lambda choosing_id, filing: file(session, actor, choosing_id, filing))


def return_several(session: Session, actor: Actor, choosing_ids: Sequence[int], reason: str) -> ChoosingOutcomes:
    """Send several back with one reason."""
    asked = [(each, reason) for each in dict.fromkeys(choosing_ids)]
    return _each(session, actor, asked, lambda choosing_id, why: send_back(session, actor, choosing_id, why))


def _each(
    session: Session, actor: Actor, asked: Sequence[tuple[int, Asked]], act: Callable[[int, Asked], Choosing]
) -> ChoosingOutcomes:
    """Do it for each, and say what came of each; what is refused leaves nothing behind.

    All are locked before the first is touched: whoever files one of them meanwhile waits, and nobody waits for him.
    """
    queries.choosings_to_change(session, actor, [choosing_id for choosing_id, _ in asked])
    outcomes = []
    for choosing_id, wanted in asked:
        try:
            with session.begin_nested():
                row = act(choosing_id, wanted)
            outcomes.append(ChoosingOutcome(choosing_id=choosing_id, stage=row.stage, filing_number=row.filing_number))
        except Refusal as refused:
            outcomes.append(ChoosingOutcome(choosing_id=choosing_id, problem=refused.detail, field=refused.field))
    return ChoosingOutcomes(rows=outcomes, refused=sum(each.problem is not None for each in outcomes))
