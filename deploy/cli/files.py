"""Commands that read the office's files: `import roster`, `import ledger`. First what would change, then --commit."""

from functools import partial
from pathlib import Path
from typing import Any

from deploy.cli.office import acting, office, print_json, print_pairs, print_rows, screen
from deploy.demo import mark

SHOWN_AT_MOST = 20
ROSTER_SAID = {
    "rows": "数据行",
    "read": "已识别",
    "refused": "未能识别",
    "branches": "党支部",
    "groups": "党小组",
    "members": "党员",
    "probationary": "其中预备党员",
    "leaders": "党小组长",
    "secretaries": "支部书记",
}
LEDGER_SAID = {
    "rows": "数据行",
    "read": "已识别",
    "refused": "未能识别",
    "activities": "活动",
    "absences": "缺席人次",
}


def roster(
    file: Path, township: str, *, data: Path, commit: bool, login: str | None, errors: Path | None, as_json: bool
) -> None:
    """Read a roster; `commit` brings it into the register, founding the township if it is not there yet."""
    if commit:
        mark.adopt(data)
    with office(data):
        from services.activities.register.rules import read_roster
        from shared import clock
        from shared.db import unit
        from shared.sheets import understood

        with screen.status("正在读取花名册……"):
            with unit("activities") as session:
                today = clock.today(session).isoformat()
            read = understood(file, read_roster, today=today)
        with screen.status("正在与名册比对……" if not commit else "正在写入名册……"):
            plan = apply_roster(township, read, login=login, commit=commit)
    problems = [*read.problems, *plan.problems]
    said = read.counts | {"errors": [_said(each) for each in problems if each.fatal]}
    _finish(said, ROSTER_SAID, problems, plan.refused, errors=errors, as_json=as_json, commit=commit)


def apply_roster(township: str, read: Any, *, login: str | None, commit: bool) -> Any:  # noqa: ANN401  of a lazily imported room
    """Bring what was read into the register; a township that is not there yet is founded."""
    from services.activities.register.actions import commit_roster, found_township
    from shared.access import SYSTEM
    from shared.db import unit
    from shared.people import UnitKind, unit_named

    with unit("activities") as session:
        found = unit_named(session, UnitKind.TOWNSHIP, township) or found_township(session, SYSTEM, township)
        plan = commit_roster(session, acting(session, login), found.id, read)
        if not commit:
            session.rollback()  # a preview does everything, and keeps nothing
    return plan


def ledger(
    file: Path,
    township: str,
    year: int,
    *,
    data: Path,
    commit: bool,
    login: str | None,
    errors: Path | None,
    as_json: bool,
) -> None:
    """Read a year's ledger; `commit` brings it in as confirmed records."""
    if commit:
        mark.adopt(data)
    with office(data):
        from deploy.cli.office import township_id
        from services.activities.ledger.actions import commit_ledger, preview_ledger
        from services.activities.ledger.rules import read_ledger
        from shared.db import unit
        from shared.sheets import understood

        where = township_id(township)
        with screen.status("正在读取台账……"):
            read = understood(file, read_ledger, year=year)
        with screen.status("正在与名册比对……" if not commit else "正在写入台账……"), unit("activities") as session:
            apply = partial(commit_ledger, file_name=file.name) if commit else preview_ledger
            plan = apply(session, acting(session, login), where, read)
    problems = [*read.problems, *plan.problems]
    said = plan.counts | {"errors": [_said(each) for each in problems if each.fatal]}
    _finish(said, LEDGER_SAID, problems, plan.refused, errors=errors, as_json=as_json, commit=commit)


def _said(problem: Any) -> dict[str, str]:  # noqa: ANN401
    return {"sheet": problem.sheet, "cell": problem.cell, "problem": problem.problem}


def _finish(
    said: dict[str, Any],
    names: dict[str, str],
    problems: list[Any],
    refused: list[Any],
    *,
    errors: Path | None,
    as_json: bool,
    commit: bool,
) -> None:
    """The errors file, and the result as one object or as tables."""
    if errors is not None:
        from shared.sheets import write_errors

        write_errors(errors, refused)
    if as_json:
        print_json(said)
        return
    print_pairs("已写入" if commit else "预览（没有写入；加 --commit 写入）", {names[key]: said[key] for key in names})
    rows = [[each.sheet, each.cell, "未导入" if each.fatal else "请核对", each.problem] for each in problems]
    if rows:
        print_rows(f"需要看一看的（共 {len(rows)} 处）", ["工作表", "单元格", "处理", "说明"], rows[:SHOWN_AT_MOST])
    if len(rows) > SHOWN_AT_MOST and errors is None:
        screen.print("加 --errors 文件名.xlsx 可以得到全部未导入的行。")
