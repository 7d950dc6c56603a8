"""The command line `xiaozu`: each command in a module of its own, imported only when it is called."""

import os
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.importing import RuleSet, Township, importing
from deploy.cli.options import HERE, Data, Json

app = typer.Typer(
    name="xiaozu",
    help="小组：乡镇党小组工作平台。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

MOMENTS = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f%z"]


@app.command()
def up(
    data: Data = HERE,
    port: Annotated[int | None, typer.Option(help="网页端口（默认 8000，被占用时顺延）", min=1, max=65535)] = None,
    host: Annotated[str, typer.Option(help="网页地址；0.0.0.0 表示本单位其他电脑也能访问")] = "127.0.0.1",
) -> None:
    """启动：数据库、消息队列、网页和后台任务，一起启动，一起停止。"""
    from deploy.cli import service

    service.up(data, host=host, port=port)


@app.command()
def run(
    data: Data = HERE,
    groups: Annotated[int, typer.Option("--groups", help="演示中党小组的数量", min=1, max=1_000_000)] = 200,
) -> None:
    """启动；空的数据文件夹先做一次演示，没有做完的演示重新开始。"""
    from deploy.cli import showing as command

    command.run(data, groups=groups)


@app.command()
def setup(
    data: Data = HERE,
    lost: Annotated[
        bool, typer.Option("--lost", help="还没有人登录过，初始密码条就丢了：作废那些密码，重新打开设置页")
    ] = False,
    json: Json = False,
) -> None:
    """第一次使用：打印一个设置码，30 分钟内在网页上打开设置页，填乡镇、制度和先能登录的三个人。"""
    from deploy.cli import people as command

    command.set_up(data, lost=lost, as_json=json)


@app.command()
def install(
    name: Annotated[str, typer.Argument(help="网页地址里的名字：域名，或者这台机器在单位网络里的地址")],
    data: Annotated[Path, typer.Option(help="数据文件夹")] = Path("/var/lib/xiaozu"),
    port: Annotated[int, typer.Option(help="程序的端口", min=1, max=65535)] = 8000,
    backups: Annotated[Path | None, typer.Option(help="备份放到哪里，例如另一块硬盘")] = None,
    certificate: Annotated[Path | None, typer.Option(help="单位的证书（PEM）；不给就自己做一张")] = None,
    key: Annotated[Path | None, typer.Option(help="证书的私钥（PEM）")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="不用 https：内网的人看得到口令，只适合试用")] = False,
    no_systemd: Annotated[bool, typer.Option("--no-systemd", help="没有 systemd：写一个启动脚本")] = False,
    into: Annotated[Path, typer.Option(help="写到这个文件夹下面，先看一看，不启动")] = Path("/"),
) -> None:
    """装成服务：开机启动，用自己的用户，前面是 https，每天备份。"""
    from deploy.cli import installing as command
    from deploy.install import Answers

    if (certificate is None) != (key is None):
        raise typer.BadParameter("证书和私钥要一起给：--certificate 文件 --key 文件。")
    asked = Answers(
        name=name,
        program=command.program(),
        data=data.absolute(),
        port=port,
        plain=plain,
        systemd=not no_systemd,
        backups=backups.absolute() if backups else None,
        user="xiaozu" if into == Path("/") or not no_systemd else "",
        six=Path("/proc/net/if_inet6").exists(),
    )
    command.installed(asked, into=into.absolute(), certificate=(certificate, key) if certificate and key else ())


@app.command()
def upgrade(
    data: Annotated[
        Path | None, typer.Option("--data", envvar="XIAOZU_DATA", help="数据文件夹；装成服务的不用写")
    ] = None,
    no_backup: Annotated[bool, typer.Option("--no-backup", help="数据库要改时，不先备份")] = False,
    into: Annotated[Path, typer.Option(help="install 写到了这个文件夹下面", hidden=True)] = Path("/"),
) -> None:
    """升级：用新文件夹的这条命令，换下正在运行的程序，大家照常使用；用原来文件夹的这条命令可以换回去。"""
    from deploy.cli import upgrading as command
    from deploy.install import machine

    if data is None and machine.is_installed(into):
        command.installed(into.absolute(), backup=not no_backup)
    else:
        command.taken_over((data or HERE).absolute(), backup=not no_backup)


@app.command()
def migrate(data: Data = HERE, json: Json = False) -> None:
    """建立数据库，或升级到当前版本。"""
    from deploy.cli import service

    service.migrate(data, as_json=json)


