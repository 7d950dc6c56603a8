"""The commands `xiaozu import …`: the office's files in, first looked at; and the last of them out again."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.options import HERE, Data, Json

RuleSet = StrEnum("RuleSet", ["XIANG", "ZHEN"])  # the local rule sets that ship


importing = typer.Typer(help="导入花名册、台账：先预览，加 --commit 写入。", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="Excel 文件（.xlsx、.xls、.ods）或 CSV", exists=True, dir_okay=False)]
Township = Annotated[str, typer.Option("--township", help="乡镇名称，例如 柳河乡")]
Commit = Annotated[bool, typer.Option("--commit", help="写入；不加时只预览")]
Acting = Annotated[str | None, typer.Option("--as", help="以谁的名义导入（登录账号），记入历史；不加时记为系统")]
Rules = Annotated[
    RuleSet | None, typer.Option("--rules", help="新设乡镇执行哪一套制度：xiang 乡实施意见，zhen 镇实施意见")
]
Agreed = Annotated[
    int,
    typer.Option("--agreed", help="会调动和免职的超过全乡镇十分之一时：核对名单后，填预览里的变动数，表示同意", min=0),
]
Errors = Annotated[Path | None, typer.Option("--errors", help="把没有导入的行连同原因写到这个 Excel 文件")]


@importing.command()
def roster(
    file: File,
    township: Township,
    data: Data = HERE,
    commit: Commit = False,
    acting: Acting = None,
    agreed: Agreed = 0,
    errors: Errors = None,
    rules: Rules = None,
    new: Annotated[bool, typer.Option("--new", help="已有别的乡镇时，另设这一个")] = False,
    since: Annotated[
        datetime | None,
        typer.Option("--since", help="没有写日期的从哪天起算，不写时从去年1月1日", formats=["%Y-%m-%d"]),
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", help="调动和换职务从哪天起算，不写时从今天", formats=["%Y-%m-%d"])
    ] = None,
    json: Json = False,
) -> None:
    """导入党员花名册：支部、小组、党员、职务。再次导入同一个文件不会改变任何内容。"""
    from deploy.cli import files as command

    given = command.Given(
        data=data,
        commit=commit,
        login=acting,
        agreed=agreed,
        errors=errors,
        as_json=json,
        rules=rules,
        new=new,
        since=since.date() if since else None,
        as_of=as_of.date() if as_of else None,
    )
    command.roster(file, township, given)


@importing.command()
def ledger(
    file: File,
    township: Township,
    year: Annotated[int, typer.Option("--year", help="台账的年份", min=2000, max=2100)],
    data: Data = HERE,
    commit: Commit = False,
    acting: Acting = None,
    errors: Errors = None,
    json: Json = False,
) -> None:
    """导入一年的活动台账：活动、出席、缺席原因。"""
    from deploy.cli import files as command

    given = command.Given(data=data, commit=commit, login=acting, errors=errors, as_json=json)
    command.ledger(file, township, year, given)


@importing.command()
def grid(
    file: File,
    township: Township,
    data: Data = HERE,
    commit: Commit = False,
    acting: Acting = None,
    agreed: Annotated[int, typer.Option("--agreed", help="像人名的字确实是地名时：核对后填预览里的处数", min=0)] = 0,
    errors: Errors = None,
    json: Json = False,
) -> None:
    """导入网格台账：网格、对应的党小组、党员的居住和联系。没有写到的不变，不撤销任何网格。"""
    from deploy.cli import files as command

    given = command.Given(data=data, commit=commit, login=acting, agreed=agreed, errors=errors, as_json=json)
    command.grid(file, township, given)


@importing.command()
def undo(
    township: Township, data: Data = HERE, commit: Commit = False, acting: Acting = None, json: Json = False
) -> None:
    """撤销最后一次导入：没有后来的登记时才可以。"""
    from deploy.cli import files as command

    command.undo(data, township, commit=commit, login=acting, as_json=json)
