"""What is taken out of the office as a file: made from what one may see, and put on the record."""

from pathlib import Path
from typing import Literal

from services.assessment.cases import queries as cases
from services.assessment.cases.schemas import ResultRow
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.schemas import CycleSeen
from services.assessment.papers import queries
from services.assessment.papers.models import OpinionTemplate
from services.assessment.papers.schemas import SAMPLE, Opinion, Paper
from services.assessment.papers.writers import Basis, as_pdf, as_word, blank_form, book_of, checked
from services.assessment.schemes.queries import scheme_of, scheme_seen
from shared import clock, kept
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import NotYours
from shared.events import OpinionTaken, OpinionTemplateChanged, ResultsTaken
from shared.files import Handed
from shared.roles import Role
from shared.settings import settings

OpinionForm = Literal["docx", "pdf"]
OWN_TEMPLATE = Path("templates", "opinion.docx")
MAY_TAKE = frozenset({*cases.OFFICE, Role.SYSTEM})


def take_results(session: Session, actor: Actor, cycle_id: int) -> Paper:
    """A cycle's results as a workbook, for the township's own office."""
    cycle = cycles.cycle_seen(session, actor, cycle_id)
    if not actor.roles_over(cycle.township_id) & MAY_TAKE:
        raise NotYours("考核结果由乡镇组织委员或党委导出。")
    rows = [ResultRow.of(row) for row in cases.results(session, actor, cycle_id)]
    basis = basis_of(session, cycle)
    announce(session, ResultsTaken(unit_id=cycle.township_id, cycle_id=cycle.id), by=actor)
    return Paper(f"{basis.township}{cycle.year}年度党小组长考核结果", "xlsx", book_of(basis, rows))


def take_opinion(session: Session, actor: Actor, case_id: int, *, form: OpinionForm) -> Paper:
    """The opinion form of a leader's year, for whoever sees the case: himself, his branch, the township."""
    row = cases.case_seen(session, actor, case_id)
    _, items = cases.explained(session, row.Case)
    township = cycles.township(session, row.Case.township_id)
    opinion = Opinion.of(row, items, township=township.name)
    if form == "docx":
        data = as_word(opinion, template(session, township.id))
    else:
        data = as_pdf(opinion, made_at=clock.now(session))
    announce(session, OpinionTaken(unit_id=row.Case.group_id, case_id=case_id, form=form), by=actor)
    return Paper(f"{row.person}{opinion.title}", form, data)


def basis_of(session: Session, cycle: Cycle) -> Basis:
    """What a cycle was judged by: its scheme, and the rules as they stood on the day of opening."""
    return Basis(
        township=cycles.township(session, cycle.township_id).name,
        cycle=CycleSeen.model_validate(cycle),
        scheme=scheme_of(scheme_seen(session, SYSTEM, cycle.scheme_id)),
        rules=cycles.rules_of(session, cycle.township_id, cycle.opened_on),
    )


# --- the template of the opinion form ---


def template(session: Session, township_id: int) -> bytes:
    """What a township's forms are made from: its own template, that of the installation, or the one that ships."""
    found = queries.in_use(session, township_id)
    if found is not None:
        return kept.read(session, found.sha256)
    own = settings().data / OWN_TEMPLATE
    return own.read_bytes() if own.is_file() else blank_form()


def take_template(session: Session, actor: Actor, *, shipped: bool = False) -> Paper:
    """The template as it is in use, or as it ships, for the office to edit."""
    data = template(session, queries.township_kept(actor))
    return Paper("考核意见表模板", "docx", blank_form() if shipped else data)


def take_sample(session: Session, actor: Actor, template_id: int) -> Paper:
    """A template filled in for nobody."""
    data = kept.read(session, queries.one(session, actor, template_id).sha256)
    return Paper("考核意见表样张", "docx", as_word(SAMPLE, data))


def hand_in_template(session: Session, actor: Actor, handed: Handed) -> OpinionTemplate:
    """A template to be tried; it is used only once somebody takes it into use. Raises Invalid with what to change."""
    township_id = queries.township_kept(actor)
    checked(handed.data)
    stored = kept.keep(session, township_id, handed)
    row = OpinionTemplate(
        township_id=township_id,
        sha256=stored.sha256,
        size=stored.size,
        name=stored.name,
        handed_by=actor.account_id,
        handed_at=clock.now(session),
    )
    session.add(row)
    session.flush()
    _tell(session, actor, row, "handed")
    return row


def use_template(session: Session, actor: Actor, template_id: int) -> OpinionTemplate:
    """From now on the township's forms are made from this one."""
    row = queries.one(session, actor, template_id, locked=True)
    if row.in_use:
        return row
    checked(kept.read(session, row.sha256))
    former = queries.in_use(session, row.township_id, locked=True)
    if former is not None:
        former.used_until = clock.now(session)
        session.flush()
    row.used_from, row.used_until = clock.now(session), None
    _tell(session, actor, row, "used")
    return row


def restore_template(session: Session, actor: Actor) -> None:
    """Back to the one that ships; done already is done."""
    row = queries.in_use(session, queries.township_kept(actor), locked=True)
    if row is not None:
        row.used_until = clock.now(session)
        _tell(session, actor, row, "given_up")


def _tell(session: Session, actor: Actor, row: OpinionTemplate, change: str) -> None:
    fact = OpinionTemplateChanged(unit_id=row.township_id, template_id=row.id, change=change)
    announce(session, fact, by=actor)
