"""Pages as people meet them: by plain requests, as a browser without script would, and in a real Chromium."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import SEE_OTHER
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import uvicorn
from httpx2 import Response
from lxml import html
from lxml.html import FormElement, HtmlElement
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize, expect
from starlette.testclient import TestClient

from deploy.box.programs import listen
from tests import applications
from tests.memory import has_room
from tests.town import PASSWORD

# Debian's Chromium. The same engine without its windows starts a page with a third of the work; where only the whole
# browser is there, it serves.
WHOLE, WINDOWLESS = "/usr/bin/chromium", "/usr/bin/chromium-headless-shell"
CHROMIUM = os.environ.get("XIAOZU_TEST_CHROMIUM", WINDOWLESS if Path(WINDOWLESS).exists() else WHOLE)
# Without these it would speak to its maker's servers, and it does not start as root.
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    *([] if has_room() else ["--disable-dev-shm-usage"]),
]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}


# --- without script ---


class Seen:
    """A page as it came."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.address = answer.url.raw_path.decode()
        self.root: HtmlElement = html.fromstring(answer.text or "<p/>")

    @property
    def text(self) -> str:
        """What one reads, blanks folded."""
        main = self.root.find(".//main")
        return " ".join((main if main is not None else self.root).text_content().split())

    @property
    def title(self) -> str:
        """Its heading."""
        found = self.root.find(".//h1")
        return "" if found is None else " ".join(found.text_content().split())

    def form(self, name: str) -> FormElement:
        """One of its forms."""
        found = [form for form in self.root.forms if form.get("id") == name]
        assert found, f"{self.address}: no form {name}, but {[form.get('id') for form in self.root.forms]}"
        return found[0]

    def links(self) -> list[str]:
        """Every address that it leads to."""
        return [str(link.get("href")) for link in self.root.iter("a") if link.get("href")]


class Visitor:
    """Somebody at the pages, with a browser without script."""

    def __init__(self, app: Any, login: str | None = None, password: str = PASSWORD) -> None:
        self.client = TestClient(app, base_url="https://testserver", headers={"Origin": "https://testserver"})
        self.client.portal = applications.loop()
        if login:
            self.submit(self.get("/sign-in?next=/password"), "sign-in", login=login, password=password)

    def get(self, address: str, status: int = 200) -> Seen:
        """A page, wherever it leads to; it must be answered with this status."""
        seen = Seen(self.client.get(address))
        assert seen.status == status, f"{address}: {seen.status} {seen.text[:300]}"
        return seen

    def submit(
        self,
        page: Seen,
        form: str,
        status: int = 200,
        files: Any = None,
        button: tuple[str, str] | None = None,
        **typed: Any,
    ) -> Seen:
        """Fill in a form of a page and send it; on to where it leads."""
        found = page.form(form)
        fields = [pair for pair in found.form_values() if pair[0] not in typed]
        for name, value in typed.items():
            fields += [(name, str(one)) for one in (value if isinstance(value, list | tuple) else [value])]
        if button:
            fields.append(button)
        data: dict[str, Any] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        answer = self.client.post(urljoin(page.address, found.action or page.address), data=data, files=files)
        seen = Seen(answer)
        assert seen.status == status, f"{found.action}: {seen.status} {seen.text[:400]}"
        return seen


# --- with a real browser ---


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The application behind a socket of this machine; yields its address."""
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


class Desk:
    """A real Chromium at an address, with a window for each person."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address

    @contextmanager
    def window(
        self,
        login: str | None = None,
        *,
        size: ViewportSize = DESK,
        dark: bool = False,
        script: bool = True,
        **more: Any,
    ) -> Iterator[Page]:
        """An empty page of somebody who is signed in; a request that leaves the machine, or a script's error, fails."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport=size,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=size == PHONE,
            **more,
        )
        strangers, errors = watched(context, self.address)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        try:
            if login:
                seat(context, self.address, login)
            yield page
        finally:
            context.close()
        assert not strangers
        assert not errors


def watched(context: BrowserContext, address: str) -> tuple[list[str], list[str]]:
    """What leaves the machine, and what goes wrong in a script; both are to stay empty."""
    strangers: list[str] = []
    errors: list[str] = []
    allowed = (address, "data:", "blob:")
    context.on(
        "request",
        lambda request: None if request.url.startswith(allowed) else strangers.append(request.url),
    )
    return strangers, errors


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """By the door, as everybody does."""
    page.goto("/sign-in")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def seat(context: BrowserContext, address: str, login: str) -> None:
    """As `sign_in`, without looking: the same form is filled in and sent, and no page is drawn for it."""
    door: HtmlElement = html.fromstring(context.request.get("/sign-in").text())
    form = next(form for form in door.forms if form.get("id") == "sign-in")
    fields: dict[str, Any] = dict(form.form_values()) | {"login": login, "password": PASSWORD}
    answer = context.request.post(str(form.action), form=fields, headers={"Origin": address}, max_redirects=0)
    assert answer.status == SEE_OTHER, answer.text()


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium. What is expected on a page is waited for as long as a page itself."""
    expect.set_options(timeout=30_000)
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
