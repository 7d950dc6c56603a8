"""What is written for Excel and Word, opened by another program than the one that wrote it, and looked at as pictures.

A word of its own (`make office`), for LibreOffice is Debian's and not of the lock: apt-get install libreoffice-calc
libreoffice-writer. The pages that it prints are left in build/office/.
"""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from services.activities.papers.rules.blanks import BLANKS
from shared.papers import PAPERS
from shared.papers.kinds import Filled, PaperKind, sample_of
from shared.papers.making import as_excel, beginning, filled, sheet_of
from shared.sheets.blanks import write_blank

PLACE = Path(__file__).parent.parent / "build" / "office"
OFFICE = shutil.which("soffice") or shutil.which("libreoffice") or ""
ROWS = 90
LISTS = [kind for kind in PAPERS.values() if kind.form == "xlsx"]


@pytest.fixture(scope="module", autouse=True)
def _there() -> None:
    assert OFFICE, "LibreOffice is missing: apt-get install libreoffice-calc libreoffice-writer"
    PLACE.mkdir(parents=True, exist_ok=True)


def printed(name: str, data: bytes) -> list[str]:
    """The text of each page as LibreOffice prints it."""
    file = PLACE / name
    file.write_bytes(data)
    home = f"-env:UserInstallation=file://{PLACE}/home"
    command = [OFFICE, home, "--headless", "--convert-to", "pdf", "--outdir", str(PLACE), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return ["".join(page.extract_text().split()) for page in PdfReader(file.with_suffix(".pdf")).pages]


def long(kind: PaperKind) -> Filled:
    """A list of several pages."""
    row = sample_of(kind).rows[kind.rows[0].key][0]
    values = {
        "title": f"清溪镇{kind.title}",
        "unit": "清溪镇",
        "made_on": str(date(2025, 3, 3)),
        "total": "合计 90 行。",
    }
    return Filled(values, {kind.rows[0].key: [{**row, "seq": number} for number in range(1, ROWS + 1)]})


@pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.key)
def test_a_list_is_printed_whole_with_its_head_on_each_page_and_as_wide_as_the_page(kind: PaperKind):
    pages = printed(f"{kind.key}.xlsx", as_excel([sheet_of(kind, long(kind))]))

    assert len(pages) > 1
    assert all(f"清溪镇{kind.title}" in page and kind.rows[0].blanks[-1].word in page for page in pages)
    assert [page.count(f"第{at}页，共{len(pages)}页") for at, page in enumerate(pages, start=1)] == [1] * len(pages)
    assert "合计90行。" in pages[-1]
    assert "党支部书记（签字）" in pages[-1]


@pytest.mark.parametrize("kind", PAPERS.values(), ids=lambda kind: kind.key)
def test_a_paper_to_begin_with_is_opened_and_so_is_what_it_is_filled_to(kind: PaperKind):
    template = beginning(kind)

    blank = "".join(printed(f"{kind.key}-template.{kind.form}", template))
    full = "".join(printed(f"{kind.key}-filled.{kind.form}", filled(kind, template, [sample_of(kind)])))

    assert "{{" in blank
    assert "{{" not in full
    assert f"（{kind.blanks[0].word}）" in full


@pytest.mark.parametrize("key", BLANKS)
def test_a_table_to_be_filled_in_is_opened(key: str):
    assert "示例" in "".join(printed(f"blank-{key}.xlsx", write_blank(BLANKS[key])))
