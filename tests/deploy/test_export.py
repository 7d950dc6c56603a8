"""Everything as plain files: readable without the product, harmless in a table program, sealed fields only when asked."""

import csv
from pathlib import Path

import psycopg
import pytest

from deploy.backup.export import export, safe
from deploy.backup.refusals import BackupRefusal
from deploy.box.state import Box
from services.activities.register.actions import add_person
from shared.access import SYSTEM
from shared.db import unit
from tests.servers import Database
from tests.town import FIRST, XIHE, Town

NUMBER, PHONE, LIVE = "990000199001010017", "19900000001", "=HYPERLINK(1)"
EXPORTED = "select body ->> 'opened' from office.happening where fact = 'DataExported' and unit_id = %s"


@pytest.fixture
def here(office: Database, town: Town, tmp_path: Path) -> Box:
    with unit("activities") as session:
        add_person(session, SYSTEM, town.groups[XIHE, FIRST], name="张三", id_number=NUMBER, phone=PHONE)
    with psycopg.connect(office.owner_url) as owner:
        owner.execute("update office.person set education = %s where name = '张三'", [LIVE])
    photo = tmp_path / "data" / "files" / "ab" / "abcdef"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"a photo")
    return Box(tmp_path / "data", 1, "", office.app_url, office.owner_url, "")


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as read:
        return list(csv.DictReader(read))


def test_everything_is_there_but_what_is_sealed_or_lets_in(here: Box, tmp_path: Path) -> None:
    folder = tmp_path / "out"

    rows = export(here, folder, opened=False)

    people = {row["name"]: row for row in table(folder, "office.person")}
    assert len(people) == rows["office.person"]
    assert people["张三"]["education"] == f"'{LIVE}"
    assert (folder / "files" / "ab" / "abcdef").read_bytes() == b"a photo"
    assert (folder / "office.person.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "不用小组程序也能看" in (folder / "说明.txt").read_text(encoding="utf-8-sig")
    assert "password_hash" not in table(folder, "office.account")[0]
    written = "".join(each.read_text(encoding="utf-8") for each in folder.glob("*.csv"))
    assert NUMBER not in written
    assert "argon2" not in written
    assert not list(folder.glob("*sitting*"))


def test_sealed_fields_are_opened_when_asked_and_the_audit_says_so(
    here: Box, office: Database, town: Town, tmp_path: Path
) -> None:
    export(here, tmp_path / "out", opened=True)

    [person] = [row for row in table(tmp_path / "out", "office.person") if row["name"] == "张三"]
    assert (person["id_number"], person["phone"]) == (f"'{NUMBER}", PHONE)
    with psycopg.connect(office.owner_url) as owner:
        assert owner.execute(EXPORTED, [town.id]).fetchall() == [("true",)]


def test_a_folder_in_use_stays_as_it_is(here: Box, tmp_path: Path) -> None:
    with pytest.raises(BackupRefusal, match="已经有东西"):
        export(here, tmp_path, opened=False)

    assert [each.name for each in tmp_path.iterdir()] == ["data"]


def test_a_table_program_takes_a_cell_as_it_is() -> None:
    cells = ("=1+1", "+86", "@a", "-1", "-1.5", "-a", "990000199001010017", "2026-01-01", "")

    said = [safe(cell) for cell in cells]

    assert said == ["'=1+1", "'+86", "'@a", "-1", "-1.5", "'-a", "'990000199001010017", "2026-01-01", ""]
