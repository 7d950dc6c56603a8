"""The papers of rectifications and replacements: in Word, in the office's own form where one is in use; or as PDF."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from services.assessment.cases.queries import BRANCH, OFFICE, case_seen
from services.assessment.rectifications import queries, writers
from services.assessment.rectifications.rules import ReplacementStage
from services.assessment.schemes.rules import Grade
from shared.access import Actor
from shared.db import Session
from shared.errors import Conflict, NotYours
from shared.papers.kinds import Filled, PaperKind
from shared.papers.layouts import Layout, as_word
from shared.papers.of_rectifications import RECTIFICATION_NOTICE, RECTIFICATION_RECORD, REPLACEMENT_NOTICE
from shared.papers.press import Made, PaperForm, Press, number_of, printed, told
from shared.papers.templates import township_named
from shared.roles import Role

RectificationPaper = Literal["rectification_notice", "rectification_record"]
LAYOUTS: Mapping[str, tuple[PaperKind, Layout]] = {
    RECTIFICATION_NOTICE.key: (RECTIFICATION_NOTICE, writers.NOTICE),
    RECTIFICATION_RECORD.key: (RECTIFICATION_RECORD, writers.RECORD),
    REPLACEMENT_NOTICE.key: (REPLACEMENT_NOTICE, writers.REPLACEMENT),
}
DECIDED = (ReplacementStage.DECIDED, ReplacementStage.REPLACED)
TRIED = 20


def take_paper(
    session: Session,
    actor: Actor,
    rectification_id: int,
    paper: RectificationPaper,
    *,
    form: PaperForm = "docx",
    version: int = 0,
) -> Made:
    """A paper of a rectification, for the branch and the township; by `version` as it was printed then."""
    one = queries.rectification(session, actor, rectification_id)[0]
    _refuse_unless_office(actor, one)
    kind, layout = LAYOUTS[paper]
    said = fill(session, actor, kind, rectification_id)
    made, used = printed(session, kind, layout, one.township_id, [said], form=form, version=version)
    return told(session, actor, kind, made, used, one.group_id, f"rectification:{one.id}")


def take_replacement_notice(
    session: Session, actor: Actor, replacement_id: int, *, form: PaperForm = "docx", version: int = 0
) -> Made:
    """That somebody leads no more, for the branch and the township. Conflict where nothing of the kind is decided."""
    one = queries.replacement(session, actor, replacement_id)[0]
    _refuse_unless_office(actor, one)
    said = fill_replacement(session, actor, replacement_id)
    made, used = printed(
        session, REPLACEMENT_NOTICE, writers.REPLACEMENT, one.township_id, [said], form=form, version=version
    )
    return told(session, actor, REPLACEMENT_NOTICE, made, used, one.group_id, f"replacement:{one.id}")


def _refuse_unless_office(actor: Actor, one: Any) -> None:  # noqa: ANN401  a rectification or a replacement
    """Whoever it is about sees it, and has its papers from his branch."""
    if not actor.roles_over(one.branch_id, one.township_id) & {*OFFICE, *BRANCH, Role.SYSTEM}:
        raise NotYours("整改和调整的表格由支部书记和乡镇打印，请向支部索取。")


def fill(session: Session, actor: Actor, kind: PaperKind, rectification_id: int) -> Filled:
    """What a paper of a rectification says."""
    row = queries.rectification(session, actor, rectification_id)
    township = township_named(session, row[0].township_id)
    case = case_seen(session, actor, row[0].case_id).Case
    found = case.grade_why or f"{row[0].year}年度计分等次为{Grade.INCOMPETENT.said}。"
    if kind is RECTIFICATION_NOTICE:
        return writers.notice_of(row, township, found)
    return writers.record_of(row, township, found, queries.returned_reports(session, actor, rectification_id))


def fill_replacement(session: Session, actor: Actor, replacement_id: int) -> Filled:
    """What the notice of a replacement says."""
    row = queries.replacement(session, actor, replacement_id)
    if row[0].stage not in DECIDED:
        raise Conflict("党委还没有决定调整，决定以后再打印免职通知。")
    return writers.replacement_of(row, township_named(session, row[0].township_id))


# --- the office's own papers (shared/papers) ---


def _rectifications_to_try(session: Session, actor: Actor) -> Sequence[tuple[str, str]]:
    rows = queries.rectifications(session, actor, after=None, limit=TRIED)
    return [(str(row[0].id), f"{row.branch}{row.group}{row[0].year}年度") for row in rows]


def _replacements_to_try(session: Session, actor: Actor) -> Sequence[tuple[str, str]]:
    rows = queries.replacements(session, actor, after=None, limit=TRIED)
    return [(str(row[0].id), f"{row.branch}{row.group}{row[0].year}年度") for row in rows if row[0].stage in DECIDED]


def _press(kind: PaperKind, layout: Layout) -> Press:
    if kind is REPLACEMENT_NOTICE:
        return Press(
            _replacements_to_try,
            lambda session, actor, thing: fill_replacement(session, actor, number_of(thing)),
            lambda: as_word(layout),
        )
    return Press(
        _rectifications_to_try,
        lambda session, actor, thing: fill(session, actor, kind, number_of(thing)),
        lambda: as_word(layout),
    )


PRESSES: Mapping[str, Press] = {key: _press(kind, layout) for key, (kind, layout) in LAYOUTS.items()}
