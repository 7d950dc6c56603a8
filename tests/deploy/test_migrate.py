"""Migrations: one line a schema, harmless when two run them, patient with locks."""

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
    made = postgres_server.create(f"xiaozu_empty_{RUN}")
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
