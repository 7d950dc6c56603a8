"""People: found by name, one with all that is kept of him, added, moved, kept away; a number shown for a reason."""

from typing import Any

from fastapi.responses import Response

from services.activities.register import actions, queries
from services.activities.register.actions import KEEPS_REGISTER, MAKES_ACCOUNTS, require
from services.activities.register.pages.act_papers import papers_in
from services.activities.register.queries.suggested import (
    Suggestion,
    suggested_by,
    suggested_for,
    township_cells,
    with_cells,
)
from services.activities.register.rules.care import KINDS, OF_MEMBERS
from services.activities.register.rules.correcting import CLEARED, FIELDS_SAID
from services.activities.register.rules.correcting import STAGES as CORRECTION_STAGES
from services.activities.register.rules.ending import end_said
from services.activities.register.rules.membership import STAGES, Stage, offered
from services.activities.register.rules.words import CIRCUMSTANCES_SAID, MEMBERS_SAID, NUMBERS_SAID, SEXES_SAID
from services.activities.register.schemas import CircumstanceEnding, Look, Move, NewCircumstance, NewPerson
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import Conflict
from shared.people import Unit as Place
from shared.people import UnitKind
from shared.people.namesakes import Named
from shared.roles import Role
from shared.web import Form, Html, Kept, Pages, Sent, Signed, Unit, Viewed
from shared.web.lists import Search

NOTES = KEEPS_REGISTER | {Role.SECRETARY}
pages = Pages(prefix="/register")
HERE = "/activities/register"
SAME_NAME = "名册里已有同名的人。是同一个人，请点他的姓名，在他的个人页提出任职；是另一个人，请勾选。"
SAME_MEMBER = "这个支部已有同名的人。是同一个人，请点他的姓名，办理调动或者重新编入；是另一个人，请勾选。"
SUGGESTED = "他住的“{cell}”对应{units}。编入那里的，请点那个党小组登记；仍编入这里的，请勾选。"
SAID = {
    "circumstances": CIRCUMSTANCES_SAID,
    "members": MEMBERS_SAID,
    "sexes": SEXES_SAID,
    "numbers": NUMBERS_SAID,
}


@pages.get("/people")
def search(view: Viewed, actor: Signed, session: Unit) -> Html:
    """The question for a name."""
    return view.show("register/people.html", found=None, units=queries.tree(session, actor)[:1], looks=looks(actor))


