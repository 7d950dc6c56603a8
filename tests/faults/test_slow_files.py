"""F26: a file that is slow to read holds nobody up, and the web does not grow by it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import httpx2
import psutil
import pytest
import xlsxwriter

from tests.conftest import SECRET_KEY
from tests.deploy.test_separate import free_port
from tests.servers import Database
from tests.town import Person, Town

OTHERS_WAIT, WEB_GROWS, PATIENCE = 0.5, 50 * 2**20, 60
HEADING = ("党支部", "党小组", "姓名", "身份证号码", "备注")


def brackets() -> bytes:
    """117 KiB: each bracket could look for its end in all that follows it."""
    return ",".join(HEADING).encode() + "\n东岭村党支部,第一党小组,李强,,".encode() + "（".encode() * 40_000


def nearly_too_long() -> bytes:
    """Cells of as many characters as one may hold, all brackets."""
    row = ("东岭村党支部", "第一党小组", "（" * 9_000, "（" * 9_000, "（" * 9_000)
    return "\n".join(map(",".join, [HEADING, *[row] * 20])).encode()


def wide() -> bytes:
    """50,000 × 256 cells in some hundred KiB: one row again and again, as a spreadsheet packs it."""
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADING)
        sheet.write_number(1, 0, 1)
    packed, made = ZipFile(BytesIO(target.getvalue())), BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as again:
        for name in packed.namelist():
            part = packed.read(name)
            again.writestr(name, repeated(part) if name.endswith("sheet1.xml") else part)
    return made.getvalue()


def repeated(part: bytes) -> bytes:
    before, rows, after = part.partition(b"</sheetData>")
    row = b"<row>" + b"<c><v>1</v></c>" * 256 + b"</row>"
    return before + row * 50_000 + rows + after


class Web:
    """The web as a process of its own."""

    def __init__(self, office: Database, folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("XIAOZU_")}
        mine = {"XIAOZU_DATA": str(folder), "XIAOZU_SECRET_KEY": SECRET_KEY, "XIAOZU_SERVICES": "activities"}
        self.address = f"http://127.0.0.1:{(port := free_port())}"
        command = [sys.executable, "-m", "uvicorn", "deploy.web:app", "--port", str(port), "--log-level", "error"]
        self.process = subprocess.Popen(command, env=kept | office.environment() | mine)
        self.client = httpx2.Client(base_url=self.address, timeout=PATIENCE)

    def close(self) -> None:
        self.client.close()
        self.process.kill()
        self.process.wait()

    @property
    def memory(self) -> int:
        return int(psutil.Process(self.process.pid).memory_full_info().pss)

    def wait_until_it_answers(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                assert self.client.get("/health").status_code == 200
            except httpx2.TransportError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("it never answers")

    def slowest_beside(self, other: Person, send: threading.Thread) -> float:
        """The longest that somebody else waits for his desk while something is sent."""
        slowest = 0.0
        send.start()
        while send.is_alive():
            began = time.monotonic()
            other.get("activities/units")
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.05)
        return slowest


@pytest.fixture
def web(office: Database, town: Town, tmp_path: Path) -> Iterator[Web]:
    with closing(Web(office, tmp_path)) as made:
        made.wait_until_it_answers()
        yield made


def test_f26_a_file_that_is_slow_to_read_holds_nobody_up_and_the_web_does_not_grow(web: Web, town: Town):
    organiser, leader, other = (Person(web.client, login) for login in ("organiser", "diligent", "xihe"))
    for person in (organiser, leader, other):
        person.sign_in()
    previews = f"activities/townships/{town.id}/roster-previews"
    organiser.upload(previews, "名册.csv", ",".join(HEADING).encode() + b"\n")
    other.get("activities/units")
    assert leader.ask("POST", previews, files={"file": ("名册.csv", brackets())}).status_code == 404
    before, answers = web.memory, {}

    for name, content in (("括号.csv", brackets()), ("满格.csv", nearly_too_long()), ("很宽.xlsx", wide())):

        def send(name: str = name, content: bytes = content) -> None:
            answers[name] = organiser.ask("POST", previews, files={"file": (name, content)})

        assert web.slowest_beside(other, threading.Thread(target=send)) <= OTHERS_WAIT, name

    assert [answer.status_code for answer in answers.values()] == [422, 201, 422]
    assert "有 40,000 个字，一格最多 10,000 个字" in answers["括号.csv"].json()["detail"]
    assert "格（行数乘以列数）" in answers["很宽.xlsx"].json()["detail"]
    assert web.memory - before <= WEB_GROWS
