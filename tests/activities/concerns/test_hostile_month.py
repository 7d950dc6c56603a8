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
from tests.servers import Database

NOTES = 200
TABLES = (
    "select schemaname || '.' || tablename from pg_tables"
    " where schemaname in ('office', 'activities', 'assessment', 'notify') and tablename not in ('person')"
)


def said_of(number: int) -> tuple[str, str]:
    """A note about somebody, and the sign by which he would be known."""
    surname = SURNAMES[number % len(SURNAMES)]
    sign = (f"{surname}某", f"老{surname}", f"1380000{number:04d}", f"33010219900101{number:04d}", f"{surname}大爷")
    return f"第{number % 7}段水渠，{sign[number % 5]}说水太小。", sign[number % 5]


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

    with psycopg.connect(office.owner_url) as connection:
        whole = "".join(
            connection.execute(f"select coalesce(string_agg(t::text, ' '), '') from {table} t").fetchone()[0]
            for (table,) in connection.execute(TABLES).fetchall()
        )
    kept = [path.read_bytes().decode(errors="ignore") for path in Path(settings().data).rglob("*") if path.is_file()]
    out = capfd.readouterr()
    found = re.compile("|".join(map(re.escape, sorted(signs))))
    assert [text for text in (whole, out.out, out.err, *kept) if found.search(text)] == []
    assert "说水太小" in whole  # what it was about is there
