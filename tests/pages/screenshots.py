"""Pictures of the pages, at the width of a phone and of a desk: `make screenshots` puts them into `screenshots/`."""

import os
from pathlib import Path

import pytest

from tests.browsing import DESK, PHONE
from tests.pages.conftest import House
from tests.pages.places import PLACES

FOLDER = Path(os.environ.get("XIAOZU_SCREENSHOTS", "screenshots"))


@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("desk", DESK)])
def test_pictures(house: House, name: str, size):
    FOLDER.mkdir(parents=True, exist_ok=True)
    for login in sorted({place.people[0] for place in PLACES}):
        with house.desk.window(login, size=size) as page:
            for place in PLACES:
                if place.people[0] == login:
                    page.goto(house.addresses(place)[0])
                    file = place.route.strip("/").replace("/", "-").replace("{", "").replace("}", "") or "home"
                    page.screenshot(path=FOLDER / f"{file}-{name}.png", full_page=True)
