"""The command line `xiaozu`: each command in a module of its own, imported only when it is called."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="xiaozu",
    help="小组：乡镇党小组工作平台。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Data = Annotated[Path, typer.Option("--data", envvar="XIAOZU_DATA", help="数据文件夹", show_default=True)]
Json = Annotated[bool, typer.Option("--json", help="只在标准输出上打印一个 JSON 对象")]
HERE = Path("data")


@app.command()
def up(
    data: Data = HERE,
    port: Annotated[int | None, typer.Option(help="网页端口（默认 8000，被占用时顺延）", min=1, max=65535)] = None,
    host: Annotated[str, typer.Option(help="网页地址；0.0.0.0 表示本单位其他电脑也能访问")] = "127.0.0.1",
) -> None:
    """启动：数据库、消息队列、网页和后台任务，一起启动，一起停止。"""  # noqa: D415
    from deploy.cli import service

    service.up(data, host=host, port=port)


@app.command()
def migrate(data: Data = HERE, json: Json = False) -> None:  # noqa: FBT002  typer's way
    """建立数据库，或升级到当前版本。"""  # noqa: D415
    from deploy.cli import service

    service.migrate(data, as_json=json)


@app.command()
def status(data: Data = HERE, json: Json = False) -> None:  # noqa: FBT002
    """查看是否在运行、网页地址、进程，以及待办和失败的任务数。"""  # noqa: D415
    from deploy.cli import service

    service.status(data, as_json=json)


def main() -> None:
    """Run a command; what cannot be is said in a sentence, with an exit code, and without a traceback."""
    from deploy.box.state import BoxRefusal

    try:
        app()
    except BoxRefusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.exit(refusal.code)
    except BrokenPipeError:  # whoever read the output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
