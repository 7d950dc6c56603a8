"""A roster or a ledger by upload: what was understood and what will change, the errors file, and bringing it in."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from io import BytesIO

from fastapi import Request
from fastapi.responses import Response

from services.activities.grid.schemas import GridOut, grid_out
from services.activities.imports import actions, queries
from services.activities.imports.actions import Looked, Suggested
from services.activities.imports.rules import CHINESE, Kind, Stage, file_said
from services.activities.imports.schemas import BringIn, HandIn
from services.activities.ledger.rules.stages import KINDS_SAID
from services.activities.ledger.schemas import LedgerOut, ledger_out
from services.activities.register import actions as register_actions
from services.activities.register import queries as register
from services.activities.register.rules.care import KINDS as CARE_KINDS
from services.activities.register.rules.care import OFFERED, SAID, Sort
from services.activities.register.rules.care import Looked as Lost
from services.activities.register.rules.changes import RosterPlan
from services.activities.register.rules.membership import TURNS, Asked, offered
from services.activities.register.schemas import (
    CommitteesOut,
    Met,
    NewCare,
    NewTurn,
    RosterOut,
    cares_out,
    committees_out,
    leaves_out,
    lost_out,
    roster_out,
)
from shared.access import Actor
from shared.db import Session
from shared.errors import Invalid, NotYours
from shared.files import KINDS
from shared.shapes import Shape
from shared.sheets import write_errors
from shared.tables import ColumnUnderstood
from shared.tables.cells import RefusedTable
from shared.web import Flawed, Form, Html, Pages, Sent, Signed, Unit, Viewed, fragment, live
from shared.web.files import taken

pages = Pages(prefix="/imports")
HERE = "/activities/imports"
LOST = [(each, each) for each in CARE_KINDS[Sort.LOST]]
SUGGESTED = (Sort.OUT, Sort.NEED)
"""The lists for which a file proposes members, with what it tells of them."""
ASKED_FOR = {Kind.ROSTER: "党员花名册", Kind.LEDGER: "活动台账"}
"""What somebody who hands a file in reads of these, who has not seen one yet."""
MANY = 200
"""People whose acts are done at once."""
PROPOSED: Mapping[str, Callable[[RosterPlan], Sequence[Shape]]] = {
    "leaving": leaves_out,
    "lost": lost_out,
    "cares": cares_out,
}


@pages.get("")
def files(view: Viewed, actor: Signed, session: Unit) -> Html:
    """Hand a file in; what was handed in last."""
    townships = queries.townships(session, actor)
    if not townships:
        raise NotYours("花名册和台账由组织委员导入，您没有这个职务。")
    rows = queries.latest(session, actor)
    kinds = [(each, ASKED_FOR.get(each, each.chinese)) for each in queries.kinds_for(session, townships)]
    return view.show(
        "imports/files.html", townships=townships, rows=rows, stages=CHINESE, kinds=kinds, file_said=file_said
    )


@pages.post("")
def hand_in(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Keep the file, and look at it."""
    asked = form.read(HandIn)
    sent = form.files("file")
    if not sent:
        raise Invalid("请选择一个文件。", field="file")
    name, content, year = sent[0].name, sent[0].content, None
    if asked.kind == Kind.LEDGER:
        year = asked.year or actions.year_meant(session, actor, asked.township_id, name=name, content=content)
    days = {"since": asked.since, "as_of": asked.as_of} if asked.kind == Kind.ROSTER else {}
    made = actions.hand_in(
        session, actor, asked.township_id, name=name, content=content, kind=asked.kind, year=year, **days
    )
    return view.to(f"{HERE}/{made.id}")