@app.command()
def status(data: Data = HERE, json: Json = False) -> None:
    """查看是否在运行、网页地址、进程，以及待办和失败的任务数。"""
    from deploy.cli import service

    service.status(data, as_json=json)


@app.command()
def backup(
    folder: Annotated[Path | None, typer.Argument(help="备份放在哪个文件夹，例如 U 盘；不写时照设置")] = None,
    data: Data = HERE,
    sheet: Annotated[Path | None, typer.Option("--sheet", help="把口令纸写成这个 PDF，打印后另外保管")] = None,
    json: Json = False,
) -> None:
    """备份：整个系统成为一个加密的文件，试恢复一次才算数；运行时、停止时都可以。"""
    from deploy.cli import safety as command

    command.backup(data, folder, sheet=sheet, as_json=json)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="备份文件", exists=True, dir_okay=False)],
    data: Data = HERE,
    at: Annotated[
        datetime | None,
        typer.Option("--at", help="恢复到备份以后的这一刻，例如 '2026-12-01 09:30'", formats=MOMENTS),
    ] = None,
    log: Annotated[
        Path | None, typer.Option("--log", help="原来的数据文件夹，里面有备份以后的日志", exists=True, file_okay=False)
    ] = None,
    json: Json = False,
) -> None:
    """从备份恢复到一个空的数据文件夹；口令在口令纸上。"""
    from deploy.cli import safety as command

    command.restore(file, data, at=at, log=log, as_json=json)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="新的文件夹")],
    data: Data = HERE,
    opened: Annotated[bool, typer.Option("--open", help="身份证号、手机号、邮箱也写明文；谁导出的，记入审计")] = False,
    json: Json = False,
) -> None:
    """导出：全部数据写成 CSV 和文件，不用小组也能看。"""
    from deploy.cli import safety as command

    command.export(data, folder, opened=opened, as_json=json)


app.add_typer(importing, name="import")


class Officer(StrEnum):
    """Posts of the township's office."""

    KEEPER = "keeper"
    AUDITOR = "auditor"
    ORGANISER = "organiser"
    COMMITTEE = "committee"
    INSPECTOR = "inspector"


@app.command()
def township(
    name: Annotated[str, typer.Argument(help="乡镇名称，例如 柳河乡")],
    rules: Annotated[
        RuleSet, typer.Option("--rules", help="执行哪一套制度：xiang 乡实施意见，zhen 镇实施意见；不看名称里的字")
    ],
    data: Data = HERE,
    begins: Annotated[
        datetime | None, typer.Option("--begins", help="从哪天起使用，不写就是今天", formats=["%Y-%m-%d"])
    ] = None,
    json: Json = False,
) -> None:
    """设立一个乡镇；已经有的，在第一个考核年度启动以前改用另一套制度。"""
    from deploy.cli import townships as command

    command.found(data, name, rules=rules, begins_on=begins.date() if begins else None, as_json=json)


@app.command()
def officers(township: Township, data: Data = HERE, json: Json = False) -> None:
    """列出提出的工作人员事项（账号和职务），以及以前留下的重叠任职。"""
    from deploy.cli import people

    people.list_acts(data, township, as_json=json)


@app.command()
def agree(
    number: Annotated[int, typer.Argument(help="事项的编号，见 xiaozu officers")], data: Data = HERE, json: Json = False
) -> None:
    """党委职务空缺时，同意应由党委同意的工作人员事项；会告诉审计员。"""
    from deploy.cli import people

    people.decide(data, number, why_not=None, as_json=json)


@app.command()
def decline(
    number: Annotated[int, typer.Argument(help="事项的编号，见 xiaozu officers")],
    reason: Annotated[str, typer.Option("--reason", help="理由")],
    data: Data = HERE,
    json: Json = False,
) -> None:
    """党委职务空缺时，不同意应由党委同意的工作人员事项；会告诉审计员。"""
    from deploy.cli import people

    people.decide(data, number, why_not=reason, as_json=json)


@app.command()
def officer(
    name: Annotated[str, typer.Argument(help="姓名")],
    township: Township,
    role: Annotated[Officer, typer.Option("--role", help="安全管理员、审计员、组织委员、党委、督查员")],
    login: Annotated[str, typer.Option("--login", help="账号，例如 keeper")],
    data: Data = HERE,
    json: Json = False,
) -> None:
    """登记一名乡镇工作人员并开通账号；第一个能登录的人由此而来，其余的人以后在网页上开通。"""
    from deploy.cli import people as command

    command.take_on(data, name, township, role, login, as_json=json)


