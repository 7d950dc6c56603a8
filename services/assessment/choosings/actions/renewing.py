"""换届: all choosings of a branch, or of all branches, opened in one act, put forward together, and filed together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from services.assessment.choosings import queries
from services.assessment.choosings.actions.filing import file_all, send_back
from services.assessment.choosings.actions.nodding import agree_to_all, pass_on_all
from services.assessment.choosings.actions.nominating import nominate
from services.assessment.choosings.actions.opening import begin, by_rules
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.rules import ChoosingStage, Reason
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


def renew(session: Session, actor: Actor, asked: Renewal) -> int:
    """Let a choosing begin for every leader, and deputy if wanted, of these branches; one that goes on goes on.

    Returns how many began.

    Raises Invalid where no branch is named or one is not the actor's, OutOfOrder where nothing is left to be opened.
    """
    branches = queries.branches_to_renew(session, actor, asked.branch_ids)
    if not branches:
        raise Invalid("请勾选要换届的支部。", field="branch_ids")
    today = clock.today(session)
    townships = {each.township_id for each in branches}
    for township_id in townships:
        switches.require_on(session, System.CHOOSINGS, township_id)
    if asked.due_on < today:
        raise Invalid("完成的期限不能早于今天。", field="due_on")
    known = {each: by_rules(rule_versions.rules_of(session, each, today), today) for each in townships}
    posts = queries.posts_to_renew(session, [each.id for each in branches], deputies=asked.deputies)
    about = {"reason": Reason.TERM, "due_on": asked.due_on}
    rows = [about | known[each.township_id] | _row(each) for each in posts]
    made = begin(session, actor, rows)
    if not made:
        raise OutOfOrder("所选支部的党小组都已经在选配，没有要另外启动的。")
    return len(made)


def _row(asked: queries.ToRenew) -> dict[str, object]:
    return {
        "township_id": asked.township_id,
        "branch_id": asked.branch_id,
        "group_id": asked.group_id,
        "post": asked.post,
        "former_id": asked.person_id,
    }


def nominate_together(session: Session, actor: Actor, asked: Iterable[tuple[int, Nominee]]) -> ChoosingOutcomes:
    """A branch puts forward several by one resolution; each goes through or is refused by itself."""
    return one_by_one(
        session, actor, list(asked), lambda choosing_id, nominee: done(nominate(session, actor, choosing_id, nominee))
    )


def file_together(session: Session, actor: Actor, asked: FiledTogether) -> ChoosingOutcomes:
    """File several under one number, or one of each township; each goes through or is refused by itself."""
    filing = ChoosingFiling(from_on=asked.from_on, number=asked.number)
    filed = file_all(session, actor, asked.choosing_ids, filing)
    return _came(asked.choosing_ids, ChoosingStage.FILED, filed.refused, filed.numbers)


def file_several(session: Session, actor: Actor, choosing_ids: Sequence[int]) -> ChoosingOutcomes:
    """File several, each under a number of its own."""
    filed = file_all(session, actor, choosing_ids, ChoosingFiling(), apart=True)
    return _came(choosing_ids, ChoosingStage.FILED, filed.refused, filed.numbers)


def pass_on_several(session: Session, actor: Actor, choosing_ids: Sequence[int]) -> ChoosingOutcomes:
    """Ask the committee about several; each goes through or is refused by itself."""
    return _came(choosing_ids, *pass_on_all(session, actor, choosing_ids))


def agree_to_several(session: Session, actor: Actor, choosing_ids: Sequence[int]) -> ChoosingOutcomes:
    """The committee agrees to several; each goes through or is refused by itself."""
    return _came(choosing_ids, *agree_to_all(session, actor, choosing_ids))


def _came(
    choosing_ids: Sequence[int],
    stage: ChoosingStage,
    refused: Mapping[int, Refusal],
    numbers: Mapping[int, Given] = MappingProxyType({}),
) -> ChoosingOutcomes:
    """What came of each, those that went on at this stage now."""
    rows = []
    for each in dict.fromkeys(choosing_ids):
        given, why = numbers.get(each), refused.get(each)
        rows.append(
            ChoosingOutcome(
                choosing_id=each,
                stage=None if why else stage,
                filing_number=given and given.said,
                problem=why and why.detail,
                field=why and why.field,
            )
        )
    return ChoosingOutcomes(rows=rows, refused=len(refused))


def return_several(session: Session, actor: Actor, asked: Sequence[tuple[int, str]]) -> ChoosingOutcomes:
    """Send several back, each with its reason."""
    return one_by_one(session, actor, asked, lambda choosing_id, why: done(send_back(session, actor, choosing_id, why)))


def done(row: Choosing, *, expected: int | None = None) -> ChoosingOutcome:
    """Where one of several stands now."""
    return ChoosingOutcome(choosing_id=row.id, stage=row.stage, filing_number=row.filing_number, expected=expected)


def one_by_one(
    session: Session, actor: Actor, asked: Sequence[tuple[int, Asked]], act: Callable[[int, Asked], ChoosingOutcome]
) -> ChoosingOutcomes:
    """Do it for each, and say what came of each; what is refused leaves nothing behind.

    All are locked before the first is touched: whoever files one of them meanwhile waits, and nobody waits for him.
    """
    queries.choosings_to_change(session, actor, [choosing_id for choosing_id, _ in asked])
    outcomes = []
    for choosing_id, wanted in asked:
        try:
            with session.begin_nested():
                outcomes.append(act(choosing_id, wanted))
        except Refusal as refused:
            outcomes.append(ChoosingOutcome(choosing_id=choosing_id, problem=refused.detail, field=refused.field))
    return ChoosingOutcomes(rows=outcomes, refused=sum(each.problem is not None for each in outcomes))
