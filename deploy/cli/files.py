"""Commands about the office's files: `import roster`, `ledger`, `grid`, `undo`. First looked at, then --commit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from deploy.cli.office import acting, office, print_json, print_pairs, print_rows, screen
from deploy.demo import mark
from shared.errors import Invalid

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
GRID_SAID = {
    "rows": "数据行",
    "read": "已识别",
    "refused": "未能识别",
    "cells": "新设网格",
    "described": "更新网格",
    "links": "党员的网格联系",
    "moved": "其中居住变动",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was asked with a file.

    agreed: the moves and ends of posts that were agreed to, where they are many.
    rules: the rule set of a township that is founded by it. new: it is another township than those that there are.
    since: from when foundings, memberships and posts count of which the file says nothing.
    as_of: from when moves and changes of posts count.
    """

    data: Path
    commit: bool
    login: str | None
    agreed: int = 0
    errors: Path | None
    as_json: bool
    rules: str | None = None
    new: bool = False
    since: date | None = None
    as_of: date | None = None


def roster(file: Path, township: str, given: Given) -> None:
    """Read a roster; `commit` brings it into the register, founding the township where none is there yet."""
    if given.commit:
        mark.adopt(given.data)
    with office(given.data):
        from services.activities.register.rules import read_roster
        from shared import clock
        from shared.db import unit
        from shared.sheets import understood

        with screen.status("正在读取花名册……"):
            with unit("activities") as session:
                today = clock.today(session).isoformat()
            read = understood(file, read_roster, today=today, township=township)
        with screen.status("正在与名册比对……" if not given.commit else "正在写入名册……"):
            before = partial(name_leavers, given=given)
            plan = apply_roster(
                township,
                read,
                login=given.login,
                commit=given.commit,
                before=before,
                rules=given.rules,
                new=given.new,
                since=given.since,
                as_of=given.as_of,
                name=file.name,
            )
    screen.print(
        f"表里没有写日期的，新设的单位、新编入的党员和新任的职务从 {plan.since} 起算；要改，加 --since。"
        f"名册里已有、这次变动的从 {plan.as_of} 起算；要改，加 --as-of。"
    )
    problems = [*read.problems, *plan.problems]
    from services.activities.register.schemas import roster_out

    said = roster_out(read, plan).model_dump(mode="json")
    _finish(said, ROSTER_SAID, problems, plan.refused, given)
    if not given.as_json:
        print_proposed(said)
        print_lines(said)


def print_lines(said: dict[str, Any]) -> None:
    """What the page shows besides: each change, what was passed over, and who is not in the file."""
    for title, lines in (
        ("逐条变更", said["lines"]),
        ("跳过的", [each["why"] for each in said["skipped"]]),
        ("名册里有、文件里没有的（不会删除）", said["missing"]),
    ):
        if lines:
            print_rows(f"{title}（{len(lines)} 条）", ["内容"], [[line] for line in lines[:SHOWN_AT_MOST]])


def print_proposed(said: dict[str, Any]) -> None:
    """Acts of the register that the file proposes: who left, as what and since when, and who is out of contact."""
    from services.activities.register.rules.care import SORTS, Sort
    from services.activities.register.rules.membership import TURNS, Turn

    if gone := said["leaving"]:
        rows = [
            [
                each["name"],
                each["place"],
                TURNS[Turn(each["turn"])] if each["turn"] else "—",
                each["on"] or "—",
                each["said"],
            ]
            for each in gone
        ]
        title = f"文件写着已不在册的（{len(gone)} 人，没有改动；要办理的，请在网页上导入同一个文件，逐个勾选）"
        print_rows(title, ["姓名", "党组织", "变动", "从哪一天起", "文件里怎么写"], rows)
    if lost := said["lost"]:
        rows = [[each["name"], each["place"], each["on"] or "—", each["said"]] for each in lost]
        title = f"文件写着失联的（{len(lost)} 人，没有改动；要登记的，请在网页上导入同一个文件，逐个勾选）"
        print_rows(title, ["姓名", "党组织", "从哪一天起", "文件里怎么写"], rows)
    if cares := said["cares"]:
        rows = [[one["name"], one["place"], SORTS[Sort(one["sort"])], one["on"] or "—", one["said"]] for one in cares]
        title = f"文件写着外出流动的、困难的（{len(cares)} 人次，没有改动；要登记的，请在网页上导入这个文件，勾选）"
        print_rows(title, ["姓名", "党组织", "名单", "从哪一天起", "文件里怎么写"], rows)


