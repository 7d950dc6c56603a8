"""Options that many commands share."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[Path, typer.Option("--data", envvar="XIAOZU_DATA", help="数据文件夹", show_default=True)]
Json = Annotated[bool, typer.Option("--json", help="只在标准输出上打印一个 JSON 对象")]
HERE = Path("data")
