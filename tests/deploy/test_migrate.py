"""Migrations: one line a schema, harmless when two run them, patient with locks, and nothing under running code."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy import migrate
from deploy.migrate import Tree, pending, upgrade_all
from tests.servers import RUN, Database, PostgresServer

STEP = '''"""{sentence}."""

from alembic import op

revision = "{revision}"
down_revision: str | None = {before}


def upgrade() -> None:
    op.execute({statement!r})
'''


def write(tree: Tree, revision: str, before: str | None, statement: str) -> None:
    folder = tree.folder / "versions"
    folder.mkdir(parents=True, exist_ok=True)
    quoted = "None" if before is None else f'"{before}"'
    text = STEP.format(sentence=revision, revision=revision, before=quoted, statement=statement)
    (folder / f"2026_01_01_{revision}.py").write_text(text)


@pytest.fixture
def trees(tmp_path: Path) -> tuple[Tree, Tree]:
    office, house = Tree("office", tmp_path / "office"), Tree("house", tmp_path / "house")
    write(office, "units", None, "create table office.unit (id bigint primary key)")
    write(house, "records", None, "create table house.record (unit_id bigint references office.unit)")
    write(house, "places", "records", "alter table house.record add column place text")
    return office, house


@pytest.fixture
def empty(postgres_server: PostgresServer) -> Iterator[Database]:
    made = postgres_server.create(f"xiaozu_{RUN}_empty")
    yield made
    postgres_server.drop(made.name)


def test_each_schema_has_its_own_line_and_the_office_comes_first(empty: Database, trees: tuple[Tree, Tree]) -> None:
    to_do = ["office: 2026_01_01_units", "house: 2026_01_01_records", "house: 2026_01_01_places"]
    assert pending(empty.owner_url, trees) == to_do

    done = upgrade_all(empty.owner_url, trees)

    assert done == to_do
    assert pending(empty.owner_url, trees) == []
    with psycopg.connect(empty.owner_url) as connection:
        versions = "select version_num from office.alembic_version union all table house.alembic_version"
        assert connection.execute(versions).fetchall() == [("units",), ("places",)]


def test_a_second_time_does_nothing(empty: Database, trees: tuple[Tree, Tree]) -> None:
    upgrade_all(empty.owner_url, trees)

    assert upgrade_all(empty.owner_url, trees) == []


def test_two_at_once_are_harmless(empty: Database, trees: tuple[Tree, Tree]) -> None:
    done: list[list[str]] = []
    both = [threading.Thread(target=lambda: done.append(upgrade_all(empty.owner_url, trees))) for _ in range(2)]

    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(len(steps) for steps in done) == [0, 3]


def test_a_database_ahead_of_the_code_is_left_alone(empty: Database, trees: tuple[Tree, Tree]) -> None:
    upgrade_all(empty.owner_url, trees)
    (trees[1].folder / "versions" / "2026_01_01_places.py").unlink()

    assert upgrade_all(empty.owner_url, trees) == []


def test_a_failed_step_leaves_the_steps_before_it(empty: Database, trees: tuple[Tree, Tree]) -> None:
    write(trees[1], "wrong", "places", "select 1/0")

    with pytest.raises(Exception, match="division by zero"):
        upgrade_all(empty.owner_url, trees)

    assert pending(empty.owner_url, trees) == ["house: 2026_01_01_wrong"]


def test_a_lock_is_tried_again_and_not_waited_for(
    empty: Database, trees: tuple[Tree, Tree], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade_all(empty.owner_url, trees)
    write(trees[1], "topics", "places", "alter table house.record add column topic text")
    monkeypatch.setattr(migrate, "LIMITS", "-c lock_timeout=100ms")
    with psycopg.connect(empty.owner_url) as reader:
        reader.execute("select from house.record")
        release = threading.Timer(0.5, reader.rollback)
        release.start()

        done = upgrade_all(empty.owner_url, trees)

        release.join()
    assert done == ["house: 2026_01_01_topics"]


def test_a_new_migration_is_named_by_its_day_and_sentence(trees: tuple[Tree, Tree]) -> None:
    made = migrate.new("house", "a record has a topic", trees)

    assert made.parent == trees[1].folder / "versions"
    assert made.name.endswith("_a_record_has_a_topic.py")
    assert trees[1].after("places") == [made.stem]


def test_the_lines_of_this_house_have_one_beginning_and_one_end() -> None:
    for tree in migrate.TREES:
        assert len(tree.after(None)) == len(tree.steps())


# What the last version that is in use brought along. Whatever follows is migrated while that version still runs.
IN_USE = {
    "office": "office_0027",
    "activities": "activities_0034",
    "assessment": "assessment_0025",
    "notify": "notify_0010",
}
BACK = re.compile(r"^def downgrade.*|^DOWN = \"\"\".*?^\"\"\"", re.MULTILINE | re.DOTALL)
UNDER_RUNNING_CODE = re.compile(
    r"drop (column|table|function|default)[^\n]*|rename (to|column)[^\n]*|set not null[^\n]*"
    r"|add column (?![^,;]*\bdefault\b)[^,;]*\bnot null\b",
    re.IGNORECASE,
)


def taken_away(text: str) -> list[str]:
    """What an upgrade takes from code that knows nothing of it: to read, or to leave out when it writes."""
    return [found.group() for found in UNDER_RUNNING_CODE.finditer(BACK.sub("", text))]


def test_an_upgrade_leaves_the_version_that_still_runs_all_that_it_reads_and_asks_nothing_new_of_what_it_writes() -> (
    None
):
    """A column goes one version after the code that named it, when `IN_USE` has come as far as that code."""
    offences = []
    for tree in migrate.TREES:
        coming = tree.after(IN_USE[tree.schema])
        assert coming, f"{tree.schema}: {IN_USE[tree.schema]} is not in its line"
        for name in coming:
            offences += [
                f"{name}: {each}" for each in taken_away((tree.folder / "versions" / f"{name}.py").read_text())
            ]

    assert offences == []


@pytest.mark.parametrize(
    "statement",
    [
        "alter table a.b drop column c;",
        "alter table a.b alter column c drop default;",
        "alter table a.b add column c text, add column d integer not null;",
        "alter table a.b alter column c set not null;",
        "drop function a.b(bigint);",
        "alter table a.b rename column c to d;",
    ],
)
def test_what_would_stop_the_version_that_still_runs_is_found_in_an_upgrade(statement: str) -> None:
    way_back = "def downgrade() -> None:\n    op.execute('drop column e')"

    assert len(taken_away(f'UP = """\n{statement}\n"""\n{way_back}')) == 1
    assert taken_away(f"alter table a.b add column c integer not null default 0, add column d text;\n{way_back}") == []
