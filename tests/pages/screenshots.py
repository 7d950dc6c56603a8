"""Pictures of the pages, at the width of a phone and of a desk, and the manual of each post with them, to be printed.

`make screenshots` puts them into `screenshots/`.
"""

import os
from base64 import b64encode
from pathlib import Path

import pytest

from shared.roles import WIDEST, Role
from tests.browsing import DESK, PHONE
from tests.pages.conftest import House
from tests.pages.places import PLACES, Place

FOLDER = Path(os.environ.get("XIAOZU_SCREENSHOTS", "screenshots"))


@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("desk", DESK)])
def test_pictures(house: House, name: str, size):
    FOLDER.mkdir(parents=True, exist_ok=True)
    for login in sorted({place.people[0] for place in PLACES}):
        with house.desk.window(login, size=size) as page:
            for place in PLACES:
                if place.people[0] == login:
                    page.goto(house.addresses(place)[0])
                    page.screenshot(path=FOLDER / f"{file_of(place)}-{name}.png", full_page=True)


def file_of(place: Place) -> str:
    return place.route.strip("/").replace("/", "-").replace("{", "").replace("}", "") or "home"


@pytest.fixture(scope="module")
def pictured(house: House) -> dict[str, Path]:
    """Of each screen of the guide the picture of a page that links to it, whole, as wide as a desk."""
    found: dict[str, Path] = {}
    for place in PLACES:
        file = FOLDER / f"{file_of(place)}-desk.png"
        seen = house.visitor(place.people[0]).get(house.addresses(place)[0])
        screen = next((link for link in seen.links() if link.startswith("/guide/")), None)
        if screen and file.exists():
            found.setdefault(screen.removeprefix("/guide/"), file)
    return found


@pytest.mark.parametrize("role", [role for role in WIDEST if role is not Role.SYSTEM])
def test_manuals(house: House, pictured: dict[str, Path], role: Role):
    with house.desk.window("organiser") as page:
        page.goto(f"/guide?role={role.value}")
        for section in page.locator("main section").all():
            if file := pictured.get(section.get_attribute("id") or ""):
                picture = b64encode(file.read_bytes()).decode()
                section.evaluate(SHOW, f"data:image/png;base64,{picture}")
        page.wait_for_function("[...document.images].every(each => each.complete)")
        page.pdf(path=FOLDER / f"manual-{role.value}.pdf", format="A4")


SHOW = """(section, source) => {
  const picture = document.createElement("img");
  picture.src = source;
  picture.style.cssText = "display: block; max-width: 100%; max-height: 200mm; margin: 4mm auto; border: 1px solid #888";
  section.append(picture);
}"""