@app.command()
def demo(
    data: Data = HERE,
    groups: Annotated[int, typer.Option("--groups", help="党小组的数量", min=1, max=1_000_000)] = 200,
    year: Annotated[int, typer.Option("--year", help="考核年度", min=2005, max=2100)] = 2025,
    leave: Annotated[bool, typer.Option("--exit", help="演示完就停止，不继续提供服务")] = False,
    json: Json = False,
) -> None:
    """演示：虚构一个乡镇，导入名册和台账，走完两个年度的考核，然后继续提供服务。"""
    from deploy.cli import showing as command

    command.demo(data, groups=groups, year=year, leave=leave, as_json=json)


@app.command()
def clock(
    day: Annotated[
        datetime | None, typer.Argument(help="演示拨到以后的一天，例如 2026-12-01", formats=["%Y-%m-%d"])
    ] = None,
    data: Data = HERE,
    confirm: Annotated[bool, typer.Option("--confirm", help="核对过系统时间，无误，暂停的事项接着办理")] = False,
    json: Json = False,
) -> None:
    """系统时间有没有跳变，跳变以后暂停的事项等人确认；或者把演示的日期往后拨到某一天上午九点，看到期的事怎样办。"""
    if day is None:
        from deploy.cli import health

        health.look_at_clock(data, confirm=confirm, as_json=json)
        return
    from deploy.cli import showing

    showing.move_date(data, day.date(), as_json=json)


@app.command()
def doctor(data: Data = HERE, json: Json = False) -> None:
    """体检：有没有丢失、重复、提前或者没有办完的事（I1–I7、I9）。"""
    from deploy.cli import health as command

    command.examine(data, as_json=json)


sealing = typer.Typer(help="封印：核对操作历史，查以前抄存的封印头。", no_args_is_help=True)
app.add_typer(sealing, name="seal")


@sealing.command("show")
def seal_show(data: Data = HERE, json: Json = False) -> None:
    """从头到尾核对一遍，打印今天的封印头；对不上时退出码是 1。"""
    from deploy.cli import seal as command

    command.show(data, as_json=json)


@sealing.command("check")
def seal_check(
    head: Annotated[str, typer.Argument(help="以前抄存的封印头；分组抄的请加引号")],
    link: Annotated[int | None, typer.Option("--link", help="抄在旁边的第几环", min=1)] = None,
    data: Data = HERE,
    json: Json = False,
) -> None:
    """查一个以前抄存的封印头：还在不在，到那一环为止有没有被改动；对不上时退出码是 1。"""
    from deploy.cli import seal as command

    command.look_up(data, head, link, as_json=json)


year_end = typer.Typer(help="年度考核：启动、采集计分、查看、复核。", no_args_is_help=True)
app.add_typer(year_end, name="cycle")

Year = Annotated[int, typer.Argument(help="考核年度，例如 2025", min=2000, max=2100)]


@year_end.command("open")
def cycle_open(year: Year, township: Township, data: Data = HERE, json: Json = False) -> None:
    """启动一个年度的考核，并冻结在任党小组长名单。"""
    from deploy.cli import cycle as command

    command.open_year(data, year, township, as_json=json)


@year_end.command("run")
def cycle_run(year: Year, township: Township, data: Data = HERE, json: Json = False) -> None:
    """采集活动记录并计分；中断以后再次运行会接着做完。"""
    from deploy.cli import cycle as command

    command.run(data, year, township, as_json=json)


@year_end.command("show")
def cycle_show(
    year: Year,
    township: Township,
    data: Data = HERE,
    json: Json = False,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="把结果写到这个 Excel 文件")] = None,
) -> None:
    """查看进度、得分和等次。"""
    from deploy.cli import cycle as command

    command.show(data, year, township, as_json=json, xlsx=xlsx)


@year_end.command("verify")
def cycle_verify(year: Year, township: Township, data: Data = HERE, json: Json = False) -> None:
    """从冻结的依据重新计算一遍，逐位比对。"""
    from deploy.cli import cycle as command

    command.verify(data, year, township, as_json=json)


def main() -> None:
    """Run a command; what cannot be is said in a sentence, with an exit code, and without a traceback."""
    from deploy.box.state import BoxRefusal
    from shared.errors import Refusal

    try:
        app()
    except Refusal as refusal:
        sys.stderr.write(f"{refusal.detail}\n")
        sys.exit(1)
    except BoxRefusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.exit(refusal.code)
    except BrokenPipeError:  # whoever read the output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
