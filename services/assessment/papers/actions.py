"""What is taken out of the office as a file: made from what one may see, and put on the record."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from services.assessment.cases import queries as cases
from services.assessment.cases.schemas import ResultRow
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.rules import CycleStage
from services.assessment.cycles.schemas import CycleSeen
from services.assessment.papers.queries import cases_to_try, cycles_to_try, notices_to_try
from services.assessment.papers.schemas import Opinion, filled_of
from services.assessment.papers.writers import (
    Basis,
    as_pdf,
    blank_form,
    blank_notice,
    book_of,
    marks_book,
    notice_filled,
    notice_pdf,
    results_filled,
)
from services.assessment.schemes.queries import scheme_of, scheme_seen
from shared import clock
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, NotYours, OutOfOrder
from shared.events import MarksTaken, OpinionTaken, ResultsTaken
from shared.papers.kinds import Filled
from shared.papers.making import as_pdf as list_as_pdf
from shared.papers.making import filled as paper_filled
from shared.papers.making import sheet_of
from shared.papers.models import PaperTemplate
from shared.papers.of_the_year import NOTICE, OPINION, RESULTS
from shared.papers.press import Made, Press, number_of, own
from shared.papers.templates import in_use
from shared.roles import Role
from shared.settings import settings

OpinionForm = Literal["docx", "pdf"]
ResultsForm = Literal["xlsx", "pdf", "own"]
OWN_TEMPLATE = Path("templates", "opinion.docx")
MAY_TAKE = frozenset({*cases.OFFICE, Role.SYSTEM})


def take_results(session: Session, actor: Actor, cycle_id: int, *, form: ResultsForm = "xlsx") -> Made:
    """A cycle's results for the township's own office: as a workbook, in print, or in the office's own form."""
    cycle = _office_cycle(session, actor, cycle_id)
    rows = _results(session, actor, cycle)
    basis = basis_of(session, cycle)
    title = f"{basis.township}{cycle.year}年度党小组长考核结果"
    row, made = None, Made(title, "xlsx", b"")
    if form == "xlsx":
        made = Made(title, "xlsx", book_of(basis, rows, made_on=clock.today(session)))
    else:
        filled = results_filled(basis, rows, made_on=clock.today(session))
        if form == "own":
            row, data = own(session, RESULTS, cycle.township_id, [filled])
            made = Made(title, row.form, data)
        else:
            made = Made(title, "pdf", list_as_pdf(sheet_of(RESULTS, filled), made_at=clock.now(session)))
    announce(session, ResultsTaken(unit_id=cycle.township_id, cycle_id=cycle.id, of_version=version_of(row)), by=actor)
    return made


def _office_cycle(session: Session, actor: Actor, cycle_id: int) -> Cycle:
    cycle = cycles.cycle_seen(session, actor, cycle_id)
    if not actor.roles_over(cycle.township_id) & MAY_TAKE:
        raise NotYours("考核结果由乡镇组织委员或党委导出。")
    _refuse_recalled(cycle)
    return cycle


def _refuse_recalled(cycle: Cycle) -> None:
    """What hung on the wall and was taken down goes out on no paper."""
    if cycle.stage == CycleStage.RECALLED:
        raise OutOfOrder("公示已经撤回，公示的等次不生效，不能导出、打印；等党委中止考核以后再导出。")


def _results(session: Session, actor: Actor, cycle: Cycle) -> list[ResultRow]:
    rows = cases.results(session, actor, cycle.id)
    places = cases.places_of(rows)
    return [ResultRow.of(row, places.get(row.Case.id)) for row in rows]


def take_opinion(session: Session, actor: Actor, case_id: int, *, form: OpinionForm, version: int = 0) -> Made:
    """The opinion form of a leader's year, for whoever sees the case: himself, his branch, the township.

    In Word it has the office's own form, by `version` a former one, as it was printed then.
    """
    row = cases.case_seen(session, actor, case_id)
    opinion = opinion_of(session, actor, case_id)
    used, made_as = None, "pdf"
    if form == "docx":
        used, made_as, data = _in_word(session, row.Case.township_id, [opinion], version=version)
    else:
        data = as_pdf([opinion], made_at=clock.now(session))
    fact = OpinionTaken(unit_id=row.Case.group_id, case_id=case_id, form=form, of_version=version_of(used))
    announce(session, fact, by=actor)
    return Made(f"{row.person}{opinion.title}", made_as, data)


def take_opinions(session: Session, actor: Actor, cycle_id: int, *, form: OpinionForm) -> Made:
    """The opinion forms of all leaders of a cycle in one file, in the order of branches and groups."""
    cycle = _office_cycle(session, actor, cycle_id)
    township = cycles.called(session, cycle.id)
    lines = cases.explained_all(session, cycle)
    place = {line.id: at for at, line in enumerate(cases.leaders(session, actor, cycle_id))}
    rows = sorted(cases.results(session, actor, cycle_id), key=lambda row: place[row.Case.id])
    opinions = [Opinion.of(row, lines.get(row.Case.id, ()), township=township) for row in rows]
    if not opinions:
        raise Conflict("这个年度还没有参加考核的党小组长，没有意见表可以打印。")
    used, made_as = None, "pdf"
    if form == "docx":
        used, made_as, data = _in_word(session, cycle.township_id, opinions)
    else:
        data = as_pdf(opinions, made_at=clock.now(session))
    announce(session, ResultsTaken(unit_id=cycle.township_id, cycle_id=cycle.id, of_version=version_of(used)), by=actor)
    return Made(f"{township}{cycle.year}年度党小组长考核意见表（{len(opinions)}份）", made_as, data)


