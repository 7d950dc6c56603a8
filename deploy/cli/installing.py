"""The command `install`: one box that starts with the machine, as a user of its own, behind https."""

import sys
from pathlib import Path

from deploy import install
from deploy.box.programs import ROOT
from deploy.install import machine

PLAIN = "注意：没有加密。同一个网络里的人看得到口令和资料，只适合单机试用；正式使用请装 nginx，去掉 --plain。\n"


def installed(asked: install.Answers, *, into: Path, certificate: tuple[Path, ...]) -> None:
    """Check, write, start, and say what comes next; the exit code is 1 where the machine lacks something."""
    if missing := install.lacking(asked, into, certificate):
        sys.stderr.write("".join(f"{line}\n" for line in ["还不能安装，什么都没有写：", *missing]))
        sys.exit(1)
    done = install.settle(asked, into, certificate)
    sys.stdout.write("".join(f"写好 {path}\n" for path in done) or "都已经装好，没有改动。\n")
    if asked.plain:
        sys.stderr.write(PLAIN)
    if into == Path("/") and (left := machine.start(asked, anew=bool(done))):
        sys.stdout.write("".join(f"{line}\n" for line in left))
    sys.stdout.write(
        f"网页：{asked.url}\n"
        "第一次使用：sudo xiaozu setup，30 分钟内在网页上填设置码。\n"
        f"每天 2 点自动备份；sudo xiaozu backup --sheet {asked.data}/口令纸.pdf 打印备份的口令。\n"
    )


def program() -> Path:
    """The command of this very installation."""
    return ROOT / ".venv" / "bin" / "xiaozu"
