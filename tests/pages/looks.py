"""How a page is looked at in a real browser: by the rules of axe-core, as wide as a phone and a desk, and by its weight."""

import json
from collections.abc import Iterator
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import CDPSession, Page

from tests.browsing import DESK, PHONE

# Every kind of violation: WCAG 2 A and AA, and good practice. The dark theme has other colours and nothing else (a test
# says so): at one width it is asked about by the rules that look at colours, of two widths each is looked at in one.
EVERY_RULE: dict[str, Any] = {"resultTypes": ["violations"]}
OF_COLOURS = EVERY_RULE | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
THEMES = {"light": EVERY_RULE, "dark": OF_COLOURS}
QUIET_MS, PATIENCE = 100, 300


def flaws_at(page: Page, address: str) -> list[str]:
    """What axe-core finds, in both themes; and whether the page has to be pushed sideways."""
    page.goto(address)
    page.evaluate(AXE_SCRIPT)
    return list(_flaws(page, address, THEMES))


def flaws_at_any_width(page: Page, address: str) -> Iterator[str]:
    """As `flaws_at`, of a page that is open: as wide as a desk by day, as a phone in the dark."""
    page.evaluate(AXE_SCRIPT)
    for name, size, theme in (("desk", DESK, "light"), ("phone", PHONE, "dark")):
        page.set_viewport_size(size)
        yield from _flaws(page, f"{address} {name}", {theme: EVERY_RULE})


def _flaws(page: Page, where: str, themes: dict[str, Any]) -> Iterator[str]:
    for theme, options in themes.items():
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        for rule in page.evaluate(f"axe.run({json.dumps(options)}).then(found => found.violations)"):
            places = [" ".join(map(str, node["target"])) for node in rule["nodes"][:3]]
            yield f"{where} {theme} {rule['id']}: {places}"
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        yield f"{where}: wider than the screen"


class Line:
    """What comes over the line to a page: each answer's bytes, compressed, with its headers."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent: list[int] = []
        self.asked: set[str] = set()
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.on("Network.requestWillBeSent", self._went)
        self.session.on("Network.loadingFinished", self._came)
        self.session.on("Network.loadingFailed", lambda event: self.asked.discard(event["requestId"]))

    def _went(self, event: dict[str, Any]) -> None:
        if event.get("type") != "EventSource":  # which is answered for as long as the page is open
            self.asked.add(event["requestId"])

    def _came(self, event: dict[str, Any]) -> None:
        self.sent.append(int(event["encodedDataLength"]))
        self.asked.discard(event["requestId"])

    def first_load(self, address: str) -> tuple[int, int]:
        """Bytes and requests of a page with nothing kept from before."""
        self.session.send("Network.clearBrowserCache")
        return self.later_load(address)

    def later_load(self, address: str) -> tuple[int, int]:
        """The same of a page as it comes when the style sheet and the script are there already."""
        self.sent.clear()
        self.asked.clear()
        self.page.goto(address)
        for _ in range(PATIENCE):
            self.page.wait_for_timeout(QUIET_MS)
            if not self.asked:
                break
        assert not self.asked, f"{address}: something is still on its way"
        came = [size for size in self.sent if size]
        return sum(came), len(came)