def apply_roster(  # of lazily imported rooms
    township: str,
    read: Any,  # noqa: ANN401
    *,
    login: str | None,
    commit: bool,
    before: Callable[[Any], None] = lambda _: None,
    rules: str | None = None,
    new: bool = False,
    since: date | None = None,
    as_of: date | None = None,
    name: str = "花名册",
) -> Any:  # noqa: ANN401
    """Bring what was read into the register; the first township is founded, another one only where that is said.

    `before` is shown what will change while nothing is written yet.
    """
    from deploy.cli.townships import meant
    from services.activities.imports import actions as imports
    from services.activities.imports.rules import Kind
    from services.activities.register.actions import commit_roster, may_bring_in, refuse_days
    from shared.db import unit

    with unit("activities") as session:
        found = meant(session, township, rules=rules, new=new)
        actor = acting(session, login)
        may_bring_in(session, actor, found.id)
        refuse_days(session, found.id, since, as_of)
        why = f"命令行导入“{name}”"
        plan = commit_roster(
            session, actor, found.id, read, as_of=as_of, since=since, before=before, taken_over_why=why
        )
        if not commit:
            session.rollback()  # a preview does everything, and keeps nothing
        elif not plan.is_empty:
            came = imports.roster_outcome(plan), plan.written
            imports.note_import(session, actor, found.id, came, name=name, kind=Kind.ROSTER)
    return plan


def name_leavers(plan: Any, *, given: Given) -> None:  # noqa: ANN401
    """Who would move and whose posts would end, by name: on the result's own stream, where that is for people.

    Where they are more than a tenth of the township, they are written only if that very number was agreed to.
    """
    from services.activities.register.actions import agreed
    from services.activities.register.rules.roster_said import endings_said, moves_said, sweeping_said

    lines = [*moves_said(plan.moves), *endings_said(plan.endings)]
    lines += [f"{sweeping_said(plan)}，写入时请加 --agreed {plan.upheaval}"] if plan.is_sweeping else []
    if lines and not given.as_json:
        print_rows("会调动的党员、会结束的任职", ["变动"], [[line] for line in lines])
    elif lines:
        screen.print("\n".join(lines))
    if given.commit:
        agreed(plan, given.agreed)


def ledger(file: Path, township: str, year: int, given: Given) -> None:
    """Read a year's ledger; `commit` brings it in as confirmed records."""
    if given.commit:
        mark.adopt(given.data)
    with office(given.data):
        from deploy.cli.office import township_id
        from services.activities.imports import actions as imports
        from services.activities.imports.rules import Kind
        from services.activities.ledger.actions import commit_ledger, preview_ledger
        from services.activities.ledger.rules import read_ledger
        from shared.db import unit
        from shared.sheets import understood

        where = township_id(township)
        with screen.status("正在读取台账……"):
            read = understood(file, read_ledger, year=year, township=township)
        doing = "正在与名册比对……" if not given.commit else "正在写入台账……"
        with screen.status(doing), unit("activities") as session:
            apply = partial(commit_ledger, file_name=file.name) if given.commit else preview_ledger
            actor = acting(session, given.login)
            plan = apply(session, actor, where, read)
            if given.commit and plan.activities:
                came = imports.ledger_outcome(plan), plan.written
                imports.note_import(session, actor, where, came, name=file.name, kind=Kind.LEDGER, year=year)
    from services.activities.ledger.schemas import ledger_out

    said = ledger_out(read, plan).model_dump(mode="json")
    _finish(said, LEDGER_SAID, [*read.problems, *plan.problems], plan.refused, given)


