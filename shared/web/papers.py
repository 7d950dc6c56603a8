"""The doors of an office's own papers (shared/papers): the same for each service, for programs and for people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import Path, Query, Response, UploadFile
from pydantic import StringConstraints

from shared.errors import Invalid, there
from shared.files import KINDS, Handed
from shared.papers import PAPERS, PaperKind, press, templates
from shared.papers.making import blanks_said
from shared.papers.press import Made, Press
from shared.shapes import Shape
from shared.web.contract import gives, refusals
from shared.web.door import Door, Signed, Unit
from shared.web.files import download, taken
from shared.web.forms import Sent
from shared.web.pages import Html, Pages, Viewed
from shared.web.shapes import UrlId

Template = Annotated[int, Query(ge=0, le=2**63 - 1)]
Named = Annotated[str, Path(max_length=40)]
Thing = Annotated[str, Query(max_length=60), StringConstraints(strip_whitespace=True)]


class Used(Shape):
    """Which paper is taken into use."""

    template_id: int


class TemplateSeen(Shape):
    """A paper that was handed in."""

    id: int
    paper: str
    version: int
    form: str
    name: str
    size: int
    handed_at: datetime
    used_from: datetime | None
    used_until: datetime | None
    in_use: bool


def door_of(service: str) -> Door:
    """For programs."""
    door = Door(tags=["office's own papers"])

    @door.get("/papers/{paper}/templates")
    def handed_in(session: Unit, actor: Signed, paper: Named) -> list[TemplateSeen]:
        """What the office handed in, the newest first, and which is in use; none where the shipped one is."""
        kind = _kind(service, paper)
        rows = templates.handed_in(session, actor, templates.township_kept(actor), kind.key)
        return [TemplateSeen.model_validate(row) for row, _ in rows]

    @door.post("/papers/{paper}/templates")
    def hand_in(session: Unit, actor: Signed, paper: Named, file: UploadFile) -> TemplateSeen:
        """Hand one in, to be tried; it is not used yet."""
        handed = Handed(file.file.read(), file.filename or "")
        return TemplateSeen.model_validate(templates.hand_in(session, actor, _kind(service, paper), handed))

    @door.post("/papers/{paper}/restorations")
    def restore(session: Unit, actor: Signed, paper: Named) -> list[TemplateSeen]:
        """Back to the one that ships."""
        templates.restore(session, actor, _kind(service, paper))
        return handed_in(session, actor, paper)

    @door.post("/paper-templates/{template_id}/uses")
    def use(session: Unit, actor: Signed, template_id: UrlId) -> TemplateSeen:
        """Take one into use."""
        return TemplateSeen.model_validate(templates.use(session, actor, service, template_id))

    @door.get(
        "/paper-templates/{template_id}/sample",
        response_class=Response,
        responses=gives("docx", "xlsx") | refusals(409),
    )
    def sample(session: Unit, actor: Signed, template_id: UrlId) -> Response:
        """One of them, filled in for nobody."""
        return _nobodys(press.sample(session, actor, service, template_id))

    return door


def pages_of(service: str, presses: Mapping[str, Press]) -> Pages:
    """For people: the page of each kind of paper that a service prints."""
    pages = Pages()
    here = f"/{service}/papers"

    @pages.get("/papers/{paper}")
    def paper_page(view: Viewed, actor: Signed, session: Unit, paper: str) -> Html:
        """What papers of a kind are made from, what was handed in, and the blanks that one may have."""
        return _show(view, session, actor, _kind(service, paper), presses[paper])

    @pages.post("/papers/{paper}")
    def hand_in(view: Viewed, actor: Signed, session: Unit, form: Sent, paper: str) -> Response:
        """Hand one in, to be tried."""
        kind, sent = _kind(service, paper), form.files("file")
        templates.township_kept(actor)
        if not sent:
            raise Invalid("还没有选择文件，请选择改好的模板。", field="file")
        templates.hand_in(session, actor, kind, Handed(sent[0].content, sent[0].name))
        return view.to(f"{here}/{paper}", said="模板已上传，检查没有问题。请先看样张或者试填，再启用。")

    @pages.post("/papers/{paper}/uses")
    def use(view: Viewed, actor: Signed, session: Unit, form: Sent, paper: str) -> Response:
        """Take one into use."""
        row = templates.use(session, actor, service, form.read(Used).template_id)
        return view.to(f"{here}/{paper}", said=f"已启用第{row.version}版。从现在起打印和导出都可以用它。")

    @pages.post("/papers/{paper}/restorations")
    def restore(view: Viewed, actor: Signed, session: Unit, paper: str) -> Response:
        """Back to the one that ships."""
        templates.restore(session, actor, _kind(service, paper))
        return view.to(f"{here}/{paper}", said="已恢复为系统自带的格式。")

    _add_files(pages, service, presses)
    return pages


def _add_files(pages: Pages, service: str, presses: Mapping[str, Press]) -> None:
    """The files of a paper: of nobody, of somebody real, the one in use and the one that ships."""

    @pages.get("/paper-templates/{template_id}/sample")
    def sample(actor: Signed, session: Unit, template_id: int) -> Response:
        """One of them, filled in for nobody."""
        return _nobodys(press.sample(session, actor, service, template_id))

    @pages.get("/papers/{paper}/trial")
    def trial(actor: Signed, session: Unit, paper: str, template_id: Template = 0, thing: Thing = "") -> Response:
        """One of them, filled in for somebody real: whoever is named, or the first that there is."""
        row = templates.one(session, actor, service, template_id)
        known = presses[_kind(service, paper if paper == row.paper else "").key]
        found = thing or next((key for key, _ in known.things(session, actor)), "")
        made = press.trial(session, actor, row, known, there(found or None, "可以试填的内容"))
        return taken(session, made.data, KINDS[made.form], made.name)

    @pages.get("/papers/{paper}/present")
    def present(actor: Signed, session: Unit, paper: str) -> Response:
        """The paper in use, to be edited."""
        return _nobodys(press.present(session, actor, _kind(service, paper), presses[paper]))

    @pages.get("/papers/{paper}/shipped")
    def shipped(actor: Signed, session: Unit, paper: str) -> Response:
        """The one that ships, to begin with."""
        return _nobodys(press.present(session, actor, _kind(service, paper), presses[paper], shipped=True))


def _show(view: Viewed, session: Unit, actor: Signed, kind: PaperKind, known: Press) -> Html:
    township_id = templates.township_kept(actor)
    rows = templates.handed_in(session, actor, township_id, kind.key)
    return view.show(
        "paper.html",
        kind=kind,
        township=templates.township_named(session, township_id),
        rows=rows,
        used=next((row for row, _ in rows if row.in_use), None),
        versions=[(row.id, f"第{row.version}版") for row, _ in rows],
        things=known.things(session, actor),
        blanks=blanks_said(kind),
        must=kind.needed.values(),
        here=f"/{kind.service}/papers/{kind.key}",
        files=f"/{kind.service}/paper-templates",
    )


def _kind(service: str, paper: str) -> PaperKind:
    """A kind of paper that this service prints, or OutOfReach."""
    kind = PAPERS.get(paper)
    return there(kind if kind is not None and kind.service == service else None, "这种表格")


def _nobodys(made: Made) -> Response:
    """A paper that names nobody, as a file to be saved."""
    return download(made.data, KINDS[made.form], made.name)