def opinion_of(session: Session, actor: Actor, case_id: int) -> Opinion:
    """What the form of a case says."""
    row = cases.case_seen(session, actor, case_id)
    if row.Case.grade is not None:
        _refuse_recalled(cases.cycle_of_case(session, row.Case))
    _, items = cases.explained(session, row.Case)
    return Opinion.of(row, items, township=cycles.called(session, row.Case.cycle_id))


def _in_word(
    session: Session, township_id: int, opinions: Sequence[Opinion], *, version: int = 0
) -> tuple[PaperTemplate | None, str, bytes]:
    """The forms from the office's own paper, that of the installation, or the one that ships."""
    filled = [filled_of(each) for each in opinions]
    if version or in_use(session, township_id, OPINION.key):
        used, data = own(session, OPINION, township_id, filled, version=version)
        return used, used.form, data
    return None, "docx", paper_filled(OPINION, shipped_form(), filled)


def take_notice(session: Session, actor: Actor, cycle_id: int, *, form: OpinionForm) -> Made:
    """The public notice as whoever asks reads it, in Word (the office's own wording where it has one) or as PDF."""
    notice = cases.notice_of(session, actor, cycle_id)
    if actor.duty is None:
        raise NotYours("公示由乡镇和支部打印张贴；在公示页上看就行。")
    row, data = None, b""
    if form == "pdf":
        data = notice_pdf(notice, made_at=clock.now(session))
    else:
        filled = notice_filled(notice)
        if in_use(session, notice.township_id, NOTICE.key):
            row, data = own(session, NOTICE, notice.township_id, [filled])
        else:
            data = paper_filled(NOTICE, blank_notice(), [filled])
    where = notice.township_id if actor.roles_over(notice.township_id) else actor.duty[1]
    fact = ResultsTaken(unit_id=where, cycle_id=notice.cycle_id, of_version=version_of(row))
    announce(session, fact, by=actor)
    of_whom = f"（{notice.part}）" if notice.part else ""
    return Made(f"{notice.township}{notice.year}年度党小组长考核结果公示{of_whom}", row.form if row else form, data)


def take_marks(session: Session, actor: Actor, cycle_id: int) -> Made:
    """The sheet on which a township or a branch fills in what is typed, with its leaders and what stands already."""
    cycle = cycles.cycle_seen(session, actor, cycle_id)
    units = {*actor.units_as(*cases.OFFICE, *cases.BRANCH)}
    rows = [row for row in cases.leaders(session, actor, cycle_id) if units & {row.branch_id, cycle.township_id}]
    if not rows:
        raise NotYours("评分表由支部书记和组织委员下载。")
    where = cycle.township_id if actor.roles_over(cycle.township_id) else rows[0].branch_id
    there = {about: mark.points for about, mark in cases.marks_in_force(session, actor, cycle_id).items()}
    title = f"{cycles.called(session, cycle.id)}{cycle.year}年度党小组长测评评分表"
    data = marks_book(title, rows, cases.by_hand(session, cycle), there, made_on=clock.today(session))
    announce(session, MarksTaken(unit_id=where, cycle_id=cycle.id), by=actor)
    return Made(title, "xlsx", data)


def version_of(row: PaperTemplate | None) -> int:
    """Of the office's own paper, as the history has it; 0 for the one that ships."""
    return row.version if row else 0


def basis_of(session: Session, cycle: Cycle) -> Basis:
    """What a cycle was judged by: its scheme, and the rules as they stood on the day of opening."""
    return Basis(
        township=cycles.called(session, cycle.id),
        cycle=CycleSeen.model_validate(cycle),
        scheme=scheme_of(scheme_seen(session, SYSTEM, cycle.scheme_id)),
        rules=cycles.rules_of(session, cycle.township_id, cycle.opened_on),
    )


# --- the office's own papers (shared/papers) ---


def shipped_form() -> bytes:
    """The opinion form to begin with: that of the installation, or the one that ships."""
    own = settings().data / OWN_TEMPLATE
    return own.read_bytes() if own.is_file() else blank_form()


def fill_opinion(session: Session, actor: Actor, thing: str) -> Filled:
    """What the form of a case says that one may see."""
    return filled_of(opinion_of(session, actor, number_of(thing)))


def fill_results(session: Session, actor: Actor, thing: str) -> Filled:
    """What the list of a cycle's results says."""
    cycle = _office_cycle(session, actor, number_of(thing))
    return results_filled(basis_of(session, cycle), _results(session, actor, cycle), made_on=clock.today(session))


def fill_notice(session: Session, actor: Actor, thing: str) -> Filled:
    """What the notice of a cycle says; refused before it is published."""
    return notice_filled(cases.notice_of(session, actor, number_of(thing)))


PRESSES: Mapping[str, Press] = {
    OPINION.key: Press(cases_to_try, fill_opinion, shipped_form),
    RESULTS.key: Press(cycles_to_try, fill_results),
    NOTICE.key: Press(notices_to_try, fill_notice, blank_notice),
}
