"""A month of notes with names, telephones and doors in their words: nothing of it stands anywhere afterwards."""

import re
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from services.activities.concerns import actions
from services.activities.concerns.rules.words import SURNAMES
from services.activities.concerns.schemas import Said
from shared.errors import Invalid
from shared.settings import settings
from tests.activities.concerns.conftest import People
from tests.browsing import Visitor
from tests.servers import Database
from tests.town import Doors

NOTES = 200
PAGES = 20
TABLES = (
    "select schemaname || '.' || tablename from pg_tables"
    " where schemaname in ('office', 'activities', 'assessment', 'notify') and tablename not in ('person')"
)


def said_of(number: int) -> tuple[str, str]:
    """A note about somebody, and the sign by which he would be known."""
    surname = SURNAMES[number % len(SURNAMES)]
    sign = (f"{surname}某", f"老{surname}", f"1380000{number:04d}", f"33010219900101{number:04d}", f"{surname}大爷")
    return f"第{number % 7}段水渠，{sign[number % 5]}说水太小。", sign[number % 5]


def whole(office: Database) -> str:
    """Every row of every table but the roll, as text: jobs, messages, what was answered, drafts and history too."""
    with psycopg.connect(office.owner_url) as connection:
        return "".join(
            connection.execute(f"select coalesce(string_agg(t::text, ' '), '') from {table} t").fetchone()[0]
            for (table,) in connection.execute(TABLES).fetchall()
        )


@pytest.mark.usefixtures("settled_environment")
def test_no_person_who_spoke_is_found_in_the_database_its_logs_or_its_files(
    people: People, office: Database, settle: Callable[[], None], capfd: pytest.CaptureFixture[str]
):
    signs = set()
    for number in range(NOTES):
        said, sign = said_of(number)
        signs.add(sign)
        with pytest.raises(Invalid, match="不记人"):
            people.note(said=said)
        if number % 20 == 0:
            replaced = people.does(people.leader, lambda s, _, said=said: actions.clean(s, said))
            view = people.note(said=replaced)
            with pytest.raises(Invalid):
                people.does(people.secretary, actions.give_back, view, Said(said=said))
    settle()

    kept = [path.read_bytes().decode(errors="ignore") for path in Path(settings().data).rglob("*") if path.is_file()]
    out, rows = capfd.readouterr(), whole(office)
    found = re.compile("|".join(map(re.escape, sorted(signs))))
    assert [text for text in (rows, out.out, out.err, *kept) if found.search(text)] == []
    assert "说水太小" in rows  # what it was about is there


@pytest.mark.usefixtures("settled_environment")
def test_what_is_refused_on_a_page_or_at_a_door_stands_nowhere_either(  # noqa: PLR0917  its world
    people: People,
    office: Database,
    doors: Doors,
    visit: Callable[..., Visitor],
    settle: Callable[[], None],
    capfd: pytest.CaptureFixture[str],
):
    leader, signs = visit("diligent"), []
    new = leader.get("/activities/concerns/new")
    doors.diligent.get("activities/sittings/me")
    for number in range(PAGES):
        said, sign = said_of(number)
        signs.append(sign)
        asked = {"unit_id": people.group, "kind": "farming", "said": said}
        refused = doors.diligent.ask("POST", "activities/concerns", json=asked)
        assert refused.status_code == 409, refused.text
        back = leader.submit(new, "concern", status=422, kind="farming", said=said, past="", then="pass")
        assert sign in back.text  # what was typed is not lost to whoever typed it
        leader.submit(back, "concern", kind="farming", said=said, past="", then="clean")
    settle()

    found = re.compile("|".join(map(re.escape, sorted(signs))))
    out = capfd.readouterr()
    kept = [path.read_bytes().decode(errors="ignore") for path in Path(settings().data).rglob("*") if path.is_file()]
    assert [text[:200] for text in (out.out, out.err, *kept) if found.search(text)] == []
    assert found.findall(whole(office)) == []