@pages.post("/people")
def find(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Kept:
    """Those who are called so; the name stands in no address."""
    words = form.read(Search).words
    units = queries.units_named(session, actor, words)
    found = queries.found(session, actor, words)
    return Kept(view.show("register/people.html", found=found, units=units, looks=looks(actor)))


def looks(actor: Actor) -> bool:
    """Whether somebody may look for people by their numbers."""
    return bool(actor.units_as(*queries.LOOKS_AT_NUMBERS))


@pages.get("/people/{person_id}")
def person(view: Viewed, person_id: int, actor: Signed, session: Unit) -> Html:
    """Somebody, as the office keeps him."""
    return show(view, session, actor, person_id)


@pages.post("/people/{person_id}/numbers")
def show_number(view: Viewed, person_id: int, actor: Signed, session: Unit, form: Sent) -> Html:
    """A number in full, on this page only, for a reason that is kept."""
    asked = form.read(Look)
    number = actions.show_number(session, actor, person_id, asked.field, reason=asked.reason)
    return show(view, session, actor, person_id, shown=(asked.field, number))


@pages.get("/units/{unit_id}/people/new")
def new_person(view: Viewed, unit_id: int, actor: Signed, session: Unit) -> Html:
    """The form for somebody new."""
    unit = queries.unit_in_reach(session, actor, unit_id)
    _refuse_others(actor, unit)
    alike = _alike(session, actor, unit, view.typed) if view.typed else []
    suggestion = _suggested(session, actor, unit, view.typed) if view.typed else None
    cells = township_cells(session, actor, unit) if unit.kind != UnitKind.TOWNSHIP else []
    words = {"members": MEMBERS_SAID, "sexes": SEXES_SAID}
    return view.show("register/new_person.html", unit=unit, alike=alike, cells=cells, suggestion=suggestion, **words)


@pages.post("/units/{unit_id}/people")
def add_person(view: Viewed, unit_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Somebody new in a unit; in the township he is an officer and no member."""
    unit = queries.unit_in_reach(session, actor, unit_id)
    _refuse_others(actor, unit)
    known = {"kind": None} if unit.kind == UnitKind.TOWNSHIP else {}
    if not form.text("another") and _alike(session, actor, unit, form):
        raise Conflict(SAME_NAME if known else SAME_MEMBER, field="another")
    suggestion = _suggested(session, actor, unit, form)
    if suggestion and not form.text("stays"):
        raise Conflict(
            SUGGESTED.format(cell=suggestion.cell, units="、".join(suggestion.units.values())), field="stays"
        )
    asked = form.read(NewPerson, **known)
    arrival = asked.arrival(clock.today(session))
    handed = papers_in(form)
    made = actions.register_person(session, actor, unit_id, arrival=arrival, papers=handed, **asked.fields())
    return view.to(f"{HERE}/people/{made.id}", said="已登记。")


def _suggested(session: Session, actor: Actor, unit: Place, form: Form) -> Suggestion | None:
    """The groups of the cell in which he lives, where they are others than the one that was chosen."""
    cell_id = next(iter(form.numbers("cell_id")), None)
    return suggested_by(session, actor, cell_id, instead_of=unit.id) if cell_id else None


def _alike(session: Session, actor: Actor, unit: Place, form: Form) -> list[Named]:
    """Who is called so already: in the township of an officer; in his branch of a member, unless his number tells."""
    if unit.kind != UnitKind.TOWNSHIP and form.text("id_number"):
        return []
    return queries.called(session, actor, unit.branch_id or unit.id, form.text("name"))


def _refuse_others(actor: Actor, unit: Place) -> None:
    """Who may not register anybody there is not told whose name is known."""
    require(actor, unit, KEEPS_REGISTER | {Role.KEEPER} if unit.kind == UnitKind.TOWNSHIP else KEEPS_REGISTER)


@pages.post("/people/{person_id}/moves")
def move(view: Viewed, person_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Somebody belongs elsewhere from a day on."""
    row = actions.turn(session, actor, person_id, form.read(Move).asked(clock.today(session)))
    said = "调动已登记，以前的记录留在原来的党小组。"
    if row.stage == Stage.PLANNED:
        said = "调动已安排，到那一天生效；在那之前他还在原来的党小组，可以撤回。"
    return view.to(f"{HERE}/people/{person_id}", said=said)


@pages.post("/people/{person_id}/circumstances")
def set_circumstance(view: Viewed, person_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Something keeps a member away."""
    asked = form.read(NewCircumstance)
    actions.set_circumstance(session, actor, person_id, asked.kind, starts_on=asked.starts_on)
    return view.to(f"{HERE}/people/{person_id}", said="情况已登记，从这一天起不计入应到人数的按规定办理。")


@pages.post("/people/{person_id}/circumstance-endings")
def end_circumstance(view: Viewed, person_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """It no longer does."""
    asked = form.read(CircumstanceEnding)
    row = actions.end_circumstance(session, actor, person_id, asked.kind, ends_on=asked.first_day_off)
    said = end_said(row.starts_on, row.ends_on or row.starts_on, "照常计入应到")
    return view.to(f"{HERE}/people/{person_id}", said=f"已登记结束，{said}")


def show(view: Viewed, session: Session, actor: Actor, person_id: int, *, shown: tuple[str, str] | None = None) -> Html:
    """The page of a person; `shown`: the field whose number is in full, and the number."""
    found = queries.whole(session, actor, person_id)
    roles = actor.roles_over(found.unit.id, found.unit.branch_id, found.unit.township_id)
    keeps = bool(roles & KEEPS_REGISTER)
    units = queries.names_below(session, actor) if keeps else []
    places = [(each.id, each.whole_name) for each in units if each.kind != UnitKind.TOWNSHIP]
    left = queries.has_left(session, person_id)
    acts = queries.acts_of(session, actor, person_id)
    corrections = queries.corrections_of(session, actor, person_id)
    return view.show(
        "register/person.html",
        found=found,
        person=found.person,
        shown=dict([shown] if shown else []),
        keeps=keeps,
        notes=bool(roles & NOTES),
        choosings=queries.choosings_of(session, person_id) if roles & NOTES else [],
        accounts=bool(roles & MAKES_ACCOUNTS) and left is None,
        officer=bool(queries.offices_of(session, person_id)),
        stand_ins=queries.stand_ins(session, actor, person_id=person_id, past=True),
        places=places,
        **looked_after(session, actor, found, notes=bool(roles & NOTES)),
        elsewhere=with_cells(session, actor, found.unit, [each for each in places if each[0] != found.unit.id]),
        suggestion=suggested_for(session, actor, person_id, found.unit) if keeps and left is None else None,
        acts=acts,
        papers=queries.papers_of(session, actor, "member_act", [each.id for each in acts]),
        corrected=queries.papers_of(session, actor, "correction", [each.id for each in corrections]),
        stages=STAGES,
        goes_on=queries.going_on(session, found) if keeps and left is None else [],
        corrections=corrections,
        correction_stages=CORRECTION_STAGES,
        late=bool(queries.entered_late(session, actor, person_id)),
        left=left,
        turns=[(each, each.chinese) for each in offered(found.stays[0].kind if found.stays and not left else None)],
        stands={each.id: actions.standing(session, each.id) for each in acts if each.undoable},
        said=SAID,
        roles={role: role.chinese for role in Role},
        today=clock.today(session),
    )


def looked_after(session: Session, actor: Actor, found: queries.Whole, *, notes: bool) -> dict[str, Any]:
    """What the page says of somebody whom the branch looks after, and offers to whoever may write it down."""
    return {
        "cares": queries.cared_for(session, actor, person_id=found.person.id),
        "care_kinds": {sort.value: [(each, each) for each in KINDS[sort]] for sort in OF_MEMBERS},
        "helpers": queries.helpers(session, actor, found.unit, found.person.id) if notes else [],
        "townships": queries.other_townships(session, found.unit.township_id or found.unit.id),
        "clearable": [(each, FIELDS_SAID[each]) for each in CLEARED],
    }
