"""The papers of a vote: in Word, in the office's own form where one is in use, else as they ship; or as PDF."""

from collections.abc import Mapping, Sequence
from typing import Literal

from services.assessment.ballots import queries, writers
from shared.access import Actor
from shared.db import Session
from shared.errors import Conflict
from shared.papers.kinds import Filled, PaperKind
from shared.papers.layouts import Layout, as_word
from shared.papers.of_votes import BALLOT_PAPER, METHOD, REPORT, TALLY
from shared.papers.press import Made, PaperForm, Press, number_of, printed, told
from shared.people import names_of

Paper = Literal["vote_method", "ballot_paper", "vote_tally", "vote_report"]
KINDS: Mapping[str, PaperKind] = {kind.key: kind for kind in (METHOD, BALLOT_PAPER, TALLY, REPORT)}
LAYOUTS: Mapping[str, Layout] = {
    METHOD.key: writers.METHOD,
    BALLOT_PAPER.key: writers.PAPER,
    TALLY.key: writers.TALLY,
    REPORT.key: writers.REPORT,
}
TRIED = 20


def take_paper(
    session: Session, actor: Actor, ballot_id: int, paper: Paper, *, form: PaperForm = "docx", version: int = 0
) -> Made:
    """A paper of a vote that one sees; by `version` as it was printed then.

    Raises Conflict for a report of what is not announced yet.
    """
    kind = KINDS[paper]
    row = queries.ballot(session, actor, ballot_id)
    said = fill(session, actor, kind, ballot_id)
    made, used = printed(session, kind, LAYOUTS[paper], row[0].township_id, [said], form=form, version=version)
    return told(session, actor, kind, made, used, row[0].unit_id, f"ballot:{ballot_id}")


def fill(session: Session, actor: Actor, kind: PaperKind, ballot_id: int) -> Filled:
    """What a paper of a vote says."""
    row = queries.ballot(session, actor, ballot_id)
    one = queries.whole_of(session, actor, row)
    branch = names_of(session, [one.branch_id])[one.branch_id]
    if kind is METHOD:
        return writers.method_of(one, branch)
    if kind is BALLOT_PAPER:
        return writers.paper_of(one, branch)
    if kind is TALLY:
        return writers.tally_of(one, branch)
    counts = queries.counts_of(session, actor, row[0])
    if one.outcome is None or not counts:
        raise Conflict("还没有宣布结果，宣布以后再打印得票情况报告单。")
    return writers.report_of(one, counts, branch)


def to_try(session: Session, actor: Actor) -> Sequence[tuple[str, str]]:
    """Votes to try a paper with."""
    rows = queries.ballots(session, actor, after=None, limit=TRIED)
    return [(str(row[0].id), f"{row.unit}：{row[0].title}") for row in rows]


def _press(kind: PaperKind) -> Press:
    return Press(
        to_try,
        lambda session, actor, thing: fill(session, actor, kind, number_of(thing)),
        lambda: as_word(LAYOUTS[kind.key]),
    )


PRESSES: Mapping[str, Press] = {key: _press(kind) for key, kind in KINDS.items()}