@pages.get("/{handed_id}")
def look(view: Viewed, handed_id: int, actor: Signed, session: Unit) -> Html:
    """What was understood, was refused, will change; then how far the bringing-in is; then what came of it."""
    handed = queries.handed(session, actor, handed_id)
    unit = register.unit_in_reach(session, actor, handed.township_id)
    if handed.stage == Stage.IMPORTING:
        return view.show("imports/going.html", unit=unit, handed=handed, going=queries.going(session, handed))
    over = handed.stage in {Stage.IMPORTED, Stage.UNDONE}
    looked = Looked(handed) if over else actions.look(session, actor, handed_id)
    shown: RosterOut | LedgerOut | CommitteesOut | GridOut | None = None
    columns: list[ColumnUnderstood] = []
    if looked.roster:
        columns, shown = looked.roster[0].columns, roster_out(*looked.roster)
    if looked.ledger:
        columns, shown = looked.ledger[0].columns, ledger_out(*looked.ledger)
    if looked.committees:
        columns, shown = looked.committees[0].columns, committees_out(*looked.committees)
    if looked.grid:
        columns, shown = looked.grid[0].columns, grid_out(*looked.grid)
    template = f"imports/{handed.kind}.html"
    last = queries.last_import(session, actor, handed.township_id) if handed.stage == Stage.IMPORTED else None
    takes_over = looked.roster is not None and register_actions.plan_takes_over(session, unit.id, looked.roster[1])
    days = {"since": looked.roster and looked.roster[1].since, "begins": begins_with(looked, unit.begins_on)}
    proposed = proposed_in(session, actor, looked)
    shows: dict[str, object] = {"shown": shown, "columns": columns, "last": last, "lost_kinds": LOST, **proposed}
    shows |= {"care_kinds": {sort.value: [(each, each) for each in CARE_KINDS[sort]] for sort in SUGGESTED}}
    shows |= {"offered": {sort.value: [(key, SAID[key]) for key in OFFERED[sort]] for sort in SUGGESTED}}
    shows |= {"takes_over": takes_over}
    return view.show(template, unit=unit, handed=handed, kinds=KINDS_SAID, turns=TURNS, leaves=offered, **shows, **days)


def proposed_in(session: Session, actor: Actor, looked: Looked) -> dict[str, Sequence[Shape]]:
    """Whoever left by the file, and who is for one of the lists, as the register stands; while the file is kept."""
    handed, came = looked.handed, looked.handed.outcome or {}
    if handed.stage == Stage.IMPORTED and handed.content and any(came.get(each) for each in PROPOSED):
        looked = actions.look(session, actor, handed.id)
    plan = looked.roster[1] if looked.roster else None
    return {name: says(plan) if plan else [] for name, says in PROPOSED.items()}


def begins_with(looked: Looked, begins_on: date | None) -> date | None:
    """The day to which the township's day of beginning moves with a ledger, if it does."""
    first = min((each.held_on for each in looked.ledger[1].activities), default=None) if looked.ledger else None
    return first if first and begins_on and first < begins_on else None


@pages.get("/{handed_id}/progress")
def progress(request: Request, view: Viewed, handed_id: int, actor: Signed, session: Unit) -> Response:
    """How far it is, as it goes on."""
    queries.handed(session, actor, handed_id)

    def draw(looking: Session) -> tuple[str, bool]:
        handed = queries.handed(looking, actor, handed_id)
        if handed.stage != Stage.IMPORTING:
            return "", True
        return fragment(request, "imports/going.html", "progress", going=queries.going(looking, handed)), False

    return live(view, draw)


@pages.get("/{handed_id}/errors.xlsx")
def errors(handed_id: int, actor: Signed, session: Unit) -> Response:
    """The rows that could not be read, to be corrected and handed in again."""
    looked = actions.take_unread(session, actor, handed_id)
    target = BytesIO()
    write_errors(target, refused_in(looked))
    stem = looked.handed.name.rpartition(".")[0] or looked.handed.name
    return taken(session, target.getvalue(), KINDS["xlsx"], f"{stem}-未识别.xlsx")


