"""Every door and every form of views, by everybody whose they are not: nothing is told, and nothing changes."""

from collections.abc import Callable

import psycopg
import pytest

from services.activities.concerns import actions
from services.activities.concerns.schemas import Recognised
from shared.db import unit
from shared.files import Handed
from shared.web.forms import form_token
from tests.activities.concerns.conftest import LAMP, People
from tests.browsing import Visitor
from tests.pictures import photo
from tests.servers import Database
from tests.test_reach import BODIES, bodies
from tests.test_reach_posts import FORMS
from tests.town import Doors

DOORS = {path: asked for path, asked in BODIES.items() if path.startswith("activities/concerns")}
SENT = {path: asked for path, asked in FORMS.items() if path.startswith("/activities/concerns")}
READ = ("", "/year", "/figures", "/papers/ledger", "/papers/figures")
STRANGERS = ["outsider", "member", "negligent", "xihe", "keeper", "auditor", "organiser", "committee"]
REFUSED = {403, 404}
PHOTO = {"file": ("路灯.jpg", photo())}
MAY = {"dongling": ("/concerns",), "organiser": ("/usual-answers",)}
"""What is somebody's, though the view is not: he may note another one, he writes the usual answers."""
STANDS = (
    "select md5(string_agg(t::text, '|' order by t::text)) from (select c::text from activities.concern c union all"
    " select h::text from activities.concern_holding h union all select r::text from activities.concern_remark r"
    " union all select o::text from office.todo o where subject like 'concern:%') as t"
)


def stands(office: Database) -> str:
    with psycopg.connect(office.owner_url) as connection:
        return connection.execute(STANDS).fetchone()[0]


def pictured(people: People, view: int) -> int:
    """A photo of a view, added by its leader."""
    leader, handed = people.leader, [Handed(photo(), "路灯.jpg")]
    with unit("activities", leader) as session:
        return actions.add_photos(session, leader, view, handed, Recognised(recognised="no"))[0].id


def refused(people: People, doors: Doors, visitor: Visitor, login: str, view: int) -> list[str]:
    """What was answered otherwise than by a refusal, or told something of the view."""
    known = {"concern_id": view, "photo_id": pictured(people, view), "usual_answer_id": 1}
    ids = {"group_id": [people.group], "branch_id": [people.branch], "cell_id": [1]} | {
        name: [each] for name, each in known.items()
    }
    person, found, his = getattr(doors, login), [], MAY.get(login, ())
    for path, asked in DOORS.items():
        if not path.endswith(his):
            sent = {"files": PHOTO} if asked == "file" else {"json": bodies(asked, ids)}
            answer = person.ask("POST", path.format(**known), **sent)
            found += [f"{path}: {answer.status_code}"] * (answer.status_code not in REFUSED)
    for path, asked in SENT.items():
        if not path.endswith(his):
            data = bodies({k: v for k, v in asked.items() if k != "files"}, ids)
            data |= {"key": form_token(people.account(login)), "back": "/account"}
            answer = visitor.client.post(path.format(**known), data=data, follow_redirects=False)
            found += [f"{path}: {answer.status_code}"] * (answer.status_code not in REFUSED)
    shown = f"/activities/concerns/photos/{known['photo_id']}"
    for path in (f"/activities/concerns/{view}", f"/activities/concerns/{view}/handing.pdf", shown):
        found += [path] * (visitor.client.get(path).status_code != 404)
    found += [f"api {view}"] * (person.ask("GET", f"activities/concerns/{view}").status_code != 404)
    for path in READ:
        for answer in (
            person.ask("GET", f"activities/concerns{path}"),
            visitor.client.get(f"/activities/concerns{path}"),
        ):
            found += [path] * (answer.status_code < 500 and LAMP.encode() in answer.content)
    return found


@pytest.mark.parametrize("login", STRANGERS)
def test_whoever_has_no_business_there_is_refused_at_every_door_and_form(
    people: People, doors: Doors, visit: Callable[..., Visitor], office: Database, login: str
):
    view = people.note()
    before = stands(office)

    assert refused(people, doors, visit(login), login, view) == []
    assert stands(office) == before


def test_the_secretary_who_is_passed_over_is_refused_everywhere(
    people: People, doors: Doors, visit: Callable[..., Visitor], office: Database
):
    view = people.note(said=LAMP, past="secretary")
    before = stands(office)

    assert refused(people, doors, visit("dongling"), "dongling", view) == []
    assert stands(office) == before
