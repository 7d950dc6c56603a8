"""The command `upgrade`: this folder's code takes over what runs, and is what starts with the machine from then on."""

import subprocess
import sys
from pathlib import Path

from deploy import upgrade
from deploy.cli import safety
from deploy.cli.installing import program
from deploy.install import machine
from deploy.install.answers import COMMAND


def taken_over(data: Path, *, backup: bool) -> None:
    """Look, back up where the database will change, exchange the programs; each said in a line."""
    found = upgrade.plan(data)
    if found.done:
        sys.stdout.write("正在运行的已经是这个文件夹的程序，没有改动。\n")
        return
    if found.ahead:
        sys.stdout.write("数据库比这个文件夹的程序新：这是回到原来的程序，数据库不变。\n")
    if found.to_come and backup:
        safety.backup(data, None, sheet=None, as_json=False)
    sys.stdout.write("".join(f"数据库要改：{name}\n" for name in found.to_come))
    upgrade.take_over(found)
    sys.stdout.write(
        f"已经换上这个文件夹的程序，没有人需要重新登录。原来的文件夹 {found.box.code} 请先留着："
        "有问题时用它的 xiaozu upgrade 换回去；机器重新启动以后再删除。\n"
    )


def installed(root: Path, *, backup: bool) -> None:
    """The same for what `install` has set up: done as its user, with its settings; then its files call this code."""
    there = machine.installed(root)
    if closed := machine.hidden(program()) if root == Path("/") else None:
        sys.stderr.write(f"程序用到 {closed}，别的用户读不到：请把项目放到例如 /opt 下面，再 make install。\n")
        sys.exit(1)
    if not machine.PATH.fullmatch(str(program())):
        sys.stderr.write("文件夹的名字里不能有引号、空格、换行、百分号和美元符号：请换一个。\n")
        sys.exit(1)
    as_ours = there.script.replace(str(there.program), str(program()))
    words = ["upgrade", "--data", str(there.data), *([] if backup else ["--no-backup"])]
    done = subprocess.run(["sh", "-c", as_ours, str(COMMAND), *words], check=False)
    if done.returncode:
        sys.exit(done.returncode)
    for path in machine.call(root, there.program, program()):
        sys.stdout.write(f"写好 {path}\n")
