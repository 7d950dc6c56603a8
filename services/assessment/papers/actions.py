"""What is taken out of the office as a file: made from what one may see, and put on the record."""

from pathlib import Path
from typing import Literal

from services.assessment.cases import queries
from services.assessment.cases.schemas import ResultRow
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.schemas import CycleSeen
from services.assessment.papers.schemas import Opinion, Paper
from services.assessment.papers.writers import Basis, as_pdf, as_word, blank_form, book_of
from services.assessment.schemes.queries import scheme_of, scheme_seen
from shared import clock
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import NotYours
from shared.events import OpinionTaken, ResultsTaken
from shared.roles import Role
from shared.settings import settings

OpinionForm = Literal["docx", "pdf"]
OWN_TEMPLATE = Path("templates", "opinion.docx")
MAY_TAKE = frozenset({*queries.OFFICE, Role.SYSTEM})


def take_results(session: Session, actor: Actor, cycle_id: int) -> Paper:
    """A cycle's results as a workbook, for the township's own office."""
    cycle = cycles.cycle_seen(session, actor, cycle_id)
    if not actor.roles_over(cycle.township_id) & MAY_TAKE:
        raise NotYours("考核结果由乡镇组织委员或党委导出。")
    rows = [ResultRow.of(row) for row in queries.results(session, actor, cycle_id)]
    basis = basis_of(session, cycle)
    announce(session, ResultsTaken(unit_id=cycle.township_id, cycle_id=cycle.id), by=actor)
    return Paper(f"{basis.township}{cycle.year}年度党小组长考核结果", "xlsx", book_of(basis, rows))


def take_opinion(session: Session, actor: Actor, case_id: int, *, form: OpinionForm) -> Paper:
    """The opinion form of a leader's year, for whoever sees the case: himself, his branch, the township."""
    row = queries.case_seen(session, actor, case_id)
    _, items = queries.explained(session, row.Case)
    opinion = Opinion.of(row, items, township=cycles.township(session, row.Case.township_id).name)
    data = as_word(opinion, template()) if form == "docx" else as_pdf(opinion, made_at=clock.now(session))
    announce(session, OpinionTaken(unit_id=row.Case.group_id, case_id=case_id, form=form), by=actor)
    return Paper(f"{row.person}{opinion.title}", form, data)


def template() -> bytes:
    """The template of the opinion form: the one that the office put into the data folder, or the one that ships."""
    own = settings().data / OWN_TEMPLATE
    return own.read_bytes() if own.is_file() else blank_form()


def take_template(actor: Actor) -> Paper:
    """The template as it is in use, for the office to edit."""
    if not actor.units_as(*queries.OFFICE):
        raise NotYours("意见表模板由组织委员或党委维护，您没有这个职务。")
    return Paper("考核意见表模板", "docx", template())


def basis_of(session: Session, cycle: Cycle) -> Basis:
    """What a cycle was judged by: its scheme, and the rules as they stood on the day of opening."""
    return Basis(
        township=cycles.township(session, cycle.township_id).name,
        cycle=CycleSeen.model_validate(cycle),
        scheme=scheme_of(scheme_seen(session, SYSTEM, cycle.scheme_id)),
        rules=cycles.rules_of(session, cycle.township_id, cycle.opened_on),
    )