@pages.post("/{handed_id}")
def bring_in(view: Viewed, handed_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Have it brought in; its page says how far that is."""
    asked = form.read(BringIn)
    actions.begin(session, actor, handed_id, agreed=asked.agreed, taken_over_why=asked.taken_over_why)
    return view.to(f"{HERE}/{handed_id}", said="已开始导入。")


@pages.post("/{handed_id}/stops")
def stop(view: Viewed, handed_id: int, actor: Signed, session: Unit) -> Response:
    """Give it up: nothing has changed."""
    actions.stop(session, actor, handed_id)
    return view.to(f"{HERE}/{handed_id}")


@pages.post("/{handed_id}/member-acts")
def let_leave(view: Viewed, handed_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Whoever is ticked of those of whom the file says that they left: each with his day and basis."""
    queries.handed(session, actor, handed_id)
    people = form.numbers("people")[:MANY]
    asked = {person_id: turn_of(form, person_id) for person_id in people}
    actions.let_leave(session, actor, handed_id, asked)
    return view.to(
        f"{HERE}/{handed_id}", said=f"已办理 {len(asked)} 人的党籍变动。办错了的，七天以内可以在个人页撤销。"
    )


@pages.post("/{handed_id}/lost")
def note_lost(view: Viewed, handed_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Whoever is ticked of those of whom the file says that contact is lost: each on that list of his branch."""
    queries.handed(session, actor, handed_id)
    asked = {person_id: lost_of(form, person_id) for person_id in form.numbers("lost")[:MANY]}
    actions.note_lost(session, actor, handed_id, asked)
    return view.to(f"{HERE}/{handed_id}", said=f"已把 {len(asked)} 人登记为失联党员，请支部继续查找。")


@pages.post("/{handed_id}/care")
def look_after(view: Viewed, handed_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Whoever is ticked of those whom the file has as out or in need: each on that list of his branch."""
    queries.handed(session, actor, handed_id)
    ticked = [(sort, person_id) for sort in SUGGESTED for person_id in form.numbers(sort.value)[:MANY]]
    asked = {(sort, person_id): suggested_of(form, sort, person_id) for sort, person_id in ticked}
    actions.look_after(session, actor, handed_id, asked)
    return view.to(f"{HERE}/{handed_id}", said=f"已登记 {len(asked)} 人，名单在各支部的“流动党员和困难党员”里。")


def suggested_of(form: Form, sort: Sort, person_id: int) -> Suggested:
    """What stands beside one of them; the day is asked for where the file did not say it."""
    typed = {name: form.text(f"{name}.{sort}.{person_id}") for name in ("on", *OFFERED[sort])}
    if not typed["on"]:
        raise Flawed({f"on.{sort}.{person_id}": "请填写从哪一天起。"})
    try:
        looked = form.read(NewCare, sort=sort, **typed).looked(date.max)
        met = form.read(Met, on=form.text(f"last_on.{sort}.{person_id}") or None)
    except Flawed as wrong:
        raise Flawed({f"{name}.{sort}.{person_id}": said for name, said in wrong.fields.items()}) from wrong
    return Suggested(looked, form.text(f"contact.{sort}.{person_id}"), met.on)


def lost_of(form: Form, person_id: int) -> Lost:
    """What was typed beside one of them; the day is asked for where the file did not say it."""
    typed = {name: form.text(f"{name}.{person_id}") for name in ("on", "kind", "tried")}
    if not typed["on"]:
        raise Flawed({f"on.{person_id}": "请填写从哪一天起失联。"})
    try:
        return form.read(NewCare, sort=Sort.LOST, **typed).looked(date.max)
    except Flawed as wrong:
        raise Flawed({f"{name}.{person_id}": said for name, said in wrong.fields.items()}) from wrong


def turn_of(form: Form, person_id: int) -> Asked:
    """What was typed beside one of them; the day is asked for where the file did not say it."""
    typed = {name: form.text(f"{name}.{person_id}") for name in NewTurn.model_fields}
    if not typed["on"]:
        raise Flawed({f"on.{person_id}": "请填写从哪一天起。"})
    try:
        return form.read(NewTurn, **{name: value for name, value in typed.items() if value}).asked(date.max)
    except Flawed as wrong:
        raise Flawed({f"{name}.{person_id}": said for name, said in wrong.fields.items()}) from wrong


@pages.get("/{handed_id}/undo")
def before_undoing(view: Viewed, handed_id: int, actor: Signed, session: Unit) -> Html:
    """What goes again with the last import, and what rests on it."""
    handed = queries.handed(session, actor, handed_id)
    unit = register.unit_in_reach(session, actor, handed.township_id)
    last = queries.last_import(session, actor, handed.township_id)
    asked = last is not None and last.id == handed.id
    before = actions.before_taking_back(session, actor, handed) if asked else None
    shows = {"last": last, "before": before, "said": file_said(handed.kind, handed.year)}
    return view.show("imports/undo.html", unit=unit, handed=handed, **shows)


@pages.post("/{handed_id}/undo")
def undo(view: Viewed, handed_id: int, actor: Signed, session: Unit) -> Response:
    """Take the last import back."""
    _, ticked = actions.take_back(session, actor, handed_id)
    back = f"一并撤销了 {len(ticked.back)} 项勾选办理的。" if ticked.back else ""
    stays = f"另有 {len(ticked.stays)} 项不能一并撤销，保持不变，要改正的请在个人页另行办理。" if ticked.stays else ""
    return view.to(f"{HERE}/{handed_id}", said=f"已撤销这次导入，名册和台账恢复成导入以前的样子。{back}{stays}")


def refused_in(looked: Looked) -> list[RefusedTable]:
    """The tables of refused rows."""
    found = looked.ledger or looked.committees or looked.grid or looked.roster
    return found[1].refused if found else []
