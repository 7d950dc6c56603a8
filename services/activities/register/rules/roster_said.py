"""What a roster would change, in sentences: who moves from where to where, and whose posts end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from services.activities.register.rules.changes import Ending, MembershipNow, Move, Place, RosterPlan
from services.activities.register.rules.posts import SINGLE

HINDRANCES_SAID = {"aged": "年老体弱", "ill": "患病", "away": "外出流动", "caring": "照护家人"}
POSTS_SAID = {**{str(kind): said for kind, said in SINGLE.items()}, "committee_member": "支部委员"}
COLUMNS_SAID = {
    "name": "姓名",
    "sex": "性别",
    "education": "学历",
    "phone": "联系电话",
    "born_on": "出生日期",
    "joined_on": "入党时间",
    "full_on": "转正时间",
    "id_number": "身份证号码",
}


def change_said(name: str, had: MembershipNow, place: Place) -> str:
    """A move or a change of kind."""
    return f"{name}：从{had.place.said}调到{place.said}" if had.place != place else f"{name}：转为正式党员"


def ending_said(ending: Ending) -> str:
    """A post that ends."""
    return f"{ending.name}：不再担任{ending.place.said}{POSTS_SAID[ending.kind]}"


def sweeping_said(plan: RosterPlan) -> str:
    """How much of the township a roster would turn over."""
    moved, ended = len(plan.moves), len(plan.endings)
    return f"这个文件会调动 {moved} 人、结束 {ended} 个任职，合计超过全乡镇 {plan.members} 名党员人数的十分之一"


def moves_said(moves: Iterable[Move]) -> Iterator[str]:
    """Whoever moves, by name; those who go the same way in one line."""
    ways: dict[tuple[Place, Place], list[str]] = defaultdict(list)
    for move in moves:
        ways[move.before, move.after].append(move.name)
    for (before, after), names in ways.items():
        yield f"从{before.said}调到{after.said}，{len(names)}人：{'、'.join(names)}"


def endings_said(endings: Iterable[Ending]) -> Iterator[str]:
    """Whose posts end, by name; the same post in one line."""
    posts: dict[str, list[str]] = defaultdict(list)
    for ending in endings:
        posts[ending.kind].append(f"{ending.name}（{ending.place.said}）")
    for kind, names in posts.items():
        yield f"不再担任{POSTS_SAID[kind]}，{len(names)}人：{'、'.join(names)}"
