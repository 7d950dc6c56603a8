"""What a bundle needs of the machine, asked before anything is written.

Runs by the machine's own Python, before anything is installed: it imports nothing but the standard library.
"""

import json
import os
import platform
import re
import shutil
import socket
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

GIB = 2**30
ROOM = 4 * GIB  # the programs, the data of a first year, a backup, and what is kept free
PORT = 8000
PLAIN_PATH = re.compile(r"/[^\s\"'%$\\;{}]{0,200}")  # it will stand in scripts and units, as it is
UPGRADE = "--upgrade"  # the version before runs, and has the port until this one takes it over
NEEDS = "needs.json"
Needs = dict[str, Any]
"""`{"python": [[3, 11], …], "wheels": {"x86_64": {"glibc": [2, 28], "missing": []}, …}}`."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What there is."""

    system: str
    processor: str
    python: tuple[int, int]
    glibc: tuple[int, int] | None  # None: another C library
    free: int  # bytes where the bundle lies
    port_taken: bool
    writable: bool


def this(folder: Path) -> Machine:
    """The machine that this runs on."""
    name, version = platform.libc_ver()
    glibc = re.match(r"(\d{1,3})\.(\d{1,3})", version) if name == "glibc" else None
    with socket.socket() as asking:
        asking.settimeout(1)
        taken = asking.connect_ex(("127.0.0.1", PORT)) == 0
    return Machine(
        system=platform.system(),
        processor=platform.machine(),
        python=sys.version_info[:2],
        glibc=(int(glibc[1]), int(glibc[2])) if glibc else None,
        free=shutil.disk_usage(folder).free,
        port_taken=taken,
        writable=os.access(folder, os.W_OK),
    )


def lacking(machine: Machine, folder: Path, needs: Needs) -> list[str]:
    """What stands in the way, a sentence each, with what to do."""
    if machine.system != "Linux":
        return ["这台电脑不是 Linux：请看这个文件夹里的 windows.txt，装在 Linux、WSL 或者一台小主机上。"]
    return _of_programs(machine, needs) + _of_place(machine, folder)


def _of_programs(machine: Machine, needs: Needs) -> list[str]:
    """Processor, C library and Python: what the wheels were made for."""
    said = []
    wheels = needs["wheels"].get(machine.processor)
    if wheels is None:
        said.append(
            f"这台机器的处理器是 {machine.processor}，安装包里只有 {'、'.join(needs['wheels'])} 的程序：请换一台机器。"
        )
    elif wheels["missing"]:
        said.append(
            f"安装包里没有 {machine.processor} 要的 {'、'.join(wheels['missing'])}：请换成 x86_64 的，或者联网安装。"
        )
    if machine.glibc is None:
        said.append("这台机器不用 glibc（例如 Alpine）：请换成 Debian、Ubuntu、openEuler、麒麟或者统信。")
    elif wheels and machine.glibc < tuple(wheels["glibc"]):
        said.append(f"系统太旧：glibc 是 {_dotted(machine.glibc)}，要 {_dotted(wheels['glibc'])} 以上，请升级系统。")
    if list(machine.python) not in needs["python"]:
        known = "、".join(_dotted(each) for each in needs["python"])
        said.append(
            f"这个 Python 是 {_dotted(machine.python)}，安装包里是 Python {known} 的程序："
            "请装其中一个，再写明 PYTHON=/路径/python3.11 sh install.sh。"
        )
    return said


def _of_place(machine: Machine, folder: Path) -> list[str]:
    """Folder, disk and port."""
    said = []
    if not PLAIN_PATH.fullmatch(str(folder)):
        said.append(
            f"文件夹 {folder} 的名字里不能有空格、引号、百分号和美元符号，也不能太长：请换一个，例如 /opt/xiaozu。"
        )
    if not machine.writable:
        said.append(f"文件夹 {folder} 不能写：请把安装包解到能写的文件夹里，或者用 sudo sh install.sh。")
    if machine.free < ROOM:
        said.append(
            f"{folder} 所在的磁盘只剩 {machine.free / GIB:.1f} GB，至少要 {ROOM // GIB} GB：请清理，或者换一块硬盘。"
        )
    if machine.port_taken:
        said.append(f"端口 {PORT} 已经有别的程序在用：请先停下它。")
    return said


def _dotted(version: "list[int] | tuple[int, int]") -> str:
    return ".".join(map(str, version))


def main() -> None:
    """Say what is lacking and end with 1; say nothing where nothing is."""
    folder = Path(__file__).resolve().parent.parent.parent
    needs = json.loads((folder / NEEDS).read_text(encoding="utf-8"))
    machine = this(folder)
    if UPGRADE in sys.argv[1:]:
        machine = replace(machine, port_taken=False)
    if missing := lacking(machine, folder, needs):
        sys.stderr.write("".join(f"{line}\n" for line in ["还不能安装，什么都没有写：", *missing]))
        sys.exit(1)


if __name__ == "__main__":
    main()
