"""The command `township`, and which township an import means: none is founded by a slip of the pen."""

from datetime import date
from pathlib import Path
from typing import Any

from deploy.cli.office import office, print_json, print_pairs, screen
from deploy.demo import mark

UNCHOSEN = "xiang"  # what a township is founded with by an import that does not say


def found(data: Path, name: str, *, rules: str, begins_on: date | None, as_json: bool) -> None:
    """Found it with this rule set, to begin today or on a day; one that is there takes the rule set on."""
    mark.adopt(data)
    with office(data):
        from services.activities.register.actions import choose_rule_set, found_township
        from services.activities.register.rules.rule_sets import titles
        from shared import clock
        from shared.access import SYSTEM
        from shared.db import unit
        from shared.people import UnitKind, unit_named

        with unit("activities") as session:
            there = unit_named(session, UnitKind.TOWNSHIP, name.strip())
            if there is None:
                begins_on = begins_on or clock.today(session)
                there = found_township(session, SYSTEM, name, rule_set=rules, begins_on=begins_on)
            else:
                choose_rule_set(session, SYSTEM, there.id, rules)
            day = there.begins_on.isoformat() if there.begins_on else None
            said = {"name": there.name, "rule_set": rules, "begins_on": day}
    if as_json:
        print_json(said)
    else:
        print_pairs("乡镇", {"名称": said["name"], "执行": titles()[rules], "起用日期": day or "—"})


def meant(session: Any, name: str, *, rules: str | None, new: bool) -> Any:  # noqa: ANN401  of lazily imported rooms
    """The township of that name. Where there are none yet it is founded; where there are others, only with `new`."""
    from services.activities.register import queries
    from services.activities.register.actions import choose_rule_set, found_township
    from services.activities.register.rules.rule_sets import titles
    from shared import clock
    from shared.access import SYSTEM
    from shared.errors import OutOfReach
    from shared.people import UnitKind, unit_named

    there = unit_named(session, UnitKind.TOWNSHIP, name.strip())
    if there is not None:
        return choose_rule_set(session, SYSTEM, there.id, rules) if rules else there
    others = queries.township_names(session, SYSTEM)
    if others and not new:
        said = f"没有名为“{name}”的乡镇，已有的是：{'、'.join(others)}。"
        raise OutOfReach(f"{said}名称写错了，请改正；确实要另设一个，请加 --new。")
    if not rules:
        said = f"注意：没有写 --rules，“{name}”先按“{titles()[UNCHOSEN]}”设立。"
        change = f"要改，在启动第一个考核年度以前运行：xiaozu township {name} --rules zhen"
        screen.print(said + change, style="bold red", markup=False)
    day = clock.today(session)
    screen.print(f"“{name}”从 {day} 起使用：在这以前该办的不算欠；导入旧台账，起用日期随之提前。", markup=False)
    return found_township(session, SYSTEM, name, rule_set=rules or UNCHOSEN, begins_on=day)
