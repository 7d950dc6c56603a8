"""Papers taken out in the office's own form: which version they are made by stands in the history and in the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from shared import clock, kept
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, OutOfReach
from shared.events import PaperTaken
from shared.papers import templates
from shared.papers.catalogue import PAPERS
from shared.papers.kinds import Filled, PaperKind, sample_of
from shared.papers.layouts import Layout, as_pdf, as_word
from shared.papers.making import as_excel, beginning, filled, sheet_of
from shared.papers.making import as_pdf as list_as_pdf
from shared.papers.models import PaperTemplate

PaperForm = Literal["docx", "pdf"]
ListForm = Literal["xlsx", "pdf", "own"]
MOST_DIGITS = 19
NONE_IN_USE = "本单位还没有启用自己的{title}模板。请用系统自带的格式，或者请组织委员先上传模板。"


@dataclass(frozen=True, slots=True)
class Made:
    """A file: what it is called, its form (a key of files.KINDS), its bytes."""

    title: str
    form: str
    data: bytes

    @property
    def name(self) -> str:
        """What it is saved under."""
        return f"{self.title}.{self.form}"


@dataclass(frozen=True, slots=True)
class Press:
    """What a service knows of a kind of paper: what there is to try it with, and what it then says.

    things: keys and words of the last that somebody may see. fill: what the paper of one of them says.
    shipped: the paper that ships, where it is more than the fields in their order.
    """

    things: Callable[[Session, Actor], Sequence[tuple[str, str]]]
    fill: Callable[[Session, Actor, str], Filled]
    shipped: Callable[[], bytes] | None = None


def own(
    session: Session, kind: PaperKind, township_id: int, several: Sequence[Filled], *, version: int = 0
) -> tuple[PaperTemplate, bytes]:
    """Papers in the office's own form, of the version in use or, to print one again as it was, of a former one.

    Raises Conflict where none is in use.
    """
    if version:
        row: PaperTemplate | None = templates.of_version(session, township_id, kind.key, version)
    else:
        row = templates.in_use(session, township_id, kind.key)
    if row is None:
        raise Conflict(NONE_IN_USE.format(title=kind.title))
    return row, filled(kind, kept.read(session, row.sha256), several, mark=row.mark)


def printed(
    session: Session,
    kind: PaperKind,
    layout: Layout,
    township_id: int,
    several: Sequence[Filled],
    *,
    form: PaperForm,
    version: int = 0,
) -> tuple[Made, PaperTemplate | None]:
    """A paper as PDF, or in Word: in the office's own form where one is in use, else as it ships; with that form.

    version: of a former form of the office's own, to print it again as it was.
    """
    title, used = str(several[0].values["title"]), None
    if form == "pdf":
        return Made(title, form, as_pdf(layout, kind, several, made_at=clock.now(session))), None
    if version or templates.in_use(session, township_id, kind.key):
        used, data = own(session, kind, township_id, several, version=version)
    else:
        data = filled(kind, as_word(layout), several)
    return Made(title, used.form if used else form, data), used


def listed(
    session: Session, kind: PaperKind, township_id: int, said: Filled, *, form: ListForm, version: int = 0
) -> tuple[Made, PaperTemplate | None]:
    """A list as it ships, as a workbook or in print, or in the office's own form, by `version` a former one."""
    title = str(said.values["title"])
    if form == "own":
        used, data = own(session, kind, township_id, [said], version=version)
        return Made(title, used.form, data), used
    sheet = sheet_of(kind, said)
    data = list_as_pdf(sheet, made_at=clock.now(session)) if form == "pdf" else as_excel([sheet])
    return Made(title, form, data), None


def told(  # noqa: PLR0917  what a paper that was taken is told by
    session: Session,
    actor: Actor,
    kind: PaperKind,
    made: Made,
    used: PaperTemplate | None,
    unit_id: int,
    thing: str,
    *,
    year: int = 0,
) -> Made:
    """The same paper, once its taking stands in the history: of which unit, and of which thing (`ballot:7`)."""
    sort, _, number = thing.partition(":")
    fact = PaperTaken(
        unit_id=unit_id,
        paper=kind.key,
        form=made.form,
        sort=sort,
        thing_id=int(number),
        year=year,
        template_id=used.id if used else 0,
        of_version=used.version if used else 0,
    )
    announce(session, fact, by=actor)
    return made


def sample(session: Session, actor: Actor, service: str, template_id: int) -> Made:
    """A paper filled in for nobody."""
    row = templates.one(session, actor, service, template_id)
    kind = PAPERS[row.paper]
    data = filled(kind, kept.read(session, row.sha256), [sample_of(kind)], mark=row.mark)
    return Made(f"{kind.title}样张", row.form, data)


def trial(session: Session, actor: Actor, row: PaperTemplate, press: Press, thing: str) -> Made:
    """A paper that need not be in use yet, filled in for somebody real whom one may see; that it was taken is told."""
    kind = PAPERS[row.paper]
    data = filled(kind, kept.read(session, row.sha256), [press.fill(session, actor, thing)], mark=row.mark)
    fact = PaperTaken(
        unit_id=row.township_id,
        paper="trial",
        form=row.form,
        sort="paper_template",
        thing_id=row.id,
        template_id=row.id,
        of_version=row.version,
    )
    announce(session, fact, by=actor)
    return Made(f"{kind.title}试填", row.form, data)


def present(session: Session, actor: Actor, kind: PaperKind, press: Press, *, shipped: bool = False) -> Made:
    """The paper in use, or the one that ships, for the office to edit."""
    row = None if shipped else templates.in_use(session, templates.township_kept(actor), kind.key)
    if row is not None:
        return Made(f"{kind.title}模板", row.form, kept.read(session, row.sha256))
    templates.township_kept(actor)
    return Made(f"{kind.title}模板", kind.form, press.shipped() if press.shipped else beginning(kind))


def number_of(thing: str) -> int:
    """The number of what a paper is tried with. Raises OutOfReach where it is none."""
    if not (thing.isascii() and thing.isdecimal() and len(thing) < MOST_DIGITS):
        raise OutOfReach
    return int(thing)
