"""Commands about the chain over the history: how far it fits, and what became of a head that was kept outside."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.cli.office import office, print_json, print_pairs, screen

if TYPE_CHECKING:
    from shared.audit import Verified
    from shared.heads import Head


def show(data: Path, *, as_json: bool) -> None:
    """Go through the whole chain; the exit code is 1 where it does not fit."""
    with office(data), screen.status("正在核对……"):
        from shared import audit
        from shared.db import unit

        with unit("keeper") as session:
            head, found = audit.newest_head(session), audit.verified(session)
    fits = not (found.broken or found.lost)
    if as_json:
        lost = [each.line().strip() for each in found.lost]
        print_json({"head": head.line().strip(), "fits": fits, "broken": found.broken, "lost": lost})
    else:
        print_pairs(f"封印：{head.said}", _told(head, found))
    sys.exit(0 if fits else 1)


def _told(head: "Head", found: "Verified") -> dict[str, str]:
    return {
        "封印头": head.grouped,
        "对不上的记录": "、".join(map(str, found.broken)) or "没有",
        "对不上的抄存": "、".join(each.said for each in found.lost) or "没有",
        "等待封印": f"{found.waiting} 条",
    }


def look_up(data: Path, head: str, link: int | None, *, as_json: bool) -> None:
    """What became of a head; the exit code is 1 where it stands no more."""
    with office(data):
        from services.activities.office.rules import head_from
        from shared import audit
        from shared.db import unit

        with unit("keeper") as session:
            found = audit.looked_up(session, head_from(head), link)
    if as_json:
        when = {"at": found.at.isoformat() if found.at else None, "kept_on": found.kept_on and str(found.kept_on)}
        print_json({"link": found.link, "stands": found.stands} | when)
    else:
        what = f"第 {found.link} 环" if found.link else "这个封印头"
        sys.stdout.write(f"{what}：{'对得上' if found.stands else '对不上'}。\n")
    sys.exit(0 if found.stands else 1)
