"""What somebody does at a form, in a real Chromium whose script is switched off: the form found, filled in and sent."""

import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import psycopg
from playwright.sync_api import Locator, Page, Response

from tests.browsing import Desk
from tests.walking import Walk


@dataclass(frozen=True)
class Act:
    """Somebody at a page sends one of its forms.

    `login`: with a number behind it, in another window of his, into which he has not signed in. `page`: its words in
    braces are answered by questions; none: where the last act led. `form`: the route that it is sent to. `typed`: over
    what the page has filled in already, by the field's name; boxes take True for all of them. `press`: the words of the
    button, where there are several. `shows`: what the page then says. `changes`: it stands in the history afterwards.
    `once`: what is shown then has no address, so that nobody comes back to it.
    """

    login: str
    page: str
    form: str
    typed: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    press: str = ""
    shows: str = ""
    changes: bool = True
    once: bool = False


@dataclass
class World(Walk):
    """People at their browsers, each with a window that stays open and has no script; the rest goes through the API."""

    desk: Desk = field(kw_only=True)
    connection: psycopg.Connection = field(kw_only=True)  # of the owner; each statement is a transaction
    stack: ExitStack = field(kw_only=True)  # the windows are closed with it
    questions: Mapping[str, str] = field(kw_only=True)
    windows: dict[str, Page] = field(default_factory=dict)

    def asked(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows, past every wall."""
        found = self.connection.execute(question, values)
        return found.fetchall() if found.description else []

    def window(self, login: str) -> Page:
        """Somebody's window, the same every time."""
        if login not in self.windows:
            who = None if login[-1].isdecimal() else login
            self.windows[login] = self.stack.enter_context(self.desk.window(who, script=False))
        return self.windows[login]

    def address(self, page: str) -> str:
        """A page's address with its words in braces answered."""
        return re.sub(r"{(\w+)}", lambda word: str(self.asked(self.questions[word[1]])[0][0]), page)

    def do(self, act: Act) -> None:
        """One act: the form is on the page and is sent, the browser is led on, and something has happened."""
        page, where = self.window(act.login), f"{act.login} at {act.page}, {act.form}"
        if act.page:
            came = page.goto(self.address(act.page), wait_until="domcontentloaded")
            assert came is not None, where
            assert came.status == 200, f"{where}: {came.status} {read(page)}"
        ((before,),) = self.asked("select coalesce(max(id), 0) from office.happening")

        answer = send(page, act, where)

        assert answer.status == 200, f"{where}: {answer.status} {page.locator('#trouble, .lead').first.inner_text()}"
        assert not page.locator("#trouble").count(), f"{where}: {page.locator('#trouble').inner_text()}"
        assert (answer.request.method == "POST") == act.once, f"{where}: led on to no page"
        assert act.shows in read(page), f"{where}: {read(page)}"
        assert bool(self.asked(HAPPENED, before, act.login.rstrip("0123456789"))) == act.changes, where


HAPPENED = (
    "select h.fact from office.happening h join office.account a on a.id = h.actor_id where h.id > %s and a.login = %s"
)


def read(page: Page) -> str:
    """What one reads on it."""
    return page.locator("main").inner_text()


def send(page: Page, act: Act, where: str) -> Response:
    """Find the form that is sent to a route, fill it in, press its button; what the browser was answered in the end."""
    form = carrying(page, act.form)
    assert form is not None, f"{where}: no such form\n{read(page)}"
    for name, value in act.typed.items():
        fill(form, name, value(page) if callable(value) else value)
    buttons = form.locator("button:not(.aside)", has_text=act.press)
    assert act.press or buttons.count() == 1, f"{where}: {buttons.all_inner_texts()}"
    unfold(buttons.first)
    with page.expect_navigation(wait_until="domcontentloaded") as led:
        buttons.first.click()
    return led.value


def carrying(page: Page, route: str) -> Locator | None:
    """The first form of a page that it, or one of its buttons, sends to a route."""
    sent_to = re.compile(re.sub(r"{\w+}", "[^/]+", route) + r"(#.*)?")
    forms = page.locator("form[method=post]")
    actions = forms.evaluate_all(
        "forms => forms.map(form => [form, ...form.querySelectorAll('[formaction]')]"
        ".map(each => each.getAttribute('formaction') || each.getAttribute('action')))"
    )
    found = [number for number, each in enumerate(actions) if any(sent_to.fullmatch(action) for action in each)]
    return forms.nth(found[0]) if found else None


def unfold(place: Locator) -> None:
    """Open what it is folded in, as people do: by its summary."""
    closed = place.locator("xpath=ancestor::details[not(@open)]")
    while closed.count():
        closed.first.locator("> summary").click()


def fill(form: Locator, name: str, value: Any) -> None:
    """Fill in a field: a text, an option by its words, a choice or ticks by their value, files by name and content."""
    fields = form.locator(f'[name="{name}"]')
    unfold(fields.first)
    kind = fields.first.evaluate("field => field.type")
    if kind == "select-one":
        fields.select_option(fields.locator("option", has_text=value).first.get_attribute("value"))
    elif kind == "file":
        fields.set_input_files([{"name": each, "mimeType": "", "buffer": content} for each, content in value.items()])
    elif kind in ("radio", "checkbox"):
        for box in (fields if value is True else form.locator(f'[name="{name}"][value="{value}"]')).all():
            box.check()
    else:
        fields.fill(str(value))