def grid(file: Path, township: str, given: Given) -> None:
    """Read a ledger of the grid; `commit` opens its cells and links its members."""
    if given.commit:
        mark.adopt(given.data)
    with office(given.data):
        from deploy.cli.office import township_id
        from services.activities.grid.actions import commit_grid, may_bring_in, preview_grid
        from services.activities.grid.rules.sheet import read_grid
        from services.activities.imports import actions as imports
        from services.activities.imports.rules import Kind
        from shared import clock
        from shared.db import unit
        from shared.sheets import understood

        where = township_id(township)
        with screen.status("正在读取网格台账，和现在的网格比对……"), unit("activities") as session:
            actor = acting(session, given.login)
            name = may_bring_in(session, actor, where).name
            today = clock.today(session).isoformat()
            read = understood(file.read_bytes(), read_grid, name=file.name, today=today, township=name)
            apply = partial(commit_grid, agreed=given.agreed) if given.commit else preview_grid
            plan = apply(session, actor, where, read)
            if given.commit and not plan.is_empty:
                came = imports.grid_outcome(plan), plan.written
                imports.note_import(session, actor, where, came, name=file.name, kind=Kind.GRID)
    from services.activities.grid.schemas import grid_out

    said = grid_out(read, plan).model_dump(mode="json") | {"rows": read.rows_total}
    if not given.as_json:
        print_rows("网格的变化", ["变化"], [[line] for line in [*plan.moves, *plan.lines]])
    if plan.doubts:
        screen.print(f"{said['doubtful']}：写入时请加 --agreed {len(plan.doubts)}")
    _finish(said, GRID_SAID, [*read.problems, *plan.problems], plan.refused, given)


def undo(data: Path, township: str, *, commit: bool, login: str | None, as_json: bool) -> None:
    """The last import of a township: what would go again with it and what rests on it; `commit` takes it back."""
    with office(data):
        from deploy.cli.office import township_id
        from services.activities.imports import actions, queries
        from services.activities.imports.rules import figures_said
        from shared.db import unit

        where = township_id(township)
        with unit("activities") as session:
            actor = acting(session, login)
            last = queries.last_import(session, actor, where)
            if last is None:
                raise Invalid("没有可以撤销的导入。")
            lines = figures_said(queries.written_by(last))
            resting = [each.said for each in queries.resting(session, actor, last)]
            name, when = last.name, last.imported_at
            if commit:
                actions.take_back(session, actor, last.id)
    if as_json:
        print_json({"file": name, "imported_at": str(when), "undone": commit, "goes": lines, "resting": resting})
        return
    print_rows(f"{'已撤销' if commit else '撤销'}导入“{name}”", ["恢复和删除"], [[line] for line in lines])
    if resting:
        print_rows("现在不能撤销：已有后来的登记", ["登记"], [[line] for line in resting])
    elif not commit:
        screen.print("预览，没有改动；加 --commit 撤销。")


def _said(problem: Any) -> dict[str, str]:  # noqa: ANN401
    return {"sheet": problem.sheet, "cell": problem.cell, "problem": problem.problem}


def _finish(said: dict[str, Any], names: dict[str, str], problems: list[Any], refused: list[Any], given: Given) -> None:
    """The errors file, and the result as one object or as tables."""
    said["errors"] = [_said(each) for each in problems if each.fatal]
    said["warnings"] = [_said(each) for each in problems if not each.fatal]
    if given.errors is not None:
        from shared.sheets import write_errors

        write_errors(given.errors, refused)
    if given.as_json:
        print_json(said)
        return
    print_pairs(
        "已写入" if given.commit else "预览（没有写入；加 --commit 写入）", {names[key]: said[key] for key in names}
    )
    rows = [[each.sheet, each.cell, "未导入" if each.fatal else "请核对", each.problem] for each in problems]
    if rows:
        print_rows(f"需要看一看的（共 {len(rows)} 处）", ["工作表", "单元格", "处理", "说明"], rows[:SHOWN_AT_MOST])
    if len(rows) > SHOWN_AT_MOST and given.errors is None:
        screen.print("加 --errors 文件名.xlsx 可以得到全部未导入的行。")
