"""Somebody who has a keyboard and nothing else: keys are pressed, and at every stop it is looked at where one is."""

import re

from playwright.sync_api import Locator, Page

STOPS_MAX = 150
# Where one is: whether that is the place looked for, and what is wrong with the stop.
LOOK = """place => {
  const here = document.activeElement, before = window.stoppedAt, flaws = [];
  if (here === document.body) { window.stoppedAt = null; return [false, "", []]; }
  window.stoppedAt = here;
  const words = (here.labels?.[0] ?? here).textContent.trim().slice(0, 40) || here.name || here.tagName;
  const style = getComputedStyle(here), box = here.getBoundingClientRect();
  const calendar = here.type === "date" && !here.matches(":focus");  // its last stop, outlined by the browser itself
  if (!calendar && (style.outlineStyle === "none" || !parseFloat(style.outlineWidth))) flaws.push("nobody sees that one is here");
  if (box.bottom <= 0 || box.top >= innerHeight || !box.width || !box.height) flaws.push("out of sight");
  const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  if (over?.closest(".sticky") && !here.closest(".sticky")) flaws.push("covered");
  const parts = here.type === "date" && here === before;  // its year, month and day are stops
  const follows = before?.isConnected && !parts && before.compareDocumentPosition(here);
  if (follows && !(follows & Node.DOCUMENT_POSITION_FOLLOWING)) flaws.push("before the stop before it");
  return [here === place, words, flaws];
}"""


class Keyboard:
    """A window whose mouse is gone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        """Type where one is."""
        self.page.keyboard.type(words)

    def reach(self, place: Locator) -> None:
        """Tab until one is there; every stop on the way is seen, uncovered, and follows the one before."""
        looked_for = place.element_handle()
        stops = []
        for _ in range(STOPS_MAX):
            self.press("Tab")
            there, words, flaws = self.page.evaluate(LOOK, looked_for)
            stops.append(words)
            assert not flaws, f"{words}: {flaws}"
            if there:
                return
        raise AssertionError(f"{place}: not among {stops}")

    def follow(self, place: Locator, to: str | re.Pattern[str]) -> None:
        """Reach a link or a button and press it; it leads on to an address."""
        self.reach(place)
        self.press("Enter")
        self.page.wait_for_url(to)

    def send(self, button: Locator) -> None:
        """Reach a button and press it; the next page is there."""
        self.reach(button)
        with self.page.expect_navigation():
            self.press("Enter")

    def choose(self, place: Locator) -> None:
        """One of several radio buttons: Tab leads to them, the arrows to the one."""
        name = place.get_attribute("name")
        group = place.locator(f'xpath=ancestor::form//input[@type="radio" and @name="{name}"]')
        self.reach(next((each for each in group.all() if each.is_checked()), group.first))
        self.press("Space")
        for _ in range(group.count()):
            if place.is_checked():
                return
            self.press("ArrowDown")
        assert place.is_checked()
