"""Commands of the year-end: `cycle open`, `run`, `show`, `verify`. Who sits at the machine acts as the office."""

import sys
import time
from pathlib import Path
from typing import Any

from deploy.cli.office import office, print_json, print_pairs, print_rows, screen, township_id

SHOWN_AT_MOST = 50
CYCLE_SAID = {
    "stage": "阶段",
    "cases": "参加考核的党小组长",
    "opened_on": "启动日期",
    "nomination_due": "提名截止",
    "review_due": "审查截止",
    "rating_due": "评定截止",
    "run": "第几次采集",
    "scored": "已计分",
    "excellent_allowed": "优秀名额",
    "notice_from": "公示开始",
    "notice_to": "公示截止",
}
ON_SCREEN = ["名次", "党支部", "党小组", "党小组长", "总分", "计分等次", "超出名额", "评定等次"]  # a terminal is narrow


def open_year(data: Path, year: int, township: str, *, as_json: bool) -> None:
    """Open a township's year, once."""
    with office(data):
        from services.assessment.cases.actions import open_cycle
        from shared.access import console
        from shared.db import unit
        from shared.roles import Role

        where = township_id(township)
        actor = console(Role.ORGANISER, unit_id=where)
        with unit("assessment", actor) as session:
            cycle_id = open_cycle(session, actor, township_id=where, year=year).id
        said = _cycle_said(cycle_id)
    _print_cycle(said, township, as_json=as_json)


def run(data: Path, year: int, township: str, *, as_json: bool) -> None:
    """Collect and score; a run that was cut off goes on."""
    with office(data):
        from services.assessment.cases.actions import go_on, start_run
        from shared.access import console
        from shared.db import unit
        from shared.roles import Role

        where = township_id(township)
        cycle_id, stage = _find(where, year)
        actor = console(Role.ORGANISER, unit_id=where)
        started = time.perf_counter()
        with unit("assessment", actor) as session:
            if stage == "stopped":
                go_on(session, actor, cycle_id)
            elif stage != "collecting":
                start_run(session, actor, cycle_id)
        _work_until_scored(cycle_id)
        said = _cycle_said(cycle_id) | {"seconds": round(time.perf_counter() - started, 2)}
    _print_cycle(said, township, as_json=as_json)


def _work_until_scored(cycle_id: int) -> None:
    """Help the workers, if there are any, and show how far they are."""
    from rich.progress import Progress

    from shared import work
    from shared.settings import SERVICES

    with Progress(console=screen, transient=True) as progress:
        said = _cycle_said(cycle_id)
        bar = progress.add_task("采集与计分", total=said["cases"])
        while said["stage"] == "collecting":
            if not any(work.sweep(service, seconds=1) for service in SERVICES):
                time.sleep(0.1)
            said = _cycle_said(cycle_id)
            progress.update(bar, completed=said["groups_done"])


def show(data: Path, year: int, township: str, *, as_json: bool, xlsx: Path | None) -> None:
    """The year as it stands, and every leader's line."""
    with office(data):
        from services.assessment.cases.queries import places_of, results
        from services.assessment.cases.schemas import ResultRow
        from services.assessment.cycles.queries import cycle_seen
        from services.assessment.papers.actions import take_results
        from services.assessment.schemes.queries import scheme_of, scheme_seen
        from shared.access import SYSTEM
        from shared.db import unit

        cycle_id, _ = _find(township_id(township), year)
        said = _cycle_said(cycle_id)
        with unit("assessment") as session:
            found = results(session, SYSTEM, cycle_id)
            places = places_of(found)
            rows = [ResultRow.of(row, places.get(row.Case.id)) for row in found]
            scheme = scheme_of(scheme_seen(session, SYSTEM, cycle_seen(session, SYSTEM, cycle_id).scheme_id))
            if xlsx is not None:
                xlsx.write_bytes(take_results(session, SYSTEM, cycle_id).data)
    if as_json:
        print_json(said | {"results": [row.model_dump(mode="json") for row in rows]})
        return
    _print_cycle(said, township, as_json=False)
    shown = [_line(scheme, row) for row in rows[:SHOWN_AT_MOST]]
    print_rows(f"{township}{year}年度（前 {len(shown)} 名，共 {len(rows)} 名）", ON_SCREEN, shown)


def _line(scheme: Any, row: Any) -> list[str]:  # noqa: ANN401  lazily imported shapes
    """What fits on a terminal of a leader's line."""
    from services.assessment.papers.writers import HEADER, line_of

    line = dict(zip(HEADER, line_of(scheme, row), strict=True))
    return ["" if line[name] is None else str(line[name]) for name in ON_SCREEN]


def verify(data: Path, year: int, township: str, *, as_json: bool) -> None:
    """Compute the year again from its frozen evidence; the exit code is 1 where a bit differs."""
    with office(data):
        from services.assessment.cases.actions import verify_cycle
        from shared.access import SYSTEM
        from shared.db import unit

        cycle_id, _ = _find(township_id(township), year)
        with screen.status("正在重新计算……"), unit("assessment") as session:
            found = verify_cycle(session, SYSTEM, cycle_id)
    said = {
        "cases": found.cases,
        "equal": found.equal,
        "differing": list(found.differing),
        "digest": found.digest,
        "digest_equal": found.digest_equal,
    }
    if as_json:
        print_json(said)
    else:
        names = {"cases": "重新计算", "equal": "完全一致", "digest_equal": "总摘要一致"}
        print_pairs("复核", {name: said[key] for key, name in names.items()})
    if not found.sound:
        sys.exit(1)


def _find(where: int, year: int) -> tuple[int, str]:
    """A township's year: its id and where it stands."""
    from services.assessment.cycles.queries import cycle_of
    from shared.access import SYSTEM
    from shared.db import unit
    from shared.errors import OutOfReach

    with unit("assessment") as session:
        found = cycle_of(session, SYSTEM, township_id=where, year=year)
        if found is None:
            raise OutOfReach(f"{year}年度的考核还没有启动。请先运行 xiaozu cycle open {year}。")
        return found.id, found.stage


def _cycle_said(cycle_id: int) -> dict[str, Any]:
    from services.assessment.cycles.queries import cycle_seen, progress
    from services.assessment.cycles.schemas import CycleSeen
    from shared.access import SYSTEM
    from shared.db import unit

    with unit("assessment") as session:
        cycle = cycle_seen(session, SYSTEM, cycle_id)
        done = progress(session, cycle).done
        return CycleSeen.model_validate(cycle).model_dump(mode="json") | {"groups_done": done}


def _print_cycle(said: dict[str, Any], township: str, *, as_json: bool) -> None:
    if as_json:
        print_json(said | {"township": township})
        return
    from services.assessment.cycles.rules import CycleStage

    shown = {name: said[key] for key, name in CYCLE_SAID.items() if said.get(key) is not None}
    print_pairs(f"{township}{said['year']}年度考核", shown | {"阶段": CycleStage(said["stage"]).chinese})
