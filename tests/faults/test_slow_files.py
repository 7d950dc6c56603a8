"""F26: a file that is slow to read holds nobody up, and the web does not grow by it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import httpx2
import psutil
import pytest
import xlsxwriter
from httpx2 import Response

from tests.conftest import SECRET_KEY
from tests.deploy.test_separate import free_port
from tests.servers import Database
from tests.town import Person, Town

HELD, WEB_GROWS, PATIENCE = 0.5, 50 * 2**20, 120
"""Seconds of its processor that the web gives to a file, for so long others wait; bytes; seconds."""
HEADING = ("党支部", "党小组", "姓名", "身份证号码", "备注")


def brackets() -> bytes:
    """117 KiB: each bracket could look for its end in all that follows it."""
    return ",".join(HEADING).encode() + "\n东岭村党支部,第一党小组,李强,,".encode() + "（".encode() * 40_000


def nearly_too_long() -> bytes:
    """Cells of as many characters as one may hold, all brackets."""
    row = ("东岭村党支部", "第一党小组", "（" * 9_000, "（" * 9_000, "（" * 9_000)
    return "\n".join(map(",".join, [HEADING, *[row] * 20])).encode()


def wide() -> bytes:
    """Nearly 50,000 × 256 cells in some hundred KiB: one row again and again, as a spreadsheet packs it."""
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
    return before + row * 49_990 + rows + after


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

    @property
    def cpu(self) -> float:
        """Seconds of the processor that it has spent itself, its children aside."""
        spent = psutil.Process(self.process.pid).cpu_times()
        return float(spent.user + spent.system)

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

    def cost(self, ask: Callable[[], object]) -> float:
        """What it spends on something."""
        before = self.cpu
        ask()
        return self.cpu - before


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
    before = web.memory

    for name, content, status, said in (
        ("括号.csv", brackets(), 409, "有 40,000 个字，一格最多 10,000 个字"),
        ("满格.csv", nearly_too_long(), 201, ""),
        ("很宽.xlsx", wide(), 409, "已经停下"),  # its cells do not fit into what a reading may take
    ):
        answered = []

        def send(name: str = name, content: bytes = content, answered: list[Response] = answered) -> None:
            answered.append(organiser.ask("POST", previews, files={"file": (name, content)}))

        assert web.cost(send) <= HELD, name
        assert (answered[0].status_code, said in answered[0].text) == (status, True)
        beside = threading.Thread(target=send)
        beside.start()
        other.get("activities/units")
        assert beside.is_alive(), f"nobody was answered while {name} was read"
        beside.join()
    assert web.memory - before <= WEB_GROWS
