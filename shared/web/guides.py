"""The pages of 说明: the screen of a page, the manual of a post, its card of one sheet, and the glossary."""

from typing import Annotated

from fastapi import Query, Request

from shared import clock, guide
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.guide import Book
from shared.people import Unit as Place
from shared.roles import WIDEST, Role
from shared.rule_versions import rules_of
from shared.rulebase import Rules
from shared.web.door import Signed, Unit
from shared.web.pages import Html, Pages, Viewed
from shared.web.templates import TEMPLATES

pages = Pages()


@pages.get("/guide")
def manual(view: Viewed, actor: Signed, session: Unit, role: Annotated[Role | None, Query()] = None) -> Html:
    """The manual of a post, one's own first: every screen on which it has something to do, to be printed."""
    mine = actor.duty[0] if actor.duty else Role.MEMBER
    shown = role or mine
    return view.show(
        "guide/manual.html",
        role=shown,
        roles=[each for each in WIDEST if each is not Role.SYSTEM],
        screens=book_of(view.request).manual(shown),
        card=guide.cards_of(TEMPLATES).get(shown),
        **words(session, actor),
    )


@pages.get("/guide/words")
def glossary(view: Viewed, actor: Signed, session: Unit) -> Html:
    """What the words mean, and where each is met."""
    return view.show(
        "guide/words.html",
        explained=guide.words_of(TEMPLATES),
        screens=book_of(view.request).screens,
        **words(session, actor),
    )


@pages.get("/guide/cards/{role}")
def card(view: Viewed, actor: Signed, session: Unit, role: Role) -> Html:
    """The sheet of a post, to be hung beside the telephone."""
    found = guide.cards_of(TEMPLATES).get(role)
    if found is None:
        raise OutOfReach
    return view.show("guide/card.html", card=found, **words(session, actor))


@pages.get("/guide/{name}")
def screen(view: Viewed, actor: Signed, session: Unit, name: str) -> Html:
    """The screen of some pages."""
    found = book_of(view.request).screens.get(name)
    if found is None:
        raise OutOfReach
    return view.show("guide/screen.html", screen=found, **words(session, actor))


def book_of(request: Request) -> Book:
    """The screens of the houses that are served."""
    found: Book = request.app.state.guide
    return found


def words(session: Session, actor: Actor) -> dict[str, object]:
    """How figures and rules are said where whoever reads has his post."""
    rules = _rules(session, actor)
    return {
        "figured": lambda sentence: guide.figured(sentence, rules),
        "cited": lambda key: guide.cited(key, rules),
    }


def _rules(session: Session, actor: Actor) -> Rules:
    place = session.get(Place, actor.duty[1]) if actor.duty else None
    township_id = (place.township_id or place.id) if place else None
    return rules_of(session, township_id, clock.today(session))
